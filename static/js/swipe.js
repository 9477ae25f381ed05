// A finger drawn sideways over [data-swipe] is a "swipe" event: next or previous. Not while the page is magnified.
const FAR = 60;
let begun = null;

document.addEventListener("pointerdown", (event) => {
  const isAlone = event.pointerType === "touch" && event.isPrimary && (window.visualViewport?.scale ?? 1) < 1.05;
  // What is under the finger may be another picture by the time it is lifted; what it is drawn over stays.
  const over = isAlone ? event.target.closest?.("[data-swipe]:not(.is-zoomed)") : null;
  begun = over ? { over, x: event.clientX, y: event.clientY } : null;
});

document.addEventListener("pointerup", (event) => {
  if (!begun || !event.isPrimary) return;
  const [across, down] = [event.clientX - begun.x, event.clientY - begun.y];
  if (Math.abs(across) > FAR && Math.abs(across) > 2 * Math.abs(down))
    begun.over.dispatchEvent(new CustomEvent("swipe", { bubbles: true, detail: across < 0 ? "next" : "previous" }));
  begun = null;
});
document.addEventListener("pointercancel", () => (begun = null));
