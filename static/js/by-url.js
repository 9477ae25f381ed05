// The dialog "By URL": modal while it is open, empty when it closes. Without script the server opens it as a section.
const dialog = document.getElementById("by-url");
const field = document.getElementById("address");
const add = document.getElementById("by-url-add");

function open() {
  dialog.removeAttribute("open"); // as the server opened it
  dialog.showModal();
  field.focus();
}

document.addEventListener("click", (event) => {
  if (!dialog || !event.target.closest?.("[data-dialog], [data-dialog-close]")) return;
  event.preventDefault();
  if (event.target.closest("[data-dialog]")) open();
  else dialog.close();
});

// Enter adds the image; in any other field of the composer it reckons anew.
dialog?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.closest("button, select")) return;
  event.preventDefault();
  event.stopPropagation();
  add.click();
});

// Put aside is put aside: an address that is still there would be taken for one to add.
dialog?.addEventListener("close", () => {
  field.value = "";
  field.removeAttribute("aria-invalid");
  document.getElementById("address-error").hidden = true;
});

dialog?.addEventListener("htmx:afterRequest", (event) => {
  if (event.target !== add) return;
  if (event.detail.xhr.status < 400) dialog.close();
  else field.focus();
});

if (dialog?.open) open();
