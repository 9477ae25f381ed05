// The picture under a pointer: mouse, pen or finger. Tells in the picture's own pixels what is done to it.
const HANDLES = { nw: [0, 0], n: [0.5, 0], ne: [1, 0], e: [1, 0.5], se: [1, 1], s: [0.5, 1], sw: [0, 1], w: [0, 0.5] };
const HANDLE_POINTS = 28;

export function placeOf(svg, event, [width, height]) {
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [Math.max(0, Math.min(Math.round(x), width)), Math.max(0, Math.min(Math.round(y), height))];
}

// How many pixels of the picture one point of the screen is.
export const scaleOf = (svg) => 1 / (svg.getScreenCTM()?.a || 1);

export function drawFrame(frame, shade, crop, [width, height], scale, hasRatio) {
  const { left, top, width: wide, height: high } = crop;
  shade.setAttribute("d", `M0 0H${width}V${height}H0ZM${left} ${top}h${wide}v${high}h${-wide}Z`);
  if (!frame.childElementCount) build(frame);
  const set = (one, values) => Object.entries(values).forEach(([name, value]) => one.setAttribute(name, value));
  for (const line of frame.querySelectorAll(".editor-edge")) set(line, { x: left, y: top, width: wide, height: high, "stroke-width": (line.matches(".editor-edge-under") ? 4 : 2) * scale });
  for (const grip of frame.querySelectorAll("[data-handle]")) {
    const [across, down] = HANDLES[grip.dataset.handle];
    const isCorner = grip.dataset.handle.length === 2;
    const side = (grip.matches(".editor-grip") ? 12 : HANDLE_POINTS) * scale;
    set(grip, { x: left + across * wide - side / 2, y: top + down * high - side / 2, width: side, height: side });
    grip.setAttribute("display", hasRatio && !isCorner ? "none" : "inline");
  }
}

function build(frame) {
  const add = (attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    frame.append(made);
  };
  add({ class: "editor-edge editor-edge-under" });
  add({ class: "editor-edge" });
  for (const handle of Object.keys(HANDLES)) {
    add({ class: "editor-grip", "data-handle": handle });
    add({ class: "editor-grip-area", "data-handle": handle });
  }
}

// A drag from its beginning to its end. `begin` answers what follows it: { move(place), end() }, or nothing.
export function drags(svg, begin) {
  let follows = null;
  const end = (event) => {
    follows?.end(event.type === "pointercancel");
    follows = null;
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    follows = begin(event);
    if (follows) svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => event.isPrimary && follows?.move(event));
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", end);
}
