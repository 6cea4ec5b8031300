// Every page: the entry of the page in a row of pages that is wider than the window is moved into view, and what is folded opens for paper.
"use strict";
(() => {
  const current = document.querySelector(".bar nav [aria-current]");
  const row = current && current.closest("ul");
  if (row && row.scrollWidth > row.clientWidth) {
    const [own, whole] = [current.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += own.left + own.width / 2 - (whole.left + whole.width / 2);
  }
  // The arrow over the end of the row says that there is more, and goes when there is not.
  const nav = row && row.closest("nav");
  const told = () => nav.toggleAttribute("data-at-end", row.scrollLeft + row.clientWidth >= row.scrollWidth - 2);
  if (nav) {
    row.addEventListener("scroll", told, { passive: true });
    window.addEventListener("resize", told);
    told();
  }

  // Style sheets open what is folded, too; browsers that cannot do it there do it here.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open], .stays-folded)")];
    for (const one of opened) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
    opened = [];
  });
})();
