// A line chart as SVG, drawn anew on every change. Own code of this project, under its MIT licence; no library is needed.
"use strict";
const grokscopeChart = (() => {
  const NS = "http:" + "//www.w3.org/2000/svg"; // the name of SVG, not an address
  const EDGE = { left: 52, right: 10, top: 22, bottom: 34 };
  const HEIGHT = 230;

  const make = (tag, attributes, ...children) => {
    const element = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  // Scales: `to` maps a value to a number that is linear on the picture, or to null where it has no place.
  const SCALES = {
    linear: { to: (value) => value, ticks: (low, high) => niceTicks(low, high).map((value) => [value, plain(value)]) },
    whole: { to: (value) => value, ticks: (low, high) => niceTicks(low, high).filter((value) => Math.abs(value - Math.round(value)) < 1e-9).map((value) => [value, plain(value)]) },
    percent: { to: (value) => value, ticks: (low, high) => niceTicks(low * 100, high * 100).map((value) => [value / 100, `${plain(value)} %`]) },
    log: { to: (value) => (value > 0 ? Math.log10(value) : null), ticks: (low, high) => logTicks(low, high) },
    powers: { to: (value) => value, ticks: (low, high) => decades(low, high).map((power) => [power, powerOfTen(power)]) },
    steps: { to: (value) => Math.log10(value + 1), ticks: (low, high) => [[0, "0"], ...decades(Math.max(low, 0.5), high).map((power) => [10 ** power, powerOfTen(power)])] },
  };
  const plain = (value) => String(Number(value.toPrecision(6))).replace("-", "\u2212");
  const powerOfTen = (power) => {
    if (power >= 0 && power < 4) return String(10 ** power);
    return "10" + String(power).replace(/./g, (sign) => (sign === "-" ? "\u207b" : "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"[Number(sign)]));
  };
  const niceTicks = (low, high) => {
    const raw = (high - low) / 5 || 1;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((nice) => nice * power).find((nice) => nice >= raw);
    const found = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) found.push(i * step);
    return found;
  };
  const decades = (low, high) => {
    const [first, last] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
    const every = Math.max(1, Math.ceil((last - first) / 6));
    const found = [];
    for (let power = Math.ceil(first / every) * every; power <= last; power += every) found.push(power);
    return found;
  };
  // powers of ten, or 1, 2, 5 of each where the axis has few powers, or round numbers where it has hardly any
  const logTicks = (low, high) => {
    const powers = decades(low, high);
    if (powers.length > 2) return powers.map((power) => [10 ** power, powerOfTen(power)]);
    const between = [];
    for (let power = Math.floor(low); power <= high; power += 1) between.push(...[1, 2, 5].map((nice) => nice * 10 ** power));
    const found = between.filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
    return (found.length > 1 ? found : niceTicks(10 ** low, 10 ** high).filter((value) => value > 0)).map((value) => [value, plain(value)]);
  };

  const extent = (values, least) => {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (low > high) return [0, 1];
    if (high - low < least) return [low - least / 2, high + least / 2];
    return [low, high];
  };

  // spec: {label, title, x: {scale, label}, y: {scale, label, domain?}, lines: [{points: [[x, y]], colour, thin}], marks: [{x, letter}], cursor}
  const draw = (holder, spec) => {
    const width = Math.max(holder.clientWidth || 480, 240);
    const [xScale, yScale] = [SCALES[spec.x.scale], SCALES[spec.y.scale]];
    const placed = spec.lines.map((line) => line.points.map(([x, y]) => (y === null || y === undefined ? null : [xScale.to(x), yScale.to(y)])).map((point) => (point && point[1] !== null ? point : null)));
    const flat = placed.flat().filter(Boolean);
    const [left, right] = extent(flat.map((point) => point[0]), 0.1);
    const [low, high] = spec.y.domain || extent(flat.map((point) => point[1]), spec.y.scale === "percent" ? 0.02 : 1e-9);
    const room = spec.y.domain ? 0 : (high - low) * 0.05 || 0.5;
    const px = (x) => EDGE.left + ((x - left) / (right - left || 1)) * (width - EDGE.left - EDGE.right);
    const py = (y) => HEIGHT - EDGE.bottom - ((y - low + room) / (high - low + 2 * room || 1)) * (HEIGHT - EDGE.top - EDGE.bottom);
    const svg = make("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": spec.title, class: "chart" });

    for (const [value, text] of yScale.ticks(low - room, high + room)) {
      const y = py(yScale.to(value));
      svg.append(make("line", { class: "grid", x1: EDGE.left, x2: width - EDGE.right, y1: y, y2: y }), make("text", { class: "tick end", x: EDGE.left - 6, y: y + 4 }, text));
    }
    for (const [value, text] of xScale.ticks(left, right)) {
      const x = px(xScale.to(value));
      if (x < EDGE.left - 1) continue;
      svg.append(make("line", { class: "grid", x1: x, x2: x, y1: EDGE.top, y2: HEIGHT - EDGE.bottom }), make("text", { class: "tick middle", x, y: HEIGHT - EDGE.bottom + 15 }, text));
    }
    svg.append(make("text", { class: "axis-label", x: width - EDGE.right, y: HEIGHT - 4 }, spec.x.label));
    marks(svg, spec, (value) => px(xScale.to(value)));
    spec.lines.forEach((line, i) => {
      const path = pathOf(placed[i], px, py);
      if (path) svg.append(make("path", { class: line.thin ? "line thin" : "line", d: path, style: `stroke:${line.colour}` }));
    });
    if (spec.cursor !== undefined) {
      const x = px(xScale.to(spec.cursor));
      svg.append(make("line", { class: "cursor", x1: x, x2: x, y1: EDGE.top, y2: HEIGHT - EDGE.bottom }));
    }
    holder.replaceChildren(svg);
    // the value on the x axis at a place on the picture, from 0 to 1
    return (share) => left + (right - left) * Math.min(Math.max((share * width - EDGE.left) / (width - EDGE.left - EDGE.right), 0), 1);
  };

  const pathOf = (points, px, py) => {
    let path = "";
    let pen = false;
    for (const point of points) {
      if (point) path += `${pen ? "L" : "M"}${px(point[0]).toFixed(1)} ${py(point[1]).toFixed(1)}`;
      pen = Boolean(point);
    }
    return path;
  };

  // letters of events; those at the same place stand in one word, and words that would touch at different heights
  const marks = (svg, spec, place) => {
    const found = [];
    for (const mark of [...(spec.marks || [])].sort((one, two) => one.x - two.x)) {
      const x = place(mark.x);
      svg.append(make("line", { class: "mark", x1: x, x2: x, y1: EDGE.top - 2, y2: HEIGHT - EDGE.bottom }));
      const last = found[found.length - 1];
      if (last && x - last.x < 5) last.letters += mark.letter;
      else found.push({ x, letters: mark.letter });
    }
    const ends = [-99, -99];
    for (const { x, letters } of found) {
      const half = letters.length * 4.5;
      const row = x - half > ends[0] + 2 || ends[0] < ends[1] ? 0 : 1;
      ends[row] = x + half;
      svg.append(make("text", { class: "mark-letter", x, y: row ? 9 : 19 }, letters));
    }
  };

  return { draw };
})();
