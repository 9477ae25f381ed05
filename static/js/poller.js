// Nobody looks: it is asked seldom, so that the title can tell when a picture is ready. The first look back asks at once.
const HIDDEN_MS = 10_000;
let asked = 0;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id !== "poller") return;
  const now = performance.now();
  if (document.hidden && now - asked < HIDDEN_MS) event.preventDefault();
  else asked = now;
});
document.addEventListener("visibilitychange", () => {
  const poller = document.querySelector("#poller[hx-get]");
  if (poller && !document.hidden) htmx.trigger(poller, "look");
});
