// Tables: sorting by the headers of every table[data-sortable], and filters for the rows of one. Without scripts they are plain tables.
"use strict";
(() => {
  const number = (text) => {
    const plain = text.replace(/[\u202f\u2009\s,]/g, "").replace("\u2212", "-");
    const found = /^-?\d+(\.\d+)?(e-?\d+)?/.exec(plain);
    return found ? Number(found[0]) : NaN;
  };
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.sort !== undefined ? cell.dataset.sort : cell.textContent.trim();
  };
  const collator = new Intl.Collator("en", { numeric: true });
  // numbers by size, words by letters, and what is empty always last
  const compare = (one, two, down) => {
    const [a, b] = [number(one), number(two)];
    const [emptyA, emptyB] = [one === "" || one === "\u2013", two === "" || two === "\u2013"];
    if (emptyA || emptyB) return emptyA - emptyB;
    const order = Number.isNaN(a) || Number.isNaN(b) ? collator.compare(one, two) : a - b;
    return down ? -order : order;
  };

  const sort = (table, column, down) => {
    const headers = [...table.tHead.rows[0].cells];
    headers.forEach((header, i) => (i === column ? header.setAttribute("aria-sort", down ? "descending" : "ascending") : header.removeAttribute("aria-sort")));
    const keyed = [...table.tBodies[0].rows].map((row) => [valueOf(row, column), row]);
    keyed.sort((one, two) => compare(one[0], two[0], down));
    table.tBodies[0].append(...keyed.map(([, row]) => row));
  };

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sort(table, column, header.getAttribute("aria-sort") === "ascending"));
      header.append(button);
    });
  }

  for (const form of document.querySelectorAll("form[data-filters]")) {
    const table = document.getElementById(form.dataset.filters);
    const rows = [...table.tBodies[0].rows];
    const original = [...rows];
    const choices = [...form.querySelectorAll("select[name]")];
    const shown = form.querySelector("[data-shown]");
    const fits = (row, choice) => (choice.value === "tested" ? row.dataset.verdict !== "not_tested" : row.dataset[choice.name] === choice.value);
    const filter = () => {
      const wanted = choices.filter((choice) => choice.value);
      let count = 0;
      for (const row of rows) {
        row.hidden = !wanted.every((choice) => fits(row, choice));
        count += row.hidden ? 0 : 1;
      }
      shown.textContent = `${count} of ${rows.length} claims shown`;
    };
    // claims without a verdict are many and say little: they wait behind "Show all"
    for (const choice of choices) if (choice.querySelector("[value=tested]")) choice.value = "tested";
    const order = form.querySelector("[data-sort-choice]");
    const headers = [...table.tHead.rows[0].cells].map((header) => header.textContent.trim());
    order.append(...["the order of the papers", ...headers].map((text, i) => new Option(text, String(i - 1))));
    order.addEventListener("change", () => {
      if (Number(order.value) >= 0) sort(table, Number(order.value), false);
      else table.tBodies[0].append(...original);
    });
    form.addEventListener("change", filter);
    form.addEventListener("reset", () => setTimeout(() => {
      table.tBodies[0].append(...original);
      for (const header of table.tHead.rows[0].cells) header.removeAttribute("aria-sort");
      filter();
    }));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    filter();
  }
})();
