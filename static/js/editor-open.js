// An image of the tray is edited in a dialog that comes from the server, with scripts that are loaded only then.
const place = document.getElementById("editor-place");

const styled = (link) => link.sheet || new Promise((done) => ["load", "error"].forEach((name) => link.addEventListener(name, done)));

async function open() {
  const dialog = document.getElementById("editor");
  if (!dialog || "started" in dialog.dataset) return;
  dialog.dataset.started = "";
  const addresses = dialog.dataset.modules.split(" ");
  const [geometry, notes, stage, editor] = await Promise.all(addresses.map((address) => import(address)));
  await styled(place.querySelector("link"));
  if (dialog.isConnected) editor.start(dialog, { geometry, notes, stage });
}

document.addEventListener("htmx:oobAfterSwap", open);
open(); // as the server opened it
