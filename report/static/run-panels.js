// The panels of a run's page: one chart a metric with its legend, and the two charts of the checkpoint chosen.
"use strict";
const grokscopePanels = (() => {
  const { mean, nearest, shown, spaced, smoothed } = grokscopeNumbers;
  const SPLITS = { train: "var(--train)", test: "var(--test)", random: "var(--random)", all: "var(--random)" };
  const MOST_THIN = 3; // series with single seeds drawn; more would hide each other
  const MOST_READ = 9; // values that are read off at once
  // Those of the figures and cards, lightened where the page is dark.
  const colourOf = (key) => (key.startsWith("#") ? `color-mix(in srgb, ${key}, white var(--lift))` : SPLITS[key] || "var(--random)");
  const emptyWords = (picked) => (picked.length ? "There are no values here." : "No seed is picked.");

  const scaleOf = (panel, log) => (panel.percent ? (log ? "logPercent" : "percent") : log ? "log" : "linear");
  const domainOf = (scale) => (scale === "percent" ? [0, 1] : undefined);

  // What the title says already is not said again.
  const unitOf = (panel) => [panel.title.toLowerCase().endsWith(panel.label.toLowerCase()) ? "" : panel.label, panel.percent ? "%" : ""].filter(Boolean).join(", ");

  // view: {picked(), step(), marks(panel), levels(panel), smooth(), linear(), zoom(), log(panel), hidden(panel), file(panel), change(step), set(...)}
  const curvePanel = (parent, panel, view) => {
    const names = panel.series.map((series) => ({ name: series.name, colour: colourOf(series.colour) }));
    const frame = grokscopeFrame.make(parent, {
      title: panel.title, unit: unitOf(panel), file: view.file(panel.id), names,
      hidden: view.hidden(panel), log: view.log(panel),
      onHide: (hidden) => { view.hide(panel, hidden); draw(); }, onScale: (log) => { view.scale(panel, log); draw(); },
      onZoom: view.zoomTo, onPick: view.change,
    });
    const curve = (series, seed) => smoothed(panel.steps, series.values[seed], view.smooth());
    const draw = () => {
      const picked = view.picked();
      const curves = panel.series.map((series) => picked.map((seed) => curve(series, seed)));
      const means = curves.map((seeds) => panel.steps.map((_, at) => mean(seeds.map((values) => values[at]))));
      const lines = [];
      panel.series.forEach((series, i) => {
        if (frame.hidden.has(i)) return;
        const colour = names[i].colour;
        const points = (values) => panel.steps.map((step, at) => [step, values[at]]);
        if (panel.series.length <= MOST_THIN && picked.length > 1) for (const values of curves[i]) lines.push({ colour, thin: true, points: points(values) });
        lines.push({ colour, points: points(means[i]) });
      });
      const last = panel.steps.length - 1;
      const ends = panel.series.slice(0, 14).map((series, i) => `${series.name} ends at ${shown(means[i][last], panel.percent)}`);
      const scale = scaleOf(panel, view.log(panel));
      frame.show({
        title: `${panel.title} by training step: ${ends.join("; ")}.`,
        x: { scale: view.linear() ? "linear" : "steps", label: "training step", domain: view.zoom() },
        y: { scale, domain: domainOf(scale) },
        lines, marks: view.marks(panel), levels: view.levels(panel, (name) => curves[panel.series.findIndex((series) => series.name === name)]), cursor: view.step(), empty: emptyWords(picked),
      }, {
        read: (step) => {
          const place = nearest(panel.steps, step);
          const values = panel.series.map((_, i) => i).filter((i) => !frame.hidden.has(i)).slice(0, MOST_READ);
          return { at: panel.steps[place], words: `step ${spaced(panel.steps[place])}`, values: values.map((i) => ({ name: names[i].name, colour: names[i].colour, text: shown(means[i][place], panel.percent) })) };
        },
        next: (at, step) => panel.steps[Math.min(Math.max((at === null ? (step > 0 ? -1 : panel.steps.length) : nearest(panel.steps, at)) + step, 0), last)],
        csv: () => grokscopeExport.csv(["step", "curve", "mean", ...picked.map((seed) => `seed ${view.seeds[seed]}`)],
          panel.series.flatMap((series, i) => panel.steps.map((step, at) => [step, series.name, means[i][at] === null ? null : Number(means[i][at].toPrecision(6)), ...curves[i].map((values) => values[at])]))),
      });
    };
    const rows = (step) => panel.series.map((series) => {
      const at = nearest(panel.steps, step);
      const values = view.picked().map((seed) => series.values[seed][at]).filter((value) => value !== null);
      const range = values.length ? `${shown(Math.min(...values), panel.percent)} to ${shown(Math.max(...values), panel.percent)}` : "\u2013";
      return [`${panel.title}: ${series.name}`, shown(mean(values), panel.percent), range];
    });
    return { draw, rows };
  };

  // A chart of one checkpoint: `lines` gives for each name its points over `index`, one list for each seed picked.
  const momentPanel = (parent, view, told) => {
    const frame = grokscopeFrame.make(parent, { title: told.name, unit: told.unit, file: view.file(told.file), names: told.names, onHide: () => draw() });
    const draw = () => {
      const at = nearest(told.steps, view.step());
      const picked = view.picked();
      const values = told.names.map((_, i) => picked.map((seed) => told.index.map((_, place) => told.value(at, seed, i, place) ?? null)));
      const means = values.map((seeds) => told.index.map((_, place) => mean(seeds.map((one) => one[place]))));
      const points = (one) => told.index.map((index, place) => [index, one[place]]);
      const title = `${told.title} at step ${spaced(told.steps[at])}${told.more}`;
      frame.entitle(title, told.unit);
      const lines = told.names.flatMap(({ colour }, i) => (frame.hidden.has(i) ? [] : [
        ...(told.thin && picked.length > 1 ? values[i].map((one) => ({ colour, thin: true, points: points(one) })) : []), { colour, points: points(means[i]) }]));
      frame.show({ title: `${title}: ${told.said}`, x: told.x, y: told.y, lines, empty: emptyWords(picked) }, {
        read: (x) => {
          const place = told.index.reduce((best, index, i) => (Math.abs(index - x) < Math.abs(told.index[best] - x) ? i : best), 0);
          const read = told.names.map((one, i) => ({ ...one, text: told.text(means[i][place]) })).filter((_, i) => !frame.hidden.has(i)).slice(0, MOST_READ);
          return { at: told.index[place], words: `${told.x.label} ${told.index[place]}`, values: read };
        },
        next: (x, step) => told.index[Math.min(Math.max((x === null ? -1 : told.index.indexOf(x)) + step, 0), told.index.length - 1)],
        csv: () => grokscopeExport.csv([told.x.label, "line", "mean", ...picked.map((seed) => `seed ${view.seeds[seed]}`)],
          told.names.flatMap(({ name }, i) => told.index.map((index, place) => [index, name, means[i][place], ...values[i].map((one) => one[place])]))),
      });
    };
    return { draw };
  };

  // Spectrum of every layer: geometric means over seeds, as the logarithms are averaged.
  const spectrumPanel = (parent, spectra, view) => momentPanel(parent, view, {
    name: "Eigenvalues of each layer's covariance", title: "Eigenvalues of each layer's covariance", more: ` (${spectra.split} samples), as shares of the layer's largest`,
    unit: "", file: "spectra", steps: spectra.steps, index: spectra.index,
    names: spectra.layers.map((layer, i) => ({ name: `layer ${layer}`, colour: colourOf(spectra.colours[i]) })),
    value: (at, seed, layer, place) => spectra.values[at][seed][layer][place], text: (power) => (power === null ? "\u2013" : grokscopeNumbers.minus((10 ** power).toExponential(1))),
    x: { scale: "log", label: "index of the eigenvalue" }, y: { scale: "powers", domain: [-14, 0.4] },
    said: `one falling line for each of ${spectra.layers.length} layers.`,
  });

  const complexityPanel = (parent, complexity, view) => {
    let highest = 0;
    complexity.values.forEach((seeds) => seeds.flat(2).forEach((one) => { if (one > highest) highest = one; }));
    return momentPanel(parent, view, {
      name: "Local complexity by layer", title: "Local complexity by layer", more: `, radius ${complexity.radius}`, unit: "neurons cut", file: "local_complexity_by_layer",
      steps: complexity.steps, index: complexity.layers, thin: true, names: complexity.splits.map((split) => ({ name: split, colour: colourOf(split) })),
      value: (at, seed, split, place) => complexity.values[at][seed][split][place], text: (value) => shown(value),
      x: { scale: "whole", label: "layer" }, y: { scale: "linear", domain: [0, highest || 1] }, said: `neurons cut in each of ${complexity.layers.length} layers.`,
    });
  };

  return { curvePanel, spectrumPanel, complexityPanel, colourOf, scaleOf, domainOf, unitOf };
})();
