// The arrow keys and a swipe go to the next and the previous frame. Not while somebody types, chooses, or scrolls a picture.
const go = (id) => document.getElementById(id)?.click();

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("input, textarea, select, .is-zoomed, .menu, .lineage, .scroll-x, pre")) return;
  const id = { ArrowRight: "later", ArrowLeft: "earlier" }[event.key];
  if (id) go(id);
});

document.addEventListener("swipe", (event) => go(event.detail === "next" ? "later" : "earlier"));
