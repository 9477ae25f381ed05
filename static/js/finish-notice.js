// Says that a picture is ready to somebody who looks elsewhere and asked for that: in the window's title and by a notice
// of the browser. The server says what to say, and only of their own pictures.
const ASKED = "finish-notice";
const MARK = "✓ ";

function isWanted() {
  return "Notification" in window && Notification.permission === "granted" && localStorage.getItem(ASKED) === "on";
}

// While it is wanted, a page that nobody looks at goes on asking: poller.js.
function note() {
  document.documentElement.toggleAttribute("data-finish-notice", isWanted());
}
note();
window.addEventListener("storage", note); // switched in another tab

document.addEventListener("finished", (event) => {
  if (!document.hidden) return;
  const project = document.title;
  document.title = MARK + project;
  if (!isWanted()) return;
  const notice = new Notification(project, { body: event.detail.value, tag: ASKED });
  notice.addEventListener("click", () => {
    window.focus();
    notice.close();
  });
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && document.title.startsWith(MARK)) document.title = document.title.slice(MARK.length);
});

// <finish-notice>: the switch in the account menu. Not there where the browser knows no notices.
customElements.define("finish-notice", class extends HTMLElement {
  connectedCallback() {
    if (!("Notification" in window)) return;
    this.hidden = false;
    this.addEventListener("click", (event) => event.target.value && this.turn(event.target.value));
    this.show();
  }

  async turn(way) {
    if (way === "on") await Notification.requestPermission(); // a browser asks only upon a click
    localStorage.setItem(ASKED, way);
    this.show();
  }

  show() {
    note();
    const chosen = isWanted() ? "on" : "off";
    for (const each of this.querySelectorAll("button")) each.setAttribute("aria-pressed", String(each.value === chosen));
    this.querySelector("[data-when=denied]").hidden = Notification.permission !== "denied";
  }
});
