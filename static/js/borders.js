// What a drag does that stays near a border of the view: it scrolls on, and where there is nothing
// more to scroll to, the page turns. A pointer on its way is let pass.

import { scroller } from "./plan.js";
import { turn } from "./turn.js";

const NEAR = 36;
const SCROLL_STEP = 10;
const LINGER = 250;
const AT_SIDE = 20;
const TURN_AFTER = 800; // in step with .calendar[data-turns] of drag.css
const view = document.getElementById("content");

const head = () => scroller.querySelector("#live .days-top")?.getBoundingClientRect();
const sideOf = (at, low, high) => (at > high) - (at < low);

// Whether the view has to scroll left, up, right or down (-1, 0, 1) for a drag. What comes from above
// the hours is let in among them first, however slowly.
function scrollFor(drag) {
  const { x, y, spot } = drag;
  const box = scroller.getBoundingClientRect();
  const top = (head()?.bottom ?? box.top) + NEAR;
  drag.isAmongHours ||= spot.minute !== undefined || !head() || y > top;
  const down = sideOf(y, top, box.bottom - NEAR);
  const isLetIn = drag.isAmongHours && !(head() && y < head().bottom);
  return [sideOf(x, box.left + NEAR, box.right - NEAR), isLetIn || down > 0 ? down : 0];
}

function scroll(drag, now, follow) {
  const [left, top] = scrollFor(drag);
  drag.nearSince = left || top ? (drag.nearSince ?? now) : null;
  if (drag.nearSince !== null && now - drag.nearSince > LINGER) {
    const before = [scroller.scrollLeft, scroller.scrollTop];
    scroller.scrollBy({ left: left * SCROLL_STEP, top: top * SCROLL_STEP, behavior: "instant" });
    if (before[0] !== scroller.scrollLeft || before[1] !== scroller.scrollTop) {
      follow();
    }
  }
}

// Beside the days (over the hours, too) at the end of what can be scrolled: -1, 0, 1.
function turnFor({ x, event, spot }) {
  const canGoOn = event || spot.minute === undefined; // hours of a new event are those of one day
  const box = scroller.getBoundingClientRect();
  const gutter = scroller.querySelector("#live .gutter")?.offsetWidth;
  const side = sideOf(x, box.left + (gutter ?? AT_SIDE), box.right - AT_SIDE);
  const end = scroller.scrollWidth - scroller.clientWidth;
  const isAtEnd = side > 0 ? scroller.scrollLeft >= end - 1 : scroller.scrollLeft <= 1;
  return canGoOn && isAtEnd ? side : 0;
}

function show(side) {
  delete view.dataset.turns;
  if (side) {
    void view.offsetWidth; // begins the movement anew
    view.dataset.turns = side > 0 ? "on" : "back";
  }
}

function wait(drag, side, now) {
  drag.side = side;
  drag.turnAt = now + TURN_AFTER;
  show(side);
}

async function turnPage(drag, { goesOn, follow }) {
  drag.turnAt = Number.POSITIVE_INFINITY;
  await turn(drag.side, drag.event ?? drag.slot);
  if (goesOn(drag)) {
    follow();
    wait(drag, turnFor(drag), performance.now());
  }
}

// `goesOn` says whether a drag does, `follow` draws it anew where its pointer is.
export function watchBorders(drag, work) {
  const look = (now) => {
    if (!work.goesOn(drag)) {
      show(0);
      return;
    }
    if (drag.hasMoved) {
      scroll(drag, now, work.follow);
      const side = turnFor(drag);
      if (side !== (drag.side ?? 0)) {
        wait(drag, side, now);
      } else if (side && now > drag.turnAt) {
        turnPage(drag, work);
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
