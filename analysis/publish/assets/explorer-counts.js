"use strict";
// Rates of frames with intervals, from columns of whole numbers. No page is needed: the same functions run in tests.
// Terms and formulae are those of analysis/measures/frames/rates.py and inference/resampling.py: whole units are drawn
// within strata, then sums are divided; limits are bias-corrected and accelerated (Efron 1987, eq. 2.3), and lie farther
// away where blocks of time are alike (inference/long_run.py), along the log of a rate or ratio and the log odds of a share.

// A generator of 32-bit numbers (sfc32), so that the same choice gives the same interval in every browser.
function generator(seed, stratum) {
  let a = 0x9e3779b9 ^ seed, b = 0x243f6a88 ^ stratum, c = 0xb7e15162, d = 1;
  const next = () => {
    const t = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 20; i++) next();
  return next;
}

// Which documents take part, and what stands in them: {row, era, unit, cluster, rank, tokens, hits: frame -> count}.
function chosenDocuments(collection, choice, rowOf) {
  const d = collection.documents, rows = choice.rows, focal = choice.about === "focal";
  const all = d[focal ? "focal" : "all"], quoted = d[focal ? "focal_quoted" : "quoted"];
  const reported = d[focal ? "focal_reported" : "reported"];
  const tokens = { all: i => all[i], quoted: i => quoted[i], reported: i => reported[i],
    own: i => all[i] - quoted[i] - reported[i] }[choice.voice];
  let found = [];
  for (let i = 0; i < d.outlet.length; i++) {
    const row = rowOf(d.outlet[i]);
    if (row < 0 || !rows.has(row) || !choice.eras.has(d.era[i]) || (focal && !(d.focal[i] > 0))) continue;
    found.push({ place: i, row, era: d.era[i], unit: (choice.unit === "outlet" ? d.outlet : d.unit)[i], cluster: d.cluster[i], tokens: tokens(i) });
  }
  if (choice.counting === "cluster_once") {
    const first = new Map();
    for (const one of found) {
      const held = first.get(one.cluster);
      if (held === undefined || d.rank[one.place] < d.rank[held.place]) first.set(one.cluster, one);
    }
    found = found.filter(one => first.get(one.cluster) === one);
  }
  return found;
}

// Hits of each chosen document: a list of counts, one for each frame of the choice.
function countHits(collection, choice, found) {
  const h = collection.hits, place = new Map(found.map((one, i) => [one.place, i]));
  const frames = [...choice.frames], column = new Map(frames.map((f, i) => [f, i]));
  const about = ["focal", "other", "none"], voices = ["own", "quoted", "reported"];
  const counts = found.map(() => new Array(frames.length).fill(0));
  for (let i = 0; i < h.document.length; i++) {
    const at = place.get(h.document[i]), of = column.get(h.frame[i]);
    if (at === undefined || of === undefined || (choice.core && !h.core[i])) continue;
    if (choice.voice !== "all" && voices[h.voice[i]] !== choice.voice) continue;
    const isFocal = about[h.about[i]] === "focal";
    if (choice.about !== "all" && isFocal !== (choice.about === "focal")) continue;
    counts[at][of] += 1;
  }
  return counts;
}

// Units x columns: first numerators (cell * frames + frame), then one denominator a cell. Cells: row * eras + era.
function tally(collection, choice, rowOf) {
  const rows = [...choice.rows], eras = [...choice.eras], frames = [...choice.frames];
  const found = chosenDocuments(collection, choice, rowOf), counts = countHits(collection, choice, found);
  const nCells = rows.length * eras.length, nFrames = frames.length, width = nCells * (nFrames + 1);
  const ids = [...new Set(found.map(one => one.unit))].sort((a, b) => a - b), at = new Map(ids.map((u, i) => [u, i]));
  const values = ids.map(() => new Float64Array(width));
  const documents = new Array(nCells).fill(0), units = Array.from({ length: nCells }, () => new Set());
  const rowAt = new Map(rows.map((r, i) => [r, i])), eraAt = new Map(eras.map((e, i) => [e, i]));
  found.forEach((one, i) => {
    const cell = rowAt.get(one.row) * eras.length + eraAt.get(one.era), unit = values[at.get(one.unit)];
    documents[cell] += 1;
    units[cell].add(one.unit);
    counts[i].forEach((n, f) => { unit[cell * nFrames + f] += choice.measure === "rate" ? n : Math.min(n, 1); });
    unit[nCells * nFrames + cell] += choice.measure === "rate" ? one.tokens : 1;
  });
  const made = { values, rows, eras, frames, nCells, nFrames, width, documents, unitCounts: units.map(u => u.size) };
  made.totals = new Float64Array(width);
  for (const unit of values) for (let c = 0; c < width; c++) made.totals[c] += unit[c];
  made.inTime = collection.is_time && choice.unit !== "outlet";
  made.strata = strataOf(made, choice);
  return made;
}

// Strata: of blocks of time the era in which a block has most, if eras part time; else the cell in which it has most.
function strataOf(made, choice) {
  const first = made.nCells * made.nFrames, nEras = made.eras.length, nRows = made.rows.length;
  const cells = made.values.map(unit => Array.from(unit.slice(first)));
  if (!made.inTime) return cells.map(largest);
  let strata = cells.map(() => 0);
  const sums = [cells.map(c => sumBy(c, nRows, i => Math.floor(i / nEras))), cells.map(c => sumBy(c, nEras, i => i % nEras))];
  const parted = sums.map(exposure => partsTime(exposure, choice.straddling));
  made.together = cell => Array.from({ length: made.nCells }, (_, c) => c).filter(c =>
    (parted[0] || Math.floor(c / nEras) === Math.floor(cell / nEras)) && (parted[1] || c % nEras === cell % nEras));
  sums.forEach((exposure, k) => {
    if (parted[k]) strata = strata.map((s, i) => s * exposure[i].length + largest(exposure[i]));
  });
  return strata;
}

// How many times farther away the limits of a cell and frame lie because moods last, at least 1: `lasting_factor` of
// inference/long_run.py over the cells that follow each other in time. 1.416580: t(.975; 4 df) over the normal quantile.
const WAVES = 4, T_OVER_NORMAL = 2.7764451051977934 / 1.959963984540054;
function lastingFactor(made, f, cell) {
  if (!made.inTime) return 1;
  const cells = made.together(cell), x = cells.map(c => c * made.nFrames + f), y = cells.map(c => made.nCells * made.nFrames + c);
  const filled = made.values.filter(unit => y.some(c => unit[c] > 0));
  if (filled.length < 2 * WAVES) return 1;
  const left = (unit, k) => unit[x[k]] - made.totals[x[k]] / Math.max(made.totals[y[k]], 1) * unit[y[k]];
  const root = cells.map((_, k) => Math.sqrt(filled.reduce((sum, unit) => sum + left(unit, k) ** 2, 0) /
    Math.max(filled.filter(unit => unit[y[k]] > 0).length, 1)));
  const series = filled.map(unit => cells.reduce((sum, _, k) => sum + (root[k] > 0 ? left(unit, k) / root[k] : 0), 0));
  const tokens = filled.map(unit => y.reduce((sum, c) => sum + unit[c], 0)), all = tokens.reduce((a, b) => a + b, 0);
  const whole = series.reduce((sum, v) => sum + v * v, 0);
  if (!(whole > 0)) return 1;
  let slow = 0;
  for (let wave = 1; wave <= WAVES; wave++) {
    let before = 0, sum = 0;
    series.forEach((value, i) => {
      sum += Math.SQRT2 * Math.cos(Math.PI * wave * (before + tokens[i] / 2) / all) * value;
      before += tokens[i];
    });
    slow += sum ** 2 / WAVES / whole;
  }
  return Math.max(1, T_OVER_NORMAL * Math.sqrt(slow));
}

// A limit so many times as far from the estimate along a scale; one at the scale's end stays.
function movedAway(estimate, limit, factor, to, back) {
  const moved = back(to(estimate) + (to(limit) - to(estimate)) * factor);
  return Number.isFinite(to(estimate)) && Number.isFinite(to(limit)) ? moved : limit;
}
const odds = v => Math.log(v / (1 - v)), share = v => 1 / (1 + Math.exp(-v)), same = v => v;

const largest = list => list.reduce((best, value, i) => (value > list[best] ? i : best), 0);

function sumBy(list, size, of) {
  const sums = new Array(size).fill(0);
  list.forEach((value, i) => { sums[of(i)] += value; });
  return sums;
}

function partsTime(exposure, straddling) {
  const filled = exposure.filter(e => e.some(v => v > 0));
  if (filled.length < 2 || filled[0].length < 2) return false;
  let changes = 0, several = 0;
  filled.forEach((e, i) => {
    if (i && largest(e) !== largest(filled[i - 1])) changes += 1;
    if (e.filter(v => v > 0).length > 1) several += 1;
  });
  return changes <= 2 * filled[0].length && several <= Math.max(straddling * filled.length, 1);
}

// Column sums of resampled units: replicates x width, one after the other.
function bootstrapSums(made, replicates, seed) {
  const sums = new Float64Array(replicates * made.width);
  for (const stratum of [...new Set(made.strata)].sort((a, b) => a - b)) {
    const members = made.values.filter((_, i) => made.strata[i] === stratum).map(unit => {
      const columns = [];
      unit.forEach((value, c) => { if (value) columns.push(c, value); });
      return columns;
    });
    const next = generator(seed, stratum), size = members.length;
    for (let r = 0; r < replicates; r++) {
      const base = r * made.width;
      for (let k = 0; k < size; k++) {
        const drawn = members[Math.floor(next() / 4294967296 * size)];
        for (let j = 0; j < drawn.length; j += 2) sums[base + drawn[j]] += drawn[j + 1];
      }
    }
  }
  return sums;
}

// erfc by the rational Chebyshev form of Numerical Recipes (relative error below 1.2e-7), and the normal quantile (Acklam).
function normalBelow(z) {
  const x = Math.abs(z) / Math.SQRT2, t = 1 / (1 + x / 2);
  const tail = t * Math.exp(-x * x - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 +
    t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)))))))));
  return z > 0 ? 1 - tail / 2 : tail / 2;
}

function normalQuantile(p) {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const along = (list, x) => list.reduce((sum, k) => sum * x + k, 0);
  if (p < 0.02425) { const q = Math.sqrt(-2 * Math.log(p)); return along(c, q) / along(d, q); }
  if (p > 1 - 0.02425) return -normalQuantile(1 - p);
  const q = p - 0.5, r = q * q;
  return along(a, r) * q / along(b, r);
}

// The value at p * (R + 1) among replicates that are numbers; NaN if fewer than half are.
function quantile(sorted, replicates, p) {
  if (2 * sorted.length < replicates || !sorted.length || !Number.isFinite(p)) return NaN;
  const place = Math.min(Math.max(p * (sorted.length + 1) - 1, 0), sorted.length - 1);
  const below = sorted[Math.floor(place)], above = sorted[Math.ceil(place)];
  return Number.isFinite(below) && Number.isFinite(above) ? below + (place - Math.floor(place)) * (above - below) : below;
}

// [estimate, low, high] of a contrast. of: sums -> value; influence: unit -> its share of the estimate, to first order.
function interval(made, sums, replicates, of, influence) {
  const estimate = of(made.totals, 0);
  if (!Number.isFinite(estimate)) return [estimate, NaN, NaN];
  const drawn = [];
  let less = 0, more = 0;
  const tolerance = 1e-12 * Math.abs(estimate);
  for (let r = 0; r < replicates; r++) {
    const value = of(sums, r * made.width);
    if (value < estimate - tolerance) less += 1;
    if (value > estimate + tolerance) more += 1;
    if (!Number.isNaN(value)) drawn.push(value);
  }
  drawn.sort((x, y) => x - y);
  let cubes = 0, squares = 0;
  for (const unit of made.values) { const e = influence(unit); cubes += e ** 3; squares += e ** 2; }
  let skew = cubes / (6 * squares ** 1.5);
  if (!Number.isFinite(skew)) skew = 0;
  const margin = 1 / (replicates + 1), middle = (less + (replicates - less - more) / 2) / replicates;
  const bias = normalQuantile(Math.min(Math.max(middle, margin), 1 - margin));
  const limit = p => {
    const moved = bias + normalQuantile(p);
    return quantile(drawn, replicates, normalBelow(bias + moved / Math.max(1 - skew * moved, 1e-6)));
  };
  return [estimate, limit(0.025), limit(0.975)];
}

// The table: one row for each row of the choice, era and frame. Values are per `per` tokens, or shares from 0 to 1.
function rates(collection, choice, rowOf) {
  const made = tally(collection, choice, rowOf), R = choice.replicates;
  const sums = bootstrapSums(made, R, choice.seed), scale = choice.measure === "rate" ? choice.per : 1, table = [];
  const denominator = cell => made.nCells * made.nFrames + cell;
  for (let cell = 0; cell < made.nCells; cell++) {
    for (let f = 0; f < made.nFrames; f++) {
      const x = cell * made.nFrames + f, y = denominator(cell), X = made.totals[x], Y = made.totals[y];
      const tooFew = made.unitCounts[cell] < choice.minUnits || Y === 0;
      let value = NaN, low = NaN, high = NaN;
      if (!tooFew) {
        const rare = fewHits(made, f, cell);
        if (rare) [value, low, high] = [X / Y, ...rare];
        else [value, low, high] = interval(made, sums, R, (s, at) => (s[at + y] > 0 ? s[at + x] / s[at + y] : NaN),
          unit => unit[x] / Y - X * unit[y] / Y ** 2);
        low = Math.max(low, 0);
        if (choice.measure === "share") [low, high] = [Math.min(low, 1), Math.min(high, 1)];
        if (!rare) {
          const factor = lastingFactor(made, f, cell), [to, back] = choice.measure === "share" ? [odds, share] : [Math.log, Math.exp];
          [low, high] = [low, high].map(limit => movedAway(value, limit, factor, to, back));
        }
        if (choice.measure === "share" && X === Y && !rare) low = made.unitCounts[cell] / (made.unitCounts[cell] + 1.959964 ** 2); // Wilson
      }
      table.push({ row: made.rows[Math.floor(cell / made.eras.length)], era: made.eras[cell % made.eras.length],
        frame: made.frames[f], documents: made.documents[cell], units: made.unitCounts[cell], hits: X, exposure: Y,
        value: value * scale, low: low * scale, high: high * scale, tooFew });
    }
  }
  return { table, changes: changes(made, sums, choice) };
}

// Limits of a rate of few hits, null if they are not few (see `few_hits` in rates.py: Fay and Feuer 1997).
function fewHits(made, f, cell) {
  let all = 0, hits = 0, own = 0;
  for (let c = 0; c < made.nCells; c++) {
    const x = c * made.nFrames + f, y = made.nCells * made.nFrames + c, rate = made.totals[x] / Math.max(made.totals[y], 1);
    let spread = 0;
    for (const unit of made.values) spread += (unit[x] - rate * unit[y]) ** 2;
    all += spread;
    hits += made.totals[x];
    if (c === cell) own = spread;
  }
  const X = made.totals[cell * made.nFrames + f], Y = made.totals[made.nCells * made.nFrames + cell];
  const burst = Math.max(1, own / Math.max(X, 1), all / Math.max(hits, 1)), events = X / burst;
  if (events >= 10) return null;
  return [X > 0 ? gammaQuantile(events, 0.025) * burst / Y : 0, gammaQuantile(events + 1, 0.975) * burst / Y];
}

// The value below which a gamma variable of shape a lies with chance p: halving, on the regularised incomplete gamma function.
function gammaQuantile(a, p) {
  let low = 0, high = a + 10 * Math.sqrt(a) + 10;
  for (let i = 0; i < 200 && high - low > 1e-14 * high; i++) {
    const middle = (low + high) / 2;
    if (gammaBelow(a, middle) < p) low = middle; else high = middle;
  }
  return (low + high) / 2;
}

// By its series, all of whose terms are positive.
function gammaBelow(a, x) {
  if (x <= 0) return 0;
  let term = 1 / a, sum = term;
  for (let n = 1; n < 1000 && term > 1e-17 * sum; n++) { term *= x / (a + n); sum += term; }
  return Math.min(1, sum * Math.exp(a * Math.log(x) - x - logGamma(a)));
}

// Lanczos' approximation (g = 7, nine terms), after moving small arguments up.
function logGamma(a) {
  const c = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];
  if (a < 1) return logGamma(a + 1) - Math.log(a);
  const z = a - 1, t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(c.reduce((sum, k, i) => sum + (i ? k / (z + i) : k), 0));
}

// Later over earlier era, for each row and frame, if two eras are chosen: ratio with limits, NaN where it has no value.
function changes(made, sums, choice) {
  if (made.eras.length !== 2) return [];
  const list = [];
  made.rows.forEach((row, i) => made.frames.forEach((frame, f) => {
    const cells = [2 * i, 2 * i + 1], x = cells.map(c => c * made.nFrames + f), y = cells.map(c => made.nCells * made.nFrames + c);
    const few = cells.some(c => made.unitCounts[c] < choice.minUnits) || [...x, ...y].some(c => made.totals[c] === 0);
    let found = [NaN, NaN, NaN];
    if (!few) {
      const of = (s, at) => {
        if (!(s[at + y[0]] > 0 && s[at + y[1]] > 0)) return NaN;
        return Math.log(s[at + x[1]] / s[at + y[1]]) - Math.log(s[at + x[0]] / s[at + y[0]]);
      };
      const T = made.totals, part = (unit, k) => unit[x[k]] / T[x[k]] - unit[y[k]] / T[y[k]];
      const [estimate, ...limits] = interval(made, sums, choice.replicates, of, unit => part(unit, 1) - part(unit, 0));
      const factor = lastingFactor(made, f, cells[1]);
      found = [estimate, ...limits.map(limit => movedAway(estimate, limit, factor, same, same))].map(Math.exp);
    }
    list.push({ row, frame, ratio: found[0], low: found[1], high: found[2] });
  }));
  return list;
}

if (typeof module !== "undefined") module.exports = { rates, tally, lastingFactor, normalBelow, normalQuantile, gammaQuantile };
