// What was decided leaves the list, and its button with it: the focus goes on from the list.

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const decided = detail.requestConfig?.verb === "post";
  if (decided && detail.target.id === "live" && document.activeElement === document.body) {
    document.getElementById("content").focus({ preventScroll: true });
  }
});
