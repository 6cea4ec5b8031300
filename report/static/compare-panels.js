// What runs that stand side by side show: curves over one axis, their differences to the first run, and both as tables.
"use strict";
const grokscopeSideBySide = (() => {
  const { interval, difference, smoothed, between, shown, spaced, median, minus } = grokscopeNumbers;
  const MOST_PLACES = 200; // of the axis at which curves are read
  const DASHES = ["", "7 3", "2 3", "9 3 2 3"]; // runs are told apart without colour, too
  const colour = (place) => `var(--run-${place + 1})`;

  // Where a step of a seed lies on the axis: {scale, label, of(step, run, seed)}; null where the seed has no such place.
  const axisOf = (kind, align) => {
    const when = (run, event, seed) => {
      const found = run.events.find((one) => one.name === event);
      return found ? found.steps[seed] : null;
    };
    const after = align ? ` after: ${align.words}` : "";
    const start = (run, seed) => (align ? when(run, align.name, seed) : 0);
    const from = (act) => (step, run, seed) => {
      const begin = start(run, seed);
      return begin === null ? null : act(step, begin, run, seed);
    };
    if (kind === "steps") return { scale: "linear", label: `training steps${after}`, of: from((step, begin) => step - begin) };
    if (kind === "epochs") {
      const epochs = (step, begin, run) => (run.steps_per_epoch ? (step - begin) / run.steps_per_epoch : null);
      return { scale: align ? "linear" : "log", label: `epochs${after}`, of: from((step, begin, run) => (!align && step === 0 ? null : epochs(step, begin, run))) };
    }
    if (kind === "fit") {
      const multiple = (step, begin, run, seed) => {
        const fit = when(run, "fit", seed);
        if (fit === null) return null;
        return align ? (step - begin) / (fit + 1) : (step + 1) / (fit + 1);
      };
      return { scale: align ? "linear" : "log", label: `multiples of the fit step${after}`, of: from(multiple) };
    }
    if (!align) return { scale: "steps", label: "training step", of: from((step) => step) };
    return { scale: "linear", label: `decades of steps${after}`, of: from((step, begin) => Math.log10((step + 1) / (begin + 1))) };
  };

  // Lines of a panel that every run has. Where networks differ in depth, layers count from the end as well, so that the last one meets the last.
  const FROM_THE_END = ["last layer", "second-last layer", "third-last layer"];
  const fromTheEnd = (place) => FROM_THE_END[place] || `layer ${place + 1} from the end`;
  const layersOf = (panel) => panel.series.filter((series) => /^layer \d+$/.test(series.name));
  const seriesOf = (panel, name) => {
    const layers = layersOf(panel);
    return panel.series.find((series) => series.name === name) || layers.find((_, i) => fromTheEnd(layers.length - 1 - i) === name);
  };
  const linesOf = (panels) => {
    const shared = panels[0].series.map((series) => series.name).filter((name) => panels.every((panel) => panel.series.some((series) => series.name === name)));
    const depths = panels.map((panel) => layersOf(panel).length);
    const [least, most] = [Math.min(...depths), Math.max(...depths)];
    return least === most ? shared : [...shared, ...Array.from({ length: least }, (_, i) => fromTheEnd(least - 1 - i))];
  };
  // What is left out of the comparison: metrics that a run lacks, by the runs that lack them, and metrics of which the runs share no line.
  const leftOut = (runs) => {
    const every = [...new Map(runs.flatMap((run) => run.panels).map((panel) => [panel.id, panel])).values()];
    const reasons = new Map();
    every.forEach((panel) => {
      const lacking = runs.map((run, i) => (run.panels.some((one) => one.id === panel.id) ? "" : `run ${i + 1}`)).filter(Boolean);
      const alike = lacking.length || linesOf(runs.map((run) => run.panels.find((one) => one.id === panel.id))).length;
      const reason = lacking.length ? `not measured in ${lacking.join(" and ")}` : alike ? "" : "measured on other lines in each run";
      if (reason) reasons.set(reason, [...(reasons.get(reason) || []), panel.title]);
    });
    return { count: [...reasons.values()].flat().length, lines: [...reasons].map(([reason, titles]) => `${reason[0].toUpperCase()}${reason.slice(1)}: ${titles.join("; ")}.`) };
  };
  // Runs and seeds that have no place on the axis, and why.
  const unplaced = (runs, kind, align, view) => {
    const events = [...new Map([...(kind === "fit" ? [["fit", "fits the training set"]] : []), ...(align ? [[align.name, align.name === "fit" ? "fits the training set" : `shows this event: ${align.words}`]] : [])])];
    return runs.flatMap((run, i) => {
      const [seeds, who] = [view.picked(run), `Run ${i + 1} (${view.label(run)})`];
      if (!seeds.length) return [`${who} is not drawn: none of its seeds is chosen.`];
      if (kind === "epochs" && !run.steps_per_epoch) return [`${who} has no place on this axis: its epochs are not known.`];
      const missing = events.map(([name, words]) => [seeds.filter((seed) => (run.events.find((one) => one.name === name)?.steps[seed] ?? null) === null).length, words]).filter(([count]) => count);
      const lost = missing.find(([count]) => count === seeds.length);
      if (lost) return [`${who} has no place on this axis: none of its seeds ${lost[1]}.`];
      return missing.map(([count, words]) => `${who} is drawn without ${count} of its ${seeds.length} seeds: not every seed ${words}.`);
    });
  };

  // Curves of one line of a panel: for each run and seed that has a place on the axis, positions (linear on the picture) and values.
  const read = (runs, panel, name, axis, view) => runs.map((run) => {
    const of = run.panels.find((one) => one.id === panel.id);
    const series = seriesOf(of, name);
    const { to } = grokscopeChart.scales[axis.scale];
    return view.picked(run).map((seed) => {
      const places = of.steps.map((step) => axis.of(step, run, seed));
      const values = smoothed(of.steps, series.values[seed], view.smooth());
      const known = places.map((place, i) => [place === null ? null : to(place), values[i]]).filter(([place]) => place !== null);
      return { seed, at: known.map((one) => one[0]), values: known.map((one) => one[1]) };
    }).filter((one) => one.at.length && one.values.some((value) => value !== null));
  });
  const placesOf = (curves) => {
    const every = [...new Set(curves.flat().flatMap((one) => one.at.map((place) => Number(place.toPrecision(9)))))].sort((one, two) => one - two);
    if (every.length <= MOST_PLACES) return every;
    return [...new Set(Array.from({ length: MOST_PLACES }, (_, i) => every[Math.round((i * (every.length - 1)) / (MOST_PLACES - 1))]))];
  };
  // Values of all seeds of a run at a place; none where the curve of a seed has not begun or is over, as a mean would jump there.
  const valuesAt = (seeds, place) => {
    if (!seeds.length || seeds.some((one) => place < one.at[0] - 1e-9 || place > one.at[one.at.length - 1] + 1e-9)) return [];
    return seeds.map((one) => between(one.at, one.values, place)).filter((value) => value !== null);
  };

  // Where a metric has a logarithmic scale, means and differences are those of logarithms: geometric means and their ratios.
  const logarithms = (values) => values.filter((value) => value > 0).map(Math.log10);
  const undone = (found) => Object.fromEntries(["mean", "low", "high"].map((key) => [key, found[key] === null ? null : 10 ** found[key]]));
  const compared = (one, two, panel, table) => (panel.log ? undone(difference(logarithms(one), logarithms(two), table)) : difference(one, two, table));
  // A share lies between 0 and 1, and so does what its interval says of it.
  const inside = (found) => ({ ...found, low: found.low === null ? null : Math.max(found.low, 0), high: found.high === null ? null : Math.min(found.high, 1) });
  const middle = (values, panel, table) => {
    if (panel.log) return undone(interval(logarithms(values), table));
    return panel.percent ? inside(interval(values, table)) : interval(values, table);
  };
  const differenceWords = (panel) => (panel.log ? "ratio" : panel.percent ? "percentage points" : panel.label);
  const inWords = (found, format) => {
    if (found.mean === null) return "\u2013";
    return found.low === null ? format(found.mean) : `${format(found.mean)} [${format(found.low)}, ${format(found.high)}]`;
  };
  const formatOf = (panel) => (value) => (panel.percent && !panel.log ? minus((100 * value).toFixed(1)) : shown(value));

  // The two charts of a panel; view: {runs(), picked(run), smooth(), axis(), zoom(), zoomTo, line(panel), pickLine, log(panel), scale, table, file}
  const pair = (parent, panel, shared, view) => {
    const runs = view.runs();
    const names = runs.map((run, i) => ({ name: view.label(run), colour: colour(i), dash: DASHES[i] }));
    const unit = grokscopePanels.unitOf(panel);
    const hidden = new Set();
    const row = grokscopeFrame.node("div", "pair");
    parent.append(row);
    const left = grokscopeFrame.make(row, { title: panel.title, unit, names, hidden, file: view.file(panel.id), log: view.log(panel), onHide: () => draw(), onScale: (log) => { view.scale(panel, log); draw(); }, onZoom: view.zoomTo });
    const right = grokscopeFrame.make(row, { title: `Difference: ${panel.title}`, unit: differenceWords(panel), names: names.slice(1), file: view.file(`${panel.id}_difference`), onHide: () => draw(), onZoom: view.zoomTo });
    if (shared.length > 1) {
      const [label, choice] = [grokscopeFrame.node("label", "line-choice", "Line "), grokscopeFrame.node("select")];
      choice.autocomplete = "off";
      choice.append(...shared.map((name) => new Option(name, name, name === view.line(panel, shared), name === view.line(panel, shared))));
      choice.addEventListener("change", () => { view.pickLine(panel, choice.value); draw(); });
      label.append(choice);
      left.figure.querySelector("figcaption").after(label);
    }
    const draw = () => {
      const [axis, table, line] = [view.axis(), view.table, view.line(panel, shared)];
      const back = grokscopeChart.scales[axis.scale].back;
      const curves = read(runs, panel, line, axis, view);
      const places = placesOf(curves);
      const seen = places.map((place) => curves.map((seeds) => valuesAt(seeds, place)));
      const means = runs.map((_, i) => seen.map((values) => middle(values[i], panel, table)));
      const others = runs.slice(1).map((_, i) => seen.map((values) => compared(values[0], values[i + 1], panel, table)));
      const xs = places.map(back);
      const scale = grokscopePanels.scaleOf(panel, view.log(panel));
      const marks = view.aligned() && !(axis.scale === "log") ? [{ x: 0, letter: "0" }] : [];
      const shape = (found, look) => ({ ...look, points: xs.map((x, at) => [x, found[at].mean]) });
      const band = (found, look) => ({ ...look, points: xs.map((x, at) => [x, found[at].low, found[at].high]) });
      const wanted = (frame) => (_, i) => !frame.hidden.has(i);
      const look = (i) => ({ colour: colour(i), dash: DASHES[i] });
      const ends = means.map((found, i) => {
        const last = found.filter((one) => one.mean !== null).pop();
        return `${names[i].name} ends at ${last ? shown(last.mean, panel.percent) : "no value"}`;
      });
      const step = (list) => (at, move) => {
        const place = at === null ? (move > 0 ? -1 : list.length) : nearestOf(list, at, axis);
        return list[Math.min(Math.max(place + move, 0), list.length - 1)];
      };
      const reading = (found, format, which) => (x) => {
        if (!xs.length) return null;
        const place = nearestOf(xs, x, axis);
        return { at: xs[place], words: `${axis.label}: ${axis.scale === "steps" ? spaced(xs[place]) : shown(xs[place])}`, values: found.map((one, i) => ({ ...which[i], text: inWords(one[place], format) })) };
      };
      const numbers = (found, which) => () => grokscopeExport.csv([axis.label, "line", "run", "mean", "low_95", "high_95"],
        found.flatMap((one, i) => one.map((value, at) => [Number(xs[at].toPrecision(7)), line, which[i].name, ...[value.mean, value.low, value.high].map((part) => (part === null ? null : Number(part.toPrecision(6))))]).filter((cells) => cells[3] !== null)));
      left.show({
        title: `${panel.title}, ${line}, over ${axis.label}: ${ends.join("; ")}.`, x: { scale: axis.scale, label: axis.label, domain: view.zoom() },
        y: { scale, domain: grokscopePanels.domainOf(scale) }, marks, empty: "No seed has a place on this axis.",
        lines: means.map((found, i) => shape(found, look(i))).filter(wanted(left)), bands: means.map((found, i) => band(found, look(i))).filter(wanted(left)),
      }, { read: reading(means, (value) => shown(value, panel.percent), names), next: step(xs), csv: numbers(means, names) });
      right.show({
        title: `Difference of ${panel.title}, ${line}, to ${names[0].name}, over ${axis.label}.`, x: { scale: axis.scale, label: axis.label, domain: view.zoom() || (xs.length ? [xs[0], xs[xs.length - 1]] : undefined) },
        y: { scale: panel.log ? "log" : panel.percent ? "points" : "linear" }, marks, levels: others.some((found) => found.some((one) => one.mean !== null)) ? [{ y: panel.log ? 1 : 0, label: "no difference" }] : [],
        lines: others.map((found, i) => shape(found, look(i + 1))).filter(wanted(right)), bands: others.map((found, i) => band(found, look(i + 1))).filter(wanted(right)), empty: "The runs share no place on this axis.",
      }, { read: reading(others, formatOf(panel), names.slice(1)), next: step(xs), csv: numbers(others, names.slice(1)) });
    };
    // At the end of each run: mean with its interval, and the difference to the first run.
    const rowOfEnds = () => {
      const line = view.line(panel, shared);
      const ends = runs.map((run) => {
        const of = run.panels.find((one) => one.id === panel.id);
        return view.picked(run).map((seed) => seriesOf(of, line).values[seed][of.steps.length - 1]);
      });
      const known = ends.map((values) => values.filter((value) => value !== null));
      const unit = panel.log ? ", ratio" : panel.percent ? " points" : "";
      const told = (found) => (found.mean === null ? inWords(found, formatOf(panel)) : `${inWords(found, formatOf(panel))}${unit}`);
      return [`${panel.title}: ${line}`, ...known.slice(1).map((values) => told(compared(known[0], values, panel, view.table))), ...known.map((values) => inWords(middle(values, panel, view.table), (value) => shown(value, panel.percent)))];
    };
    return { draw, rowOfEnds, ends: left.ends };
  };
  const nearestOf = (xs, x, axis) => {
    const { to } = grokscopeChart.scales[axis.scale];
    return xs.reduce((best, one, i) => (Math.abs(to(one) - to(x)) < Math.abs(to(xs[best]) - to(x)) ? i : best), 0);
  };

  // Dates of an event in each run, and how many decades later than in the first one.
  const rowOfEvent = (event, runs, view) => {
    const dates = runs.map((run) => {
      const found = run.events.find((one) => one.name === event.name);
      return view.picked(run).map((seed) => (found ? found.steps[seed] : null));
    });
    // A run without the event's metric could not show it, which is not the same as never.
    const metric = (id) => id.split("_")[0];
    const known = (run) => !event.panel || run.panels.some((panel) => metric(panel.id) === metric(event.panel));
    const seen = dates.map((steps) => steps.filter((step) => step !== null));
    const told = seen.map((steps, i) => (steps.length ? `${spaced(median(steps))}${steps.length < dates[i].length ? ` (${steps.length} of ${dates[i].length})` : ""}` : known(runs[i]) ? "never" : "not measured"));
    const decades = seen.map((steps) => steps.map((step) => Math.log10(step + 1)));
    return [event.words, ...decades.slice(1).map((one) => inWords(difference(decades[0], one, view.table), (value) => minus(value.toFixed(2)))), ...told];
  };

  return { axisOf, pair, rowOfEvent, linesOf, leftOut, unplaced, colour, DASHES };
})();
