// One frame after the other, large, over the page that shows them. The address meanwhile is the frame's own, so that it
// can be passed on; going back closes it. The picture of the grid stands in until the original is there.
const dialog = document.getElementById("lightbox");
const stage = dialog?.querySelector("zoom-stage");
const before = dialog?.querySelector(".plate-before");
const part = (name) => document.getElementById(`lightbox-${name}`);
const pictures = () => [...document.querySelectorAll(".frame > a.pic[data-full]")];
const same = (link) => pictures().find((one) => one.href === link.href);
const RESTS_MS = 120; // whoever flips through them is not sent each original
const KEPT = 6;
const originals = new Map();
let opener = null;
let shown = null;
let timer = 0;
let isLeaving = false;

function original(link) {
  const address = link.dataset.full;
  if (!originals.has(address)) originals.set(address, Object.assign(new Image(), { src: address }));
  if (originals.size > KEPT) originals.delete(originals.keys().next().value);
  return originals.get(address);
}

function put(image) {
  const small = shown.querySelector("img");
  Object.assign(image, { className: "plate-image", alt: small.alt, width: stage.dataset.width, height: stage.dataset.height });
  stage.querySelector(".plate-image").replaceWith(image);
}

// The original of this one, and when that is there those of its neighbours, for whoever does not save data.
async function sharpen(link) {
  const image = original(link);
  try {
    await image.decode();
  } catch {
    return; // gone from storage: the small one stays
  }
  if (link !== shown) return;
  put(image);
  const here = pictures().indexOf(link);
  if (!navigator.connection?.saveData) [here + 1, here - 1].filter((place) => pictures()[place]).forEach((place) => original(pictures()[place]));
}

function show(link) {
  const all = pictures();
  const frame = link.closest(".frame");
  const small = link.querySelector("img");
  const place = all.indexOf(link);
  shown = link;
  [stage.dataset.width, stage.dataset.height] = [small.getAttribute("width"), small.getAttribute("height")];
  stage.querySelector(".plate").className = `plate ${link.dataset.shape}`;
  put(Object.assign(new Image(), { src: small.currentSrc || small.src }));
  if (link.dataset.before) before.src = link.dataset.before;
  else before.removeAttribute("src");
  stage.show("fit");
  dialog.dataset.frame = frame.id;
  label();
  part("place").textContent = part("place").dataset.words.replace("{place}", place + 1).replace("{count}", all.length);
  part("words").textContent = small.alt;
  part("page").href = link.href;
  part("acts").replaceChildren(...[...frame.querySelectorAll(".tools > a, .tools > .more")].map(asButton));
  turnOff("previous", place === 0);
  turnOff("next", place === all.length - 1);
  clearTimeout(timer);
  timer = setTimeout(sharpen, RESTS_MS, link);
}

// Its number, ringed where it was picked, its star and its rating.
function label() {
  const frame = document.getElementById(dialog.dataset.frame);
  for (const [name, selector] of [["number", ".num"], ["marks", ".marks"]])
    part(name).replaceChildren(...[...frame.querySelector(selector).childNodes].map((node) => node.cloneNode(true)));
}

function asButton(tool) {
  const copy = tool.cloneNode(true);
  copy.className += " btn btn-sm btn-quiet";
  return copy;
}

// At an end there is no way on; the focus does not vanish with its button.
function turnOff(way, isOff) {
  const button = dialog.querySelector(`[data-lightbox=${way}]`);
  if (isOff && button === document.activeElement) dialog.querySelector("[data-scroll]").focus();
  button.hidden = isOff;
}

function go(way) {
  const all = pictures();
  const here = all.indexOf(same(shown));
  const link = { next: all[here + 1], previous: all[here - 1], first: all[0], last: all.at(-1) }[way];
  if (!link || link === shown) return;
  history.replaceState({ lightbox: true }, "", link.href);
  show(link);
}

function open(link) {
  opener = link;
  dialog.showModal();
  show(link);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".frame > a.pic[data-full]");
  if (!dialog || !link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  history.pushState({ lightbox: true }, "", link.href);
  open(link);
});

dialog?.addEventListener("click", (event) => {
  const way = event.target.closest("[data-lightbox]")?.dataset.lightbox;
  if (way === "close") dialog.close();
  else if (way) go(way);
});

// Without its frame it has nothing to show: that went to the trash.
document.addEventListener("htmx:oobAfterSwap", () => dialog?.open && (document.getElementById(dialog.dataset.frame) ? label() : dialog.close()));

dialog?.addEventListener("swipe", (event) => go(event.detail));

dialog?.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest("input, [popover]")) return;
  const way = { ArrowRight: "next", ArrowLeft: "previous", Home: "first", End: "last" }[event.key];
  if (!way || (stage.scale && event.key.startsWith("Arrow"))) return; // a magnified picture is scrolled
  event.preventDefault();
  go(way);
});

const returnFocus = () => (opener.isConnected ? opener : same(opener))?.focus();

dialog?.addEventListener("close", () => {
  clearTimeout(timer);
  returnFocus();
  isLeaving = Boolean(history.state?.lightbox);
  if (isLeaving) history.back();
});

// Back closes it, before anybody takes the step for a change of page; forward opens it again, or goes to the frame.
window.addEventListener("popstate", (event) => {
  if (!isLeaving && !dialog?.open && !event.state?.lightbox) return;
  event.stopImmediatePropagation();
  if (isLeaving || !event.state?.lightbox) dialog.close();
  else if (dialog && same(location)) open(same(location));
  else location.reload();
  if (isLeaving) setTimeout(returnFocus); // an address that names a place, as after "Skip to content", takes it there
  isLeaving = false;
}, true);
