// The arrow keys go to the next and the previous frame. Not while somebody types, chooses, or scrolls a picture.
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("input, textarea, select, .stage, .menu, .lineage, .scroll-x, pre")) return;
  const id = { ArrowRight: "later", ArrowLeft: "earlier" }[event.key];
  if (id) document.getElementById(id)?.click();
});
