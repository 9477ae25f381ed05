// What is painted over a picture: as a drawing, and moved about. The server paints it anew from the same description.
const HEAD = 5;
const HEAD_ANGLE = (28 * Math.PI) / 180;

function element(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function headOf([x, y, tipX, tipY], width) {
  const angle = Math.atan2(tipY - y, tipX - x);
  const length = Math.min(HEAD * width, Math.max(2 * width, Math.hypot(tipX - x, tipY - y)));
  const side = (turn) => [tipX - length * Math.cos(angle + turn), tipY - length * Math.sin(angle + turn)];
  return [...side(-HEAD_ANGLE), tipX, tipY, ...side(HEAD_ANGLE)];
}

function linesOf(note, width) {
  const [x, y, otherX, otherY] = note.points;
  if (note.kind === "rectangle") return [[x, y, otherX, y, otherX, otherY, x, otherY, x, y]];
  return note.kind === "arrow" ? [note.points, headOf(note.points, width)] : [note.points];
}

// `pens` knows what a colour and a width are in this picture.
export function drawn(note, pens) {
  const group = element("g", { class: "editor-note" });
  const [colour, { line, letters }] = [pens.colours[note.colour], pens.widths[note.width]];
  if (note.kind === "text") {
    const words = element("text", { x: note.points[0], y: note.points[1], "font-size": letters, fill: colour });
    words.textContent = note.text;
    group.append(words);
    return group;
  }
  const look = { fill: "none", stroke: colour, "stroke-width": line, "stroke-linecap": "round", "stroke-linejoin": "round" };
  group.append(...linesOf(note, line).map((points) => element("polyline", { points: points.join(" "), ...look })));
  return group;
}

// By so much, as far as it stays in the picture.
export function moved(note, byX, byY, [width, height]) {
  const [across, down] = [0, 1].map((axis) => note.points.filter((_, place) => place % 2 === axis));
  const kept = (by, values, end) => Math.round(Math.max(-Math.min(...values), Math.min(by, end - Math.max(...values))));
  const [x, y] = [kept(byX, across, width), kept(byY, down, height)];
  return { ...note, points: note.points.map((value, place) => value + (place % 2 ? y : x)) };
}

// Its second end by so much.
export function stretched(note, byX, byY, [width, height]) {
  if (note.points.length !== 4 || note.kind === "stroke") return note;
  const [x, y, otherX, otherY] = note.points;
  const kept = (value, end) => Math.max(0, Math.min(Math.round(value), end));
  return { ...note, points: [x, y, kept(otherX + byX, width), kept(otherY + byY, height)] };
}

// Of a kind that is put down without drawing it: in the middle of the crop, a third of it wide.
export function placed(kind, pen, { left, top, width, height }) {
  const [x, y] = [Math.round(left + width / 3), Math.round(top + height / 3)];
  const points = kind === "text" ? [x, Math.round(top + height / 2)] : [x, y, Math.round(left + (2 * width) / 3), Math.round(top + (2 * height) / 3)];
  return { kind, ...pen, points };
}
