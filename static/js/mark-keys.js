// A letter or a digit presses the button that carries it: in the frame that has the focus, else in the page's own marks.
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.key.length !== 1) return;
  if (event.target.closest?.("input:not([type=checkbox]), textarea, select")) return;
  const place = event.target.closest?.(".frame") ?? document.getElementById("marks");
  const key = CSS.escape(event.key.toLowerCase());
  const button = place?.querySelector(`[data-key="${event.key === "0" ? "none" : key}"]`) ?? null;
  const rated = event.key === "0" ? place?.querySelector(".rating [value='0']") : null;
  (button ?? rated)?.click();
});
