// The page that sets two to four runs side by side. Everything that is chosen stands in the address.
"use strict";
(async () => {
  const section = document.querySelector("[data-compare-page]");
  if (!section) return;
  const known = JSON.parse(section.dataset.runs); // id, label, path of its numbers
  const quantiles = JSON.parse(section.dataset.quantiles);
  const at = (name) => section.querySelector(`[data-${name}]`);
  const [choices, seedsBox, problem, body] = [[...section.querySelectorAll("select[data-run]")], at("seeds"), at("problem"), at("body")];
  const [axis, align, smoothing] = ["axis", "align", "smoothing"].map((name) => document.getElementById(name));
  const root = document.body.dataset.root;
  const FEW = 6; // metrics that are left out and named without a click
  const AXES = ["decades", "steps", "epochs", "fit"];
  const { node } = grokscopeFrame;

  const loaded = new Map();
  const load = (id) => {
    if (!loaded.has(id)) loaded.set(id, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root + known.find((run) => run.id === id).numbers;
      script.onload = () => resolve(grokscopeUnpacked(window.grokscopeRuns[id]));
      script.onerror = () => reject(new Error(`${id}: its numbers are not beside this page`));
      document.head.append(script);
    }));
    return loaded.get(id);
  };

  let runs = [];
  let pairs = [];
  const toggled = () => new Set(grokscopeAddress.list("scale") || []);
  const zoom = () => {
    const ends = (grokscopeAddress.get("zoom") || "").split("..").map(Number);
    return ends.length === 2 && ends.every(Number.isFinite) && ends[1] > ends[0] ? ends : undefined;
  };
  const aligned = () => {
    const name = grokscopeAddress.get("align");
    return name ? { name, words: runs.flatMap((run) => run.events).find((event) => event.name === name)?.words || name } : null;
  };
  const view = {
    table: quantiles,
    runs: () => runs,
    label: (run) => known.find((one) => one.id === run.id).label,
    file: (name) => `compare_${name}`,
    picked: (run) => {
      const wanted = grokscopeAddress.list("seeds");
      return run.seeds.map((_, i) => i).filter((i) => !wanted || wanted.includes(String(run.seeds[i])));
    },
    smooth: () => Number(smoothing.value),
    axis: () => grokscopeSideBySide.axisOf(axis.value, aligned()),
    aligned,
    zoom,
    zoomTo: (ends) => {
      grokscopeAddress.set({ zoom: ends ? ends.map((end) => Number(end.toPrecision(4))).join("..") : null });
      draw();
    },
    line: (panel, shared) => {
      const named = grokscopeAddress.all("line").find((one) => one.startsWith(`${panel.id}~`));
      const wanted = named && named.slice(panel.id.length + 1);
      return shared.find((name) => name === wanted) || shared.find((name) => name === "test") || shared.find((name) => name === "all layers") || shared[shared.length - 1];
    },
    pickLine: (panel, name) => {
      grokscopeAddress.set({ line: [...grokscopeAddress.all("line").filter((one) => !one.startsWith(`${panel.id}~`)), `${panel.id}~${name}`] });
      tables();
    },
    log: (panel) => toggled().has(panel.id) !== panel.log,
    scale: (panel, log) => {
      const now = toggled();
      if (log === panel.log) now.delete(panel.id);
      else now.add(panel.id);
      grokscopeAddress.set({ scale: [...now].join(",") });
    },
  };

  const draw = () => {
    pairs.forEach((pair) => pair.draw());
    at("unplaced").replaceChildren(...grokscopeSideBySide.unplaced(runs, axis.value, aligned(), view).map((words) => node("p", "note", words)));
    tables();
    at("whole").disabled = !zoom();
  };
  const table = (place, head, rows) => {
    const cells = (tag, texts) => node("tr", "", ...texts.map((text, i) => {
      const cell = node(i && tag === "td" ? "td" : "th", i ? "number" : "", text);
      if (cell.tagName === "TH") cell.scope = tag === "th" ? "col" : "row";
      return cell;
    }));
    at(place).replaceChildren(node("thead", "", cells("th", head)), node("tbody", "", ...rows.map((row) => cells("td", row))));
  };
  const tables = () => {
    const names = runs.map((_, i) => `Run ${i + 1}`);
    const head = (first, unit) => [first, ...names.slice(1).map((name) => `${name} against run 1${unit}`), ...names]; // differences first: on a phone the rest is out of sight
    const events = [...new Map(runs.flatMap((run) => run.events).map((event) => [event.name, event])).values()];
    table("events", head("Event", ", decades"), events.map((event) => grokscopeSideBySide.rowOfEvent(event, runs, view)));
    table("ends", head("At the end", ""), pairs.map((pair) => pair.rowOfEnds()));
  };

  // The runs as a list with their colours, the seeds and events to choose from, and a pair of charts for each shared metric.
  const build = () => {
    body.hidden = runs.length < 2;
    if (runs.length < 2) return;
    at("chosen").replaceChildren(...runs.map((run, i) => {
      const [link, swatch] = [node("a", "", view.label(run)), node("span", i ? "swatch dashed" : "swatch")];
      link.href = root + run.page;
      swatch.style.color = grokscopeSideBySide.colour(i);
      const usable = view.picked(run).length;
      return node("li", "", swatch, ` Run ${i + 1}: `, link, ` (${run.words}; ${usable} ${usable === 1 ? "seed" : "seeds"})`);
    }));
    const seeds = [...new Set(runs.flatMap((run) => run.seeds))].sort((one, two) => one - two);
    const wanted = grokscopeAddress.list("seeds");
    seedsBox.replaceChildren(node("legend", "", "Seeds"), ...seeds.map((seed) => {
      const [label, box] = [node("label"), node("input")];
      Object.assign(box, { type: "checkbox", value: String(seed), autocomplete: "off", checked: !wanted || wanted.includes(String(seed)) });
      box.addEventListener("change", () => {
        const picked = [...seedsBox.querySelectorAll("input:checked")].map((one) => one.value);
        grokscopeAddress.set({ seeds: picked.length === seeds.length ? null : picked.join(",") || "none" });
        build();
      });
      label.append(box, ` ${seed}`);
      return label;
    }));
    const events = [...new Map(runs.flatMap((run) => run.events).map((event) => [event.name, event])).values()];
    align.replaceChildren(new Option("nothing", ""), ...events.map((event) => new Option(event.words, event.name)));
    align.value = grokscopeAddress.get("align") || "";
    const focused = document.activeElement;
    const charts = at("charts");
    charts.replaceChildren();
    const shared = runs[0].panels.filter((panel) => runs.every((run) => run.panels.some((one) => one.id === panel.id)));
    pairs = shared.map((panel) => {
      const lines = grokscopeSideBySide.linesOf(runs.map((run) => run.panels.find((one) => one.id === panel.id)));
      return lines.length ? grokscopeSideBySide.pair(charts, panel, lines, view) : null;
    }).filter(Boolean);
    const left = grokscopeSideBySide.leftOut(runs);
    const named = node("details", "", node("summary", "", `${left.count} ${left.count === 1 ? "metric is" : "metrics are"} not compared`), ...left.lines.map((words) => node("p", "note", words)));
    named.open = left.count <= FEW;
    at("shared").replaceChildren(...(pairs.length ? [] : ["These runs share no metric."]), ...(left.count ? [named] : []));
    draw();
    focused?.focus?.();
  };

  const restored = async () => {
    const wanted = grokscopeAddress.all("run");
    const ids = [...new Set(wanted)].filter((id) => known.some((run) => run.id === id)).slice(0, choices.length);
    const lost = wanted.filter((id) => !known.some((run) => run.id === id));
    problem.textContent = lost.length ? `This report has no run ${lost.join(", ")}.` : ids.length < 2 ? "Choose two to four runs." : "";
    choices.forEach((choice, i) => { choice.value = ids[i] || ""; choice.title = choice.selectedOptions[0]?.text || ""; });
    const suggested = at("suggested");
    if (suggested) suggested.hidden = ids.length > 1;
    axis.value = AXES.includes(grokscopeAddress.get("axis")) ? grokscopeAddress.get("axis") : "decades";
    smoothing.value = grokscopeAddress.get("smooth") || "0";
    if (!smoothing.value) smoothing.value = "0";
    try {
      runs = await Promise.all(ids.map(load));
      build();
    } catch (failure) {
      body.hidden = true;
      problem.textContent = `The runs cannot be compared: ${failure.message}.`;
    }
  };
  choices.forEach((choice) => choice.addEventListener("change", () => {
    grokscopeAddress.set({ run: choices.map((one) => one.value).filter(Boolean), zoom: null });
    restored();
  }));
  const changed = () => {
    const before = grokscopeAddress.get("axis") || "decades";
    grokscopeAddress.set({ axis: axis.value === "decades" ? null : axis.value, align: align.value, smooth: smoothing.value === "0" ? null : smoothing.value });
    if (before !== axis.value) grokscopeAddress.set({ zoom: null });
    draw();
  };
  [axis, smoothing].forEach((control) => control.addEventListener("change", changed));
  align.addEventListener("change", () => { grokscopeAddress.set({ zoom: null }); changed(); });
  section.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => {
    const { to, back } = grokscopeChart.scales[view.axis().scale];
    const ends = (zoom() || pairs[0]?.ends() || []).map(to);
    if (ends.length < 2) return;
    const [middle, half] = [(ends[0] + ends[1]) / 2, ((ends[1] - ends[0]) / 2) * Number(button.dataset.zoom)];
    view.zoomTo([middle - half, middle + half].map(back));
  }));
  at("whole").addEventListener("click", () => view.zoomTo(null));
  grokscopeAddress.onChange(restored);
  section.hidden = false;
  let width = 0;
  new ResizeObserver(() => {
    if (width && section.clientWidth !== width) draw();
    width = section.clientWidth;
  }).observe(section);
  restored();
})();
