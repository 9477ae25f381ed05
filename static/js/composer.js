// The composer's last comfort: keys, one answer at a time, errors where they belong. Without it the form still works.
const composer = document.getElementById("composer");
const choices = document.getElementById("choices");
const isReckoning = () => choices.classList.contains("htmx-request");

// On narrow screens the composer covers the feed, so after a submit the page itself has to change.
if (composer && matchMedia("(width < 64rem)").matches) composer.removeAttribute("hx-post");

document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("#composer") || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  composer.requestSubmit();
});

// Something was changed while an answer was on its way: that answer is out of date, and another one is asked for next.
let isOutdated = false;
choices?.addEventListener("htmx:trigger", (event) => {
  if (event.target === choices && isReckoning()) isOutdated = true;
});
choices?.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target !== choices) return;
  if (isOutdated) event.detail.shouldSwap = false;
  isOutdated = false;
});

// What was chosen last is priced before it is sent: a submit waits for that answer, and for images on their way.
composer?.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target !== composer) return;
  if (document.querySelector("#tray-files.htmx-request")) event.preventDefault();
  else if (isReckoning()) {
    event.preventDefault();
    choices.addEventListener("htmx:afterRequest", () => setTimeout(() => composer.requestSubmit()), { once: true });
  }
});

// After an answer each field says whether it is wrong, and after a refusal the first wrong one has the focus.
composer?.addEventListener("htmx:afterRequest", (event) => {
  for (const error of composer.querySelectorAll(".err[data-field]:not([data-field=''])"))
    if (error.hidden) document.getElementById(error.dataset.field).removeAttribute("aria-invalid");
    else document.getElementById(error.dataset.field).setAttribute("aria-invalid", "true");
  if (event.target === composer && event.detail.xhr.status >= 400)
    (composer.querySelector("[aria-invalid=true]") ?? document.getElementById("notice")).focus();
});

// Money came back: a run that did not fit may fit now.
document.body.addEventListener("budget", () => {
  if (document.querySelector("#go-ready[aria-disabled=true]")) document.body.dispatchEvent(new CustomEvent("recompose"));
});

// The browser brings back what was typed and chosen when one returns to the page; the rest has to follow.
addEventListener("pageshow", () => {
  if (choices?.querySelector("#prompt").value !== choices?.querySelector("#prompt").defaultValue)
    document.body.dispatchEvent(new CustomEvent("recompose"));
});
