// The admin's page of a periodic task: the chosen crontab in words.

const crontabs = JSON.parse(document.getElementById("readable-crontabs").textContent);
const chosen = document.getElementById("id_crontab");
const row = document.querySelector(".field-crontab");
const help = row?.querySelector(".help");

document.querySelector(".field-crontab_translation")?.setAttribute("hidden", "");

if (chosen && row) {
  const said = document.createElement("div");
  said.className = "help";
  (help ?? row).after(said);
  const tell = () => {
    const words = crontabs[chosen.value];
    said.textContent = words ? `Translation: ${words}` : "";
  };
  // Django's own widgets tell of a change through their jQuery.
  django.jQuery(chosen).on("change", tell);
  tell();
}
