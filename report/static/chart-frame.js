// The frame of a chart: title, tools, legend whose buttons hide lines, and what a pointer, a finger or the arrow keys read off it.
"use strict";
const grokscopeFrame = (() => {
  const node = (tag, className, ...children) => {
    const found = document.createElement(tag);
    if (className) found.className = className;
    found.append(...children);
    return found;
  };
  const button = (text, more, act) => {
    const found = node("button", "", text);
    found.type = "button";
    if (more) found.append(node("span", "only-read", more));
    found.addEventListener("click", act);
    return found;
  };

  // options: {title, unit, file, names: [{name, colour, dash}], hidden: Set, log (undefined: no choice), onHide, onScale, onZoom, onPick}
  const make = (parent, options) => {
    const [figure, caption] = [node("figure", "panel"), node("figcaption")];
    const [words, unit] = [node("span", "panel-title"), node("span", "unit")];
    const [holder, tools, legend, readout] = [node("div", "holder"), node("div", "tools"), node("div", "legend"), node("p", "readout")];
    const hidden = options.hidden || new Set();
    let shown = null; // {spec, drawn, read, csv}
    let at = null;
    caption.append(words, " ", unit, tools);
    figure.append(caption, holder, readout, legend);
    parent.append(figure);
    tools.setAttribute("role", "group");
    legend.setAttribute("role", "group");
    readout.setAttribute("aria-live", "off");
    holder.tabIndex = 0;
    holder.setAttribute("role", "group");

    const entitle = (title, ofUnit) => {
      words.textContent = title;
      unit.textContent = ofUnit ? `(${ofUnit})` : "";
      tools.setAttribute("aria-label", `Tools of: ${options.title}`);
      legend.setAttribute("aria-label", `Lines of: ${options.title}`);
      holder.setAttribute("aria-label", `${options.title}: the arrow keys read values${options.onZoom ? ", plus and minus zoom, 0 shows all" : ""}`);
    };
    entitle(options.title, options.unit);

    if (options.log !== undefined) {
      const toggle = button("log", ` scale of ${options.title}`, () => {
        const log = toggle.getAttribute("aria-pressed") !== "true";
        toggle.setAttribute("aria-pressed", String(log));
        options.onScale(log);
      });
      toggle.setAttribute("aria-pressed", String(options.log));
      toggle.title = "Logarithmic or linear scale of the values";
      tools.append(toggle);
    }
    const names = () => options.names.filter((_, i) => !hidden.has(i));
    const file = (kind) => `${options.file || "chart"}.${kind}`;
    for (const [kind, title] of [["png", "Picture"], ["svg", "Drawing"], ["csv", "Numbers"]]) {
      const one = button(kind.toUpperCase(), ` ${title.toLowerCase()} of ${options.title}`, () => {
        if (!shown) return;
        if (kind === "csv") grokscopeExport.save(file(kind), new Blob([shown.csv()], { type: "text/csv" }));
        else grokscopeExport.picture(shown.drawn.svg, { title: `${words.textContent} ${unit.textContent}`, names: names() }, kind, file(kind));
      });
      one.title = `${title} to take away (${kind.toUpperCase()})`;
      tools.append(one);
    }

    options.names.forEach(({ name, colour, dash }, i) => {
      const swatch = node("span", dash ? "swatch dashed" : "swatch");
      swatch.style.color = colour;
      const one = button("", "", () => {
        if (!hidden.delete(i)) hidden.add(i);
        one.setAttribute("aria-pressed", String(!hidden.has(i)));
        options.onHide(hidden);
      });
      one.append(swatch, name);
      one.setAttribute("aria-pressed", String(!hidden.has(i)));
      legend.append(one);
    });

    // What is read: a line at the place, and the values in words below the chart.
    const clear = () => {
      at = null;
      readout.replaceChildren();
      shown?.drawn.plot.querySelector(".probe")?.remove();
    };
    const read = (x) => {
      const found = shown && shown.read ? shown.read(x) : null;
      if (!found) return;
      at = found.at;
      const place = shown.drawn.place(found.at);
      shown.drawn.plot.querySelector(".probe")?.remove();
      shown.drawn.plot.append(grokscopeChart.make("line", { class: "probe", x1: place, x2: place, y1: shown.drawn.top, y2: shown.drawn.bottom }));
      readout.replaceChildren(node("b", "", found.words), ...found.values.flatMap(({ name, text, colour }) => {
        const swatch = node("span", "swatch");
        swatch.style.color = colour;
        return [node("span", "read", swatch, `${name} ${text}`), " "];
      }));
    };
    const share = (event) => {
      const box = holder.getBoundingClientRect();
      return (event.clientX - box.left) / box.width;
    };

    let from = null;
    let frame = null;
    holder.addEventListener("pointerdown", (event) => {
      if (!shown || event.button) return;
      readout.setAttribute("aria-live", "off");
      if (options.onZoom && event.pointerType !== "touch") {
        from = share(event);
        holder.setPointerCapture(event.pointerId);
      }
      read(shown.drawn.x(share(event)));
    });
    holder.addEventListener("pointermove", (event) => {
      if (!shown) return;
      readout.setAttribute("aria-live", "off");
      if (from === null || Math.abs(share(event) - from) < 0.02) { read(shown.drawn.x(share(event))); return; }
      frame ||= shown.drawn.plot.appendChild(grokscopeChart.make("rect", { class: "zoomed", y: shown.drawn.top, height: shown.drawn.bottom - shown.drawn.top }));
      const ends = [from, share(event)].map((one) => shown.drawn.place(shown.drawn.x(one))).sort((one, two) => one - two);
      frame.setAttribute("x", ends[0]);
      frame.setAttribute("width", ends[1] - ends[0]);
    });
    holder.addEventListener("pointerup", (event) => {
      const [start, end] = [from, share(event)];
      from = null;
      if (frame) {
        frame.remove();
        frame = null;
        options.onZoom([start, end].map((one) => shown.drawn.x(one)).sort((one, two) => one - two));
      } else if (options.onPick && !event.button) options.onPick(shown.drawn.x(end));
    });
    holder.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch" && from === null && document.activeElement !== holder) clear(); });
    holder.addEventListener("dblclick", () => options.onZoom?.(null));
    holder.addEventListener("keydown", (event) => {
      if (!shown || event.altKey || event.ctrlKey || event.metaKey) return;
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const [low, high] = shown.drawn.ends;
      readout.setAttribute("aria-live", "polite");
      if (step && shown.next) read(shown.next(at, step));
      else if (event.key === "Home") read(low);
      else if (event.key === "End") read(high);
      else if (event.key === "Escape") clear();
      else if (options.onZoom && "+=-0".includes(event.key)) options.onZoom(event.key === "0" ? null : zoomedBy(shown.drawn, event.key === "-" ? 2 : 0.5, at));
      else return;
      event.preventDefault();
    });
    const zoomedBy = (drawn, factor, middle) => {
      const width = drawn.svg.viewBox.baseVal.width;
      const [left, right] = drawn.ends.map(drawn.place);
      const centre = middle === null ? (left + right) / 2 : drawn.place(middle);
      return [-1, 1].map((side) => drawn.x((centre + (side * factor * (right - left)) / 2) / width));
    };

    const show = (spec, more) => {
      shown = { spec, drawn: grokscopeChart.draw(holder, spec), ...more };
      if (at !== null) read(at);
    };
    return { holder, hidden, show, entitle, figure, ends: () => (shown ? shown.drawn.ends : null) };
  };

  return { make, node, button };
})();
