// The dialog in which an image of the tray is edited. Its fields are what is sent; this keeps them and the drawing in
// step, with a history to go back in. What was put aside unfinished is there again when the same image is opened.
const unfinished = new Map();

export function start(dialog, { geometry, notes, stage }) {
  const find = (selector) => dialog.querySelector(selector);
  const field = (name) => find(`[name="${name}"]`);
  const chosen = (name) => find(`[name="editor-${name}"]:checked`);
  const base = { width: Number(dialog.dataset.width), height: Number(dialog.dataset.height) };
  const [svg, frame, layer] = ["#editor-stage", "#editor-frame", "#editor-notes"].map(find);
  const sides = ["left", "top", "width", "height"];
  const pens = {
    colours: Object.fromEntries([...dialog.querySelectorAll("[name=editor-colour]")].map((one) => [one.value, one.dataset.value])),
    widths: Object.fromEntries([...dialog.querySelectorAll("[name=editor-width]")].map(({ value, dataset }) => [value, { line: Number(dataset.line), letters: Number(dataset.letters) }])),
  };
  const untouched = { turn: 0, flip: false, crop: geometry.wholeOf([base.width, base.height]), notes: [] };
  const reference = field("editing").value;

  // ── State ─────────────────────────────────────────────────────────────────────────────────────

  const history = [read()];
  let at = 0;
  if (unfinished.has(reference)) at = history.push(unfinished.get(reference)) - 1;
  let state = history[at];
  const size = () => geometry.sizeOf(state, base);
  const tool = () => chosen("tool").value;
  const pen = () => ({ colour: chosen("colour").value, width: Number(chosen("width").value) });

  function read() {
    const crop = Object.fromEntries(sides.map((side) => [side, Number(field(`edit-${side}`).value)]));
    const said = { turn: Number(field("edit-turn").value), flip: field("edit-flip").checked, crop, notes: JSON.parse(field("edit-notes").value || "[]") };
    return { ...said, crop: geometry.within(crop.width && crop.height ? crop : untouched.crop, geometry.sizeOf(said, base)) };
  }

  function keep(next) {
    if (JSON.stringify(next) !== JSON.stringify(history[at])) {
      history.splice(at + 1, Infinity, next);
      at += 1;
    }
    show(next);
  }

  function go(step) {
    at = Math.max(0, Math.min(at + step, history.length - 1));
    show(history[at]);
  }

  // ── Drawing ───────────────────────────────────────────────────────────────────────────────────

  function show(next) {
    state = next;
    const [width, height] = size();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    find("#editor-image").setAttribute("transform", geometry.transformOf(state, base));
    field("edit-turn").value = state.turn;
    field("edit-flip").checked = state.flip;
    for (const side of sides) field(`edit-${side}`).value = state.crop[side];
    field("edit-notes").value = JSON.stringify(state.notes);
    find("#editor-size").textContent = find("#editor-size").dataset.words.replace("#", state.crop.width).replace("@", state.crop.height);
    for (const [act, isOff] of [["undo", at === 0], ["redo", at === history.length - 1], ["clear", !state.notes.length]]) find(`[data-do=${act}]`).setAttribute("aria-disabled", isOff);
    showNotes();
    showFrame();
  }

  function showNotes() {
    const had = [...layer.children].indexOf(document.activeElement);
    layer.replaceChildren(...state.notes.map(shownNote));
    if (had >= 0) (layer.children[Math.min(had, layer.childElementCount - 1)] ?? svg).focus();
  }

  function shownNote(note, place) {
    const group = notes.drawn(note, pens);
    const kind = note.text || find(`[name=editor-tool][value=${note.kind}]`).dataset.word;
    group.setAttribute("aria-label", layer.dataset.label.replace("#", place + 1).replace("@", () => kind));
    group.setAttribute("role", "img");
    group.setAttribute("tabindex", tool() === "crop" ? "-1" : "0");
    return group;
  }

  function showFrame() {
    stage.drawFrame(frame, find("#editor-shade"), state.crop, size(), stage.scaleOf(svg), Boolean(ratio()));
  }

  function showTool() {
    const kind = tool();
    const isCrop = kind === "crop";
    svg.dataset.tool = kind;
    find("#editor-crop").hidden = !isCrop;
    find(".editor-pens").hidden = isCrop;
    find(".editor-words").hidden = kind !== "text";
    frame.setAttribute("tabindex", isCrop ? "0" : "-1");
    svg.setAttribute("tabindex", isCrop ? "-1" : "0");
    find("#editor-help").textContent = find("#editor-help").dataset[isCrop ? "crop" : kind === "text" ? "text" : "note"];
    showNotes();
  }

  // ── The crop ──────────────────────────────────────────────────────────────────────────────────

  function ratio() {
    const [own, [across, down]] = [find("#editor-ratio").selectedOptions[0].hasAttribute("data-own"), find("#editor-ratio").value.split(":").map(Number)];
    if (!down) return 0;
    return own && state.turn % 2 ? down / across : across / down;
  }

  function typed(side) {
    const value = Number.parseInt(field(`edit-${side}`).value, 10);
    if (Number.isNaN(value)) return show(state);
    const { crop } = state;
    const keepsRatio = ratio() && ["width", "height"].includes(side);
    const right = crop.left + (side === "width" ? value : value * ratio());
    const next = keepsRatio ? geometry.pulled(crop, "se", [right, size()[1]], size(), ratio()) : geometry.within({ ...crop, [side]: value }, size());
    keep({ ...state, crop: next });
  }

  function dragFrame(event) {
    const { crop } = state;
    const from = stage.placeOf(svg, event, size());
    const { handle } = event.target.dataset;
    const isInside = from[0] >= crop.left && from[0] <= crop.left + crop.width && from[1] >= crop.top && from[1] <= crop.top + crop.height;
    if (!handle && !isInside) return null;
    const move = (now) => {
      const place = stage.placeOf(svg, now, size());
      const next = handle ? geometry.pulled(crop, handle, place, size(), ratio()) : geometry.within({ ...crop, left: crop.left + place[0] - from[0], top: crop.top + place[1] - from[1] }, size());
      show({ ...state, crop: next });
    };
    return { move, end: () => keep(state) };
  }

  // ── Notes ─────────────────────────────────────────────────────────────────────────────────────

  const isFull = () => state.notes.length >= Number(dialog.dataset.notesMax);
  const add = (note) => keep({ ...state, notes: [...state.notes, note] });
  const replace = (place, note) => ({ ...state, notes: state.notes.map((one, number) => (number === place ? note : one)) });

  function words() {
    const text = find("#editor-words").value.trim();
    if (!text) find("#editor-words").focus();
    return text;
  }

  function dragWords(event) {
    const place = [...layer.children].indexOf(event.target.closest(".editor-note"));
    if (state.notes[place]?.kind === "text") {
      const [note, from] = [state.notes[place], stage.placeOf(svg, event, size())];
      const move = (now) => {
        const to = stage.placeOf(svg, now, size());
        show(replace(place, notes.moved(note, to[0] - from[0], to[1] - from[1], size())));
      };
      return { move, end: () => keep(state) };
    }
    event.preventDefault(); // so that the field for the words may have the focus
    const text = words();
    if (text && !isFull()) add({ kind: "text", ...pen(), text, points: stage.placeOf(svg, event, size()) });
    return null;
  }

  function dragNote(event) {
    if (isFull()) return null;
    const before = state;
    const kind = tool();
    const from = stage.placeOf(svg, event, size());
    let points = kind === "stroke" ? [...from] : [...from, ...from];
    const near = 2 * stage.scaleOf(svg);
    const move = (now) => {
      const to = stage.placeOf(svg, now, size());
      if (kind !== "stroke") points = [...from, ...to];
      else if (Math.hypot(to[0] - points.at(-2), to[1] - points.at(-1)) >= near && points.length < 2 * Number(dialog.dataset.pointsMax)) points.push(...to);
      show({ ...before, notes: [...before.notes, { kind, ...pen(), points }] });
    };
    const end = (isGivenUp) => {
      const isDot = kind !== "stroke" && Math.hypot(points[2] - points[0], points[3] - points[1]) < 2 * near;
      if (isGivenUp || isDot) return show(before);
      if (kind === "stroke" && points.length === 2) points.push(...points);
      keep({ ...before, notes: [...before.notes, { kind, ...pen(), points }] });
    };
    return { move, end };
  }

  // ── Keys ──────────────────────────────────────────────────────────────────────────────────────

  function step(event) {
    const [across, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
    const far = event.altKey ? 1 : Math.max(1, Math.round(Math.max(...size()) / 100));
    return across === undefined ? null : [across * far, down * far];
  }

  function pressedOnFrame(event) {
    const by = step(event);
    if (!by) return false;
    const { left, top, width, height } = state.crop;
    const corner = [left + width + by[0] + by[1] * ratio(), top + height + by[1]];
    const next = event.shiftKey ? geometry.pulled(state.crop, "se", corner, size(), ratio()) : geometry.within({ left: left + by[0], top: top + by[1], width, height }, size());
    keep({ ...state, crop: next });
    return true;
  }

  function pressedOnNote(event, place) {
    const by = step(event);
    if (by) keep(replace(place, (event.shiftKey ? notes.stretched : notes.moved)(state.notes[place], ...by, size())));
    else if (event.key === "Delete" || event.key === "Backspace") keep({ ...state, notes: state.notes.filter((_, number) => number !== place) });
    else return false;
    return true;
  }

  function pressedOnStage(event) {
    if (event.key !== "Enter" || tool() === "crop" || isFull()) return false;
    const text = tool() === "text" ? words() : "";
    if (tool() === "text" && !text) return true;
    add({ ...notes.placed(tool(), pen(), state.crop), ...(text ? { text } : {}) });
    layer.lastElementChild.focus();
    return true;
  }

  function pressed(event) {
    const place = [...layer.children].indexOf(event.target);
    const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.target.matches("input:not([type=radio])");
    const isHandled =
      (isUndo && (go(event.shiftKey ? 1 : -1), true)) ||
      (event.target === frame && pressedOnFrame(event)) ||
      (place >= 0 && pressedOnNote(event, place)) ||
      (event.target === svg && pressedOnStage(event));
    if (!isHandled && event.key === "Enter" && !event.target.closest("button, select")) {
      if (event.target.id === "editor-words") pressedOnStage({ key: "Enter" });
      else if (event.target.matches("[name^=edit-]")) typed(event.target.name.slice(5)); // seen before it is used
    } else if (!isHandled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  // ── The dialog ────────────────────────────────────────────────────────────────────────────────

  const acts = {
    left: () => keep([1, 2, 3].reduce((turned) => geometry.turnedRight(turned, base), state)),
    right: () => keep(geometry.turnedRight(state, base)),
    flip: () => keep(geometry.mirrored(state, base)),
    undo: () => go(-1),
    redo: () => go(1),
    clear: () => keep({ ...state, notes: [] }),
    over: () => keep(untouched),
    cancel: () => dialog.close(),
  };

  dialog.addEventListener("click", (event) => {
    const act = acts[event.target.closest("[data-do]")?.dataset.do];
    if (!act) return;
    event.preventDefault();
    act();
  });
  dialog.addEventListener("change", ({ target }) => {
    if (target.name === "editor-tool") showTool();
    else if (target.id === "editor-ratio") ratio() ? keep({ ...state, crop: geometry.inRatio(state.crop, ratio(), size()) }) : showFrame();
    else if (sides.some((side) => target.name === `edit-${side}`)) typed(target.name.slice(5));
  });
  dialog.addEventListener("keydown", pressed);
  stage.drags(svg, (event) => (tool() === "crop" ? dragFrame : tool() === "text" ? dragWords : dragNote)(event));
  new ResizeObserver(showFrame).observe(svg);

  let isApplied = false;
  const position = [...document.querySelectorAll(".tray .slot-open")].findIndex((one) => one.id === dialog.dataset.opener);
  dialog.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (target.id !== "editor-apply" || detail.xhr.status >= 400 || !detail.xhr.status) return;
    isApplied = true;
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    if (!isApplied && at > 0) unfinished.set(reference, state);
    else unfinished.delete(reference);
    document.getElementById("editor-place").replaceChildren();
    setTimeout(() => (document.querySelectorAll(".tray .slot-open")[position] ?? document.getElementById("tray-files")).focus());
  });

  for (const hidden of dialog.querySelectorAll(".editor-acts, .editor-kinds, .editor-ratio, [data-do=over]")) hidden.hidden = false;
  for (const plain of dialog.querySelectorAll(".editor-turn, .editor-flip")) plain.hidden = true;
  document.querySelector(".menu:popover-open")?.hidePopover();
  dialog.removeAttribute("open");
  dialog.showModal();
  show(state);
  showTool();
  frame.focus();
}
