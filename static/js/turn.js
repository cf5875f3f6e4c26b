// The page before or after, under a drag that goes on: what differs between two pages of a view is
// fetched and put in place. The address follows; a drag that is given up comes back.

import { find, keyOf, scroller } from "./plan.js";
import { say } from "./say.js";

const PARTS = [
  "#live",
  "#seen",
  "#notices",
  "#small-month",
  ".topbar h1",
  ".steps",
  ".switch",
  ".side .create",
  ".create-again",
];

let start = null; // where the drag began, once it is elsewhere
let asking = null;
let held = null;
let kept = null; // the address whose page is shown, once that is not the one that was loaded

// A finger lets go of what leaves the page, and so does the focus: what is dragged stays in it.
function hold(element) {
  if (held || !element) {
    return;
  }
  const hadFocus = document.activeElement === element;
  held = document.createElement("div");
  held.className = "held visually-hidden";
  scroller.append(held);
  held.append(element);
  if (hadFocus) {
    element.focus({ preventScroll: true });
  }
}

async function pageAt(url, signal) {
  const answer = await fetch(url, { signal });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || !page.getElementById("live")) {
    throw new Error(`No calendar at ${url}`);
  }
  return page;
}

function put(page, url) {
  for (const part of PARTS) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (old && fresh) {
      old.replaceWith(fresh);
      htmx.process(fresh);
    }
  }
  document.title = page.title;
  scroller.setAttribute("aria-label", document.querySelector(".topbar h1").textContent);
  const { pathname } = new URL(url, location.href);
  document.querySelectorAll("input[name=next]").forEach((field) => {
    field.value = pathname;
  });
  history.replaceState(history.state, "", url);
  document.dispatchEvent(new Event("page-turned"));
}

// One page on (1) or back (-1) with what is dragged; whether it is there.
export async function turn(step, dragged) {
  const link = document.querySelector(`.steps [rel=${step > 0 ? "next" : "prev"}]`);
  if (!link || asking) {
    return false;
  }
  const mine = new AbortController();
  asking = mine;
  try {
    const page = await pageAt(link.href, mine.signal);
    start ??= location.href;
    hold(dragged);
    put(page, link.href);
    const twin = dragged?.matches(".event") && find(keyOf(dragged));
    twin?.classList.add("is-dragging");
    scroller.scrollLeft = step > 0 ? 0 : scroller.scrollWidth;
    return true;
  } catch {
    if (!mine.signal.aborted) {
      say("Secretary cannot be reached: there is no other page to drag to.");
    }
    return false;
  } finally {
    asking = asking === mine ? null : asking;
  }
}

function leave() {
  asking?.abort();
  asking = null;
  const from = start;
  start = null;
  return from;
}

function release() {
  held?.remove();
  held = null;
}

// The drag was dropped on this page: the one before is a step back in the history.
export async function stay() {
  const from = leave();
  if (from && from !== location.href) {
    kept = location.href;
    history.replaceState(history.state, "", from);
    history.pushState({}, "", kept);
  }
  release();
}

export async function comeBack() {
  const from = leave();
  if (from) {
    try {
      put(await pageAt(from), from);
    } catch {
      location.replace(from);
    }
  }
  release();
}

addEventListener("popstate", () => {
  if (kept && location.pathname !== new URL(kept).pathname) {
    location.reload();
  }
});
