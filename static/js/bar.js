// The chip of a page that is no view asks for itself; of a hidden tab it costs nothing.

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.matches(".chip-place")) {
    event.preventDefault();
  }
});
