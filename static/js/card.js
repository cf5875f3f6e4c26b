// The dialog takes the shape that its content asks for; a card stands beside its event, a small form
// beside the hour that was clicked.

import { find, keyOf, scroller } from "./plan.js";

const dialog = document.getElementById("dialog");
const dialogBody = document.getElementById("dialog-body");
const SHEET = matchMedia("(max-width: 40rem)");
const GAP = 8;

let opener = null;
let pressed = null;

function place() {
  opener = current(opener);
  const isBeside = ["card", "spot"].includes(dialog.dataset.size) && !SHEET.matches;
  const around = isBeside && opener?.offsetParent ? opener.getBoundingClientRect() : null;
  if (!around) {
    dialog.style.inset = "";
    dialog.style.margin = "";
    return;
  }
  const size = dialog.getBoundingClientRect();
  const { left, top } = placeBy(around, size);
  const within = (at, length, room) => Math.max(GAP, Math.min(at, room - length - GAP));
  dialog.style.margin = "0";
  dialog.style.inset = "auto";
  dialog.style.left = `${within(left, size.width, innerWidth)}px`;
  dialog.style.top = `${within(top, size.height, innerHeight)}px`;
}

// To the right or to the left, where the view has room for it, else below what takes its whole width,
// or above.
function placeBy(around, { width, height }) {
  const { left: edge } = document.getElementById("content").getBoundingClientRect();
  const before = around.left - GAP - width;
  if (around.right + GAP + width <= innerWidth - GAP) {
    return { left: around.right + GAP, top: around.top };
  }
  if (before >= edge) {
    return { left: before, top: around.top };
  }
  const below = around.bottom + GAP;
  const hasRoom = below + height <= innerHeight - GAP;
  return { left: around.left, top: hasRoom ? below : around.top - GAP - height };
}

const press = ({ target }) => {
  pressed = target.closest?.(".event, .slot, .month-slot") ?? null;
};
addEventListener("click", press, true);
addEventListener(
  "keydown",
  () => {
    pressed = null;
  },
  true,
);

// The same event where the view was drawn anew meanwhile.
function current(opened) {
  const isGone = opened?.matches(".event") && !opened.isConnected;
  return isGone && scroller ? find(keyOf(opened)) : opened;
}

// Of what a search found in the view the event itself, brought into sight.
function shownAs(link) {
  const event = link?.dataset.key && scroller ? find(link.dataset.key) : current(link);
  if (link?.isConnected && event !== link) {
    event?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  return event;
}

function show() {
  opener ??= document.querySelector(".ghost") ?? shownAs(pressed);
  const size = dialogBody.querySelector("[data-size]")?.dataset.size;
  dialog.dataset.size = size ?? "form";
  dialog.scrollTop = 0;
  place();
  dialogBody.querySelector("[data-focus]")?.focus();
}

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (dialog && detail.target === dialogBody) {
    show();
  }
});

// The card of an event that the address names comes with the page. Closed, it leaves the view.
function takeOver() {
  opener = scroller.querySelector("#live .event[autofocus]");
  opener?.scrollIntoView({ block: "center", inline: "nearest" });
  opener?.focus({ preventScroll: true });
  dialog.open = false;
  dialog.showModal();
  show();
  const leave = () => history.replaceState(history.state, "", location.pathname);
  dialog.addEventListener("close", leave, { once: true });
}
if (dialog?.open) {
  takeOver();
}

addEventListener("resize", () => dialog?.open && place());
if (dialog) {
  new ResizeObserver(place).observe(dialog);
}

// The focus goes back by itself, but not to what was drawn anew meanwhile.
dialog?.addEventListener("close", () => {
  if (document.activeElement === document.body) {
    current(opener)?.focus({ preventScroll: true });
  }
  opener = null;
});
