// <prompt-history> around the prompt: arrow up at its start walks back through one's own last prompts, arrow down at
// its end forward again. Every text on the way keeps what was typed into it, the one being written first of all.
customElements.define("prompt-history", class extends HTMLElement {
  connectedCallback() {
    this.here = 0;
    this.addEventListener("keydown", (event) => this.walk(event));
  }

  get field() {
    return this.querySelector("textarea");
  }

  async walk(event) {
    const field = this.field;
    if (event.target !== field || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
    const { selectionStart: from, selectionEnd: to, value } = field;
    const step = { ArrowUp: from === 0 && to === 0 ? 1 : 0, ArrowDown: from === value.length ? -1 : 0 }[event.key];
    if (!step || (step < 0 && !this.here)) return;
    event.preventDefault();
    this.texts ??= [value, ...(await this.earlier())];
    const next = this.here + step;
    if (next >= this.texts.length || field !== this.field) {
      if (this.texts.length === 1) this.say(this.dataset.none);
      return;
    }
    this.texts[this.here] = field.value;
    this.here = next;
    field.value = this.texts[next];
    const caret = step > 0 ? 0 : field.value.length;
    field.setSelectionRange(caret, caret);
    field.scrollTop = 0;
    const counted = { "{number}": next, "{count}": this.texts.length - 1 };
    this.say(next ? this.dataset.said.replace(/\{\w+\}/g, (mark) => counted[mark]) : this.dataset.own);
    clearTimeout(this.timer); // whoever walks on does not ask what each on the way would cost
    this.timer = setTimeout(() => field.dispatchEvent(new Event("change", { bubbles: true })), 400);
  }

  async earlier() {
    const answer = await fetch(this.dataset.address, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return [];
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return [...page.querySelectorAll("[data-words]")].map((each) => each.textContent);
  }

  say(words) {
    this.querySelector("[role=status]").textContent = words;
  }
});

// A run was sent: what was written is the newest of the history by now, and the walk begins anew.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id !== "composer" || event.detail.failed) return;
  for (const each of document.querySelectorAll("prompt-history")) {
    each.here = 0;
    each.texts = undefined;
  }
});
