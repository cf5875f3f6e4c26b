// A sentence at the foot of the page, which those hear who cannot see it; with a link where one can go
// on from there.

export function say(sentence, { href, label } = {}) {
  const toast = document.createElement("div");
  const text = document.createElement("p");
  toast.className = "toast";
  text.textContent = sentence;
  toast.append(text);
  if (href) {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = label;
    toast.append(link);
  }
  document.getElementById("announce").replaceChildren(toast);
}
