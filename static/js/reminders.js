// Reminders are added and removed one at a time. Without scripts all rows that can be are there.

const PROPOSED = [10, 30, 60, 5, 0]; // minutes before

const amountOf = (row) => row.querySelector("input");

function enhance(root) {
  const add = root.querySelector("[data-add]");
  const said = root.querySelector("[role=status]");
  const rows = () => [...root.querySelectorAll(".reminder-row")];
  const free = () => rows().find((row) => row.hidden);

  function settle() {
    add.hidden = !free();
  }

  for (const row of rows()) {
    row.hidden = amountOf(row).value === "" && !amountOf(row).matches("[aria-invalid]");
    row.querySelector("[data-remove]").hidden = false;
  }
  add.addEventListener("click", () => {
    const row = free();
    const taken = rows().map((each) => amountOf(each).value);
    amountOf(row).value = PROPOSED.find((each) => !taken.includes(String(each)));
    row.hidden = false;
    settle();
    amountOf(row).focus();
    amountOf(row).select();
  });
  root.addEventListener("click", (event) => {
    const row = event.target.closest("[data-remove]")?.closest(".reminder-row");
    if (row) {
      amountOf(row).value = "";
      row.hidden = true;
      settle();
      said.textContent = "The reminder is removed.";
      add.focus();
    }
  });
  settle();
}

function enhanceAll(within) {
  for (const root of within.querySelectorAll("[data-reminders]:has([data-add][hidden])")) {
    enhance(root);
  }
}

// What "as the calendar" means goes with the calendar.
document.addEventListener("change", ({ target }) => {
  const usual = target.selectedOptions?.[0]?.dataset.reminders;
  const label = target.form?.querySelector("[name=remind][value=default]")?.closest("label");
  if (usual !== undefined && label) {
    label.lastChild.textContent = ` As the calendar: ${usual}`;
  }
});

document.addEventListener("htmx:afterSwap", (event) => enhanceAll(event.detail.target));
enhanceAll(document);
