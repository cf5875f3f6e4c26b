// A list of times under each field of a time; what is typed is written as the member's clock shows
// it. Without scripts the field takes the same text.

import { DAY } from "./moments.js";
import { clockFace, lengthInWords } from "./clock_words.js";
import { countsToTwelve, endAfter, lengthOf, minutesIn, tell } from "./form_moments.js";

const STEP = 15;
const ROOM = 8;

let lists = 0;

class ClockField {
  constructor(field) {
    this.field = field;
    this.start = field.form.elements[field.name.replace("end", "start")];
    this.isEnd = this.start !== field;
    this.list = this.makeList();
    field.after(this.list);
    field.setAttribute("role", "combobox");
    field.inputMode = countsToTwelve(field) ? "text" : "numeric"; // 930 needs no colon
    field.setAttribute("aria-autocomplete", "none");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", this.list.id);
    this.listen();
  }

  makeList() {
    const list = document.createElement("ul");
    lists += 1;
    list.id = `clock-list-${lists}`;
    list.className = "clock-list";
    list.popover = "manual";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Times");
    return list;
  }

  listen() {
    const { field, list } = this;
    field.addEventListener("focus", () => field.select()); // what is typed comes in its place
    field.addEventListener("click", () => this.click());
    field.addEventListener("keydown", (event) => this.onKey(event));
    field.addEventListener("input", (event) => event.isTrusted && this.onInput());
    field.addEventListener("change", () => this.settle());
    field.addEventListener("blur", () => this.leave());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus
    list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  click() {
    if (!this.isOpen) {
      this.field.select();
      this.open();
    }
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  get active() {
    return this.list.querySelector("[aria-selected=true]");
  }

  get value() {
    return minutesIn(this.field, this.isEnd ? minutesIn(this.start) ?? undefined : undefined);
  }

  // An end within a day of its start is told by how long that is.
  startMinutes() {
    const { end_date: last } = this.field.form.elements;
    const length = last ? lengthOf(this.field.form) : 0;
    const isNear = Number.isNaN(length) || (length >= -DAY && length < DAY);
    return this.isEnd && isNear ? minutesIn(this.start) : null;
  }

  options() {
    const start = this.startMinutes();
    if (start === null) {
      return Array.from({ length: DAY / STEP }, (_, n) => ({ at: n * STEP }));
    }
    const most = this.field.form.elements.end_date ? DAY : DAY - start;
    const number = Math.ceil(most / STEP) - 1;
    return Array.from({ length: number }, (_, n) => ({ at: start + (n + 1) * STEP, length: (n + 1) * STEP }));
  }

  fill() {
    const twelve = countsToTwelve(this.field);
    this.list.replaceChildren(
      ...this.options().map(({ at, length }, number) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${number}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.at = at % DAY;
        option.append(clockFace(at % DAY, twelve));
        if (length) {
          option.dataset.length = length;
          const said = document.createElement("span");
          said.className = "muted";
          said.textContent = ` (${lengthInWords(length)})`;
          option.append(said);
        }
        return option;
      }),
    );
  }

  open() {
    if (this.isOpen || this.field.disabled) {
      return;
    }
    this.fill();
    this.list.showPopover();
    this.field.setAttribute("aria-expanded", "true");
    this.place();
    this.show(this.nearest());
    addEventListener("scroll", this.follow, true);
    addEventListener("resize", this.follow);
  }

  follow = (event) => {
    if (event.target !== this.list) {
      this.place();
    }
  };

  // Below the field, or above it where there is more room. The top layer knows no containing block.
  place() {
    const box = this.field.getBoundingClientRect();
    const { style } = this.list;
    const seen = visualViewport?.height ?? innerHeight; // less the keyboard on the screen
    const [below, above] = [seen - box.bottom - ROOM, box.top - ROOM];
    const isBelow = below >= Math.min(this.list.scrollHeight, 200) || below >= above;
    style.left = `${Math.max(Math.min(box.left, innerWidth - this.list.offsetWidth - ROOM), ROOM)}px`;
    style.minWidth = `${box.width}px`;
    style.maxHeight = `${Math.min(isBelow ? below : above, 256)}px`;
    style.top = isBelow ? `${box.bottom + 2}px` : "auto";
    style.bottom = isBelow ? "auto" : `${innerHeight - box.top + 2}px`;
  }

  close() {
    if (this.isOpen) {
      this.list.hidePopover();
      removeEventListener("scroll", this.follow, true);
      removeEventListener("resize", this.follow);
    }
    this.list.replaceChildren();
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  found() {
    return [...this.list.children];
  }

  // What the field says, or comes next after it.
  nearest() {
    const value = this.value;
    const found = this.found();
    const at = (option) => Number(option.dataset.at);
    return found.find((option) => at(option) === value) ?? found.find((option) => at(option) >= value);
  }

  // Brought into the middle, and marked where it is what the field says.
  show(option) {
    if (option) {
      this.list.scrollTop = option.offsetTop - (this.list.clientHeight - option.offsetHeight) / 2;
      option.classList.toggle("is-said", Number(option.dataset.at) === this.value);
    }
  }

  onInput() {
    this.field.removeAttribute("aria-invalid");
    this.open();
    this.mark(null);
    for (const option of this.list.querySelectorAll(".is-said")) {
      option.classList.remove("is-said");
    }
    this.show(this.nearest());
  }

  onKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && this.isOpen) {
      this.close();
    } else if (event.key === "Enter" && this.active) {
      this.choose(this.active);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  walk(step) {
    if (!this.isOpen) {
      this.open();
      this.mark(this.nearest());
      return;
    }
    const found = this.found();
    const from = this.active ? found.indexOf(this.active) + step : found.indexOf(this.nearest());
    this.mark(found[(from + found.length) % found.length]);
  }

  mark(option) {
    this.active?.setAttribute("aria-selected", "false");
    this.field.removeAttribute("aria-activedescendant");
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.field.setAttribute("aria-activedescendant", option.id);
    }
  }

  choose(option) {
    if (!option) {
      return;
    }
    const { at, length } = option.dataset;
    if (length && this.field.form.elements.end_date) {
      endAfter(this.field.form, Number(length));
    } else {
      tell(this.field, clockFace(Number(at), countsToTwelve(this.field)));
    }
    this.close();
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // As the member's clock shows it.
  settle() {
    const minutes = this.value;
    if (minutes !== null) {
      this.field.value = clockFace(minutes, countsToTwelve(this.field));
    }
    this.field.toggleAttribute("aria-invalid", false);
    if (minutes === null && this.field.value.trim()) {
      this.field.setAttribute("aria-invalid", "true");
    }
  }

  leave() {
    if (this.active) {
      this.choose(this.active);
    }
    this.close();
  }
}

function enhanceAll(within) {
  for (const field of within.querySelectorAll("[data-clock]:not([role])")) {
    new ClockField(field);
  }
}

document.addEventListener("htmx:afterSwap", (event) => enhanceAll(event.detail.target));
enhanceAll(document);
