// Nobody looks: nothing is asked. The first look back asks at once.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "poller" && document.hidden) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  const poller = document.querySelector("#poller[hx-get]");
  if (poller && !document.hidden) htmx.trigger(poller, "look");
});
