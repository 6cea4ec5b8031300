// Tables: sorting by the headers of every table[data-sortable], and filters for the rows of one; both stand in the address. Without scripts they are plain tables.
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
  const unitOf = (row, column) => row.cells[column].dataset.unit || "";
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
    // decades and shares have no common order: rows of one unit stand together, and those without a value come last
    const keyed = [...table.tBodies[0].rows].map((row) => ({ value: valueOf(row, column), unit: unitOf(row, column), row }));
    keyed.sort((one, two) => (one.value === "") - (two.value === "") || collator.compare(one.unit, two.unit) || compare(one.value, two.value, down));
    table.tBodies[0].append(...keyed.map((one) => one.row));
  };
  const originals = new Map();
  const unsort = (table) => {
    for (const header of table.tHead.rows[0].cells) header.removeAttribute("aria-sort");
    table.tBodies[0].append(...originals.get(table));
  };
  // How a table is sorted stands in the address: "sort" of the first table of a page, "sort1" of the next.
  const nameOf = (table) => `sort${tables.indexOf(table) || ""}`;
  const choose = (table, column, down) => {
    grokscopeAddress.set({ [nameOf(table)]: column < 0 ? null : `${column}${down ? "-down" : ""}` });
    sorted(table);
  };
  const sorted = (table) => {
    const found = /^(\d+)(-down)?$/.exec(grokscopeAddress.get(nameOf(table)) || "");
    if (found && Number(found[1]) < table.tHead.rows[0].cells.length) sort(table, Number(found[1]), Boolean(found[2]));
    else if (table.querySelector("[aria-sort]")) unsort(table);
  };

  const tables = [...document.querySelectorAll("table[data-sortable]")];
  for (const table of tables) {
    originals.set(table, [...table.tBodies[0].rows]);
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...header.childNodes);
      button.addEventListener("click", () => choose(table, column, header.getAttribute("aria-sort") === "ascending"));
      header.append(button);
    });
    sorted(table);
  }

  for (const form of document.querySelectorAll("form[data-filters]")) {
    const table = document.getElementById(form.dataset.filters);
    const rows = [...table.tBodies[0].rows];
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
    const usual = (choice) => (choice.querySelector("[value=tested]") ? "tested" : "");
    const order = form.querySelector("[data-sort-choice]");
    const headers = [...table.tHead.rows[0].cells].map((header) => header.textContent.trim());
    order.append(...["the order of the papers", ...headers].map((text, i) => new Option(text, String(i - 1))));
    const restored = () => {
      for (const choice of choices) {
        const wanted = grokscopeAddress.get(choice.name);
        choice.value = wanted === null ? usual(choice) : wanted === "all" ? "" : wanted;
        if (choice.selectedIndex < 0) choice.value = usual(choice); // an address of another report
      }
      const column = [...table.tHead.rows[0].cells].findIndex((header) => header.hasAttribute("aria-sort"));
      order.value = String(column);
      filter();
    };
    order.addEventListener("change", () => choose(table, Number(order.value), false));
    form.addEventListener("change", () => {
      grokscopeAddress.set(Object.fromEntries(choices.map((choice) => [choice.name, choice.value === usual(choice) ? null : choice.value || "all"])));
      filter();
    });
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      grokscopeAddress.set(Object.fromEntries([...choices.map((choice) => [choice.name, usual(choice) ? "all" : null]), [nameOf(table), null]]));
      sorted(table);
      restored();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    grokscopeAddress.onChange(() => { sorted(table); restored(); });
    form.hidden = false;
    restored();
  }
  grokscopeAddress.onChange(() => tables.forEach(sorted));
})();
