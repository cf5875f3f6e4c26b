// Folds the side bar at once; the server remembers it for the next page.

const form = document.getElementById("side-fold");

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = form.elements.side;
  const data = new FormData(form, button);
  const isFolded = document.body.classList.toggle("side-folded");
  button.setAttribute("aria-expanded", String(!isFolded));
  button.value = isFolded ? "shown" : "folded";
  fetch(form.action, { method: "POST", body: data, redirect: "manual" });
});
