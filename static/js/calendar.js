// What the calendar pages do beyond links and forms: a dialog over the grid, and quiet polling.

const dialog = document.getElementById("dialog");
const dialogBody = document.getElementById("dialog-body");
const FIRST_HOUR_SHOWN = 7;
const ROOM_FOR_ITS_LABEL = 12;

function openDialog() {
  if (!dialog.open) {
    dialog.showModal();
  }
  const wrong = dialog.querySelector("[aria-invalid=true]");
  (wrong ?? dialog.querySelector("input:not([type=hidden]), .button"))?.focus();
}

function closeDialog() {
  dialog?.close();
}

// Refusals of a form (4xx) carry the form again, or a sentence, for the dialog.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status >= 400 && xhr.status < 500 && xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (dialog && event.detail.target === dialogBody) {
    openDialog();
  }
});

document.addEventListener("event-saved", closeDialog);

// Nobody looks at a hidden tab: it asks again when it is shown.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "live" && document.hidden) {
    event.preventDefault();
  }
});

if (dialog) {
  dialog.addEventListener("close", () => dialogBody.replaceChildren());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) {
      event.preventDefault();
      closeDialog();
    }
  });
}

// The scroll area is not part of what polling replaces, so it stays where the member left it.
const body = document.querySelector(".week-body");
const scroller = document.getElementById("scroller");
if (body && scroller) {
  scroller.scrollTop = (body.offsetHeight / 24) * FIRST_HOUR_SHOWN - ROOM_FOR_ITS_LABEL;
}
