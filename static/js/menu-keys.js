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

// A menu opened by keyboard takes the focus to its first line.
document.addEventListener("toggle", (event) => {
  if (event.newState === "open" && event.target.matches(".menu[popover]") && document.activeElement?.matches(":focus-visible"))
    event.target.querySelector("a[href], button")?.focus();
}, true);
