// What Google did not take comes back after it was said to be saved: the page says so, once, but not
// under a dialog, nor in place of what is said of a thing just done.

import { say } from "./say.js";

const dialog = document.getElementById("dialog");

const chip = () => document.querySelector("[data-failed]");

function counted() {
  const { failed = 0, conflicts = 0 } = chip()?.dataset ?? {};
  return { failed: Number(failed), conflicts: Number(conflicts) };
}

let known = counted();

function tell() {
  if (dialog?.open) {
    return;
  }
  const now = counted();
  const failed = now.failed - known.failed;
  const conflicts = now.conflicts - known.conflicts;
  known = now;
  const link = { href: chip()?.dataset.list, label: "See what to do" };
  if (failed > 0) {
    say(`Google did not take ${failed === 1 ? "a change" : `${failed} changes`} of yours.`, link);
  } else if (conflicts > 0) {
    say("What you changed was changed at Google, too. Google's version is shown until you choose.", link);
  }
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.verb === "post") {
    known.conflicts = counted().conflicts;
    known.failed = Math.min(known.failed, counted().failed);
  } else {
    tell();
  }
});
dialog?.addEventListener("close", () => setTimeout(tell));
