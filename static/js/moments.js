// Days and minutes as a drag counts them. Pure.
//
// A place is a day (YYYY-MM-DD) and minutes of real time since it began, as the columns show them.
// `clocks` says of days on which clocks change: after how many minutes, and by how many.

import { clockFace } from "./clock_words.js";

export const SNAP = 15;
export const DAY = 24 * 60;
const MILLISECONDS = 60_000;

export const snapped = (minute, to = SNAP) => Math.round(minute / to) * to;

function numberOf(day) {
  return Date.parse(`${day}T00:00Z`) / (DAY * MILLISECONDS);
}

export function addDays(day, days) {
  return new Date((numberOf(day) + days) * DAY * MILLISECONDS).toISOString().slice(0, 10);
}

export function daysBetween(first, last) {
  return numberOf(last) - numberOf(first);
}

export function lengthOf(day, clocks) {
  return DAY - (clocks[day]?.by ?? 0);
}

// Minutes on a line that all days share.
export function onLine({ day, minute }, clocks) {
  const before = Object.keys(clocks).filter((each) => each < day);
  return numberOf(day) * DAY + minute - before.reduce((sum, each) => sum + clocks[each].by, 0);
}

export function placeAt(point, clocks) {
  let day = addDays("1970-01-01", Math.floor(point / DAY));
  while (onLine({ day, minute: 0 }, clocks) > point) {
    day = addDays(day, -1);
  }
  while (onLine({ day: addDays(day, 1), minute: 0 }, clocks) <= point) {
    day = addDays(day, 1);
  }
  return { day, minute: point - onLine({ day, minute: 0 }, clocks) };
}

// What a clock shows at a place, in minutes since midnight.
export function clockAt({ day, minute }, clocks) {
  const change = clocks[day];
  return minute + (change && minute >= change.after ? change.by : 0);
}

// The other way round: where a clock shows that for the first time, after a gap the hour behind it.
export function minuteAt(day, clock, clocks) {
  const change = clocks[day];
  return change && clock >= change.after + Math.max(change.by, 0) ? clock - change.by : clock;
}

export function iso(place, clocks) {
  const clock = clockAt(place, clocks);
  const two = (number) => String(number).padStart(2, "0");
  return `${place.day}T${two(Math.floor(clock / 60))}:${two(clock % 60)}`;
}

const DAY_NAME = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});
const dayName = (day) => DAY_NAME.format(new Date(`${day}T00:00Z`)).replace(",", "");

// A plan in words: { day, minute, length } has hours, { day, days } is all day.
export function inWords(plan, { clocks = {}, twelve = false } = {}) {
  if (plan.minute === undefined) {
    const last = addDays(plan.day, plan.days - 1);
    return `${dayName(plan.day)}${plan.days > 1 ? ` – ${dayName(last)}` : ""}, all day`;
  }
  const end = placeAt(onLine(plan, clocks) + plan.length, clocks);
  const [from, to] = [plan, end].map((place) => clockFace(clockAt(place, clocks), twelve));
  const sameDay = end.day === plan.day || (end.minute === 0 && addDays(plan.day, 1) === end.day);
  return sameDay
    ? `${dayName(plan.day)}, ${from} – ${to}`
    : `${dayName(plan.day)} ${from} – ${dayName(end.day)} ${to}`;
}
