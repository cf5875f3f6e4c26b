// Folds the side bar at once, and remembers it as the server does where there are no scripts. By the
// cookie alone: the answer to a request might come later than the next page.

const YEAR = 365 * 24 * 3600;

const form = document.getElementById("side-fold");

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = form.elements.side;
  const isFolded = document.body.classList.toggle("side-folded");
  button.setAttribute("aria-expanded", String(!isFolded));
  button.value = isFolded ? "shown" : "folded";
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `side_folded=yes; path=/; max-age=${isFolded ? YEAR : 0}; samesite=lax${secure}`;
});
