// When an event in a form starts and ends: what its fields say, and an end that goes with its start.

import { addDays, daysBetween, DAY } from "./moments.js";
import { clockFace, readClock } from "./clock_words.js";

const STARTS = ["start_date", "start_time"];
const ENDS = ["end_date", "end_time"];
const DAY_NAME = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  timeZone: "UTC",
});

const lengths = new WeakMap(); // how long the event of a form is, while that makes sense

export const countsToTwelve = (field) => field.dataset.clock === "12";

// Minutes since midnight that a field of a time says; null for none.
export function minutesIn(field, after) {
  return readClock(field.value, countsToTwelve(field) ? after : undefined);
}

export function tell(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// From start to end in minutes, NaN where something is missing. All-day events have days only.
export function lengthOf(form) {
  const { start_date: first, end_date: last, start_time: from, end_time: to } = form.elements;
  const days = first?.value && last?.value ? daysBetween(first.value, last.value) : Number.NaN;
  if (form.elements.all_day?.checked) {
    return days * DAY;
  }
  const start = minutesIn(from);
  const end = minutesIn(to, days === 0 ? start : undefined);
  return start === null || end === null ? Number.NaN : days * DAY + end - start;
}

// Has the event of a form end so many minutes after it starts.
export function endAfter(form, length) {
  const { start_date: first, end_date: last, start_time: from, end_time: to } = form.elements;
  const isTimed = !form.elements.all_day?.checked;
  const end = (isTimed ? minutesIn(from) : 0) + length;
  const day = addDays(first.value, Math.floor(end / DAY));
  if (last.value !== day) {
    tell(last, day);
    nameDay(last);
  }
  if (isTimed) {
    tell(to, clockFace(end % DAY, countsToTwelve(to)));
  }
}

function remember(form) {
  const length = lengthOf(form);
  if (length >= 0) {
    lengths.set(form, length);
  }
}

function nameDay(field) {
  const said = field.closest(".moment")?.querySelector("[data-day-said]");
  if (said) {
    const day = new Date(`${field.value}T00:00Z`);
    said.textContent = Number.isNaN(day.valueOf()) ? "" : DAY_NAME.format(day).replace(",", "");
  }
}

function isMoment(field) {
  return field.closest?.(".moment") && field.form?.elements.end_date;
}

document.addEventListener("focusin", ({ target }) => {
  if (isMoment(target) && STARTS.includes(target.name)) {
    remember(target.form);
  }
});

document.addEventListener("change", ({ target }) => {
  if (!isMoment(target)) {
    return;
  }
  if (target.type === "date") {
    nameDay(target);
  }
  const { form } = target;
  const isComplete = form.elements.all_day?.checked || minutesIn(form.elements.start_time) !== null;
  if (STARTS.includes(target.name) && lengths.has(form) && form.elements.start_date.value && isComplete) {
    endAfter(form, lengths.get(form));
  } else if (ENDS.includes(target.name)) {
    remember(form);
  }
});
