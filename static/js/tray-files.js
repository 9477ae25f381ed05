// Where files come from: the dialog, a drop anywhere, a paste anywhere. All of them are announced as one event, "files".
const field = document.getElementById("tray-files");

function take(files) {
  if (!field || !files.length) return false;
  document.dispatchEvent(new CustomEvent("files", { detail: [...files] }));
  return true;
}

function takeChosen() {
  if (take(field.files)) field.value = ""; // so that the same file can be chosen twice, and none goes along with the form
}

field?.addEventListener("change", takeChosen);
addEventListener("load", () => field && takeChosen()); // chosen before this script was there

document.addEventListener("paste", (event) => {
  // Where somebody types, words come before the picture that a word processor puts beside them.
  const isTyping = event.target.closest?.("textarea, input") && event.clipboardData.types.includes("text/plain");
  if (!isTyping && take(event.clipboardData.files)) event.preventDefault();
});

// A picture of the page itself is no file, though browsers make it look like one. Dropped on the composer, it goes into
// the tray as what it is.
let own = null;
document.addEventListener("dragstart", (event) => (own = event.target));
document.addEventListener("dragend", () => (own = null));

function isWelcome(event) {
  if (own) return own.closest?.(".frame") && event.target.closest?.("#composer");
  return field && event.dataTransfer.types.includes("Files");
}

function takeIn(picture) {
  if (!picture) return;
  const detail = { reference: picture.dataset.reference, thumbnail: picture.querySelector("img") };
  document.dispatchEvent(new CustomEvent("take-in", { detail }));
}

document.addEventListener("dragover", (event) => {
  if (!isWelcome(event)) return;
  event.preventDefault();
  document.body.classList.add("is-dropping");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("is-dropping");
});
document.addEventListener("drop", (event) => {
  document.body.classList.remove("is-dropping");
  if (!isWelcome(event)) return;
  event.preventDefault();
  if (own) takeIn(own.closest(".frame").querySelector("[data-reference]"));
  else take(event.dataTransfer.files);
});
