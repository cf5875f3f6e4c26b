// Search in the top bar: what is found stands under the field, and the arrow keys walk through it.

const form = document.getElementById("search");
const field = form?.querySelector("input");
const panel = document.getElementById("search-panel");

const found = () => [...panel.querySelectorAll("a")];
const isOpen = () => !panel.hidden;

function close() {
  panel.hidden = true;
}

function open() {
  panel.hidden = !field.value.trim() || panel.childElementCount === 0;
}

// From the field down into the list, and up again; past the last one nothing happens.
function walk(step) {
  const stops = [field, ...found()];
  const next = stops.indexOf(document.activeElement) + step;
  stops[Math.min(Math.max(next, 0), stops.length - 1)].focus();
}

function onKey(event) {
  if (event.key === "Escape" && isOpen()) {
    close();
    field.focus();
  } else if (event.key === "ArrowDown" && isOpen()) {
    walk(1);
  } else if (event.key === "ArrowUp" && isOpen()) {
    walk(-1);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

if (form && panel) {
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === panel) {
      open();
    }
  });
  field.addEventListener("focus", open);
  field.addEventListener("input", () => field.value.trim() || close());
  form.addEventListener("keydown", onKey);
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) {
      close();
    }
  });
  document.addEventListener("pointerdown", (event) => form.contains(event.target) || close());
  // Whoever closes the event that was found is back at the field, and at what else was found.
  panel.addEventListener("click", (event) => {
    if (event.target.closest("a.event")) {
      field.focus();
      close();
    }
  });
}
