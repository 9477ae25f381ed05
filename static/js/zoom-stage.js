// <zoom-stage data-width="2048" data-height="1536">: a picture as large as the radios beside it say, or by Ctrl and the
// wheel any size. What is larger than its pane is scrolled or dragged, and several panes move together.
const LARGEST = 8;

customElements.define("zoom-stage", class extends HTMLElement {
  connectedCallback() {
    this.viewer = this.closest("[data-viewer]");
    this.panes = [...this.querySelectorAll("[data-scroll]")];
    this.ends = new AbortController();
    const { signal } = this.ends;
    this.viewer.addEventListener("change", (event) => event.target.name.endsWith("zoom") && this.show(event.target.value), { signal });
    this.viewer.addEventListener("keydown", (event) => this.press(event), { signal });
    this.addEventListener("wheel", (event) => this.turn(event), { passive: false });
    this.addEventListener("pointerdown", (event) => this.drag(event));
    this.addEventListener("dragstart", (event) => this.scale && event.preventDefault());
    for (const pane of this.panes) pane.addEventListener("scroll", () => this.follow(pane));
  }

  disconnectedCallback() {
    this.ends.abort();
  }

  get plate() {
    return this.querySelector(".plate").getBoundingClientRect();
  }

  // At "fit", or so many pixels of the screen to one of the picture. What is under the point stays under it.
  show(size, point) {
    const pane = this.panes.find((one) => one.matches(":hover")) ?? this.panes[0];
    const view = pane.getBoundingClientRect();
    const { x, y } = point ?? { x: view.left + view.width / 2, y: view.top + view.height / 2 };
    const plate = () => pane.querySelector(".plate").getBoundingClientRect();
    const before = plate();
    const [across, down] = [(x - before.left) / before.width, (y - before.top) / before.height];
    this.scale = size === "fit" ? null : Number(size);
    this.classList.toggle("is-zoomed", Boolean(this.scale));
    this.style.setProperty("--w", `${this.dataset.width * this.scale}px`);
    this.style.setProperty("--h", `${this.dataset.height * this.scale}px`);
    const after = plate();
    pane.scrollBy(after.left + across * after.width - x, after.top + down * after.height - y);
    for (const radio of this.viewer.querySelectorAll("[name$=zoom]")) radio.checked = radio.value === String(this.scale ?? "fit");
  }

  turn(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const now = this.scale ?? this.plate.width / this.dataset.width;
    const next = Math.min(LARGEST, now * Math.exp(-event.deltaY / 500));
    const fits = this.dataset.width * next <= this.clientWidth && this.dataset.height * next <= this.clientHeight;
    this.show(fits && next < now ? "fit" : next, event);
  }

  // Z: what is fitted is shown at its own size, and the other way round.
  press(event) {
    if (event.key.toLowerCase() !== "z" || event.ctrlKey || event.metaKey || event.altKey) return;
    this.show(this.scale ? "fit" : 1);
  }

  drag(event) {
    const pane = event.target.closest("[data-scroll]");
    if (!this.scale || !pane || event.button || event.pointerType !== "mouse" || event.target.matches("input")) return;
    const [left, top] = [pane.scrollLeft + event.clientX, pane.scrollTop + event.clientY];
    const move = (moved) => pane.scrollTo(left - moved.clientX, top - moved.clientY);
    pane.setPointerCapture(event.pointerId);
    pane.addEventListener("pointermove", move);
    pane.addEventListener("lostpointercapture", () => pane.removeEventListener("pointermove", move), { once: true });
  }

  follow(pane) {
    for (const other of this.panes) {
      if (other !== pane) other.scrollTo(pane.scrollLeft, pane.scrollTop);
    }
  }
});
