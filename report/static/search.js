// The search box: what search-find.js finds in window.grokscopeIndex, best first.
"use strict";
(() => {
  const box = document.querySelector("[data-search]");
  const index = window.grokscopeIndex;
  if (!box || !index) return;
  const MOST = { Page: 3, Claim: 6, Figure: 4, Run: 6 }; // results of a kind that are listed, so that none crowds out another
  const [input, status, list] = [box.querySelector("input"), box.querySelector("[role=status]"), box.querySelector("ul")];
  const root = document.body.dataset.root;
  const entries = grokscopeFind.prepared(index);
  const item = (entry) => {
    const [line, link, kind, title, more] = ["li", "a", "span", "span", "span"].map((tag) => document.createElement(tag));
    link.href = root + entry.page;
    kind.className = "result-kind";
    kind.textContent = entry.kind;
    title.className = "result-title";
    title.textContent = entry.title;
    more.className = "result-more";
    more.textContent = entry.more;
    link.append(kind, " ", title, " ", more);
    line.append(link);
    return line;
  };
  const show = () => {
    const found = grokscopeFind.find(entries, input.value);
    const counts = {};
    const listed = found.filter(({ kind }) => (counts[kind] = (counts[kind] || 0) + 1) <= MOST[kind]);
    list.replaceChildren(...listed.map(item));
    list.hidden = !found.length;
    const counted = `${found.length} found${found.length > listed.length ? `, ${listed.length} listed` : ""}`;
    status.textContent = !input.value.trim() ? "" : found.partial ? `Nothing has every word; ${counted} with some of them` : counted;
    box.classList.toggle("empty", Boolean(input.value.trim()) && !found.length);
  };
  const close = () => {
    list.hidden = true;
  };

  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  box.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      input.value = "";
      show();
      input.focus();
    } else if (event.key === "ArrowDown" && links.length) {
      links[Math.min(at + 1, links.length - 1)].focus();
      event.preventDefault();
    } else if (event.key === "ArrowUp" && at >= 0) {
      (at ? links[at - 1] : input).focus();
      event.preventDefault();
    } else if (event.key === "Enter" && at < 0 && links.length) {
      links[0].click();
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      input.focus();
      event.preventDefault();
    }
  });
  document.addEventListener("click", (event) => {
    if (!box.contains(event.target)) close();
  });
  box.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) close();
  });
  box.hidden = false;
})();
