// The small month is one stop of the Tab key: arrows walk through its days.

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const TURNS = { PageUp: "small-month-back", PageDown: "small-month-forth" };

const days = () => [...document.querySelectorAll("#small-month td a")];

function stopAt(day) {
  for (const each of days()) {
    each.tabIndex = each === day ? 0 : -1;
  }
}

function begin() {
  if (!days().some((day) => day.getAttribute("tabindex") === "0")) {
    const table = document.querySelector("#small-month table");
    stopAt(table?.querySelector("[aria-current]") ?? table?.querySelector(".is-shown, a:not(.is-other)"));
  }
}

let turned = false; // by a key, which goes on from a day

function turn(id) {
  turned = true;
  document.getElementById(id)?.click();
}

document.addEventListener("keydown", (pressed) => {
  const { key, target } = pressed;
  const at = days().indexOf(target);
  if (at < 0 || pressed.altKey || pressed.ctrlKey || pressed.metaKey) {
    return;
  }
  if (STEPS[key]) {
    pressed.preventDefault();
    const goal = days()[at + STEPS[key]] ?? target;
    stopAt(goal);
    goal.focus();
  } else if (TURNS[key]) {
    pressed.preventDefault();
    turn(TURNS[key]);
  }
});

begin();
document.addEventListener("page-turned", begin);
document.addEventListener("htmx:afterSettle", () => {
  begin();
  if (turned && document.activeElement === document.body) {
    document.querySelector('#small-month [tabindex="0"]')?.focus();
  }
  turned = false;
});
