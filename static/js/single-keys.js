// Keys without a modifier that do something can be switched off in the account menu (WCAG 2.1.4): somebody who speaks to
// their computer presses them without meaning to. Heard before all others, and none of them hears it then. The space bar
// presses what has the focus, and stays.
document.addEventListener("keydown", (event) => {
  if (document.documentElement.dataset.keys !== "off" || event.key.length !== 1 || event.key === " ") return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (!event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select")) event.stopImmediatePropagation();
}, true);
