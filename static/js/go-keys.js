// Keys that lead somewhere, on every page: G and a letter to a page, C to the prompt, / to the search, ? to the list.
const TOGETHER_MS = 1500;
const sheet = document.getElementById("shortcuts");
const find = (selector) => document.querySelector(selector);
let begun = -TOGETHER_MS;

const isTyping = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select");

function open() {
  document.body.dispatchEvent(new CustomEvent("shortcuts"));
  sheet.showModal();
}

// True when the key did something: nobody else is to take the second of two for his own.
function press(key) {
  const isSecond = performance.now() - begun < TOGETHER_MS;
  begun = key === "g" ? performance.now() : -TOGETHER_MS;
  if (isSecond && key !== "g") {
    find(`[data-go="${CSS.escape(key)}"]`)?.click();
    return true;
  }
  const does = {
    c: () => (find("#prompt") ? find("#prompt").focus() : find(".tabs .new")?.click()),
    "/": () => (find("input[type=search]") ? find("input[type=search]").focus() : find("[data-go=a]").click()),
    "?": () => sheet && open(),
  }[key];
  does?.();
  return Boolean(does);
}

document.addEventListener("keydown", (event) => {
  if (event.key.length !== 1 || event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
  if (find("dialog[open]") || !press(event.key.toLowerCase())) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
