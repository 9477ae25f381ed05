// What is being written outlives a reload, a sign-in and the way back, in this tab and for this person: of a page that
// must not be stored, as ours, a browser keeps no field.
const words = () => document.getElementById("prompt");
const place = words()?.form.action + document.querySelector(".av-me")?.ariaLabel;
if (words() && !words().value) words().value = sessionStorage.getItem(place) ?? "";
addEventListener("pagehide", () => words() && sessionStorage.setItem(place, words().value));
