// Space, held: what it was before. Only while the picture has the focus: elsewhere Space scrolls or presses.
const viewerOf = (target) => target.closest?.("[data-scroll], .compare input")?.closest("[data-viewer]");

document.addEventListener("keydown", (event) => {
  const viewer = event.key === " " ? viewerOf(event.target) : null;
  if (!viewer?.querySelector(".plate-before[src], .compare, .sides")) return;
  event.preventDefault();
  viewer.classList.add("shows-before");
});

function over() {
  document.querySelector(".shows-before")?.classList.remove("shows-before");
}

document.addEventListener("keyup", (event) => event.key === " " && over());
window.addEventListener("blur", over);
