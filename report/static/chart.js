// A line chart as SVG, drawn anew on every change. Own code of this project, under its MIT licence; docs/architecture.md says why no library.
"use strict";
const grokscopeChart = (() => {
  const NS = "http:" + "//www.w3.org/2000/svg"; // the name of SVG, not an address
  const EDGE = { left: 52, right: 16, top: 22, bottom: 34 };
  const HEIGHT = 230;

  const make = (tag, attributes, ...children) => {
    const element = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  // Scales: `to` maps a value to a number that is linear on the picture, or to null where it has no place; `back` undoes it.
  const same = (value) => value;
  const SCALES = {
    linear: { to: same, back: same, ticks: (low, high) => niceTicks(low, high).map((value) => [value, plain(value)]) },
    whole: { to: same, back: same, ticks: (low, high) => niceTicks(low, high).filter((value) => Math.abs(value - Math.round(value)) < 1e-9).map((value) => [value, plain(value)]) },
    percent: { to: same, back: same, ticks: (low, high) => niceTicks(low * 100, high * 100).map((value) => [value / 100, `${plain(value)} %`]) },
    points: { to: same, back: same, ticks: (low, high) => niceTicks(low * 100, high * 100).map((value) => [value / 100, plain(value)]) },
    log: { to: (value) => (value > 0 ? Math.log10(value) : null), back: (value) => 10 ** value, ticks: (low, high) => logTicks(low, high) },
    logPercent: { to: (value) => (value > 0 ? Math.log10(value) : null), back: (value) => 10 ** value, ticks: (low, high) => logTicks(low + 2, high + 2).map(([value, text]) => [value / 100, `${text} %`]) },
    powers: { to: same, back: same, ticks: (low, high) => decades(low, high).map((power) => [power, powerOfTen(power)]) },
    steps: { to: (value) => Math.log10(value + 1), back: (value) => 10 ** value - 1, ticks: (low, high) => stepTicks(low, high) },
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

  // 0 and powers of ten, or round steps where the axis is zoomed to few of them
  const stepTicks = (low, high) => {
    const powers = [...(low <= 0 ? [[0, "0"]] : []), ...decades(Math.max(low, 0.5), high).map((power) => [10 ** power, powerOfTen(power)])];
    const inside = powers.filter(([value]) => Math.log10(value + 1) >= low - 1e-9);
    if (inside.length > 2) return powers;
    return logTicks(Math.max(low, 0.01), high).filter(([value]) => Number.isInteger(value));
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

  // spec: {title, x: {scale, label, domain?}, y: {scale, label, domain?}, lines: [{points: [[x, y]], colour, thin, dash}],
  //   bands: [{points: [[x, low, high]], colour}], marks: [{x, letter, share, from, to}], levels: [{y, label}], cursor}
  // Returns {x: the value on the x axis at a place on the picture from 0 to 1, place: the place of a value, svg}.
  const draw = (holder, spec) => {
    const width = Math.max(holder.clientWidth || 480, 240);
    const [xScale, yScale] = [SCALES[spec.x.scale], SCALES[spec.y.scale]];
    const zoom = spec.x.domain ? spec.x.domain.map(xScale.to) : null;
    const placed = spec.lines.map((line) => line.points.map(([x, y]) => point(xScale.to(x), y, yScale)));
    const bands = (spec.bands || []).map((band) => band.points.map(([x, low, high]) => [xScale.to(x), point(0, low, yScale), point(0, high, yScale)]));
    const inside = (x) => x !== null && (!zoom || (x >= zoom[0] && x <= zoom[1]));
    const flat = placed.flat().filter((one) => one && inside(one[0]));
    const heights = [...flat.map((one) => one[1]), ...bands.flat().filter((one) => inside(one[0])).flatMap((one) => one.slice(1).filter(Boolean).map((end) => end[1])), ...(spec.levels || []).map((level) => yScale.to(level.y)).filter((y) => y !== null)];
    const [left, right] = zoom || extent(flat.map((one) => one[0]), spec.x.scale === "linear" ? 1e-9 : 0.1);
    const [low, high] = spec.y.domain || extent(heights, spec.y.scale === "percent" ? 0.02 : 1e-9);
    const room = spec.y.domain ? 0 : (high - low) * 0.05 || 0.5;
    const px = (x) => EDGE.left + ((x - left) / (right - left || 1)) * (width - EDGE.left - EDGE.right);
    const py = (y) => HEIGHT - EDGE.bottom - ((y - low + room) / (high - low + 2 * room || 1)) * (HEIGHT - EDGE.top - EDGE.bottom);
    const svg = make("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": spec.title, class: "chart" });
    if (!flat.length) svg.append(make("text", { class: "tick middle", x: width / 2, y: HEIGHT / 2 }, spec.empty || "There are no values here."));

    if (flat.length) {
      for (const [value, text] of yScale.ticks(low - room, high + room)) {
        const y = py(yScale.to(value));
        if (y < EDGE.top - 1 || y > HEIGHT - EDGE.bottom + 1) continue;
        svg.append(make("line", { class: "grid", x1: EDGE.left, x2: width - EDGE.right, y1: y, y2: y }), make("text", { class: "tick end", x: EDGE.left - 6, y: y + 4 }, text));
      }
      for (const [value, text] of xScale.ticks(left, right)) {
        const x = px(xScale.to(value));
        if (x < EDGE.left - 1 || x > width - EDGE.right + 1) continue;
        svg.append(make("line", { class: "grid", x1: x, x2: x, y1: EDGE.top, y2: HEIGHT - EDGE.bottom }), make("text", { class: "tick middle", x, y: HEIGHT - EDGE.bottom + 15 }, text));
      }
    }
    svg.append(make("text", { class: "axis-label", x: width - EDGE.right, y: HEIGHT - 4 }, spec.x.label));
    const plot = make("svg", { x: EDGE.left, y: 0, width: width - EDGE.left - EDGE.right, height: HEIGHT - EDGE.bottom, viewBox: `${EDGE.left} 0 ${width - EDGE.left - EDGE.right} ${HEIGHT - EDGE.bottom}` });
    svg.append(plot);
    marks(plot, (spec.marks || []).map((mark) => ({ ...mark, at: xScale.to(mark.x), ends: mark.from === undefined ? null : [xScale.to(mark.from), xScale.to(mark.to)] })).filter((mark) => inside(mark.at)), px);
    for (const level of spec.levels || []) {
      if (yScale.to(level.y) === null) continue;
      const y = py(yScale.to(level.y));
      plot.append(make("line", { class: "level", x1: EDGE.left, x2: width - EDGE.right, y1: y, y2: y }), make("text", { class: "level-label", x: width - EDGE.right - 3, y: y - 4 }, level.label));
    }
    bands.forEach((band, i) => {
      for (const piece of pieces(band)) {
        const edge = (side) => piece.map((one) => `${px(one[0]).toFixed(1)} ${py(one[side][1]).toFixed(1)}`);
        plot.append(make("path", { class: "area", d: `M${edge(2).join("L")}L${edge(1).reverse().join("L")}Z`, style: `fill:${spec.bands[i].colour}` }));
      }
    });
    spec.lines.forEach((line, i) => {
      const path = pathOf(placed[i], px, py);
      if (path) plot.append(make("path", { class: line.thin ? "line thin" : "line", d: path, style: `stroke:${line.colour}${line.dash ? `;stroke-dasharray:${line.dash}` : ""}` }));
    });
    if (spec.cursor !== undefined && inside(xScale.to(spec.cursor))) {
      const x = px(xScale.to(spec.cursor));
      plot.append(make("line", { class: "cursor", x1: x, x2: x, y1: EDGE.top, y2: HEIGHT - EDGE.bottom }));
    }
    holder.replaceChildren(svg);
    const span = width - EDGE.left - EDGE.right;
    return {
      svg, plot, top: EDGE.top, bottom: HEIGHT - EDGE.bottom,
      x: (share) => xScale.back(left + (right - left) * Math.min(Math.max((share * width - EDGE.left) / span, 0), 1)),
      place: (x) => px(xScale.to(x)),
      ends: [xScale.back(left), xScale.back(right)],
    };
  };

  const point = (x, y, scale) => {
    if (y === null || y === undefined || x === null) return null;
    const to = scale.to(y);
    return to === null ? null : [x, to];
  };
  const pieces = (band) => {
    const found = [[]];
    for (const one of band) {
      if (one[1] && one[2]) found[found.length - 1].push(one);
      else if (found[found.length - 1].length) found.push([]);
    }
    return found.filter((piece) => piece.length > 1);
  };
  const pathOf = (points, px, py) => {
    let path = "";
    let pen = false;
    for (const one of points) {
      if (one) path += `${pen ? "L" : "M"}${px(one[0]).toFixed(1)} ${py(one[1]).toFixed(1)}`;
      pen = Boolean(one);
    }
    return path;
  };

  // Letters of events: those at the same place stand in one word, and words that would touch at different heights. An event
  // that only some of the seeds show is paler, in proportion; `ends` are where other readings of the curve put it.
  const marks = (svg, all, px) => {
    const found = [];
    for (const mark of [...all].sort((one, two) => one.at - two.at)) {
      const x = px(mark.at);
      const faint = mark.share === undefined ? 1 : 0.3 + 0.7 * mark.share;
      if (mark.ends) svg.append(make("rect", { class: "uncertain", x: px(mark.ends[0]), width: Math.max(px(mark.ends[1]) - px(mark.ends[0]), 1), y: EDGE.top, height: HEIGHT - EDGE.bottom - EDGE.top }));
      svg.append(make("line", { class: mark.ends ? "mark told" : "mark", x1: x, x2: x, y1: EDGE.top - 2, y2: HEIGHT - EDGE.bottom, opacity: faint }));
      const last = found[found.length - 1];
      if (last && x - last.x < 5) last.letters.push(mark.letter);
      else found.push({ x, letters: [mark.letter] });
    }
    const ends = [-99, -99];
    for (const { x, letters } of found) {
      const word = letters.join(letters.some((letter) => letter.length > 1) ? ", " : "·");
      const half = word.length * 4;
      const row = x - half > ends[0] + 2 || ends[0] < ends[1] ? 0 : 1;
      ends[row] = x + half;
      svg.append(make("text", { class: "mark-letter", x, y: row ? 9 : 19 }, word));
    }
  };

  return { draw, make, scales: SCALES };
})();
