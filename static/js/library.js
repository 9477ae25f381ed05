// The dialog of the composer whose inside comes from the server: "From library", "Earlier" and "Save prompt".
const dialog = () => document.getElementById("library");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "library-body" || !event.target.firstElementChild || dialog().open) return;
  dialog().showModal();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-dialog-done]")) event.target.closest("dialog")?.close();
});

// Saved: the focus goes back to the button that opened it.
document.addEventListener("dialog-done", () => dialog()?.close());

// Words were taken over: the next thing to do is to look at them.
document.addEventListener("prompt-filled", () => {
  dialog()?.close();
  document.getElementById("prompt")?.focus();
});
