// The chip of a page that is no view asks for itself, at once after a change; of a hidden tab it costs
// nothing.

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.matches(".chip-place")) {
    event.preventDefault();
  }
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig?.verb === "post") {
    htmx.trigger(".chip-place", "changed-here");
  }
});
