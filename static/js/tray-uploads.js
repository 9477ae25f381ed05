// Files on their way into the tray: a request and a line for each, three at a time. What failed keeps its line, with the
// reason, and its file, so that nothing has to be chosen anew. The tray's order is the order they were chosen in.
const AT_ONCE = 3;
const list = document.getElementById("coming");
const field = document.getElementById("tray-files");
const chosen = []; // every file that is on its way or has arrived: { file, batch, line, state, reference, request }
let batch = 0;

const part = (entry, selector) => entry.line.querySelector(selector);

function turn(entry, state) {
  entry.state = entry.line.dataset.state = state;
  const isBusy = chosen.some((each) => ["waiting", "sending", "looking"].includes(each.state));
  list.toggleAttribute("data-busy", isBusy);
}

function begin(file) {
  const line = document.getElementById("coming-line").content.firstElementChild.cloneNode(true);
  const entry = { file, batch, line };
  chosen.push(entry);
  list.append(line);
  part(entry, ".coming-name").textContent = file.name;
  part(entry, "progress").setAttribute("aria-label", file.name);
  const away = part(entry, "[data-act=away]");
  for (const [name, words] of [["label", away.ariaLabel], ["dismiss", away.dataset.dismiss]]) away.dataset[name] = words.replace("%s", file.name);
  wait(entry);
  if (file.size > field.dataset.bytesMax) fail(entry, list.dataset.large);
}

function wait(entry) {
  part(entry, "progress").value = 0;
  part(entry, ".err").replaceChildren();
  part(entry, "[data-act=away]").ariaLabel = part(entry, "[data-act=away]").dataset.label;
  turn(entry, "waiting");
}

function fail(entry, why, canRetry = false) {
  part(entry, ".err").textContent = why;
  part(entry, "[data-act=retry]").hidden = !canRetry;
  part(entry, "[data-act=away]").ariaLabel = part(entry, "[data-act=away]").dataset.dismiss;
  turn(entry, "failed");
}

function pump() {
  const isUnderWay = (entry) => ["sending", "looking"].includes(entry.state);
  for (const entry of chosen.filter((each) => each.state === "waiting"))
    if (chosen.filter(isUnderWay).length < AT_ONCE) send(entry);
}

function send(entry) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", field.form.elements.csrfmiddlewaretoken.value);
  body.append("files", entry.file);
  const request = (entry.request = new XMLHttpRequest());
  request.open("POST", field.dataset.to);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => progress(entry, event.loaded / event.total));
  request.upload.addEventListener("load", () => turn(entry, "looking"));
  request.addEventListener("load", () => answered(entry));
  request.addEventListener("error", () => fail(entry, list.dataset.network, true));
  request.addEventListener("loadend", pump);
  progress(entry, 0);
  turn(entry, "sending");
  request.send(body);
}

function progress(entry, share) {
  part(entry, "progress").value = 100 * share;
  part(entry, ".coming-percent").textContent = `${Math.floor(100 * share)} %`;
}

function answered(entry) {
  const { status, responseText, responseURL } = entry.request;
  const page = new DOMParser().parseFromString(responseText, "text/html");
  const slot = page.querySelector(".slot");
  const said = page.querySelector("#upload-error")?.textContent.trim();
  if (status === 403 || new URL(responseURL).pathname.startsWith("/accounts/login/")) fail(entry, list.dataset.session, true);
  else if (status === 413) fail(entry, list.dataset.large);
  else if (slot) arrive(entry, slot);
  else fail(entry, said || list.dataset.server, status >= 500);
}

function arrive(entry, slot) {
  const tray = document.querySelector(".tray");
  const inTray = (reference) => reference && tray.querySelector(`[name=inputs][value="${reference}"]`)?.closest(".slot");
  entry.reference = slot.querySelector("[name=inputs]").value;
  const place = chosen.indexOf(entry);
  const earlier = chosen.slice(0, place).filter((each) => each.batch === entry.batch).reverse();
  const before = earlier.map((each) => inTray(each.reference)).find(Boolean);
  const after = chosen.slice(place + 1).map((each) => inTray(each.reference)).find(Boolean);
  if (!inTray(entry.reference)) { // the same image twice is one image
    if (before) before.after(slot);
    else if (after) after.before(slot);
    else tray.insertBefore(slot, tray.querySelector(".slot-add"));
  }
  leave(entry);
  turn(entry, "here");
  document.body.dispatchEvent(new CustomEvent("recompose"));
}

function leave(entry) {
  const next = entry.line.nextElementSibling ?? entry.line.previousElementSibling;
  const hasFocus = entry.line.contains(document.activeElement);
  entry.line.remove();
  if (hasFocus) (next?.querySelector("[data-act=away]") ?? field).focus();
}

document.addEventListener("files", (event) => {
  batch += 1;
  event.detail.forEach(begin);
  pump();
});

list?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  const entry = button && chosen.find((each) => each.line === button.closest(".coming"));
  if (!entry) return;
  if (button.dataset.act === "retry") {
    wait(entry);
    part(entry, "[data-act=away]").focus();
  } else {
    turn(entry, "gone");
    entry.request?.abort();
    leave(entry);
    chosen.splice(chosen.indexOf(entry), 1);
  }
  pump();
});

addEventListener("beforeunload", (event) => {
  if (list?.hasAttribute("data-busy")) event.preventDefault();
});
