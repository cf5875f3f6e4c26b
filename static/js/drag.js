// Dragging: press on a free place to make an event, on an event to move it, on its edge to resize
// it. With a finger press a moment first, for a swipe scrolls.

import { watchBorders } from "./borders.js";
import { addDays, DAY, daysBetween, iso, lengthOf, onLine, placeAt, SNAP, snapped } from "./moments.js";
import {
  carryOut,
  clocks,
  create,
  dayOfSlot,
  draw,
  erase,
  factsOf,
  hasHours,
  rowHeight,
  scroller,
  sections,
  weeks,
} from "./plan.js";
import { say } from "./say.js";
import { comeBack, stay } from "./turn.js";

const FAR_ENOUGH = 4; // pixels from which a press is a drag
const LONG_PRESS = 400;
const EDGE = { mouse: 6, pen: 8, touch: 12 };
const CLICK_SNAP = 30;

let press = null; // a button or finger is down, and this may become a drag
let drag = null;
let givenUp = null; // the pointer whose drag was given up, until it is let go

const inside = (x, { left, right }) => x >= left && x < right;

function nearest(elements, x) {
  const distance = (element) => {
    const { left, right } = element.getBoundingClientRect();
    return inside(x, { left, right }) ? 0 : Math.min(Math.abs(x - left), Math.abs(x - right));
  };
  return elements.reduce((best, each) => (distance(each) < distance(best) ? each : best));
}

// Where in the view a point is: a day, with a minute if in the grid.
function spotAt(x, y) {
  const columns = sections();
  if (columns.length) {
    const section = nearest(columns, x);
    const { day } = section.dataset;
    if (y < scroller.querySelector(".days-top").getBoundingClientRect().bottom) {
      return { day };
    }
    const minutes = ((y - section.getBoundingClientRect().top) / rowHeight(section)) * 5;
    return { day, minute: Math.min(Math.max(minutes, 0), lengthOf(day, clocks())) };
  }
  const week = weeks().find((each) => {
    const { top, bottom } = each.getBoundingClientRect();
    return y >= top && y < bottom;
  });
  return week ? { day: dayOfSlot(nearest([...week.querySelectorAll(".month-slot")], x)) } : null;
}

// What the view shows of an event: for the first moment, until the server has said it exactly.
function shownOf(event) {
  const section = event.closest(".day[data-day]");
  const box = event.getBoundingClientRect();
  if (section) {
    const row = rowHeight(section);
    const top = Math.round((box.top - section.getBoundingClientRect().top) / row) * 5;
    const length = Math.round(box.height / row) * 5;
    return { day: section.dataset.day, minute: top, length };
  }
  const middle = box.top + box.height / 2;
  const [first, last] = [spotAt(box.left + 4, middle), spotAt(box.right - 4, middle)];
  return { day: first.day, days: daysBetween(first.day, last.day) + 1 };
}

function edgeAt(event, x, y, pointer) {
  const box = event.getBoundingClientRect();
  const room = EDGE[pointer] ?? EDGE.mouse;
  if (event.matches(".block")) {
    const least = Math.min(room, box.height / 4);
    const isHigh = box.height >= 3 * room;
    if (box.bottom - y < least && !event.matches(".goes-on")) {
      return "end";
    }
    return y - box.top < least && isHigh && !event.matches(".goes-back") ? "start" : "";
  }
  if (event.matches(".bar")) {
    if (box.right - x < room && !event.matches(".goes-on")) {
      return "end";
    }
    return x - box.left < room && !event.matches(".goes-back") ? "start" : "";
  }
  return "";
}

// Kinds of drags: each makes of the spot under the pointer a plan and what is sent for it.

function newEvent({ spot }) {
  const step = (minute, round) => round(minute / SNAP) * SNAP;
  return (now) => {
    if (spot.minute === undefined || now.minute === undefined) {
      const [first, last] = [spot.day, now.day].sort();
      const plan = { day: first, days: daysBetween(first, last) + 1 };
      return { plan, lane: true, values: { start: first, end: last, all_day: "on" } };
    }
    const anchor = step(spot.minute, Math.floor);
    const isBack = now.day === spot.day && now.minute < anchor;
    const limit = lengthOf(spot.day, clocks());
    const there = Math.min(now.day === spot.day ? now.minute : anchor + SNAP, limit);
    const from = isBack ? step(there, Math.floor) : anchor;
    const to = isBack ? anchor + SNAP : Math.max(step(there, Math.ceil), anchor + SNAP);
    const plan = { day: spot.day, minute: from, length: to - from };
    const end = placeAt(onLine(plan, clocks()) + plan.length, clocks());
    return { plan, values: { start: iso(plan, clocks()), end: iso(end, clocks()) } };
  };
}

const shiftedBy = (plan, days) => ({ ...plan, day: addDays(plan.day, days) });

// Bars, and everything in a month: days only, unless an all-day event is put among the hours.
function movedBar({ spot, known }) {
  return (now) => {
    if (now.minute !== undefined && !hasHours(known())) {
      const minute = Math.min(snapped(now.minute), lengthOf(now.day, clocks()) - SNAP);
      const plan = { day: now.day, minute, length: known().length ?? 60 };
      return { plan, values: { day: now.day, minute } };
    }
    const days = daysBetween(spot.day, now.day);
    return { plan: shiftedBy(known(), days), lane: true, values: days ? { days } : null };
  };
}

function movedBlock({ spot, known, shown }) {
  return (now) => {
    if (now.minute === undefined) {
      return { plan: { day: now.day, days: 1 }, values: { day: now.day, all_day: "on" } };
    }
    const latest = lengthOf(now.day, clocks()) - SNAP;
    const top = Math.min(Math.max(snapped(now.minute - spot.minute + shown.minute), 0), latest);
    const held = Math.max(onLine(shown, clocks()) - onLine(known(), clocks()), 0);
    const start = placeAt(onLine({ day: now.day, minute: top }, clocks()) - held, clocks());
    const isThere = now.day === shown.day && top === shown.minute;
    return {
      plan: { ...start, length: known().length },
      values: isThere ? null : { day: now.day, minute: top, part: shown.day },
    };
  };
}

function resizedBlock({ known, edge }) {
  return (now) => {
    const minute = now.minute === undefined ? 0 : snapped(now.minute);
    const there = onLine({ day: now.day, minute }, clocks());
    const start = onLine(known(), clocks());
    const end = start + known().length;
    const point = edge === "end" ? Math.max(there, start + SNAP) : Math.min(there, end - SNAP);
    const [from, to] = edge === "end" ? [start, point] : [point, end];
    const values = { edge, ...placeAt(point, clocks()) };
    return { plan: { ...placeAt(from, clocks()), length: to - from }, values };
  };
}

function resizedBar({ spot, known, edge }) {
  return (now) => {
    const moved = daysBetween(spot.day, now.day);
    const plan = { ...known() };
    const whole = hasHours(plan) ? Math.floor(plan.length / DAY) : plan.days - 1;
    const days = edge === "end" ? Math.max(moved, -whole) : Math.min(moved, whole);
    const more = edge === "end" ? days : -days;
    if (hasHours(plan)) {
      plan.length += more * DAY;
    } else {
      plan.days += more;
    }
    plan.day = edge === "start" ? addDays(plan.day, days) : plan.day;
    return { plan, lane: true, values: days ? { edge, days } : null };
  };
}

function kindOf({ event, edge }) {
  const isBlock = event?.matches(".block");
  if (!event) {
    return newEvent;
  }
  if (edge) {
    return isBlock ? resizedBlock : resizedBar;
  }
  return isBlock ? movedBlock : movedBar;
}

function begin() {
  const { event, edge, x, y } = press;
  const spot = spotAt(x, y);
  if (!spot) {
    press = null;
    return;
  }
  const shown = event && shownOf(event);
  drag = { ...press, spot, shown, facts: null, moved: null };
  const known = () => drag?.facts ?? shown;
  drag.planned = kindOf(press)({ spot, shown, edge, known });
  press = null;
  (event ?? scroller).classList.add("is-dragging");
  document.documentElement.classList.add(edge ? "is-resizing" : "is-moving");
  getSelection()?.removeAllRanges();
  if (event) {
    askFacts(drag);
  }
  follow();
  watchBorders(drag, { goesOn: (mine) => drag === mine, follow });
}

async function askFacts(asking) {
  const facts = await factsOf(asking.event).catch(() => null);
  if (facts?.refusal) {
    say(facts.refusal);
  }
  if (drag === asking && facts) {
    if (facts.refusal) {
      giveUp();
    } else {
      drag.facts = facts;
      follow();
    }
  }
}

function follow() {
  const spot = spotAt(drag.x, drag.y);
  if (spot) {
    drag.moved = drag.planned(spot);
    const title = drag.event?.querySelector(".title").textContent ?? "";
    draw(drag.moved.plan, { lane: drag.moved.lane, title });
  }
}

function end({ keepGhost = false, leave = stay } = {}) {
  document.documentElement.classList.remove("is-resizing", "is-moving");
  drag = null;
  if (!keepGhost) {
    erase();
  }
  leave().finally(() => {
    document.querySelectorAll(".is-dragging").forEach((each) => each.classList.remove("is-dragging"));
    document.dispatchEvent(new Event("drag-ended"));
  });
}

function giveUp() {
  givenUp = drag.id;
  end({ leave: comeBack });
}

function drop() {
  const { event, moved, slot } = drag;
  const values = moved?.values;
  if (!values) {
    end();
  } else if (event) {
    carryOut(event, values);
    end({ keepGhost: true });
  } else {
    create(slot, values);
    end({ keepGhost: true });
  }
}

// A free place, and the link that makes an event there.
function freeSlot(target, x) {
  const slot = target.closest(".slot, .month-slot");
  if (slot || !target.closest(".lane .bars")) {
    return slot;
  }
  return nearest(sections(), x).querySelector(".slot");
}

function ignoreNextClick() {
  const ignore = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("click", ignore, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", ignore, { capture: true }));
}

scroller.addEventListener("pointerdown", (down) => {
  if (down.button !== 0 || !down.isPrimary || drag) {
    return;
  }
  const [x, y] = [down.clientX, down.clientY];
  const event = down.target.closest(".event:not(.row)");
  const slot = event ? null : freeSlot(down.target, x);
  if (!event && !slot) {
    return;
  }
  const edge = event ? edgeAt(event, x, y, down.pointerType) : "";
  const byTouch = down.pointerType === "touch";
  press = { id: down.pointerId, event, slot, edge, x, y, byTouch };
  if (byTouch) {
    press.timer = setTimeout(() => {
      begin();
      navigator.vibrate?.(10);
    }, LONG_PRESS);
  }
});

document.addEventListener("pointermove", (move) => {
  const [x, y] = [move.clientX, move.clientY];
  if (press?.id === move.pointerId) {
    const isFar = Math.hypot(x - press.x, y - press.y) > (press.byTouch ? 10 : FAR_ENOUGH);
    if (isFar && press.byTouch) {
      letGo();
    } else if (isFar) {
      begin();
    }
  }
  if (drag?.id === move.pointerId) {
    Object.assign(drag, { x, y, hasMoved: true });
    follow();
  }
});

function letGo() {
  clearTimeout(press?.timer);
  press = null;
}

document.addEventListener("pointerup", (up) => {
  letGo();
  if (drag?.id === up.pointerId) {
    ignoreNextClick();
    drop();
  } else if (givenUp === up.pointerId) {
    ignoreNextClick();
  }
  givenUp = null;
});

document.addEventListener("pointercancel", () => {
  letGo();
  if (drag) {
    end({ leave: comeBack });
  }
});

addEventListener("blur", () => drag && giveUp());

document.addEventListener(
  "keydown",
  (key) => {
    if (drag && key.key === "Escape") {
      key.preventDefault();
      key.stopImmediatePropagation();
      giveUp();
    }
  },
  { capture: true },
);

// Links are not dragged as links, and a long press opens no menu over a drag.
scroller.addEventListener("dragstart", (event) => event.preventDefault());
scroller.addEventListener("contextmenu", (event) => {
  if (drag?.byTouch || press?.byTouch) {
    event.preventDefault();
  }
});
scroller.addEventListener("touchmove", (event) => drag && event.preventDefault(), {
  passive: false,
});

// A click on a free place means the half hour that was clicked; in the lane, the whole day.
scroller.addEventListener(
  "click",
  (click) => {
    const slot = click.target.closest(".event, .more") ? null : freeSlot(click.target, click.clientX);
    if (!slot || slot.matches(".month-slot") || click.detail === 0 || click.button !== 0) {
      return;
    }
    click.preventDefault();
    click.stopPropagation();
    const spot = spotAt(click.clientX, click.clientY);
    if (spot.minute === undefined) {
      create(slot, { start: spot.day, end: spot.day, all_day: "on" });
    } else {
      const minute = Math.floor(spot.minute / CLICK_SNAP) * CLICK_SNAP;
      create(slot, { start: iso({ day: spot.day, minute }, clocks()) });
    }
  },
  { capture: true },
);
