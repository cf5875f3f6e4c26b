// A plan is where an event would be: { day, minute, length } with hours, { day, days } all day.
// It is drawn into the view, said in words, and carried out.

import { addDays, DAY, daysBetween, inWords, lengthOf, onLine, placeAt } from "./moments.js";
import { say } from "./say.js";

const SHORT = 45; // minutes below which there is room for one line

export const scroller = document.getElementById("scroller");
const dialog = document.getElementById("dialog");
const twelve = document.documentElement.dataset.hours === "12";

export const sections = () => [...scroller.querySelectorAll("#live .day[data-day]")];
export const weeks = () => [...scroller.querySelectorAll("#live .month-week")];
export const dayOfSlot = (slot) => new URL(slot.href).searchParams.get("start").slice(0, 10);
export const rowHeight = (section) => Number.parseFloat(getComputedStyle(section).gridAutoRows);

const changes = {};

// The days whose clocks change: those on view, and those that were, for a drag goes from page to page.
export function clocks() {
  for (const section of sections().filter(({ dataset }) => dataset.clocks)) {
    const [after, by] = section.dataset.clocks.split(" ").map(Number);
    changes[section.dataset.day] = { after, by };
  }
  return changes;
}

export const planInWords = (plan) => inWords(plan, { clocks: clocks(), twelve });

export const hasHours = (plan) => plan.minute !== undefined;

// First and last day of what is on view.
export function daysOnView() {
  const days = weeks().length
    ? [...scroller.querySelectorAll("#live .month-slot")].map(dayOfSlot)
    : sections().map((section) => section.dataset.day);
  return [days[0], days.at(-1)];
}

// First and last day of a plan.
export function daysOf(plan) {
  if (!hasHours(plan)) {
    return [plan.day, addDays(plan.day, plan.days - 1)];
  }
  const last = Math.max(plan.length - 1, 0);
  return [plan.day, placeAt(onLine(plan, clocks()) + last, clocks()).day];
}

function ghost(classes, words) {
  const element = document.createElement("div");
  element.className = `ghost ${classes}`;
  element.append(
    ...words.map((text) => {
      const line = document.createElement("span");
      line.textContent = text;
      return line;
    }),
  );
  element.setAttribute("aria-hidden", "true");
  return element;
}

function drawInGrid(plan, words) {
  const from = onLine(plan, clocks());
  const parts = sections().flatMap((section) => {
    const { day } = section.dataset;
    const start = onLine({ day, minute: 0 }, clocks());
    const top = Math.max(from - start, 0);
    const bottom = Math.min(from + plan.length - start, lengthOf(day, clocks()));
    return bottom > top ? [{ section, top, bottom }] : [];
  });
  parts.forEach(({ section, top, bottom }, number) => {
    const classes = plan.length < SHORT ? "block is-short" : "block";
    const part = ghost(classes, number ? [] : words);
    const row = rowHeight(section) / 5;
    part.style.setProperty("top", `${top * row}px`);
    part.style.setProperty("height", `${Math.max(bottom - top, 15) * row}px`);
    section.append(part);
  });
}

// Columns from 1 of the days among those of a row.
function columnsIn(row, [first, last]) {
  const from = Math.max(daysBetween(row[0], first), 0);
  const to = Math.min(daysBetween(row[0], last), row.length - 1);
  return from <= to ? `${from + 1} / ${to + 2}` : null;
}

function drawBar(container, row, plan, words) {
  const columns = columnsIn(row, daysOf(plan));
  if (columns) {
    const bar = ghost("bar", words);
    bar.style.setProperty("grid-column", columns);
    const isLate = Number.parseInt(columns, 10) > row.length / 2;
    bar.style.setProperty("justify-self", isLate ? "end" : "start"); // its words need more room
    container.append(bar);
  }
}

export function erase() {
  document.querySelectorAll(".ghost").forEach((element) => element.remove());
}

// `lane` draws what has hours as a bar over its days.
export function draw(plan, { lane = false, title = "" } = {}) {
  erase();
  const words = [title, planInWords(plan)].filter(Boolean);
  if (weeks().length) {
    weeks().forEach((week) => {
      const row = [...week.querySelectorAll(".month-slot")].map(dayOfSlot);
      drawBar(week, row, plan, words);
    });
  } else if (hasHours(plan) && !lane && plan.length < DAY) {
    drawInGrid(plan, words);
  } else if (sections().length) {
    const row = sections().map((section) => section.dataset.day);
    drawBar(scroller.querySelector(".bars"), row, plan, words);
  }
}

// What a drag has to know of an event beyond what the view shows.
export async function factsOf(event) {
  const answer = await fetch(new URL("time", event.href), { headers: { "HX-Request": "true" } });
  return answer.ok ? answer.json() : { refusal: "This event cannot be moved." };
}

export function keyOf(event) {
  return event.id.slice(event.id.lastIndexOf("-") + 1);
}

// The same event in the view that is there now.
export function find(key) {
  return scroller.querySelector(`.event[id$="-${CSS.escape(key)}"]`);
}

let sending = Promise.resolve();

// One after the other, so that none is lost. The ghost stays until the answer is there, or, if the
// answer is a question, until that is answered.
export function carryOut(event, values) {
  const [url, key] = [new URL("time", event.href).pathname, keyOf(event)];
  const hadFocus = document.activeElement === event;
  sending = sending
    .then(() =>
      htmx.ajax("POST", url, {
        source: scroller,
        target: "#live",
        swap: "outerHTML show:none",
        values,
      }),
    )
    .catch(() => say("Secretary cannot be reached: nothing was changed."))
    .finally(() => {
      if (!dialog.open) {
        erase();
        if (hadFocus) {
          find(key)?.focus({ preventScroll: true });
        }
      }
    });
}

// The form for a new event over a plan; `link` leads to that form.
export function create(link, values) {
  const url = new URL(link.href);
  for (const [name, value] of Object.entries({ ...values, next: location.pathname })) {
    url.searchParams.set(name, value);
  }
  htmx
    .ajax("GET", url.pathname + url.search, {
      source: scroller,
      target: "#dialog-body",
      swap: "innerHTML show:none",
    })
    .finally(() => {
      if (!dialog.open) {
        erase();
      }
    });
}

dialog.addEventListener("close", erase);
