// <studio-clock data-elapsed="24" data-typical="38">: goes on counting between two answers of the server.
// 0:38, 5:00, 1:02:05: as the server writes it.
function inClockWords(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return (parts[0] ? parts : parts.slice(1)).map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
}

class StudioClock extends HTMLElement {
  connectedCallback() {
    this.begin = performance.now() - 1000 * this.dataset.elapsed;
    this.timer = setInterval(() => this.show(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  show() {
    const seconds = Math.floor((performance.now() - this.begin) / 1000);
    const typical = Number(this.dataset.typical);
    this.textContent = inClockWords(seconds);
    const film = this.parentElement;
    film.querySelector("progress").value = Math.min(96, (100 * seconds) / typical);
    film.querySelector("[data-when=typical]").hidden = seconds > typical;
    film.querySelector("[data-when=late]").hidden = seconds <= typical;
  }
}

customElements.define("studio-clock", StudioClock);
