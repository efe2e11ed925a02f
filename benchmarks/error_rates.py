"""Level and power of the default tests on real speeches with nothing, or a planted effect, to find.

`python -m benchmarks.error_rates [--shared FOLDER] [--splits 200]`. Whole countries go to one side or the other at random,
so that every significant word is a false alarm. Prints one table; takes about two minutes. Reads the UN speeches of the
private shared folder and prints counts only.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

import numpy as np

from analysis.measures.inference.multiple import adjust
from analysis.measures.inference.permutation import Sides, permutation_test
from analysis.measures.inference.resampling import Contrasts, Sampling, Units, aggregate, bootstrap_sums, intervals

FIRST_YEAR, WORDS, LEVEL = 2015, 500, 0.05
_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*")


def speeches(shared: Path) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Country of each speech, counts (speeches x words, the last column all tokens), and the words."""
    import pandas as pd
    from sklearn.feature_extraction.text import CountVectorizer

    table = pd.read_parquet(shared / "corpus" / "un" / "ungdc.parquet", columns=["iso3", "year", "text"])
    table = table[table["year"] >= FIRST_YEAR]
    vectorizer = CountVectorizer(analyzer=lambda text: _WORD.findall(text.lower()))
    counts = vectorizer.fit_transform(table["text"].to_numpy(object))
    tokens = np.asarray(counts.sum(axis=1)).ravel()
    documents = np.asarray((counts > 0).sum(axis=0)).ravel()
    order = np.lexsort((vectorizer.get_feature_names_out(), -documents))
    common = order[documents[order] >= 100]  # from "the" to words in every twentieth speech
    chosen = np.sort(common[np.linspace(0, len(common) - 1, WORDS).astype(int)])
    kept = counts[:, chosen].toarray().astype(np.int64)
    return (
        table["iso3"].to_numpy(object),
        np.column_stack([kept, tokens]),
        list(vectorizer.get_feature_names_out()[chosen]),
    )


def split(values: np.ndarray, side: np.ndarray) -> Sides:
    x, y = values[:, :-1], values[:, -1]
    return Sides(x * side[:, None], y * side, x * ~side[:, None], y * ~side)


def likelihood_p(sides: Sides) -> np.ndarray:
    """The p of plain token log-likelihood with four cells, the test that readers know."""
    from scipy.special import xlogy
    from scipy.stats import chi2

    a, b = sides.hits_a.sum(axis=0).astype(float), sides.hits_b.sum(axis=0).astype(float)
    n, m = float(sides.tokens_a.sum()), float(sides.tokens_b.sum())
    g = 2 * (
        xlogy(a, a)
        + xlogy(b, b)
        + xlogy(n - a, n - a)
        + xlogy(m - b, m - b)
        + xlogy(n + m, n + m)
        - xlogy(n, n)
        - xlogy(m, m)
        - xlogy(a + b, a + b)
        - xlogy(n + m - a - b, n + m - a - b)
    )
    return chi2.sf(g, 1)


def interval_misses(values: np.ndarray, side: np.ndarray, kind: str) -> float:
    """Share of ratio intervals that leave out 1."""
    words = values.shape[1] - 1
    wide = np.concatenate([values * side[:, None], values * ~side[:, None]], axis=1)
    units = Units(np.arange(len(values)), wide, (~side).astype(np.int64))
    x = np.stack([np.arange(words), np.arange(words) + words + 1], axis=1)
    y = np.tile([words, 2 * words + 1], (words, 1))
    _, low, high = intervals(units, Contrasts(x, y, (1.0, -1.0), "log"), Sampling(interval=kind, replicates=999))
    return float(np.mean(((low > 0) | (high < 0))[np.isfinite(low)]))


def planted(values: np.ndarray, side: np.ndarray, ratio: float, rng: np.random.Generator) -> np.ndarray:
    """Counts in which every word is `ratio` times as frequent on one side."""
    more = values.copy()
    words = values[side][:, :-1]
    more[np.flatnonzero(side)[:, None], np.arange(words.shape[1])] = words + rng.binomial(words, ratio - 1)
    return more


def measure(shared: Path, splits: int) -> list[tuple[str, float, str]]:
    countries, counts, words = speeches(shared)
    units = aggregate(countries, counts)
    part = min(splits, 40)  # the slower checks
    values = units.values
    few = [*np.linspace(0, WORDS - 1, 60).astype(int).tolist(), WORDS]
    sizes: dict[str, list] = {
        name: []
        for name in ("permutation", "likelihood", "bca", "percentile", "studentised", "power", "adjusted", "any")
    }
    for number in range(splits):
        rng = np.random.default_rng([7, number])
        side = rng.random(len(values)) < 0.5
        p = permutation_test(split(values, side), replicates=999, seed=number)[1]
        sizes["permutation"].append(np.nanmean(p <= LEVEL))
        sizes["any"].append(float((adjust(p) <= LEVEL).any()))
        sizes["likelihood"].append(np.mean(likelihood_p(split(values, side)) <= LEVEL))
        if number < part:
            for kind in ("bca", "percentile", "studentised"):
                sizes[kind].append(interval_misses(values[:, few], side, kind))
            found = permutation_test(split(planted(values, side, 1.5, rng), side), replicates=999, seed=number)[1]
            sizes["power"].append(np.nanmean(found <= LEVEL))
            sizes["adjusted"].append(np.nanmean(adjust(found) <= LEVEL))
    where = f"{len(counts)} speeches, {len(values)} countries, {len(words)} words"
    rows = [
        ("false alarms at 5 %: permutation of countries (default)", "permutation", f"{splits} splits, {where}"),
        ("false alarms at 5 %: plain token log-likelihood", "likelihood", "the same splits"),
        ("false alarms at 5 %: BCa interval of the ratio leaves out 1", "bca", f"{part} splits, 60 words"),
        ("false alarms at 5 %: percentile interval", "percentile", f"{part} splits, 60 words"),
        ("false alarms at 5 %: studentised interval", "studentised", f"{part} splits, 60 words"),
        ("splits with any word below 5 % after Benjamini-Hochberg", "any", f"{splits} splits"),
        ("found at 5 %: ratio 1.5 planted in every word", "power", f"{part} splits, before adjustment"),
        ("found at 5 %: the same after Benjamini-Hochberg", "adjusted", f"{part} splits"),
    ]
    return [(label, float(np.mean(sizes[name])), note) for label, name, note in rows]


def bootstrap_seconds() -> float:
    """CPU seconds of 2,000 replicates over 11,000 documents and 12 series with exposure, best of three."""
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.poisson(0.5, (11_000, 12)), rng.integers(100, 900, (11_000, 12))], axis=1)
    units = Units(np.arange(11_000), values, np.zeros(11_000, dtype=np.int64))
    times = []
    for _ in range(3):
        start = time.process_time()
        bootstrap_sums(units, 2000, 1)
        times.append(time.process_time() - start)
    return min(times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--splits", type=int, default=200)
    options = parser.parse_args()
    print(f"bootstrap of 2,000 replicates, 11,000 documents, 12 series: {bootstrap_seconds():.2f} s of CPU")
    if not (options.shared / "corpus" / "un" / "ungdc.parquet").is_file():
        print(f"{options.shared}: no UN speeches there; give --shared. Level and power were not measured.")
        return 1
    start = time.perf_counter()
    rows = measure(options.shared, options.splits)
    for label, share, note in rows:
        print(f"{share:7.1%}  {label}  ({note})")
    print(f"{time.perf_counter() - start:.0f} s")
    return 0 if 0.03 <= rows[0][1] <= 0.07 else 1


if __name__ == "__main__":
    sys.exit(main())
