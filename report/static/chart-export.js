// A chart to take away: as a drawing (SVG), as a picture (PNG), and any file that a page makes itself.
"use strict";
const grokscopeExport = (() => {
  const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity", "font-size", "font-weight", "font-family", "text-anchor"];
  const [TITLE, LEGEND, SHARPNESS] = [30, 18, 2];

  const save = (name, blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name.replace(/[^A-Za-z0-9._-]+/g, "_");
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  // Other programs know neither the style sheet of the page nor mixed colours, so that every element carries what it looks like.
  const plainColour = (text) => text.replace(/color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)(?: \/ [\d.]+)?\)/g, (_, ...parts) => `rgb(${parts.slice(0, 3).map((part) => Math.round(255 * Number(part))).join(", ")})`);
  const inlined = (original) => {
    const copy = original.cloneNode(true);
    copy.removeAttribute("class");
    copy.querySelectorAll(".probe").forEach((one) => one.remove());
    const [from, to] = [[...original.querySelectorAll(":not(.probe)")], [...copy.querySelectorAll("*")]];
    from.forEach((one, i) => {
      const style = getComputedStyle(one);
      to[i].removeAttribute("class");
      to[i].removeAttribute("style");
      for (const look of LOOKS) to[i].setAttribute(look, plainColour(style.getPropertyValue(look)));
    });
    return copy;
  };
  const resolved = (colour) => {
    const probe = document.createElement("span");
    probe.style.color = colour;
    document.body.append(probe);
    const found = plainColour(getComputedStyle(probe).color);
    probe.remove();
    return found;
  };

  // The chart with its title above and its legend below, on the ground of the page.
  const drawing = (svg, { title, names }) => {
    const { width, height } = svg.viewBox.baseVal;
    const make = grokscopeChart.make;
    const style = getComputedStyle(document.body);
    const text = { fill: plainColour(style.color), "font-family": style.fontFamily, "font-size": 12 };
    const rows = [];
    let x = 8;
    let row = 0;
    for (const { name, colour, dash } of names) {
      const long = 30 + 6.6 * name.length;
      if (x + long > width && x > 8) [x, row] = [8, row + 1];
      const y = TITLE + height + 12 + row * LEGEND;
      rows.push(make("line", { x1: x, x2: x + 16, y1: y - 4, y2: y - 4, stroke: resolved(colour), "stroke-width": 2.5, ...(dash ? { "stroke-dasharray": dash } : {}) }), make("text", { ...text, x: x + 21, y }, name));
      x += long;
    }
    const whole = TITLE + height + (row + 1) * LEGEND + 4;
    const copy = inlined(svg);
    for (const [name, value] of [["x", 0], ["y", TITLE], ["width", width], ["height", height]]) copy.setAttribute(name, value);
    return make("svg", { viewBox: `0 0 ${width} ${whole}`, width, height: whole },
      make("rect", { width, height: whole, fill: plainColour(getComputedStyle(document.querySelector(".panel")).backgroundColor) }),
      make("text", { ...text, x: 8, y: 19, "font-size": 13, "font-weight": 600 }, title), copy, ...rows);
  };

  const picture = async (svg, words, kind, name) => {
    const made = drawing(svg, words);
    const blob = new Blob([new XMLSerializer().serializeToString(made)], { type: "image/svg+xml" });
    if (kind === "svg") { save(name, blob); return; }
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await blob.text())}`; // a blob would taint the canvas in some browsers
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [SHARPNESS * Number(made.getAttribute("width")), SHARPNESS * Number(made.getAttribute("height"))];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((found) => save(name, found));
  };

  const csv = (head, rows) => [head, ...rows].map((row) => row.map((cell) => {
    const text = cell === null || cell === undefined ? "" : String(cell);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }).join(",")).join("\n") + "\n";

  return { save, picture, csv };
})();
