// The composer's last comfort: keys, one answer at a time, errors where they belong. Without it the form still works.
const composer = document.getElementById("composer");
const choices = document.getElementById("choices");
const isReckoning = () => choices.classList.contains("htmx-request");

// On narrow screens the composer covers the feed, so after a submit the page itself has to change.
if (composer && matchMedia("(width < 64rem)").matches) composer.removeAttribute("hx-post");

document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("#composer") || event.target.closest("dialog") || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  composer.requestSubmit();
});

// Alt and a digit choose the model in that place; whoever writes goes on writing.
document.addEventListener("keydown", (event) => {
  const place = event.altKey && !event.ctrlKey && !event.metaKey && /^Digit([1-9])$/.exec(event.code)?.[1];
  const model = place && document.querySelectorAll("#model-field .choice")[place - 1];
  if (!model) return;
  event.preventDefault();
  model.click();
});

// Something was changed while an answer was on its way: that answer is out of date, and another one is asked for next.
let isOutdated = false;
choices?.addEventListener("htmx:trigger", (event) => {
  if (event.target === choices && isReckoning()) isOutdated = true;
});
choices?.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target === choices) isOutdated = false;
});
choices?.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target === choices && isOutdated) event.detail.shouldSwap = false;
});

// The button that a later answer has put in another's place: the same word, or no button at all.
const twinOf = (button) => [...composer.querySelectorAll("button")].find((one) =>
  one.name === button.name && one.value === button.value && one.id === button.id);
const afterwards = (act) => choices.addEventListener("htmx:afterRequest", () => setTimeout(act), { once: true });

// What was chosen last is priced before it is sent: a submit waits for that answer, and for images on their way.
document.addEventListener("submit", (event) => {
  const isUploading = document.querySelector("#coming[data-busy]");
  if (event.target !== composer || !(isUploading || isReckoning())) return;
  event.preventDefault();
  event.stopPropagation();
  if (!isUploading) afterwards(() => (event.submitter ? twinOf(event.submitter)?.click() : composer.requestSubmit()));
}, true);

// So does a button that changes the composition: the answer brings it anew, and a button that is gone asks for nothing.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#composer button[hx-post]");
  if (!button || !isReckoning()) return;
  event.preventDefault();
  event.stopPropagation();
  afterwards(() => twinOf(button)?.click());
}, true);

// An answer that comes while a button is held down puts another in its place, and the browser tells of no click then.
// Every press begins anew, wherever it is; and one that says something else now, another price, was not pressed.
let held;
document.addEventListener("pointerdown", (event) => (held = event.target.closest(".go")));
document.addEventListener("pointerup", ({ target }) => held?.isConnected === false && target.closest(".go")?.isEqualNode(held) && target.click());

// After an answer each field says whether it is wrong, and after a refusal the first wrong one has the focus.
composer?.addEventListener("htmx:afterRequest", (event) => {
  for (const error of composer.querySelectorAll(".err[data-field]:not([data-field=''])"))
    if (error.hidden) document.getElementById(error.dataset.field).removeAttribute("aria-invalid");
    else document.getElementById(error.dataset.field).setAttribute("aria-invalid", "true");
  if (event.target === composer && event.detail.xhr.status >= 400)
    (composer.querySelector("[aria-invalid=true]") ?? document.getElementById("notice")).focus();
});

// The button that ends the continuing goes away with it; the next thing to do is to write.
composer?.addEventListener("click", (event) => {
  if (event.target.closest("#conversation-drop")) document.getElementById("prompt").focus();
});

// Money came back: a run that did not fit may fit now.
document.body.addEventListener("budget", () => {
  if (document.querySelector("#go-ready[aria-disabled=true]")) document.body.dispatchEvent(new CustomEvent("recompose"));
});

// Chosen before this script was there, or brought back by the browser on return: the rest has to follow.
addEventListener("pageshow", () => {
  const fields = [...(choices?.querySelectorAll("textarea, .choice, #variations") ?? [])];
  if (fields.some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked))
    document.body.dispatchEvent(new CustomEvent("recompose"));
});
