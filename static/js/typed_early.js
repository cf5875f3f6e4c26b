// What was typed into a search before the scripts were there is searched for, too.

document.addEventListener(
  "htmx:load",
  () => {
    for (const field of document.querySelectorAll("[type=search][hx-get]")) {
      if (field.value !== field.defaultValue) {
        htmx.trigger(field, "typed-early");
      }
    }
  },
  { once: true },
);
