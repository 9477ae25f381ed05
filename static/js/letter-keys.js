// A letter or a digit presses the button or the link that carries it: of the frame that has the focus or is shown large,
// else of the page, where the page is about one frame. What a frame does not carry itself may be in its menu.
const placeOf = (target) => {
  const near = target.closest?.(".frame, dialog, [data-frame]");
  if (near?.dataset.frame) return document.getElementById(near.dataset.frame);
  return near ?? (document.getElementById("marks") ? document.getElementById("main") : null);
};

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.key.length !== 1) return;
  if (event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  const place = placeOf(event.target);
  const key = event.key.toLowerCase();
  const button = place?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const rated = key === "0" ? place?.querySelector(".rating [value='0']") : null;
  if (button ?? rated) (button ?? rated).click();
  else place?.dispatchEvent(new CustomEvent("frame-key", { bubbles: true, detail: key }));
});
