// What an event says where it has no room for it: all of it under the pointer, as it is for those
// who hear it.

function said(event) {
  const copy = event.cloneNode(true);
  copy.querySelectorAll("[aria-hidden]").forEach((unsaid) => unsaid.remove());
  return copy.textContent.replace(/\s+/g, " ").replaceAll(" ,", ",").trim();
}

document.addEventListener("pointerover", ({ target }) => {
  const event = target.closest?.("#live .event:not([title])");
  if (event) {
    event.title = said(event);
  }
});
