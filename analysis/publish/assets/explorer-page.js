"use strict";
// The explorer's page: what is chosen, the picture, the table, the sentence. Counting is in explorer-counts.js.
const form = document.getElementById("choice");
const SVG = "http://www.w3.org/2000/svg";
const collectionOf = () => DISCOURSE.collections.find(c => c.id === form.elements.collection.value);

function made(tag, attributes = {}, text) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  if (text !== undefined) one.textContent = text;
  return one;
}

function drawn(tag, attributes = {}, text) {
  const one = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  if (text !== undefined) one.textContent = text;
  return one;
}

// What the rows are: [{place, name}] with documents in this collection, and the row of an outlet.
function rowsOf(by, collection) {
  const there = new Set(collection.documents.outlet);
  if (by === "all") return { list: [{ place: 0, id: "all", name: "All outlets" }], of: () => 0 };
  if (by === "outlet") {
    const list = DISCOURSE.outlets.map((o, place) => ({ place, id: o.id, name: o.name })).filter(o => there.has(o.place));
    return { list, of: outlet => outlet };
  }
  const groups = new Set([...there].map(o => DISCOURSE.outlets[o].group));
  const list = DISCOURSE.groups.map((g, place) => ({ place, id: g.id || "rest", name: g.name })).filter(g => groups.has(g.place));
  return { list, of: outlet => DISCOURSE.outlets[outlet].group };
}

function ticks(parent, name, list, chosen) {
  parent.replaceChildren(...list.map(({ place, name: label }) => {
    const line = made("label"), box = made("input", { type: "checkbox", name, value: String(place) });
    box.checked = chosen === null || chosen.has(place);
    line.append(box, " ", label);
    return line;
  }));
}

const ticked = name => new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map(box => Number(box.value)));

// What is drawn as a whole: the blocks of time that the study declares. Where that is a year an era has few of them, so
// that rows of several outlets are resampled by whole outlets unless asked otherwise; one outlet alone never is.
function fillUnits(wanted) {
  const { unit } = collectionOf(), single = form.elements.by.value === "outlet";
  const options = [made("option", { value: "declared" }, `whole ${unit}s`)];
  if (!single) options.push(made("option", { value: "outlet" }, "whole outlets"));
  form.elements.unit.replaceChildren(...options);
  form.elements.unit.value = !single && (wanted || (unit === "year" ? "outlet" : "declared")) === "outlet" ? "outlet" : "declared";
}

const FIRST_ROWS = 12;  // of single outlets, the largest
function fillRows(chosen) {
  const rows = rowsOf(form.elements.by.value, collectionOf());
  const first = form.elements.by.value === "outlet" ? new Set(rows.list.slice(0, FIRST_ROWS).map(r => r.place)) : null;
  ticks(document.getElementById("rows"), "row", rows.list, chosen || first);
  document.getElementById("rows-field").hidden = rows.list.length < 2;
}

// The choice stands in the address: ids, never places, so that it outlives a rebuilt store.
const SELECTS = ["collection", "by", "measure", "voice", "about", "counting", "core", "unit"];
function keep() {
  const state = new URLSearchParams();
  for (const name of SELECTS) state.set(name, form.elements[name].value);
  const rows = rowsOf(form.elements.by.value, collectionOf()).list;
  const lists = { frame: DISCOURSE.frames.map((f, place) => ({ place, id: f.id })),
    era: DISCOURSE.eras.map((e, place) => ({ place, id: e.id })), row: rows };
  for (const [name, list] of Object.entries(lists)) {
    const chosen = ticked(name);
    if (chosen.size < list.length) state.set(name, list.filter(one => chosen.has(one.place)).map(one => one.id).join(","));
  }
  try { history.replaceState(null, "", `#${state}`); } catch { location.hash = String(state); }
}

function restore() {
  const state = new URLSearchParams(location.hash.slice(1));
  for (const name of SELECTS) {
    const select = form.elements[name], wanted = state.get(name);
    if (name === "unit") { fillUnits(wanted); continue; }
    if ([...select.options].some(option => option.value === wanted)) select.value = wanted;
  }
  const places = (name, list) => {
    if (!state.has(name)) return null;
    const ids = new Set(state.get(name).split(","));
    return new Set(list.filter(one => ids.has(one.id)).map(one => one.place));
  };
  const frames = DISCOURSE.frames.map((f, place) => ({ ...f, place })), eras = DISCOURSE.eras.map((e, place) => ({ ...e, place }));
  ticks(document.getElementById("frames"), "frame", frames, places("frame", frames));
  ticks(document.getElementById("eras"), "era", eras, places("era", eras));
  fillRows(places("row", rowsOf(form.elements.by.value, collectionOf()).list));
}

const percent = () => form.elements.measure.value === "share";
function shown(value) {
  if (Number.isNaN(value)) return "";
  const scaled = percent() ? value * 100 : value;
  const text = scaled !== 0 && Math.abs(scaled) < 10 ? scaled.toFixed(2) : scaled.toFixed(1);
  return percent() ? `${text} %` : text;
}
const ratio = value => (Number.isNaN(value) ? "" : Number.isFinite(value) ? value.toFixed(2) : "no limit");

function update() {
  const collection = collectionOf(), rows = rowsOf(form.elements.by.value, collection);
  const choice = { rows: ticked("row"), eras: ticked("era"), frames: ticked("frame"), minUnits: DISCOURSE.min_units,
    replicates: DISCOURSE.replicates, per: DISCOURSE.per, straddling: DISCOURSE.straddling, seed: 1,
    core: form.elements.core.value === "1" };
  for (const name of ["measure", "voice", "about", "counting", "unit"]) choice[name] = form.elements[name].value;
  keep();
  const empty = [["frame", choice.frames], ["era", choice.eras], ["row", choice.rows]].find(([, set]) => !set.size);
  if (empty) return show({ table: [], changes: [] }, rows, choice, `Nothing is drawn: tick one ${empty[0]} or more.`);
  show(rates(collection, choice, rows.of), rows, choice, null);
}

let last = [];
function show(found, rows, choice, refusal) {
  const name = new Map(rows.list.map(r => [r.place, r.name]));
  document.getElementById("sentence").textContent = refusal || sentence(found, name);
  document.getElementById("csv").hidden = !found.table.length;
  last = toLines(found, name);
  fillTable(last);
  const there = valued(choice.rows, found.table), frames = there.length ? [...choice.frames] : [];
  document.getElementById("chart").replaceChildren(...legend(choice), ...frames.map(f => panel(f, found.table, choice, name)));
  const few = found.table.filter(r => r.tooFew).length;
  const absent = [...choice.rows].filter(row => found.table.length && !there.includes(row)).map(row => name.get(row));
  document.getElementById("note").textContent = (few ? `${few} of ${found.table.length} rows of the table have fewer than ` +
    `${DISCOURSE.min_units} units or nothing to count in, and no value.` : "") +
    (absent.length ? ` Not drawn, for they have none in any era: ${absent.join(", ")}.` : "");
}

function sentence(found, name) {
  const frame = f => DISCOURSE.frames[f].name, era = e => DISCOURSE.eras[e].name;
  const there = found.table.filter(r => !r.tooFew);
  if (!there.length) return "No row has enough units for a value: too few, which is not zero.";
  const most = there.reduce((a, b) => (b.value > a.value ? b : a));
  if (!most.value) return "None of these frames occurs in what was chosen.";
  const unit = percent() ? "" : ` per ${DISCOURSE.per.toLocaleString("en")} tokens`;
  let said = `Most often: ${frame(most.frame)}, ${name.get(most.row)}, ${era(most.era)}: ${shown(most.value)}${unit} ` +
    `(95 % interval ${shown(most.low)} to ${shown(most.high)}; ${most.documents} documents).`;
  const clear = found.changes.filter(c => c.low > 1 || c.high < 1);
  const counted = found.changes.filter(c => Number.isFinite(c.ratio)).length;
  if (found.changes.length) {
    said += counted ? ` Of ${counted} changes between the two eras that have a value, ${clear.length || "none"} ` +
      `${clear.length === 1 ? "has" : "have"} an interval without 1; no correction for looking at many.`
      : " No change between the two eras has a value.";
  }
  return said;
}

const COLUMNS = ["frame", "row", "era", "value", "low", "high", "hits", "exposure", "documents", "units", "ratio", "ratio_low",
  "ratio_high", "note"];
function toLines(found, name) {
  const change = new Map(found.changes.map(c => [`${c.row} ${c.frame}`, c]));
  const later = Math.max(...found.table.map(r => r.era));
  return found.table.map(r => {
    const c = r.era === later ? change.get(`${r.row} ${r.frame}`) : undefined;
    return { frame: DISCOURSE.frames[r.frame].name, row: name.get(r.row), era: DISCOURSE.eras[r.era].name, value: r.value,
      low: r.low, high: r.high, hits: r.hits, exposure: r.exposure, documents: r.documents, units: r.units,
      ratio: c ? c.ratio : NaN, ratio_low: c ? c.low : NaN, ratio_high: c ? c.high : NaN, note: r.tooFew ? "too few" : "" };
  });
}

const HEADS = { row: "outlets", value: "value", exposure: "counted in", ratio: "later / earlier", ratio_low: "from",
  ratio_high: "to" };
let order = { column: null, up: true };
function fillTable(lines) {
  const table = document.getElementById("table");
  if (!lines.length) { table.replaceChildren(); return; }
  const sorted = order.column === null ? lines : [...lines].sort((a, b) => {
    const [x, y] = [a[order.column], b[order.column]];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
    return (typeof x === "number" ? x - y : x.localeCompare(y)) * (order.up ? 1 : -1);
  });
  const head = made("tr");
  for (const column of COLUMNS) {
    const cell = made("th", { scope: "col" }), button = made("button", { type: "button", class: "sort" }, HEADS[column] || column);
    if (order.column === column) cell.setAttribute("aria-sort", order.up ? "ascending" : "descending");
    button.addEventListener("click", () => {
      order = { column, up: order.column === column ? !order.up : true };
      fillTable(last);
      [...table.querySelectorAll("th button")][COLUMNS.indexOf(column)].focus();
    });
    cell.append(button);
    head.append(cell);
  }
  const body = made("tbody");
  for (const line of sorted) {
    const tr = made("tr");
    for (const column of COLUMNS) {
      const value = line[column];
      const text = ["value", "low", "high"].includes(column) ? shown(value) : column.startsWith("ratio") ? ratio(value)
        : typeof value === "number" ? value.toLocaleString("en") : value;
      tr.append(made("td", typeof value === "number" ? { class: "number" } : {}, text));
    }
    body.append(tr);
  }
  const top = made("thead");
  top.append(head);
  table.replaceChildren(made("caption", { class: "soft" }, "The rows drawn above; a head sorts"), top, body);
}

// Full precision, so that the saved table can be checked against the package. A text that begins like a formula is quoted.
function csv() {
  const cell = value => {
    if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [COLUMNS.join(","), ...last.map(line => COLUMNS.map(c => cell(line[c])).join(","))].join("\n") + "\n";
}

const tick = value => `${Number((percent() ? value * 100 : value).toPrecision(3))}${percent() ? " %" : ""}`;

const MARKS = ["circle", "square", "diamond", "triangle"];
function mark(kind, x, y, era) {
  const shape = { circle: `M${x - 4},${y}a4,4 0 1,0 8,0a4,4 0 1,0 -8,0`, square: `M${x - 4},${y - 4}h8v8h-8z`,
    diamond: `M${x},${y - 5}l5,5l-5,5l-5,-5z`, triangle: `M${x},${y - 5}l5,9h-10z` }[kind];
  return drawn("path", { d: shape, class: `era${era % 4}` });
}

function legend(choice) {
  const list = made("p", { class: "legend" });
  [...choice.eras].forEach((era, i) => {
    const icon = drawn("svg", { width: 14, height: 14, viewBox: "0 0 14 14", "aria-hidden": "true" });
    icon.append(mark(MARKS[i % 4], 7, 7, i));
    const item = made("span");
    item.append(icon, " ", DISCOURSE.eras[era].name);
    list.append(item);
  });
  return [list];
}

// The end of the axis: the first of 1, 2, 2.5, 5 times a power of ten that holds the largest limit.
function roundedUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].find(k => k * power >= value * (1 - 1e-12)) * power;
}

// The rows with a value in an era; the others are named in one line instead of drawn.
const valued = (rows, table) => [...rows].filter(row => table.some(r => r.row === row && !r.tooFew));

function panel(frame, table, choice, name) {
  const eras = [...choice.eras], rows = valued(choice.rows, table), width = 340, left = 128, right = width - 14, step = 14 + 11 * eras.length;
  const height = 44 + rows.length * step, own = table.filter(r => r.frame === frame);
  const all = table.filter(r => !r.tooFew), unit = percent() ? 0.01 : 1;
  const top = unit * roundedUp(Math.max(...all.map(r => r.high).filter(Number.isFinite), 1e-9) / unit);
  const x = value => left + (right - left) * Math.min(value / top, 1);
  const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
  const label = DISCOURSE.frames[frame].name;
  svg.setAttribute("aria-label", `${label}: values with intervals by row and era; the numbers stand in the table below.`);
  svg.append(drawn("text", { x: 4, y: 14, class: "head" }, label));
  for (const share of [0, 0.5, 1]) {
    const at = left + (right - left) * share;
    svg.append(drawn("line", { x1: at, x2: at, y1: 22, y2: height - 20, class: "grid" }));
    svg.append(drawn("text", { x: at, y: height - 6, class: "tick", "text-anchor": share === 1 ? "end" : "middle" }, tick(top * share)));
  }
  rows.forEach((row, i) => {
    const y0 = 32 + i * step, words = name.get(row);
    const text = drawn("text", { x: left - 6, y: y0 + step / 2 - 4, class: "row", "text-anchor": "end" },
      words.length > 21 ? `${words.slice(0, 20)}…` : words);
    if (words.length > 21) text.append(drawn("title", {}, words));
    svg.append(text);
    eras.forEach((era, k) => {
      const r = own.find(one => one.row === row && one.era === era), y = y0 + 11 * k;
      if (!r || r.tooFew) {
        svg.append(drawn("text", { x: left + 4, y: y + 3, class: "few" }, `too few (n = ${r ? r.documents : 0})`));
        return;
      }
      if (Number.isFinite(r.low)) svg.append(drawn("line", { x1: x(r.low), x2: x(r.high), y1: y, y2: y, class: `era${k % 4} bar` }));
      svg.append(mark(MARKS[k % 4], x(r.value), y, k));
    });
  });
  const figure = made("div", { class: "panel" });
  figure.append(svg);
  return figure;
}

function begin() {
  const select = form.elements.collection;
  select.replaceChildren(...DISCOURSE.collections.map(c => made("option", { value: c.id }, c.name)));
  form.hidden = false;
  if (!DISCOURSE.collections.length) { document.getElementById("sentence").textContent = "This store holds no documents."; return; }
  restore();
  form.addEventListener("change", event => {
    if (["collection", "by"].includes(event.target.name)) { fillRows(null); fillUnits(null); }
    update();
  });
  form.addEventListener("submit", event => event.preventDefault());
  document.getElementById("csv").addEventListener("click", () => {
    const link = made("a", { href: URL.createObjectURL(new Blob([csv()], { type: "text/csv" })), download: "explorer.csv" });
    link.click();
  });
  window.addEventListener("hashchange", () => { restore(); update(); });
  update();
}
begin();
