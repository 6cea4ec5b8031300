// Sliders of thresholds on the page of a claim: the verdict that was computed beforehand for each position, one change at a time.
"use strict";
(() => {
  const box = document.querySelector("[data-thresholds]");
  if (!box) return;
  const sliders = [...box.querySelectorAll("input[type=range]")];
  const said = box.querySelector("[data-thresholds-said]");
  const show = (slider) => {
    const positions = [...slider.closest("[data-threshold]").querySelectorAll("[data-position]")];
    positions.forEach((one, i) => { one.hidden = i !== Number(slider.value); });
    slider.setAttribute("aria-valuetext", positions[Number(slider.value)].textContent.trim().replace(/\s+/g, " "));
  };
  const tell = (moved) => {
    said.textContent = moved ? `With ${moved.dataset.words}: ${moved.getAttribute("aria-valuetext")}.` : "Every threshold is as judged.";
  };
  const restored = () => {
    const [name, place] = (grokscopeAddress.get("try") || "").split("~");
    const moved = sliders.find((one) => one.id === `try-${name}` && Number(place) >= 0 && Number(place) <= Number(one.max) && place !== one.dataset.own);
    sliders.forEach((one) => {
      one.value = one === moved ? place : one.dataset.own;
      show(one);
    });
    tell(moved);
  };
  sliders.forEach((slider) => slider.addEventListener("input", () => {
    // verdicts were computed with one threshold changed, so that the others go back
    grokscopeAddress.set({ try: slider.value === slider.dataset.own ? null : `${slider.id.slice(4)}~${slider.value}` });
    restored();
  }));
  grokscopeAddress.onChange(restored);
  box.hidden = false;
  restored();
})();
