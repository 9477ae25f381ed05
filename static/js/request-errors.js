// A request that failed says so in a toast; the words come with the page, in its language.
function say(kind) {
  const words = document.querySelector(`template[data-error="${kind}"]`);
  if (words) document.getElementById("toasts").replaceChildren(words.content.cloneNode(true));
}

document.addEventListener("htmx:sendError", () => say(navigator.onLine ? "unreachable" : "offline"));
document.addEventListener("htmx:timeout", () => say("unreachable"));
document.addEventListener("htmx:responseError", (event) => {
  say({ 401: "session", 403: "session", 404: "gone", 503: "away" }[event.detail.xhr.status] ?? "broken");
});
// A session that has ended answers with the door, which is no answer to what was asked.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!new URL(event.detail.xhr.responseURL || location.href).pathname.startsWith("/accounts/login/")) return;
  event.detail.shouldSwap = false;
  say("session");
});
window.addEventListener("offline", () => say("offline"));
