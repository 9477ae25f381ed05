// A button that copies what another element says: <button data-copy="id-of-it">.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  button.classList.add("is-done");
  setTimeout(() => button.classList.remove("is-done"), 2000);
});
