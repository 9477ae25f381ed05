// The menu of a frame: one for the page, brought when its button is pressed, so that ten thousand frames carry none. A key
// of it presses what is in it without opening it. Without script the button leads to the frame's own page.
const menu = document.getElementById("frame-menu");
let opener = null;
let coming = null; // of the frame in menu.dataset.frame: on its way, or there

const forget = () => (coming = null);

function bring(frame) {
  if (coming && menu.dataset.frame === frame.id) return coming;
  menu.dataset.frame = frame.id;
  menu.replaceChildren();
  // What went wrong is said by request-errors.js.
  return (coming = htmx.ajax("GET", frame.querySelector(".more").formAction, { source: menu, target: menu, swap: "innerHTML" })
    .catch(() => {}).then(() => menu.childElementCount || forget()));
}

// The browser itself opens and closes it, under the button that was pressed last.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".more");
  if (!button || !menu) return;
  if (opener) opener.popoverTargetElement = null;
  const place = button.closest("dialog") ?? document.body; // over a dialog only what is in it can be pressed
  if (place !== menu.parentNode) place.append(menu);
  opener = Object.assign(button, { type: "button", popoverTargetElement: menu });
}, true);

menu?.addEventListener("beforetoggle", async ({ newState }) => {
  opener.setAttribute("aria-expanded", String(newState === "open"));
  if (newState !== "open") return;
  menu.setAttribute("aria-label", opener.getAttribute("aria-label"));
  // As it is now; but what was just pressed in it waits for its answer.
  if (!menu.querySelector(".htmx-request")) forget();
  await bring(opener.closest(".frame") ?? document.getElementById(opener.closest("dialog").dataset.frame));
  if (!coming) menu.hidePopover();
  else if (document.activeElement === opener && opener.matches(":focus-visible")) menu.querySelector("a[href], button").focus();
});

document.addEventListener("frame-key", async ({ target: frame, detail: key }) => {
  if (!menu?.dataset.keys.includes(key) || !frame.querySelector(".more")) return;
  await bring(frame);
  if (menu.dataset.frame !== frame.id) return;
  const rated = key === "0" ? menu.querySelector(".rating [value='0']") : null;
  (menu.querySelector(`[data-key="${key}"]`) ?? rated)?.click();
});

// Its frame is drawn anew, or gone.
document.addEventListener("htmx:oobAfterSwap", () => opener?.isConnected === false && menu.hidePopover());
// Several frames were marked at once.
document.addEventListener("htmx:afterRequest", (event) => event.target.closest?.("#selection") && forget());
