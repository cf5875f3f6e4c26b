// What the calendar pages do beyond links and forms: a dialog over the grid, and more.

const dialog = document.getElementById("dialog");
const dialogBody = document.getElementById("dialog-body");
const ROOM_FOR_ITS_LABEL = 12;

function openDialog() {
  if (!dialog.open) {
    dialog.showModal();
  }
  const wrong = dialog.querySelector("[aria-invalid=true]");
  // On a touch screen a field would call for the keyboard, over a form that is long.
  const isRead = matchMedia("(pointer: coarse)").matches && dialog.querySelector("[data-size=wide]");
  const first = isRead ? "#dialog-title" : "input:not([type=hidden]), .button";
  const field = wrong ?? dialog.querySelector(first);
  field?.focus();
  if (field?.matches("[type=text]")) {
    field.setSelectionRange(field.value.length, field.value.length); // one goes on where one was
  }
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

document.addEventListener("event-saved", () => {
  closeDialog();
  const over = () => document.querySelector(".messages")?.remove();
  document.addEventListener("htmx:afterSettle", over, { once: true }); // it may hold the button
});

if (dialog) {
  dialog.addEventListener("close", () => dialogBody.replaceChildren());
  // Heard before the link itself is: where links open in the dialog, the way out does not.
  dialog.addEventListener(
    "click",
    (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) {
        event.preventDefault();
        event.stopPropagation();
        closeDialog();
      }
    },
    true,
  );
}

// The scroll area is not part of what polling replaces, so it stays where the member left it. From
// page to page it stays at the same hour, once the member has scrolled there.
const SCROLLED = "secretary.scrolled";
const scroller = document.getElementById("scroller");
const begins = document.querySelector(".begins i");

// What a long event says stays in sight below the head of the days; see events.css.
function headUp() {
  const head = scroller?.querySelector("#live .days-top");
  if (head) {
    scroller.style.setProperty("--head", `${head.offsetHeight}px`);
  }
}
document.addEventListener("htmx:afterSettle", headUp);
document.addEventListener("page-turned", headUp);

if (begins && scroller) {
  const kept = Number(sessionStorage.getItem(SCROLLED) ?? Number.NaN);
  headUp();
  scroller.scrollTop = Number.isFinite(kept) ? kept : begins.offsetTop - ROOM_FOR_ITS_LABEL;
  const begun = scroller.scrollTop;
  const today = scroller.querySelector(".day.is-today");
  const gutter = scroller.querySelector(".gutter").offsetWidth;
  if (today && scroller.scrollWidth > scroller.clientWidth) {
    scroller.scrollLeft = today.offsetLeft - gutter;
  }
  addEventListener("pagehide", () => {
    if (scroller.scrollTop !== begun) {
      sessionStorage.setItem(SCROLLED, scroller.scrollTop);
    }
  });
}

// "Synced just now" counts on between two answers of the server.
const SECOND = 1000;
const MINUTE = 60;
function countOn() {
  const chip = document.querySelector("#sync-chip[data-since]");
  if (chip) {
    const past = Math.max(0, Math.round((Date.now() - Date.parse(chip.dataset.since)) / SECOND));
    const ago = past < MINUTE ? `${past} s` : `${Math.floor(past / MINUTE)} min`;
    chip.querySelector(".chip-text").textContent = `Synced ${ago} ago`;
  }
}
countOn();
setInterval(countOn, SECOND);
document.addEventListener("htmx:oobAfterSwap", countOn);

// Somebody who travels sees times in another zone than their watch: offer it, and never again where
// the answer was to keep the one for the other, be it in another tab or on the way back.
const KEPT = "secretary.zones-kept";
const keptZones = () => JSON.parse(localStorage.getItem(KEPT) ?? "[]");
function offset(zone, day) {
  return new Date(day).toLocaleString("en", { timeZone: zone, timeZoneName: "longOffset" });
}
function offerZone(form) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { zone } = form.dataset;
  const halfYear = 183 * 24 * 60 * MINUTE * SECOND;
  const days = [Date.now(), Date.now() + halfYear];
  const same = days.every((day) => offset(here, day) === offset(zone, day));
  const unknown = !here?.includes("/") || here.startsWith("Etc/"); // how browsers hide their zone
  const pair = `${zone} in ${here}`;
  if (unknown || same || keptZones().includes(pair)) {
    return;
  }
  const city = (name) => name.split("/").at(-1).replaceAll("_", " ");
  form.querySelector("p").textContent =
    `You seem to be in ${city(here)}. Times are shown as in ${city(zone)}.`;
  form.elements.time_zone.value = here;
  form.querySelector("[type=submit]").textContent = `Switch to ${city(here)}`;
  form.querySelector("[data-keep]").textContent = `Keep ${city(zone)}`;
  form.querySelector("[data-keep]").addEventListener("click", () => {
    localStorage.setItem(KEPT, JSON.stringify([...keptZones(), pair]));
    form.hidden = true;
  });
  addEventListener("storage", () => {
    form.hidden = keptZones().includes(pair);
  });
  form.hidden = false;
}
function offerOnce() {
  const form = document.querySelector("#zone-offer:not([data-offered])");
  if (form) {
    form.dataset.offered = "yes";
    offerZone(form);
  }
}
offerOnce();
document.addEventListener("htmx:afterSettle", offerOnce); // with another zone it comes anew
