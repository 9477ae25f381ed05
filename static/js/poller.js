// What a page asks again and again it does not ask while nobody looks; the first look back asks at once. Only for a notice
// that somebody asked for (finish-notice.js) the workspace goes on, seldom: without a question nobody could tell them.
const REPEATED = "[hx-get][hx-trigger^=every]";
const HIDDEN_MS = 10_000;
let asked = 0;

function isDue(poll) {
  return poll.id === "poller" && document.documentElement.hasAttribute("data-finish-notice") && performance.now() - asked >= HIDDEN_MS;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.matches(REPEATED)) return;
  if (document.hidden && !isDue(event.target)) event.preventDefault();
  else asked = performance.now();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const poll of document.querySelectorAll(REPEATED)) htmx.trigger(poll, "look");
});
// A submit puts a poller of its own in the place of one whose answer is still on its way. That answer knows nothing of the
// new run, and would have it forgotten; whatever it tells, the new one is told as well.
document.addEventListener("htmx:beforeSwap", (event) => {
  const asker = event.detail.requestConfig.elt;
  if (asker.id === "poller" && !asker.isConnected) event.detail.shouldSwap = false;
});
