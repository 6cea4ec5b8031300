// Ticks beside the names of runs: two to four of them lead to the page that compares runs. They stand in the address.
"use strict";
(() => {
  const bar = document.querySelector("[data-compare-bar]");
  const boxes = [...document.querySelectorAll("[data-tick] input")];
  if (!bar || boxes.length < 2) return;
  const MOST = 4;
  const [said, link] = [bar.querySelector("[data-ticked]"), bar.querySelector("[data-to-compare]")];
  const ticked = () => [...new Set(boxes.filter((box) => box.checked).map((box) => box.value))];
  const show = () => {
    const runs = ticked();
    bar.hidden = !runs.length;
    link.hidden = runs.length < 2 || runs.length > MOST;
    link.href = `${bar.dataset.compareBar}#${new URLSearchParams(runs.map((run) => ["run", run]))}`;
    const count = `${runs.length} ${runs.length === 1 ? "run" : "runs"} ticked`;
    said.textContent = runs.length < 2 ? `${count}; tick one more to compare them.` : runs.length > MOST ? `${count}; at most ${MOST} can be compared.` : `${count}.`;
  };
  const restored = () => {
    const wanted = new Set(grokscopeAddress.all("tick"));
    boxes.forEach((box) => { box.checked = wanted.has(box.value); });
    show();
  };
  boxes.forEach((box) => box.addEventListener("change", () => {
    boxes.filter((other) => other.value === box.value).forEach((other) => { other.checked = box.checked; });
    grokscopeAddress.set({ tick: ticked() });
    show();
  }));
  bar.querySelector("[data-untick]").addEventListener("click", () => {
    grokscopeAddress.set({ tick: null });
    restored();
    boxes[0].focus();
  });
  document.querySelectorAll("[data-tick]").forEach((tick) => { tick.hidden = false; });
  grokscopeAddress.onChange(restored);
  restored();
})();
