// A description is written as it will look. Without scripts its text area holds the HTML itself.

const FORMATS = ":not(br, div)";

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

function enhance(field) {
  const area = field.querySelector("textarea");
  const rich = field.querySelector("[data-rich]");
  const editable = rich.querySelector("[contenteditable]");
  const toolbar = rich.querySelector("[role=toolbar]");
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
