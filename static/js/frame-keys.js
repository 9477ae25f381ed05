// J and K, the arrow keys and a swipe go to the next and the previous frame: from a frame's page to its neighbour's, else
// with the focus from one to the next. Not while somebody types, chooses, or scrolls a picture.
const stopIn = (frame) => frame?.querySelector("a[href]");

function go(step) {
  const neighbour = document.getElementById(step > 0 ? "later" : "earlier");
  if (neighbour) return neighbour.click();
  const frames = [...document.querySelectorAll(".frame")];
  const here = frames.indexOf(document.activeElement.closest(".frame"));
  const first = frames.findIndex((frame) => frame.getBoundingClientRect().bottom > innerHeight / 4);
  stopIn(frames[here < 0 ? first : here + step])?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, .is-zoomed, .menu, .lineage, .scroll-x, pre, dialog")) return;
  const isArrow = event.key.startsWith("Arrow");
  if (isArrow && document.querySelector(".frame") && !event.target.closest(".frame")) return; // the page's own
  const step = { ArrowRight: 1, ArrowLeft: -1, j: 1, k: -1 }[event.key];
  if (!step) return;
  if (isArrow) event.preventDefault();
  go(step);
});

document.addEventListener("swipe", (event) => document.getElementById(event.detail === "next" ? "later" : "earlier")?.click());
