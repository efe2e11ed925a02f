"use strict";
// Two small helps: copy a citation, filter a table. Every page works without them.
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
