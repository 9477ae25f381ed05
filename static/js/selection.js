// Shift and a click choose all frames in between, X the one with the focus, Esc none. Without it each is ticked by hand.
const boxes = () => [...document.querySelectorAll("input[form=selection][name=frames]")];
const bar = document.getElementById("selection");
let last = null;
let count = 0;

function tell() {
  count = 0;
  for (const box of boxes()) {
    count += box.checked;
    box.closest(".frame").classList.toggle("is-chosen", box.checked);
  }
  bar.closest(".gallery").classList.toggle("is-choosing", count > 0);
  const chosen = bar.querySelector(".chosen");
  chosen.textContent = `${count} ${chosen.dataset.word}`;
  for (const button of bar.querySelectorAll("[data-exactly]"))
    button.setAttribute("aria-disabled", String(count !== Number(button.dataset.exactly)));
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("input[form=selection]");
  if (!box) return;
  const all = boxes();
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
    for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  }
  last = box;
  tell();
});
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog, [popover]")) return;
  if (event.key.toLowerCase() === "x") event.target.closest(".frame")?.querySelector("input[form=selection]")?.click();
  if (event.key === "Escape") bar.reset();
});
bar.addEventListener("click", (event) => {
  if (event.target.closest("[aria-disabled=true]")) event.preventDefault();
});
bar.addEventListener("reset", () => setTimeout(tell));
// Frames came or went. What came is not chosen.
document.addEventListener("htmx:afterSettle", () => count && tell());
addEventListener("pageshow", tell);
tell();
