"use strict";
// Small helps: copy a citation, filter and sort a table, search the first page. Every page works without them.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent;
    try { await navigator.clipboard.writeText(text); button.textContent = "Copied"; }
    catch { button.textContent = "Select the text and copy it"; }
  });
}
for (const input of document.querySelectorAll("input[data-filter]")) {
  input.hidden = false;
  const rows = [...document.querySelectorAll(`#${input.dataset.filter} tbody tr`)];
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}
for (const input of document.querySelectorAll("input[data-find]")) {
  input.hidden = false;
  const all = [...document.querySelectorAll("[data-words]")], said = document.getElementById("found");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const one of all) {
      one.hidden = !words.every(word => one.dataset.words.toLowerCase().includes(word));
      if (!one.hidden) found += 1;
    }
    for (const part of document.querySelectorAll("main section")) part.hidden = !part.querySelector("[data-words]:not([hidden])");
    said.textContent = words.length ? `${found || "Nothing"} of ${all.length} found` : "";
  });
}
// A head of a table of data sorts its rows: numbers as numbers, empty cells last.
for (const table of document.querySelectorAll("table[data-sorts]")) {
  const body = table.tBodies[0], original = [...body.rows];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const value = row => row.cells[column].textContent.trim();
      const sorted = [...original].sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        if (!x || !y) return (x === "") - (y === "");
        const difference = isNaN(x) || isNaN(y) ? x.localeCompare(y, "en", { numeric: true }) : Number(x) - Number(y);
        return up ? difference : -difference;
      });
      body.append(...sorted);
    });
  });
}
