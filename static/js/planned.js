// While a form asks about a new event, the view shows where it would be.

import { daysBetween, minuteAt, onLine } from "./moments.js";
import { clocks, draw, erase } from "./plan.js";

const dialogBody = document.getElementById("dialog-body");
const memberZone = () => document.getElementById("zone-offer").dataset.zone;

const formOf = () => dialogBody.querySelector('form[action$="/event/new"]');
const valueOf = (form, name) => form.elements[name]?.value ?? "";

function placeIn(form, edge) {
  const [hours, minutes] = valueOf(form, `${edge}_time`).split(":").map(Number);
  const day = valueOf(form, `${edge}_date`);
  return { day, minute: minuteAt(day, hours * 60 + minutes, clocks()) };
}

function planOf(form) {
  const [start, end] = [placeIn(form, "start"), placeIn(form, "end")];
  if (form.elements.all_day?.checked) {
    return { day: start.day, days: daysBetween(start.day, end.day) + 1 };
  }
  return { ...start, length: onLine(end, clocks()) - onLine(start, clocks()) };
}

function show() {
  const form = formOf();
  if (!form) {
    return;
  }
  const plan = planOf(form);
  const isHere = [memberZone(), ""].includes(valueOf(form, "time_zone"));
  if (isHere && (plan.length > 0 || plan.days > 0)) {
    draw(plan, { title: valueOf(form, "summary") });
  } else {
    erase();
  }
}

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target === dialogBody && formOf()) {
    show();
    document.querySelector(".ghost")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
});
dialogBody.addEventListener("input", show);
