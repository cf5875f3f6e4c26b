// The keyboard: letters as in Google Calendar, arrows from event to event, with Alt to move one.

import { addDays, clockAt, minuteAt, onLine, placeAt, SNAP } from "./moments.js";
import {
  carryOut,
  clocks,
  daysOf,
  daysOnView,
  draw,
  erase,
  factsOf,
  find,
  hasHours,
  keyOf,
  planInWords,
  scroller,
  sections,
} from "./plan.js";
import { say } from "./say.js";
import { comeBack, stay, turn } from "./turn.js";

const dialog = document.getElementById("dialog");
const announce = document.getElementById("announce");
const LETTERS_OFF = "secretary.letters-off";
const WEEK = 7;

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const click = (selector) => document.querySelector(selector)?.click();

const open = (url) =>
  htmx.ajax("GET", url, { source: scroller, target: "#dialog-body", swap: "innerHTML show:none" });
const post = (url) =>
  htmx.ajax("POST", url, { source: scroller, target: "#live", swap: "outerHTML show:none" });

// A page inside of an event's address, for the dialog over this one.
function addressOf(event, page) {
  const url = new URL(event.href);
  return `${url.pathname}${page}${url.search}`;
}

function search() {
  const field = document.getElementById("search-field");
  if (field?.checkVisibility()) {
    field.focus();
    field.select();
  } else {
    click(".search-link");
  }
}

const ANYWHERE = {
  d: () => click('.switch a[href*="/day/"]'),
  w: () => click('.switch a[href*="/week/"]'),
  m: () => click('.switch a[href*="/month/"]'),
  a: () => click('.switch a[href*="/agenda/"]'),
  t: () => click(".steps .today"),
  n: () => click(".steps [rel=next]"),
  j: () => click(".steps [rel=next]"),
  p: () => click(".steps [rel=prev]"),
  k: () => click(".steps [rel=prev]"),
  c: () => click(".side .create"),
  g: () => open(announce.dataset.go),
  r: () => post(announce.dataset.syncNow),
  z: () => post(announce.dataset.undoLast),
  "/": search,
  "?": () => open(announce.dataset.keys),
};

// The focus goes to what came after.
function remove(event) {
  const events = inOrder();
  const at = events.indexOf(event);
  const neighbour = events[at + 1] ?? events[at - 1];
  const key = neighbour && keyOf(neighbour);
  post(addressOf(event, "delete")).finally(() => {
    if (!dialog.open) {
      ((key && find(key)) ?? scroller).focus({ preventScroll: true });
    }
  });
}

const WITH_EVENT = {
  e: (event) => open(addressOf(event, "edit")),
  Delete: remove,
  Backspace: remove,
};

const IN_CARD = {
  e() {
    const link = dialog.querySelector("[data-action=edit]");
    if (link) {
      open(link.pathname + link.search);
    }
  },
  Delete() {
    const form = dialog.querySelector("[data-action=delete]")?.form;
    if (form) {
      post(form.getAttribute("action"));
    }
  },
};

// A field that went with its dialog keeps the focus for a moment.
function isFocusLost() {
  const { activeElement, body } = document;
  return activeElement === body || !activeElement?.checkVisibility();
}

// Whether nothing of an event is to be seen, for it is further up or down.
function isOutOfSight(event) {
  const [box, view] = [event.getBoundingClientRect(), scroller.getBoundingClientRect()];
  const head = scroller.querySelector("#live .days-top")?.offsetHeight ?? 0;
  return event.matches(".block, .row") && (box.bottom <= view.top + head || box.top >= view.bottom);
}

// Where the event is that had the focus last, or that moved under the keys.
let place = null;
scroller.addEventListener("focusin", ({ target }) => {
  if (target.matches(".event")) {
    place = target.getBoundingClientRect();
  }
});

function nearestToPlace() {
  const distance = (event) => {
    const { left, top } = event.getBoundingClientRect();
    return Math.hypot(left - place.left, top - place.top);
  };
  return place && inOrder().sort((a, b) => distance(a) - distance(b))[0];
}

// What was saved takes the focus where nothing else has it, and is brought into sight; where that is
// gone or goes by another name since, what is nearest to it, or the view.
function takeUp({ detail }) {
  const goOn = () => {
    const event = detail.key && find(detail.key);
    if (isFocusLost()) {
      const goal = event || nearestToPlace() || (detail.key ? scroller : null);
      goal?.focus({ preventScroll: true });
    }
    if (event && isOutOfSight(event)) {
      event.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  };
  document.addEventListener("htmx:afterSettle", goOn, { once: true });
}
document.addEventListener("event-saved", takeUp);

// From event to event

function columnOf(event) {
  const { left } = event.getBoundingClientRect();
  return sections().filter((section) => section.getBoundingClientRect().left <= left + 1).length;
}

// In order of time: by day, what is all day first.
function inOrder() {
  const events = [...scroller.querySelectorAll(".event")].filter((event) => event.checkVisibility());
  if (!sections().length) {
    return events;
  }
  const place = (event) => [columnOf(event), event.matches(".block"), event.getBoundingClientRect().top];
  return events
    .map((event) => [place(event), event])
    .sort(([a], [b]) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
    .map(([, event]) => event);
}

// The nearest event to the left or right, none where there are no days side by side.
function beside(event, step) {
  const from = event.getBoundingClientRect();
  const distance = (other) => {
    const box = other.getBoundingClientRect();
    const across = step > 0 ? box.left - from.right : from.left - box.right;
    return across < -4 ? Number.POSITIVE_INFINITY : Math.abs(box.top - from.top) + 2 * across;
  };
  const others = inOrder().filter((each) => Number.isFinite(distance(each)));
  return others.sort((a, b) => distance(a) - distance(b))[0];
}

function walk(event, key) {
  const events = inOrder();
  const [across, down] = ARROWS[key] ?? [0, 0];
  const at = events.indexOf(event);
  const next = {
    Home: () => events[0],
    End: () => events.at(-1),
  }[key]?.();
  const goal = next ?? ((across && beside(event, across)) || events[at + across + down]);
  goal?.focus({ preventScroll: true });
  goal?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// From nowhere an arrow leads to what is on or comes next, else to the first event.
function enter() {
  const events = inOrder();
  const goal = events.find((event) => !event.matches(".is-past")) ?? events[0];
  goal?.focus({ preventScroll: true });
  goal?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// Moving: while Alt is held the event's ghost goes, and when it is let go the event follows.

let moving = null;

const steps = () => [moving.across, moving.down];

function shift() {
  const [across, down] = steps();
  if (moving.facts && !hasHours(moving.facts)) {
    return { days: across + down * WEEK, minutes: 0 };
  }
  return { days: across, minutes: down * SNAP };
}

// A day further is the same time on the clock, wherever that is in the day.
function shifted(place, { days, minutes }) {
  const day = addDays(place.day, days);
  const minute = days ? minuteAt(day, clockAt(place, clocks()), clocks()) : place.minute;
  return placeAt(onLine({ day, minute }, clocks()) + minutes, clocks());
}

function planned() {
  const { facts, edge } = moving;
  const by = shift();
  if (!hasHours(facts)) {
    const days = Math.max(facts.days + by.days, 1);
    return edge ? { day: facts.day, days } : { ...facts, day: addDays(facts.day, by.days) };
  }
  if (!edge) {
    return { ...shifted(facts, by), length: facts.length };
  }
  const start = onLine(facts, clocks());
  const end = onLine(shifted(placeAt(start + facts.length, clocks()), by), clocks());
  return { day: facts.day, minute: facts.minute, length: Math.max(end - start, SNAP) };
}

function showMove() {
  if (moving?.facts) {
    const plan = planned();
    const title = moving.event.querySelector(".title").textContent;
    draw(plan, { lane: moving.event.matches(".bar"), title });
    say(`${title}: ${planInWords(plan)}`);
    document.querySelector(".ghost")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    turnTo(plan);
  }
}

// The page turns until something is seen of what moves, or of the end where only that goes.
function turnTo(plan) {
  const [first, last] = daysOnView();
  const [from, to] = daysOf(plan);
  const step = first ? ((moving.edge ? to : from) > last) - (to < first) : 0;
  if (step && !moving.turning) {
    moving.turning = turnPage(step, moving);
  }
}

async function turnPage(step, mine) {
  const isThere = await turn(step, mine.event);
  mine.turning = null;
  if (isThere && moving === mine) {
    showMove();
  }
}

function begin(event, edge) {
  moving = { event, edge, across: 0, down: 0, facts: null };
  event.classList.add("is-dragging");
  const mine = moving;
  mine.asked = factsOf(event)
    .catch(() => ({ refusal: "Secretary cannot be reached: nothing was changed." }))
    .then((facts) => {
      mine.facts = facts;
      if (facts.refusal) {
        say(facts.refusal);
        stop(mine);
      } else if (moving === mine) {
        showMove();
      }
    });
}

function move(event, key, edge) {
  if (!moving) {
    begin(event, edge);
  }
  if (moving.edge === edge) {
    moving.across += ARROWS[key][0];
    moving.down += ARROWS[key][1];
    showMove();
  }
}

function stop(which, { keepGhost = false, leave = comeBack } = {}) {
  const hadFocus = document.activeElement === which.event;
  moving = moving === which ? null : moving;
  if (!keepGhost) {
    erase();
  }
  leave().finally(() => {
    document.querySelectorAll(".is-dragging").forEach((each) => each.classList.remove("is-dragging"));
    if (hadFocus && !which.event.isConnected) {
      find(keyOf(which.event))?.focus({ preventScroll: true });
    }
    document.dispatchEvent(new Event("drag-ended"));
  });
}

async function finish() {
  const mine = moving;
  await mine.asked;
  while (mine.turning) {
    await mine.turning;
  }
  if (moving !== mine) {
    return;
  }
  const { days, minutes } = shift();
  const isMoved = days !== 0 || minutes !== 0;
  if (isMoved) {
    place = document.querySelector(".ghost")?.getBoundingClientRect() ?? place;
    carryOut(mine.event, { edge: mine.edge, days, minutes });
  }
  stop(mine, { keepGhost: isMoved, leave: stay });
}

// What is pressed

const FIELDS = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])";
// A field that went with its dialog may keep the focus for a moment.
const isTyping = (target) => Boolean(target.closest(FIELDS)?.checkVisibility());

function actionFor(pressed) {
  const { key, target } = pressed;
  const name = key.length === 1 ? key.toLowerCase() : key;
  const event = target.closest("#live .event");
  if (key.length === 1 && localStorage.getItem(LETTERS_OFF)) {
    return null;
  }
  if (dialog.open) {
    return dialog.querySelector(".event-card") ? IN_CARD[name] : null;
  }
  if (event && (ARROWS[key] || key === "Home" || key === "End")) {
    return () => walk(event, key);
  }
  if (ARROWS[key] && target === document.body) {
    return enter;
  }
  return event && WITH_EVENT[name] ? () => WITH_EVENT[name](event) : ANYWHERE[name];
}

document.addEventListener("keydown", (pressed) => {
  const { key, target } = pressed;
  if (pressed.defaultPrevented || pressed.ctrlKey || pressed.metaKey || isTyping(target)) {
    return;
  }
  if (moving && key === "Escape") {
    pressed.preventDefault();
    say("Left where it was.");
    stop(moving);
    return;
  }
  const event = moving?.event ?? target.closest("#live .event");
  if (pressed.altKey) {
    if (ARROWS[key] && event && !dialog.open) {
      pressed.preventDefault();
      move(event, key, pressed.shiftKey ? "end" : "");
    }
    return;
  }
  const action = actionFor(pressed);
  if (action) {
    pressed.preventDefault();
    action();
  }
});

document.addEventListener("keyup", ({ key }) => {
  if (moving && key === "Alt") {
    finish();
  }
});

addEventListener("blur", () => moving && stop(moving));

// Whoever dictates or presses keys by accident can do without the letters.
document.addEventListener("htmx:afterSwap", () => {
  const box = document.getElementById("keys-on");
  if (box) {
    box.checked = !localStorage.getItem(LETTERS_OFF);
  }
});
document.addEventListener("change", ({ target }) => {
  if (target.id === "keys-on") {
    target.checked ? localStorage.removeItem(LETTERS_OFF) : localStorage.setItem(LETTERS_OFF, "1");
  }
});
