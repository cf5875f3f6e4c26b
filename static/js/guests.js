// Guests are chosen by name or address while one types. Without scripts two fields take addresses;
// with them they stay, hidden, and hold what the list shows.

const ADDRESS = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/;
const SEPARATORS = /[\s,;]+/;

class Picker {
  constructor(root) {
    this.panel = root.querySelector("[data-picker]");
    this.plain = root.querySelector("[data-plain]");
    this.field = this.panel.querySelector("[role=combobox]");
    this.options = this.panel.querySelector("[role=listbox]");
    this.list = this.panel.querySelector("ul.guests");
    this.said = this.panel.querySelector("[role=status]");
    [this.needed, this.optional] = this.plain.querySelectorAll("textarea");
    this.fill();
    this.listen();
    this.plain.hidden = !this.plain.querySelector(".errorlist");
    this.panel.hidden = false;
  }

  fill() {
    for (const area of [this.needed, this.optional]) {
      for (const address of area.value.split(SEPARATORS).filter(Boolean)) {
        this.show(address, "", area === this.optional);
      }
    }
  }

  listen() {
    const { field, options } = this;
    field.addEventListener("keydown", (event) => this.onKey(event));
    field.addEventListener("input", () => this.onInput());
    field.addEventListener("paste", () => setTimeout(() => this.takeMany()));
    field.addEventListener("blur", () => this.leave());
    field.addEventListener("htmx:configRequest", ({ detail }) => {
      detail.parameters.without = this.addresses();
    });
    options.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus
    options.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
    options.addEventListener("htmx:afterSwap", () => this.open());
    field.form.addEventListener("submit", (event) => this.holdBack(event), { capture: true });
    this.list.addEventListener("change", () => this.write());
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("button")?.closest("li");
      if (row) {
        this.remove(row);
      }
    });
  }

  // Those who are invited already, here and in the list above.
  addresses() {
    const above = [...document.querySelectorAll('[name="remove_guests"]')].map((box) => box.value);
    return [...this.rows().map((row) => row.dataset.address), ...above];
  }

  rows() {
    return [...this.list.children];
  }

  found() {
    return [...this.options.querySelectorAll("[role=option]")];
  }

  get active() {
    return this.options.querySelector("[aria-selected=true]");
  }

  open() {
    const number = this.field.value.trim() ? this.found().length : 0;
    this.options.hidden = number === 0;
    this.field.setAttribute("aria-expanded", number > 0);
    this.field.removeAttribute("aria-activedescendant");
    const isRefused = this.field.hasAttribute("aria-invalid"); // which is said already
    if (document.activeElement === this.field && this.field.value.trim() && !isRefused) {
      this.say(number ? `${number} found, walk with the arrow keys` : "Type the whole address");
    }
  }

  close() {
    this.options.hidden = true;
    this.options.replaceChildren();
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  say(text) {
    this.said.textContent = text;
  }

  onInput() {
    this.field.removeAttribute("aria-invalid");
    if (!this.field.value.trim()) {
      this.close();
      this.say("");
    }
  }

  onKey(event) {
    const isOpen = !this.options.hidden;
    if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      this.walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape" && isOpen) {
      this.close();
    } else if (event.key === "Enter" && this.active && isOpen) {
      this.choose(this.active);
    } else if (["Enter", ",", ";", " "].includes(event.key) && this.take()) {
      // taken
    } else if (event.key !== "Enter" || !this.field.value.trim()) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  walk(step) {
    const found = this.found();
    const at = found.indexOf(this.active);
    const next = found[(at + step + found.length + (at < 0 && step < 0 ? 1 : 0)) % found.length];
    this.active?.setAttribute("aria-selected", "false");
    next.setAttribute("aria-selected", "true");
    next.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", next.id);
  }

  choose(option) {
    if (option) {
      this.add(option.dataset.address, option.dataset.name);
    }
  }

  // What was typed, where it is an address.
  take() {
    const typed = this.field.value.trim();
    if (!ADDRESS.test(typed)) {
      return false;
    }
    this.add(typed, "");
    return true;
  }

  takeMany() {
    const parts = this.field.value.split(SEPARATORS).filter(Boolean);
    if (parts.length > 1 && parts.every((part) => ADDRESS.test(part))) {
      for (const part of parts) {
        this.add(part, "");
      }
    }
  }

  leave() {
    this.close();
    return !this.field.value.trim() || this.take() || this.refuse();
  }

  refuse() {
    this.field.setAttribute("aria-invalid", "true");
    this.say("This is no address: complete it, or take it out.");
    return false;
  }

  // Nobody who was typed is left out without a word.
  holdBack(event) {
    if (!event.submitter?.matches("[data-action=delete]") && !this.leave()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.field.focus();
    }
  }

  add(address, name) {
    this.field.value = "";
    this.close();
    const known = this.addresses().some((each) => each.toLowerCase() === address.toLowerCase());
    if (known) {
      this.say(`${name || address} is on the list already.`);
      return;
    }
    this.show(address, name, false);
    this.write();
    this.say(`${name || address} is added.`);
  }

  show(address, name, isOptional) {
    const row = this.panel.querySelector("template").content.firstElementChild.cloneNode(true);
    row.dataset.address = address;
    row.querySelector(".guest-name").textContent = name || address;
    row.querySelector(".guest-address").textContent = name ? address : "";
    row.querySelector(".visually-hidden").textContent = ` ${name || address}`;
    row.querySelector("input").checked = isOptional;
    row.querySelector("button").setAttribute("aria-label", `Remove ${name || address}`);
    this.list.append(row);
  }

  remove(row) {
    const name = row.querySelector(".guest-name").textContent;
    row.remove();
    this.write();
    this.say(`${name} is removed.`);
    this.field.focus();
  }

  write() {
    const chosen = (isOptional) =>
      this.rows()
        .filter((row) => row.querySelector("input").checked === isOptional)
        .map((row) => row.dataset.address)
        .join("\n");
    this.needed.value = chosen(false);
    this.optional.value = chosen(true);
  }
}

function enhanceAll(within) {
  for (const root of within.querySelectorAll("[data-guests]:has([data-picker][hidden])")) {
    new Picker(root);
  }
}

document.addEventListener("htmx:afterSwap", (event) => enhanceAll(event.detail.target));
enhanceAll(document);
