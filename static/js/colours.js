// Whoever picks a colour of their own means it.

document.addEventListener("input", ({ target }) => {
  if (target.matches(".any-colour [type=color]")) {
    target.closest(".any-colour").querySelector("[type=radio]").checked = true;
  }
});
