// The tray's order is the order in the page. This moves the images there at once; the server then draws the tray anew.
// Without script the same buttons send the form.
const inputOf = (slot) => slot?.querySelector("[name=inputs]");
const slots = () => [...document.querySelectorAll(".tray .slot")].filter(inputOf);
const slotOf = (reference) => slots().find((slot) => inputOf(slot).value === reference);

function reckon() {
  document.body.dispatchEvent(new CustomEvent("recompose", { bubbles: true }));
}

function add(reference, thumbnail) {
  if (slotOf(reference)) return;
  const slot = document.createElement("li");
  slot.className = "slot";
  const input = Object.assign(document.createElement("input"), { type: "hidden", name: "inputs", value: reference });
  const image = Object.assign(document.createElement("img"), { src: thumbnail?.src ?? "", alt: "", width: 64, height: 64 });
  slot.append(input, ...(thumbnail ? [image] : []));
  document.querySelector(".tray").append(slot);
}

function move(slot, verb) {
  const order = slots();
  const here = order.indexOf(slot);
  if (verb === "remove") {
    (order[here + 1] ?? order[here - 1])?.querySelector(".slot-open")?.focus();
    slot.remove();
  } else if (verb === "earlier") order[here - 1]?.before(slot);
  else if (verb === "later") order[here + 1]?.after(slot);
  else order.at(-1).after(slot);
  if (verb !== "remove") slot.querySelector(".slot-open")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  // Where the composer covers the feed, the form is sent, and the answer shows the composer.
  if (!button || !document.querySelector(".tray")?.checkVisibility()) return;
  event.preventDefault();
  button.closest(".menu")?.hidePopover();
  button.closest(".lightbox")?.close();
  const frame = document.getElementById(button.closest("[data-frame]")?.dataset.frame);
  if (button.dataset.move === "add") add(button.dataset.of, (frame ?? button).querySelector("img"));
  else move(slotOf(button.dataset.of), button.dataset.move);
  reckon();
});

// A frame's picture that was dragged here.
document.addEventListener("take-in", ({ detail }) => {
  add(detail.reference, detail.thumbnail);
  reckon();
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(".slot-open")) return;
  const verb = event.altKey ? { ArrowLeft: "earlier", ArrowRight: "later" }[event.key] : { Delete: "remove" }[event.key];
  if (!verb) return;
  event.preventDefault();
  move(event.target.closest(".slot"), verb);
  reckon();
});

// Dragging: the image goes where it is held, and stays where it is let go.
let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".tray .slot") ?? null;
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.(".tray .slot");
  if (!dragged || !inputOf(over) || over === dragged) return;
  event.preventDefault();
  const order = slots();
  if (order.indexOf(dragged) < order.indexOf(over)) over.after(dragged);
  else over.before(dragged);
});
document.addEventListener("dragend", () => {
  if (dragged) reckon();
  dragged = null;
});
