// A description is written as it will look. Without scripts its text area holds the HTML itself.

const FORMATS = ":not(br, div)";
const SCHEMES = ["http:", "https:", "mailto:", "tel:"];

function textOf(editable) {
  if (!editable.innerText.trim()) {
    return "";
  }
  const isPlain = !editable.querySelector(FORMATS);
  return isPlain ? editable.innerText.replace(/\n$/, "") : editable.innerHTML;
}

function showPressed(toolbar) {
  for (const button of toolbar.querySelectorAll("[data-command]")) {
    button.setAttribute("aria-pressed", document.queryCommandState(button.dataset.command));
  }
}

// What is pasted or dropped comes as text: formats of other pages do not belong here.
function takeText(event, source) {
  event.preventDefault();
  document.execCommand("insertText", false, source.getData("text/plain"));
}

// An address as it stands in a link: what has no scheme is a page, or somebody to write to.
function linkTo(typed) {
  const text = typed.trim();
  const isMail = /^[^\s@/:]+@[^\s@/:]+$/.test(text);
  const full = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `${isMail ? "mailto:" : "https://"}${text}`;
  const address = text && URL.canParse(full) ? new URL(full) : null;
  return address && SCHEMES.includes(address.protocol) ? address.href : "";
}

class LinkRow {
  constructor(rich, editable) {
    this.editable = editable;
    this.button = rich.querySelector("[data-link]");
    this.row = rich.querySelector(".link-row");
    this.input = this.row.querySelector("input");
    this.said = this.row.querySelector("[role=status]");
    this.button.addEventListener("click", () => (this.row.hidden ? this.open() : this.close()));
    editable.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.open();
      }
    });
    this.row.addEventListener("keydown", (event) => this.onKey(event));
    this.row.querySelector("[data-set]").addEventListener("click", () => this.set());
    this.row.querySelector("[data-unlink]").addEventListener("click", () => this.unlink());
  }

  // Where the caret is; within a link the whole link.
  open() {
    const selection = getSelection();
    const isInside = selection.rangeCount > 0 && this.editable.contains(selection.anchorNode);
    this.range = isInside ? selection.getRangeAt(0).cloneRange() : null;
    const node = this.range?.startContainer;
    const around = (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("a");
    if (around && this.editable.contains(around)) {
      this.range.selectNodeContents(around);
    }
    this.input.value = around?.getAttribute("href") ?? "";
    this.say("");
    this.row.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.input.focus();
    this.input.select();
  }

  close() {
    this.row.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.restore();
  }

  restore() {
    this.editable.focus();
    if (this.range) {
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(this.range);
    }
  }

  onKey(event) {
    if (event.key === "Escape") {
      this.close();
    } else if (event.key === "Enter" && event.target === this.input) {
      this.set();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  set() {
    const address = linkTo(this.input.value);
    if (!address) {
      this.input.setAttribute("aria-invalid", "true");
      this.say("A link leads to a page, an e-mail address or a telephone number.");
      this.input.focus();
      return;
    }
    this.close();
    if (getSelection().isCollapsed) {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = this.input.value.trim();
      document.execCommand("insertHTML", false, `${link.outerHTML}&nbsp;`);
    } else {
      document.execCommand("createLink", false, address);
    }
  }

  unlink() {
    this.close();
    document.execCommand("unlink");
  }

  say(text) {
    this.said.textContent = text;
    if (!text) {
      this.input.removeAttribute("aria-invalid");
    }
  }
}

function enhance(field) {
  const area = field.querySelector("textarea");
  const rich = field.querySelector("[data-rich]");
  const editable = rich.querySelector("[contenteditable]");
  const toolbar = rich.querySelector("[role=toolbar]");
  new LinkRow(rich, editable);
  rich.hidden = false;
  area.hidden = true;
  editable.addEventListener("input", () => {
    area.value = textOf(editable);
  });
  editable.addEventListener("paste", (event) => takeText(event, event.clipboardData));
  editable.addEventListener("drop", (event) => event.preventDefault());
  field.querySelector("label").addEventListener("click", () => editable.focus());
  for (const name of ["keyup", "mouseup", "focus"]) {
    editable.addEventListener(name, () => showPressed(toolbar));
  }
  toolbar.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
  toolbar.addEventListener("click", (event) => {
    const command = event.target.closest("[data-command]")?.dataset.command;
    if (command) {
      editable.focus();
      document.execCommand(command);
      showPressed(toolbar);
    }
  });
}

function enhanceAll(within) {
  for (const rich of within.querySelectorAll("[data-rich][hidden]")) {
    enhance(rich.closest(".field"));
  }
}

document.addEventListener("htmx:afterSwap", (event) => enhanceAll(event.detail.target));
enhanceAll(document);
