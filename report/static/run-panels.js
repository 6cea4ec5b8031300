// The panels of a run's page: one chart a metric with its legend, and the two charts of the checkpoint chosen.
"use strict";
const grokscopePanels = (() => {
  const SPLITS = { train: "var(--train)", test: "var(--test)", random: "var(--random)", all: "var(--random)" };
  const MOST_THIN = 3; // series with single seeds drawn; more would hide each other
  const colourOf = (key) => (typeof key === "number" ? `hsl(${Math.round(265 - 245 * key)} var(--ramp))` : SPLITS[key] || "var(--random)");
  const mean = (values) => {
    const known = values.filter((value) => value !== null && value !== undefined);
    return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
  };
  const shown = (value, percent) => {
    if (value === null) return "\u2013";
    if (percent) return `${(100 * value).toFixed(1)} %`;
    return String(Number(value.toPrecision(3))).replace("-", "\u2212");
  };
  const spaced = (step) => String(step).replace(/\B(?=(\d{3})+$)/g, step > 9999 ? "\u202f" : "");
  const nearest = (steps, step) => {
    let best = 0;
    steps.forEach((one, i) => {
      if (Math.abs(Math.log((one + 1) / (step + 1))) < Math.abs(Math.log((steps[best] + 1) / (step + 1)))) best = i;
    });
    return best;
  };

  // A titled frame with a place for the chart and a legend whose buttons hide and show lines.
  const frame = (parent, title, names, redraw) => {
    const [figure, caption, holder, legend] = ["figure", "figcaption", "div", "div"].map((tag) => document.createElement(tag));
    figure.className = "panel";
    caption.textContent = title;
    legend.className = "legend";
    legend.setAttribute("role", "group");
    legend.setAttribute("aria-label", `Lines of: ${title}`);
    const hidden = new Set();
    names.forEach(({ name, colour }, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      const swatch = document.createElement("span");
      swatch.className = "swatch";
      swatch.style.background = colour;
      button.append(swatch, name);
      button.addEventListener("click", () => {
        if (!hidden.delete(i)) hidden.add(i);
        button.setAttribute("aria-pressed", String(!hidden.has(i)));
        redraw();
      });
      legend.append(button);
    });
    figure.append(caption, holder, legend);
    parent.append(figure);
    return { holder, hidden, caption };
  };

  const curvePanel = (parent, panel, state, change) => {
    const names = panel.series.map((series) => ({ name: series.name, colour: colourOf(series.colour) }));
    const { holder, hidden } = frame(parent, panel.title, names, () => draw());
    let stepAt = null;
    const draw = () => {
      const picked = state.picked();
      const lines = [];
      panel.series.forEach((series, i) => {
        if (hidden.has(i)) return;
        const colour = colourOf(series.colour);
        if (panel.series.length <= MOST_THIN && picked.length > 1) {
          for (const seed of picked) lines.push({ colour, thin: true, points: panel.steps.map((step, at) => [step, series.values[seed][at]]) });
        }
        lines.push({ colour, points: panel.steps.map((step, at) => [step, mean(picked.map((seed) => series.values[seed][at]))]) });
      });
      const last = panel.steps.length - 1;
      const ends = panel.series.slice(0, 14).map((series) => `${series.name} ends at ${shown(mean(picked.map((seed) => series.values[seed][last])), panel.percent)}`);
      stepAt = grokscopeChart.draw(holder, {
        title: `${panel.title} by training step: ${ends.join("; ")}.`,
        x: { scale: "steps", label: "training step" },
        y: { scale: panel.percent ? "percent" : panel.log ? "log" : "linear", domain: panel.percent ? [0, 1] : undefined },
        lines,
        marks: state.marks(),
        cursor: state.step(),
      });
    };
    holder.addEventListener("click", (event) => {
      const box = holder.getBoundingClientRect();
      change(10 ** stepAt((event.clientX - box.left) / box.width) - 1);
    });
    const rows = (step) => panel.series.map((series) => {
      const at = nearest(panel.steps, step);
      const values = state.picked().map((seed) => series.values[seed][at]).filter((value) => value !== null);
      const range = values.length ? `${shown(Math.min(...values), panel.percent)} to ${shown(Math.max(...values), panel.percent)}` : "\u2013";
      return [`${panel.title}: ${series.name}`, shown(mean(values), panel.percent), range];
    });
    return { draw, rows };
  };

  // Spectrum of every layer: geometric means over seeds, as the logarithms are averaged.
  const spectrumPanel = (parent, spectra, state) => {
    const colours = spectra.layers.map((_, i) => colourOf(i / Math.max(spectra.layers.length - 1, 1)));
    const names = spectra.layers.map((layer, i) => ({ name: `layer ${layer}`, colour: colours[i] }));
    const { holder, hidden, caption } = frame(parent, "", names, () => draw());
    const draw = () => {
      const at = nearest(spectra.steps, state.step());
      const title = `Eigenvalues of each layer's covariance at step ${spaced(spectra.steps[at])} (${spectra.split} images), as shares of the layer's largest`;
      caption.textContent = title;
      const lines = spectra.layers.map((_, layer) => ({
        colour: colours[layer],
        points: spectra.index.map((index, i) => [index, mean(state.picked().map((seed) => spectra.values[at][seed][layer][i]))]),
      }));
      grokscopeChart.draw(holder, {
        title: `${title}: one falling line for each of ${spectra.layers.length} layers.`,
        x: { scale: "log", label: "index of the eigenvalue" },
        y: { scale: "powers", domain: [-14, 0.4] },
        lines: lines.filter((_, i) => !hidden.has(i)),
      });
    };
    return { draw };
  };

  const complexityPanel = (parent, complexity, state) => {
    const names = complexity.splits.map((split) => ({ name: split, colour: colourOf(split) }));
    const { holder, hidden, caption } = frame(parent, "", names, () => draw());
    const value = (at, seed, split, layer) => complexity.values[at][seed][split][layer];
    let highest = 0;
    complexity.values.forEach((seeds) => seeds.flat(2).forEach((one) => { if (one > highest) highest = one; }));
    const draw = () => {
      const at = nearest(complexity.steps, state.step());
      const picked = state.picked();
      const title = `Local complexity by layer at step ${spaced(complexity.steps[at])}, radius ${complexity.radius}`;
      caption.textContent = title;
      const lines = complexity.splits.flatMap((split, s) => {
        if (hidden.has(s)) return [];
        const colour = colourOf(split);
        const thin = picked.length > 1 ? picked.map((seed) => ({ colour, thin: true, points: complexity.layers.map((layer, i) => [layer, value(at, seed, s, i)]) })) : [];
        return [...thin, { colour, points: complexity.layers.map((layer, i) => [layer, mean(picked.map((seed) => value(at, seed, s, i)))]) }];
      });
      grokscopeChart.draw(holder, {
        title: `${title}: neurons cut in each of ${complexity.layers.length} layers.`,
        x: { scale: "whole", label: "layer" },
        y: { scale: "linear", domain: [0, highest || 1] },
        lines,
      });
    };
    return { draw };
  };

  return { curvePanel, spectrumPanel, complexityPanel, spaced };
})();
