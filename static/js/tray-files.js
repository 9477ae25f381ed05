// Files come in by dialog, by drop anywhere or by paste anywhere, and all go through the one file field of the form.
const field = () => document.getElementById("tray-files");
const waiting = [];

function take(files) {
  const images = [...files].filter((file) => file.type.startsWith("image/") || /\.hei[cf]$/i.test(file.name));
  if (!field() || !images.length) return false;
  if (field().classList.contains("htmx-request")) waiting.push(...images);
  else {
    const chosen = new DataTransfer();
    images.forEach((file) => chosen.items.add(file));
    field().files = chosen.files;
    field().dispatchEvent(new Event("change", { bubbles: true }));
  }
  return true;
}

// Chosen before this script was there.
addEventListener("load", () => {
  if (field()?.files.length) field().dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("paste", (event) => {
  if (take(event.clipboardData.files)) event.preventDefault();
});

document.addEventListener("dragover", (event) => {
  if (!field() || !event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  document.body.classList.add("is-dropping");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("is-dropping");
});
document.addEventListener("drop", (event) => {
  document.body.classList.remove("is-dropping");
  if (field() && event.dataTransfer.types.includes("Files")) event.preventDefault();
  take(event.dataTransfer.files);
});

// A bar while they travel; afterwards the field is empty again, so that the same file can be chosen twice.
document.addEventListener("htmx:beforeSend", (event) => {
  if (event.target === field()) document.getElementById("uploading").hidden = false;
});
document.addEventListener("htmx:xhr:progress", (event) => {
  if (event.target === field() && event.detail.lengthComputable)
    document.querySelector("#uploading progress").value = (100 * event.detail.loaded) / event.detail.total;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target !== field()) return;
  field().value = "";
  document.getElementById("uploading").hidden = true;
  document.querySelector("#uploading progress").removeAttribute("value");
  if (waiting.length) setTimeout(() => take(waiting.splice(0)));
});
