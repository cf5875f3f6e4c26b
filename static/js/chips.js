// What an event says where it has no room for it: all of it under the pointer, as it is for those
// who hear it.

const tidy = (text) => text.replace(/\s+/g, " ").replaceAll(" ,", ",").trim();

document.addEventListener("pointerover", ({ target }) => {
  const event = target.closest?.("#live .event:not([title])");
  if (event) {
    event.title = tidy(event.textContent);
  }
});
