// Where things lie in a picture that is mirrored, turned and cut out. All numbers are pixels of the turned picture.
const SIDE_MIN = 8;
const limit = (value, low, high) => Math.min(Math.max(Math.round(value), low), Math.max(low, high));

export const sizeOf = (state, base) => (state.turn % 2 ? [base.height, base.width] : [base.width, base.height]);

export const wholeOf = ([width, height]) => ({ left: 0, top: 0, width, height });

// What brings the picture from how it lies in its file to how it is shown: mirrored first, then turned.
export function transformOf({ turn, flip }, { width, height }) {
  const turns = ["1 0 0 1 0 0", `0 1 -1 0 ${height} 0`, `-1 0 0 -1 ${width} ${height}`, `0 -1 1 0 0 ${width}`];
  return `matrix(${turns[turn]})${flip ? ` matrix(-1 0 0 1 ${width} 0)` : ""}`;
}

function mapped(state, point, box) {
  const placed = (note) => {
    const points = [];
    for (let at = 0; at < note.points.length; at += 2) points.push(...point(note.points[at], note.points[at + 1]));
    return { ...note, points };
  };
  return { ...state, crop: box(state.crop), notes: state.notes.map(placed) };
}

export function turnedRight(state, base) {
  const [, height] = sizeOf(state, base);
  const box = (crop) => ({ left: height - crop.top - crop.height, top: crop.left, width: crop.height, height: crop.width });
  return { ...mapped(state, (x, y) => [height - y, x], box), turn: (state.turn + 1) % 4 };
}

export function mirrored(state, base) {
  const [width] = sizeOf(state, base);
  const box = (crop) => ({ ...crop, left: width - crop.left - crop.width });
  return { ...mapped(state, (x, y) => [width - x, y], box), flip: !state.flip, turn: (4 - state.turn) % 4 };
}

// Into the picture: first as large as it may be, then where there is room.
export function within(crop, [width, height]) {
  const wide = limit(crop.width, Math.min(SIDE_MIN, width), width);
  const high = limit(crop.height, Math.min(SIDE_MIN, height), height);
  return { left: limit(crop.left, 0, width - wide), top: limit(crop.top, 0, height - high), width: wide, height: high };
}

// The largest of that ratio around the same middle.
export function inRatio(crop, ratio, size) {
  const width = Math.min(size[0], size[1] * ratio);
  const height = width / ratio;
  const middle = [crop.left + crop.width / 2, crop.top + crop.height / 2];
  return within({ left: middle[0] - width / 2, top: middle[1] - height / 2, width, height }, size);
}

// One side or corner pulled to a point; the opposite one stays. `handle` is made of n, e, s, w.
export function pulled(crop, handle, [x, y], size, ratio) {
  let [left, top, right, bottom] = [crop.left, crop.top, crop.left + crop.width, crop.top + crop.height];
  if (handle.includes("w")) left = limit(x, 0, right - SIDE_MIN);
  if (handle.includes("e")) right = limit(x, left + SIDE_MIN, size[0]);
  if (handle.includes("n")) top = limit(y, 0, bottom - SIDE_MIN);
  if (handle.includes("s")) bottom = limit(y, top + SIDE_MIN, size[1]);
  if (ratio) {
    const width = Math.min(right - left, (handle.includes("n") ? bottom : size[1] - top) * ratio);
    if (handle.includes("w")) left = right - width;
    else right = left + width;
    if (handle.includes("n")) top = bottom - width / ratio;
    else bottom = top + width / ratio;
  }
  return within({ left, top, width: right - left, height: bottom - top }, size);
}
