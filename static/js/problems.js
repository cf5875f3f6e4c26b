// What was decided leaves the list, and its button with it: the focus goes on to what took its place.

let at = -1;

const list = () => [...document.querySelectorAll("#live .problem")];

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.requestConfig.verb === "post") {
    at = list().findIndex((problem) => problem.contains(detail.elt));
  }
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const decided = detail.requestConfig?.verb === "post" && detail.target.id === "live";
  if (decided && document.activeElement === document.body) {
    const next = at < 0 ? undefined : (list()[at] ?? list().at(-1));
    (next ?? document.getElementById("content")).focus({ preventScroll: !next });
  }
});
