// A run's page: the seed picker and the slider over checkpoints, and the panels that follow them.
"use strict";
(async () => {
  const section = document.querySelector("[data-explore]");
  if (!section) return;
  let data;
  try {
    data = await grokscopeUnpacked(document.getElementById("explored").textContent);
  } catch (problem) {
    document.querySelector("[data-problem]").textContent = `The curves cannot be drawn, because this browser cannot unpack them (${problem.message}). The run card and the data above have the same numbers.`;
    return;
  }
  const boxes = [...section.querySelectorAll("[data-seed]")];
  const all = section.querySelector("[data-all-seeds]");
  const slider = document.getElementById("checkpoint");
  const output = section.querySelector("[data-step]");
  const curves = section.querySelector("[data-panels]");
  const layers = section.querySelector("[data-layer-panels]");
  const table = section.querySelector("[data-values]");

  const every = new Set([...(data.spectra ? data.spectra.steps : []), ...(data.complexity ? data.complexity.steps : [])]);
  if (!every.size) data.panels.forEach((panel) => panel.steps.forEach((step) => every.add(step)));
  const steps = [...every].sort((one, two) => one - two);
  if (!steps.length) return;

  const median = (values) => {
    const sorted = [...values].sort((one, two) => one - two);
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  };
  const state = {
    picked: () => boxes.filter((box) => box.checked).map((box) => Number(box.dataset.seed)),
    step: () => steps[Number(slider.value)],
    marks: () => data.events
      .map((event) => ({ letter: event.letter, found: state.picked().map((seed) => event.steps[seed]).filter((step) => step !== null) }))
      .filter((event) => event.found.length)
      .map((event) => ({ letter: event.letter, x: median(event.found) })),
  };

  const words = () => `step ${grokscopePanels.spaced(state.step())}`;
  const change = (step) => {
    let best = 0;
    steps.forEach((one, i) => {
      if (Math.abs(Math.log((one + 1) / (step + 1))) < Math.abs(Math.log((steps[best] + 1) / (step + 1)))) best = i;
    });
    slider.value = String(best);
    redraw();
  };
  const panels = [];
  let waiting = false;
  const redraw = () => {
    output.textContent = words();
    slider.setAttribute("aria-valuetext", words());
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      panels.forEach((panel) => panel.draw());
      table.replaceChildren(...panels.filter((panel) => panel.rows).flatMap((panel) => panel.rows(state.step())).map(row));
    });
  };
  const row = (texts) => {
    const line = document.createElement("tr");
    texts.forEach((text, i) => {
      const cell = document.createElement(i ? "td" : "th");
      if (i) cell.className = "number";
      else cell.scope = "row";
      cell.textContent = text;
      line.append(cell);
    });
    return line;
  };

  section.hidden = false;
  slider.max = String(steps.length - 1);
  slider.value = slider.max;
  data.panels.forEach((panel) => panels.push(grokscopePanels.curvePanel(curves, panel, state, change)));
  if (data.spectra) panels.push(grokscopePanels.spectrumPanel(layers, data.spectra, state));
  if (data.complexity) panels.push(grokscopePanels.complexityPanel(layers, data.complexity, state));
  const missing = [data.spectra ? "" : "Spectra", data.complexity ? "" : "Local complexity by layer"].filter(Boolean);
  if (missing.length) {
    const note = document.createElement("p");
    note.className = "note";
    note.textContent = `${missing.join(" and ").replace(" and Local", " and local")} ${missing[0] === "Spectra" ? "were" : "was"} not measured on this run.`;
    layers.after(note);
  }

  slider.addEventListener("input", redraw);
  boxes.forEach((box) => box.addEventListener("change", () => {
    all.checked = boxes.every((one) => one.checked);
    all.indeterminate = !all.checked && boxes.some((one) => one.checked);
    redraw();
  }));
  all.addEventListener("change", () => {
    boxes.forEach((box) => { box.checked = all.checked; });
    redraw();
  });
  let width = 0;
  new ResizeObserver(() => {
    if (curves.clientWidth !== width) redraw();
    width = curves.clientWidth;
  }).observe(curves);
  redraw();
})();
