"use strict";
// Key words: every tested word as a point, from the rows of the table on this page. Hover, tap, or the list with arrow keys.
const SVG = "http://www.w3.org/2000/svg";
const section = document.getElementById("words"), place = document.getElementById("words-picture");
const list = document.getElementById("words-list"), find = document.getElementById("words-find");
const which = document.getElementById("words-which"), said = document.getElementById("words-said");
const table = document.getElementById("data");
const heads = [...table.tHead.rows[0].cells].map(cell => cell.textContent.trim());
const names = { above: section.dataset.above, below: section.dataset.below };
const value = (cells, name) => (heads.includes(name) ? cells[heads.indexOf(name)].textContent.trim() : "");
const number = text => (text === "" ? NaN : Number(text));
const words = [...table.tBodies[0].rows].map(({ cells }) => ({
  term: value(cells, "term"), x: number(value(cells, "per_million")), y: number(value(cells, "log_ratio")),
  low: number(value(cells, "log_ratio_low")), high: number(value(cells, "log_ratio_high")),
  p: number(value(cells, "p_adjusted")), rank: number(value(cells, "rank")), key: value(cells, "word") !== "not key",
})).filter(w => w.x > 0 && Number.isFinite(w.y)).sort((a, b) => a.rank - b.rank);
const byTerm = new Map(words.map(w => [w.term, w]));
let shown = words, chosen = null;

function drawn(tag, attributes = {}, text) {
  const one = document.createElementNS(SVG, tag);
  for (const [name, v] of Object.entries(attributes)) one.setAttribute(name, v);
  if (text !== undefined) one.textContent = text;
  return one;
}

const sideOf = w => (w.y >= 0 ? "above" : "below");
const short = (v, digits = 3) => (Number.isFinite(v) ? String(Number(v.toPrecision(digits))).replace("-", "\u2212") : "none");

function sentence(w) {
  const ends = Number.isFinite(w.low) && Number.isFinite(w.high) ? ` (${short(w.low)} to ${short(w.high)})` : "";
  const p = Number.isFinite(w.p) ? `, adjusted p ${w.p < 0.001 ? "below 0.001" : short(w.p)}` : "";
  return `${w.term}: rank ${w.rank} of ${words.length.toLocaleString("en")}; ${short(w.x)} uses per million; more often in ` +
    `${names[sideOf(w)]}, log ratio ${short(w.y)}${ends}${p}; ${w.key ? "key" : "not key"}.`;
}

// Ticks of a logarithmic axis at 1, 2 and 5, of a linear one at round steps.
function logTicks(low, high) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const step of [1, 2, 5]) { const at = step * 10 ** power; if (at >= low && at <= high) found.push(at); }
  }
  return found;
}
function ticks(low, high) {
  const rough = (high - low) / 6, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(m => m * power >= rough);
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) found.push(Number(at.toFixed(6)));
  return found;
}

let scale = null, svg = null;
function frame() {
  const width = Math.max(280, place.clientWidth), height = Math.round(Math.max(330, Math.min(560, width * 0.6)));
  const left = 40, right = width - 10, top = 12, bottom = height - 42;
  const xs = words.map(w => Math.log(w.x)), ys = words.map(w => Math.abs(w.y));
  const x0 = Math.min(...xs) - 0.15, x1 = Math.max(...xs) + 0.15, most = Math.max(...ys, 1) * 1.06;
  scale = { width, height, left, right, top, bottom, x: v => left + ((Math.log(v) - x0) / (x1 - x0)) * (right - left),
    y: v => bottom - ((v + most) / (2 * most)) * (bottom - top) };
  svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `Every tested word: uses per million tokens across, log ratio upwards; above zero ${names.above}, below ` +
      `zero ${names.below}. The list beside it has the same words.` });
  let last = -Infinity;
  for (const at of logTicks(Math.exp(x0), Math.exp(x1))) {
    const x = scale.x(at);
    svg.append(drawn("line", { x1: x, x2: x, y1: top, y2: bottom, class: "grid" }));
    if (x - last > 34 && x < right - 8) { svg.append(drawn("text", { x, y: bottom + 14, class: "tick", "text-anchor": "middle" }, String(at))); last = x; }
  }
  for (const at of ticks(-most, most)) {
    svg.append(drawn("line", { x1: left, x2: right, y1: scale.y(at), y2: scale.y(at), class: at === 0 ? "zero" : "grid" }));
    svg.append(drawn("text", { x: left - 5, y: scale.y(at) + 3, class: "tick", "text-anchor": "end" }, short(at)));
  }
  svg.append(drawn("text", { x: (left + right) / 2, y: height - 8, class: "axis", "text-anchor": "middle" }, "uses per million tokens"));
  svg.append(drawn("text", { x: right - 2, y: top + 10, class: "axis", "text-anchor": "end" }, `more in ${names.above} \u2191`));
  svg.append(drawn("text", { x: right - 2, y: bottom - 6, class: "axis", "text-anchor": "end" }, `more in ${names.below} \u2193`));
}

function mark(w, radius) {
  const kind = `word ${w.key ? sideOf(w) : "plain"}`, x = scale.x(w.x), y = scale.y(w.y);
  if (w.key && w.y < 0) return drawn("rect", { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius, class: kind });
  return drawn("circle", { cx: x, cy: y, r: radius, class: kind });
}

// A label right of its point, else left, above or below; none where every place is taken.
function labels(candidates, taken) {
  const group = drawn("g", { class: "labels" });
  for (const w of candidates) {
    const x = scale.x(w.x), y = scale.y(w.y), wide = w.term.length * 6.3;
    const places = [[x + 7, y + 4, "start"], [x - 7, y + 4, "end"], [x, y - 8, "middle"], [x, y + 16, "middle"]];
    for (const [at, line, anchor] of places) {
      const from = anchor === "start" ? at : anchor === "end" ? at - wide : at - wide / 2;
      const box = [from - 2, line - 11, from + wide + 2, line + 3];
      if (box[0] < scale.left || box[2] > scale.right || box[1] < scale.top || box[3] > scale.bottom) continue;
      if (taken.some(b => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) continue;
      taken.push(box);
      group.append(drawn("text", { x: at, y: line, "text-anchor": anchor, class: "label" }, w.term));
      break;
    }
  }
  return group;
}

function draw() {
  frame();
  const small = shown.length < 60 ? 4 : 2;
  for (const w of [...shown].reverse()) svg.append(mark(w, w.key ? 4.5 : small));  // the first ranks on top
  const keys = shown.filter(w => w.key), extreme = [...shown].sort((a, b) => Math.abs(b.y) - Math.abs(a.y)).slice(0, 12);
  const taken = keys.map(w => [scale.x(w.x) - 5, scale.y(w.y) - 5, scale.x(w.x) + 5, scale.y(w.y) + 5]);
  taken.push([scale.right - 190, scale.top, scale.right, scale.top + 14], [scale.right - 190, scale.bottom - 18, scale.right, scale.bottom]);
  svg.append(labels([...keys, ...extreme.filter(w => !w.key)], taken));
  svg.append(drawn("g", { class: "pointed" }));
  place.replaceChildren(svg);
  point(chosen);
}

// The word that is looked at: a ring, its name on a plate, in front of all others.
function point(w) {
  const group = svg.querySelector(".pointed");
  group.replaceChildren();
  if (!w) return;
  const x = scale.x(w.x), y = scale.y(w.y), wide = w.term.length * 7.2 + 10;
  const from = Math.min(Math.max(x - wide / 2, scale.left), scale.right - wide), line = y - 30 < scale.top ? y + 12 : y - 30;
  group.append(mark(w, w.key ? 4.5 : 3), drawn("circle", { cx: x, cy: y, r: 8, class: "ring" }),
    drawn("rect", { x: from, y: line, width: wide, height: 18, rx: 3, class: "plate" }),
    drawn("text", { x: from + wide / 2, y: line + 13, "text-anchor": "middle", class: "name" }, w.term));
}

function choose(w, fromList = false) {
  chosen = w;
  said.textContent = w ? sentence(w) : "";
  if (!fromList) { list.value = w ? w.term : ""; }
  point(w);
  if (w) { try { history.replaceState(null, "", `#word=${encodeURIComponent(w.term)}`); } catch { /* a file of some browsers */ } }
}

function fill() {
  const wanted = find.value.trim().toLowerCase();
  const kinds = { all: () => true, key: w => w.key, above: w => w.y > 0, below: w => w.y < 0 };
  shown = words.filter(w => kinds[which.value](w) && w.term.toLowerCase().includes(wanted));
  list.replaceChildren(...shown.map(w => {
    const option = document.createElement("option");
    option.value = w.term;
    option.textContent = `${w.term} (${w.y > 0 ? "+" : "\u2212"}${short(Math.abs(w.y), 2)}${w.key ? ", key" : ""})`;
    return option;
  }));
  document.getElementById("words-count").textContent = `${shown.length.toLocaleString("en")} of ${words.length.toLocaleString("en")} words`;
  if (chosen && !shown.includes(chosen)) choose(null);
  else if (chosen) list.value = chosen.term;
  draw();
}

function nearest(event) {
  const box = svg.getBoundingClientRect(), ratio = scale.width / box.width;
  const x = (event.clientX - box.left) * ratio, y = (event.clientY - box.top) * ratio;
  let best = null, least = 18 * 18;
  for (const w of shown) {
    const far = (scale.x(w.x) - x) ** 2 + (scale.y(w.y) - y) ** 2;
    if (far < least) { least = far; best = w; }
  }
  return best;
}

if (words.length) {
  section.hidden = false;
  for (const side of ["above", "below"]) which.querySelector(`[value=${side}]`).textContent = `more in ${names[side]}`;
  find.addEventListener("input", fill);
  which.addEventListener("change", fill);
  list.addEventListener("change", () => choose(byTerm.get(list.value) || null, true));
  place.addEventListener("pointermove", event => { if (event.pointerType === "mouse") point(nearest(event) || chosen); });
  place.addEventListener("pointerleave", () => point(chosen));
  place.addEventListener("click", event => choose(nearest(event)));
  let width = 0;
  new ResizeObserver(() => { if (place.clientWidth !== width) { width = place.clientWidth; draw(); } }).observe(place);
  const asked = new URLSearchParams(location.hash.slice(1)).get("word");
  chosen = byTerm.get(asked) || null;
  fill();
  if (chosen) choose(chosen);
}
