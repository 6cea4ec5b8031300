// The film of a slice: a slider over checkpoints, the picture of each, and the curves with the chosen checkpoint marked.
"use strict";
(async () => {
  const section = document.querySelector("[data-film]");
  if (!section) return;
  const at = (name) => section.querySelector(`[data-film-${name}]`);
  let data;
  try {
    data = await grokscopeUnpacked(document.getElementById("filmed").textContent);
  } catch (problem) {
    at("problem").textContent = `The film cannot be shown, because this browser cannot unpack it (${problem.message}). Some of its pictures stand below.`;
    return;
  }
  const root = document.body.dataset.root;
  const [slider, picture, text, play, stage, frame] = [document.getElementById("film-step"), at("picture"), at("text"), at("play"), at("stage"), at("frame")];
  const last = data.steps.length - 1;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const spaced = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, value > 9999 ? "\u202f" : "");
  const frames = data.frames.map((path) => {
    const image = new Image();
    image.src = root + path;
    return image;
  });

  const COLOURS = { "train accuracy": "var(--train)", "test accuracy": "var(--test)", "train points": "var(--train)", "test points": "var(--test)", "random points": "var(--random)", "regions on the slice": "var(--text)" };
  const attacks = data.curves.filter((curve) => !(curve.name in COLOURS));
  const colourOf = (curve) => COLOURS[curve.name] || `hsl(${Math.round(290 - 250 * (attacks.indexOf(curve) / Math.max(attacks.length - 1, 1)))} var(--ramp))`;
  const nearest = (points, step) => points.reduce((best, point) => (Math.abs(Math.log((point[0] + 1) / (step + 1))) < Math.abs(Math.log((best[0] + 1) / (step + 1))) ? point : best));
  const shown = (value, scale) => (scale === "percent" ? `${(100 * value).toFixed(1)} %` : value >= 1000 ? spaced(Math.round(value)) : String(Number(value.toPrecision(3))));

  const charts = Object.entries(data.panels).map(([name, panel]) => ({
    name, panel, holder: section.querySelector(`[data-film-chart="${name}"]`), legend: section.querySelector(`[data-film-legend="${name}"]`), curves: data.curves.filter((curve) => curve.panel === name), drawn: null,
  })).filter((chart) => chart.holder);
  charts.forEach((chart) => {
    chart.values = chart.curves.map((curve) => {
      const [item, swatch, value] = ["li", "span", "b"].map((tag) => document.createElement(tag));
      swatch.className = "swatch";
      swatch.style.background = colourOf(curve);
      item.append(swatch, `${curve.name} `, value);
      chart.legend.append(item);
      return value;
    });
  });
  const NS = "http:" + "//www.w3.org/2000/svg"; // the name of SVG, not an address
  data.points.forEach(([x, y]) => {
    const dot = document.createElementNS(NS, "circle");
    for (const [name, value] of [["cx", x], ["cy", y], ["r", 0.016]]) dot.setAttribute(name, value);
    at("points").append(dot);
  });

  const place = () => Number(slider.value);
  const words = () => `step ${spaced(data.steps[place()])}, ${spaced(data.regions[place()])} ${data.regions[place()] === 1 ? "region" : "regions"}`;
  let waiting = false;
  const draw = () => {
    const step = data.steps[place()];
    picture.src = frames[place()].src;
    picture.alt = `Linear regions on the slice at ${words()}.`;
    charts.forEach((chart) => {
      const lines = chart.curves.map((curve) => ({ points: curve.points, colour: colourOf(curve) }));
      const y = { scale: chart.panel.scale, label: "", ...(chart.panel.scale === "percent" ? { domain: [0, 1] } : {}) };
      chart.drawn = grokscopeChart.draw(chart.holder, { title: `${chart.panel.title}; chosen: step ${step}`, x: { scale: "steps", label: "optimiser steps" }, y, lines, cursor: step });
      chart.curves.forEach((curve, i) => { chart.values[i].textContent = shown(nearest(curve.points, step)[1], chart.panel.scale); });
    });
  };
  const redraw = () => {
    text.textContent = words();
    slider.setAttribute("aria-valuetext", words());
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  };
  const go = (to) => {
    slider.value = String(Math.min(Math.max(to, 0), last));
    redraw();
  };
  const goToStep = (step) => go(data.steps.indexOf(nearest(data.steps.map((one) => [one]), step)[0]));

  // Nothing moves by itself: the film plays when it is asked to, and slowly for those who want little motion.
  let timer = 0;
  const pause = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
    text.setAttribute("aria-live", "polite");
  };
  const toggle = () => {
    if (timer) return pause();
    if (place() === last) go(0);
    play.textContent = "Pause";
    text.setAttribute("aria-live", "off"); // a reader would be told of every picture
    timer = setInterval(() => (place() === last ? pause() : go(place() + 1)), still.matches ? 1000 : 180);
    return undefined;
  };

  const KEYS = { ArrowLeft: () => go(place() - 1), ArrowDown: () => go(place() - 1), ArrowRight: () => go(place() + 1), ArrowUp: () => go(place() + 1), Home: () => go(0), End: () => go(last) };
  section.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target === play) return;
    if (event.key === " ") toggle();
    else if (event.target === stage && KEYS[event.key]) { pause(); KEYS[event.key](); }
    else return; // the slider knows its own keys
    event.preventDefault();
  });
  slider.addEventListener("input", () => { pause(); redraw(); });
  play.addEventListener("click", toggle);

  const dragged = (holder, move) => {
    holder.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      holder.setPointerCapture(event.pointerId);
      pause();
      move(event);
    });
    holder.addEventListener("pointermove", (event) => { if (holder.hasPointerCapture(event.pointerId)) move(event); });
  };
  const share = (event, box) => (event.clientX - box.left) / box.width;
  dragged(frame, (event) => go(Math.round(share(event, frame.getBoundingClientRect()) * last)));
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  charts.forEach((chart) => dragged(chart.holder, (event) => goToStep(chart.drawn.x(share(event, chart.holder.getBoundingClientRect())))));

  section.classList.add("scripted");
  [at("controls"), stage, at("help")].forEach((part) => { part.hidden = false; });
  let width = 0;
  new ResizeObserver(() => {
    if (stage.clientWidth !== width) redraw();
    width = stage.clientWidth;
  }).observe(stage);
  redraw();
})();
