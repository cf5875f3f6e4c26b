// An open page hears from the server that it is out of date, and then asks for itself. Where the
// server cannot say so, the page goes on asking every few seconds.

const ASK_ANYWAY = 60_000; // the words of the chip grow old without any change
const SETTLE = 250; // a change of this very page is answered by then
const STREAM = document.documentElement.dataset.stream;

let stream = null;
let askedAt = Date.now();
let waiting = false;

const isHeard = () => stream?.readyState === EventSource.OPEN;
const dialog = document.getElementById("dialog");

// Nothing moves under an open form or a drag: the page waits with what it heard, and says so where it
// is more than that what was done here has reached Google.
const isBusy = () => Boolean(dialog?.open || document.querySelector(".is-dragging"));
const isAsking = () => document.querySelector("form.htmx-request, .scroller.htmx-request") !== null;

const isSaid = () => document.getElementById("changed-elsewhere")?.hidden === false;

function sayChangedElsewhere(changed) {
  const sentence = document.getElementById("changed-elsewhere");
  if (sentence) {
    sentence.hidden = !changed;
  }
}

function ask() {
  if (isAsking()) {
    setTimeout(ask, SETTLE);
    return;
  }
  if (!isBusy()) {
    waiting = false;
    sayChangedElsewhere(false);
  }
  document.body.dispatchEvent(new Event("calendar-changed"));
}

function askIfWaiting() {
  if (waiting) {
    ask();
  }
}

function listen() {
  if (STREAM && !stream && !document.hidden) {
    stream = new EventSource(STREAM);
    stream.addEventListener("error", () => document.dispatchEvent(new Event("stream-lost")));
    stream.addEventListener("version", () => setTimeout(ask, SETTLE));
  }
}

function stopListening() {
  stream?.close();
  stream = null;
}

// Nobody looks at a hidden tab: it costs nothing, and catches up when it is shown.
document.addEventListener("visibilitychange", () => (document.hidden ? stopListening() : listen()));
addEventListener("pagehide", stopListening);
addEventListener("pageshow", listen);

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id !== "live") {
    return;
  }
  const isPoll = !event.detail.requestConfig.triggeringEvent;
  const isNeedless = isPoll && isHeard() && Date.now() - askedAt < ASK_ANYWAY;
  if (document.hidden || isNeedless || (isSaid() && isBusy())) {
    event.preventDefault();
  } else {
    askedAt = Date.now();
  }
});

// Of an answer that comes meanwhile only what stands around the view is taken, if that is all.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const isOfView = detail.requestConfig.elt.id === "live" && detail.shouldSwap;
  if (isOfView && isBusy() && detail.xhr.getResponseHeader("HX-Reswap") !== "none") {
    detail.shouldSwap = false;
    waiting = true;
    sayChangedElsewhere(!detail.xhr.getResponseHeader("X-Same-Events"));
  }
});

dialog?.addEventListener("close", askIfWaiting);
document.addEventListener("drag-ended", () => setTimeout(askIfWaiting, SETTLE)); // it is sent first
document.addEventListener("answering-again", ask);
