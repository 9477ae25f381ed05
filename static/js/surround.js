// What lies around a picture, remembered for the next one: the server reads the cookie. B goes through them.
const YEAR = 365 * 24 * 3600;

document.addEventListener("change", (event) => {
  if (event.target.name !== "surround") return;
  document.cookie = `surround=${event.target.value};path=/;max-age=${YEAR};samesite=lax`;
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "b" || event.ctrlKey || event.metaKey || event.altKey) return;
  const radios = [...(event.target.closest?.("[data-viewer]")?.querySelectorAll("[name=surround]") ?? [])];
  radios[(radios.findIndex((radio) => radio.checked) + 1) % radios.length]?.click();
});
