// While Secretary does not answer: the page says so and stays, what is typed stays, and as soon as
// there is an answer again all goes on by itself.

import { say } from "./say.js";

const AGAIN = 3_000;
const notice = document.getElementById("unreachable");
const inDialog = document.getElementById("unreachable-here");
const dialog = document.getElementById("dialog");
const { health } = document.getElementById("announce").dataset;

let asking = null;

const isCutOff = () => !notice.hidden;

function cutOff() {
  if (!isCutOff()) {
    notice.hidden = false;
    asking = setInterval(ask, AGAIN);
  }
}

function goOn() {
  if (isCutOff()) {
    clearInterval(asking);
    notice.hidden = true;
    inDialog.hidden = true;
    document.dispatchEvent(new Event("answering-again"));
  }
}

// Whether there is an answer now.
async function ask() {
  const answer = await fetch(health, { cache: "no-store" }).catch(() => null);
  const isThere = Boolean(answer?.ok);
  isThere ? goOn() : cutOff();
  return isThere;
}

function notSent({ detail }) {
  const { elt, verb } = detail.requestConfig;
  cutOff();
  if (verb !== "post") {
    return;
  }
  if (dialog.open && dialog.contains(elt)) {
    inDialog.hidden = false;
    inDialog.scrollIntoView({ block: "nearest" });
  } else {
    elt.closest("form")?.reset();
    say("Secretary cannot be reached: nothing was changed.");
  }
}

document.addEventListener("htmx:sendError", notSent);
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) {
    notSent(event);
    ask();
  }
});
document.addEventListener("htmx:beforeOnLoad", ({ detail }) => detail.xhr.status < 500 && goOn());
document.addEventListener("stream-lost", ask);
dialog.addEventListener("close", () => {
  inDialog.hidden = true;
});
addEventListener("offline", cutOff);
addEventListener("online", ask);

// A link would leave what can still be seen for a page of the browser's that says nothing.
document.addEventListener(
  "click",
  (click) => {
    const link = click.target.closest("a[href]");
    const leaves = link && !link.matches("[data-close], [href^='#']") && click.button === 0;
    if (!leaves || !isCutOff() || click.ctrlKey || click.metaKey || click.shiftKey) {
      return;
    }
    click.preventDefault();
    click.stopImmediatePropagation();
    ask().then((isThere) => {
      if (isThere) {
        link.click();
      } else {
        say("Secretary cannot be reached. What you see here stays.");
      }
    });
  },
  { capture: true },
);
