// A toast goes after eight seconds, but not while somebody points at it or is inside. One at a time.
customElements.define("toast-line", class extends HTMLElement {
  connectedCallback() {
    for (const other of this.parentElement.querySelectorAll("toast-line")) if (other !== this) other.remove();
    this.addEventListener("pointerenter", () => this.hold());
    this.addEventListener("pointerleave", () => this.start());
    this.addEventListener("focusin", () => this.hold());
    this.addEventListener("focusout", () => this.start());
    this.start();
  }

  disconnectedCallback() {
    this.hold();
  }

  hold() {
    clearTimeout(this.timer);
  }

  start() {
    this.hold();
    this.timer = setTimeout(() => this.remove(), 8000);
  }
});
