// Arrow keys, Home and End move inside an open menu. Opening, closing and Esc are the browser's own.
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu[popover]");
  if (!menu) return;
  const stops = [...menu.querySelectorAll("a[href], button:not(:disabled)")];
  const here = stops.indexOf(document.activeElement);
  const next = {
    ArrowDown: here + 1,
    ArrowUp: here - 1 + stops.length,
    Home: 0,
    End: stops.length - 1,
  }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  stops[next % stops.length].focus();
});

// A menu opened by keyboard takes the focus to its first line, unless a quicker hand is past that.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (event.newState !== "open" || !menu.matches(".menu[popover]") || menu.contains(document.activeElement)) return;
  if (document.activeElement?.matches(":focus-visible")) menu.querySelector("a[href], button")?.focus();
}, true);
