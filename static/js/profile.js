// The zone that the browser is in, where it is not the one that stands in the form.

const offer = document.getElementById("zone-here");
const field = document.getElementById("id_time_zone");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const isKnown = here?.includes("/") && !here.startsWith("Etc/"); // how browsers hide their zone

function showWhereItDiffers() {
  offer.hidden = !isKnown || field.value === here;
}

offer.querySelector("strong").textContent = here;
offer.querySelector("button").addEventListener("click", () => {
  field.value = here;
  field.focus();
  showWhereItDiffers();
});
field.addEventListener("input", showWhereItDiffers);
showWhereItDiffers();
