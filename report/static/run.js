// A run's page: seeds, checkpoint, time axis, smoothing and zoom, which stand in the address, and the panels that follow them.
"use strict";
(async () => {
  const section = document.querySelector("[data-explore]");
  if (!section) return;
  let data;
  try {
    data = await grokscopeUnpacked(window.grokscopeRuns[section.dataset.explore]);
  } catch (problem) {
    document.querySelector("[data-problem]").textContent = `The curves cannot be drawn, because this browser cannot unpack them (${problem.message}). The run card and the data above have the same numbers.`;
    return;
  }
  const { nearest, median, spaced } = grokscopeNumbers;
  const boxes = [...section.querySelectorAll("[data-seed]")];
  const all = section.querySelector("[data-all-seeds]");
  const slider = document.getElementById("checkpoint");
  const [axis, smoothing] = [document.getElementById("axis"), document.getElementById("smoothing")];
  const output = section.querySelector("[data-step]");
  const whole = section.querySelector("[data-whole]");
  const curves = section.querySelector("[data-panels]");
  const layers = section.querySelector("[data-layer-panels]");
  const table = section.querySelector("[data-values]");
  const toldWords = section.querySelector("[data-told]");

  const every = new Set([...(data.spectra ? data.spectra.steps : []), ...(data.complexity ? data.complexity.steps : [])]);
  if (!every.size) data.panels.forEach((panel) => panel.steps.forEach((step) => every.add(step)));
  const steps = [...every].sort((one, two) => one - two);
  if (!steps.length) return;

  const scaled = () => new Set(grokscopeAddress.list("scale") || []);
  const told = () => new Set(grokscopeAddress.list("event") || []);
  const zoom = () => {
    const ends = (grokscopeAddress.get("zoom") || "").split("..").map(Number);
    return ends.length === 2 && ends.every(Number.isFinite) && ends[0] >= 0 && ends[1] > ends[0] ? ends : undefined;
  };
  const kept = (name, panel) => (grokscopeAddress.list(name) || []).filter((one) => one.startsWith(`${panel.id}~`)).map((one) => Number(one.split("~")[1]));
  const view = {
    seeds: data.seeds,
    file: (name) => `${data.id}_${name}`,
    picked: () => boxes.filter((box) => box.checked).map((box) => Number(box.dataset.seed)),
    step: () => steps[Number(slider.value)],
    smooth: () => Number(smoothing.value),
    linear: () => axis.value === "linear",
    zoom,
    log: (panel) => scaled().has(panel.id) !== panel.log,
    scale: (panel, log) => {
      const now = scaled();
      if (log === panel.log) now.delete(panel.id);
      else now.add(panel.id);
      grokscopeAddress.set({ scale: [...now].join(",") });
    },
    hidden: (panel) => new Set(kept("hide", panel)),
    hide: (panel, hidden) => {
      const others = (grokscopeAddress.list("hide") || []).filter((one) => !one.startsWith(`${panel.id}~`));
      grokscopeAddress.set({ hide: [...others, ...[...hidden].map((i) => `${panel.id}~${i}`)].join(",") });
    },
    // Events at the median over the seeds picked that show them; one that is told of has its uncertainty too.
    marks: (panel) => {
      const picked = view.picked();
      return data.events.flatMap((event) => {
        const found = picked.filter((seed) => event.steps[seed] !== null);
        if (!found.length) return [];
        const letter = found.length < picked.length ? `${event.letter} ${found.length}/${picked.length}` : event.letter;
        const mark = { letter, x: median(found.map((seed) => event.steps[seed])), share: found.length / picked.length };
        if (!told().has(event.name) || panel.id !== event.panel) return [mark];
        const ranges = found.map((seed) => event.ranges[seed]).filter(Boolean);
        return [ranges.length ? { ...mark, from: Math.min(...ranges.map((ends) => ends[0])), to: Math.max(...ranges.map((ends) => ends[1])) } : mark];
      });
    },
    // Of an event that is told of: the threshold that the curve has to reach, or where the curve stands at its date.
    levels: (panel, curvesOf) => data.events.filter((event) => told().has(event.name) && event.panel === panel.id && event.series).flatMap((event) => {
      if (event.level !== null) return [{ y: event.level, label: `${event.letter}: ${grokscopeNumbers.shown(event.level, panel.percent)}` }];
      const found = (curvesOf(event.series) || []).map((values, i) => ({ values, at: event.steps[view.picked()[i]] })).filter((one) => one.at !== null);
      const value = grokscopeNumbers.mean(found.map((one) => grokscopeNumbers.between(panel.steps, one.values, one.at)));
      return value === null ? [] : [{ y: value, label: `${event.letter}: dated here, at ${grokscopeNumbers.shown(value, panel.percent)}` }];
    }),
    change: (step) => {
      slider.value = String(nearest(steps, step));
      chosen();
    },
    zoomTo: (ends) => {
      grokscopeAddress.set({ zoom: ends ? ends.map((end) => Math.max(Number(end.toPrecision(4)), 0)).join("..") : null });
      redraw();
    },
  };

  const words = () => `step ${spaced(view.step())}`;
  const panels = [];
  let waiting = false;
  const redraw = () => {
    output.textContent = words();
    slider.setAttribute("aria-valuetext", words());
    whole.disabled = !zoom();
    const events = data.events.filter((event) => told().has(event.name));
    toldWords.hidden = !events.length;
    toldWords.textContent = events.map((event) => `${event.letter}: ${event.words}${event.thresholds ? ` (${event.thresholds})` : ""}.`).join(" ") + " The shaded band is where other readings of the curve put the date.";
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      panels.forEach((panel) => panel.draw());
      table.replaceChildren(...panels.filter((panel) => panel.rows).flatMap((panel) => panel.rows(view.step())).map(row));
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

  const seedsSaid = () => {
    all.checked = boxes.every((one) => one.checked);
    all.indeterminate = !all.checked && boxes.some((one) => one.checked);
  };
  // What was chosen goes into the address, and what stands in the address is chosen.
  const chosen = () => {
    seedsSaid();
    const picked = view.picked().map((i) => data.seeds[i]);
    grokscopeAddress.set({
      seeds: all.checked ? null : picked.join(",") || "none", step: slider.value === slider.max ? null : view.step(),
      axis: axis.value === "log" ? null : axis.value, smooth: smoothing.value === "0" ? null : smoothing.value,
    });
    redraw();
  };
  const restored = () => {
    const picked = grokscopeAddress.list("seeds");
    boxes.forEach((box) => { box.checked = !picked || picked.includes(String(data.seeds[Number(box.dataset.seed)])); });
    const step = grokscopeAddress.get("step");
    slider.value = step === null || !Number.isFinite(Number(step)) ? slider.max : String(nearest(steps, Math.max(Number(step), 0)));
    axis.value = grokscopeAddress.get("axis") === "linear" ? "linear" : "log";
    smoothing.value = grokscopeAddress.get("smooth") || "0";
    if (!smoothing.value) smoothing.value = "0";
    seedsSaid();
    redraw();
  };

  section.hidden = false;
  slider.max = String(steps.length - 1);
  data.panels.forEach((panel) => panels.push(grokscopePanels.curvePanel(curves, panel, view)));
  if (data.spectra) panels.push(grokscopePanels.spectrumPanel(layers, data.spectra, view));
  if (data.complexity) panels.push(grokscopePanels.complexityPanel(layers, data.complexity, view));
  const missing = [data.spectra ? "" : "Spectra", data.complexity ? "" : "Local complexity by layer"].filter(Boolean);
  if (missing.length) {
    const note = document.createElement("p");
    note.className = "note";
    note.textContent = `${missing.join(" and ").replace(" and Local", " and local")} ${missing[0] === "Spectra" ? "were" : "was"} not measured on this run.`;
    layers.after(note);
  }

  [slider, axis, smoothing].forEach((control) => control.addEventListener("input", chosen));
  boxes.forEach((box) => box.addEventListener("change", chosen));
  all.addEventListener("change", () => {
    boxes.forEach((box) => { box.checked = all.checked; });
    chosen();
  });
  whole.addEventListener("click", () => view.zoomTo(null));
  section.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => {
    const [last, linear] = [steps[steps.length - 1], view.linear()];
    const [to, back] = linear ? [(one) => one, (one) => one] : [(one) => Math.log10(one + 1), (one) => 10 ** one - 1];
    const [low, high] = (zoom() || [0, last]).map(to);
    const [middle, half] = [(low + high) / 2, ((high - low) / 2) * Number(button.dataset.zoom)];
    const ends = [Math.max(back(middle - half), 0), Math.min(back(middle + half), last)];
    view.zoomTo(ends[0] <= 0 && ends[1] >= last ? null : ends);
  }));
  grokscopeAddress.onChange(restored);
  let width = 0;
  new ResizeObserver(() => {
    if (curves.clientWidth !== width) redraw();
    width = curves.clientWidth;
  }).observe(curves);
  restored();
  // Whoever comes from a seed of a claim sees the curve of its event first; whoever comes Back stays where they were.
  const about = data.events.find((event) => told().has(event.name));
  const place = about ? data.panels.findIndex((panel) => panel.id === about.panel) : -1;
  const [arrival] = performance.getEntriesByType("navigation");
  if (place >= 0 && (!arrival || arrival.type === "navigate")) requestAnimationFrame(() => requestAnimationFrame(() => curves.children[place].scrollIntoView({ block: "center" })));
})();
