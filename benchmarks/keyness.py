"""Error rates and speed of keyness: false alarms with nothing to find, power on planted differences, seconds.

Run `python -m benchmarks.keyness`. Level and power use the UN speeches of the texts folder: whole countries are put on
one side or the other at random, so there is nothing to find, and a country's speeches stay together.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import replace

import numpy as np

from analysis.measures.inference.multiple import adjust
from analysis.measures.words import contingency, logodds
from analysis.measures.words.keyness import scores as keyness
from analysis.measures.words.keyness.table import KeynessRule, keyness_table
from analysis.measures.words.keyness.tests import rank_test, score_test, welch
from analysis.measures.words.matrix import DocumentTerm
from benchmarks.peers import corpus_file

WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


def countries(since: int = 2018, *, min_count: int = 10, min_units: int = 5) -> DocumentTerm:
    """One row per country: its words in all speeches since a year; only the words the default rule would test."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    from scipy import sparse

    table = pq.read_table(corpus_file(), columns=["iso3", "year", "text"])
    table = table.filter(pc.greater_equal(table["year"], since)).sort_by("iso3")
    ids: dict[str, int] = {}
    start, index, data, sizes = [0], [], [], []
    for text in table["text"].to_pylist():
        counts = Counter(WORD.findall(text.lower()))
        index += [ids.setdefault(word, len(ids)) for word in counts]
        data += counts.values()
        start.append(len(index))
        sizes.append(counts.total())
    matrix = sparse.csr_array((np.array(data), np.array(index), np.array(start)), shape=(len(sizes), len(ids)))
    names = np.array(table["iso3"].to_pylist(), dtype=object)
    units = DocumentTerm(matrix, names, np.array(list(ids), dtype=object), np.array(sizes)).units(names)
    total = np.asarray(units.matrix.sum(axis=0))
    reach = np.bincount(units.matrix.tocsr().indices, minlength=len(total))
    kept = np.flatnonzero((total >= min_count) & (reach >= min_units))
    return replace(units, matrix=units.matrix[:, kept].tocsr(), terms=units.terms[kept])


def sides(count: int, first: int, splits: int, seed: int = 0) -> np.ndarray:
    """Random marks, splits x units, `first` of them True in each row."""
    rng = np.random.default_rng(seed)
    marks = np.zeros((splits, count), dtype=bool)
    for row in marks:
        row[rng.permutation(count)[:first]] = True
    return marks


def token_p(units: DocumentTerm, side: np.ndarray) -> np.ndarray:
    """p of token log-likelihood (four cells), the usual way."""
    f1, f2 = (np.asarray(units.matrix[rows].sum(axis=0)) for rows in (side, ~side))
    return contingency.p_of_chi2(
        contingency.g2(
            contingency.from_corpora(f1, units.token_counts[side].sum(), f2, units.token_counts[~side].sum())
        )
    )


def level(units: DocumentTerm, *, first: int | None = None, splits: int = 200) -> dict[str, float]:
    """False alarms at 5 % with nothing to find, as shares of the words, averaged over random splits of whole countries.

    score is the default test, g2 the token log-likelihood; *_words are words called significant after Benjamini &
    Hochberg, per split; key_words what the whole default rule lets through (rank, welch, key: 20 splits).
    """
    count = len(units.doc_ids)
    first = count // 2 if first is None else first
    rows = []
    for side in sides(count, first, splits):
        p, g = score_test(units, side).p, token_p(units, side)
        rows.append((np.nanmean(p < 0.05), np.mean(g < 0.05), (adjust(p) <= 0.05).sum(), (adjust(g) <= 0.05).sum()))
    means = dict(zip(("score", "g2", "score_words", "g2_words"), np.mean(rows, axis=0).tolist(), strict=True))
    few = sides(count, first, min(splits, 20), seed=1)
    for name, test in (("welch", welch), ("rank", rank_test)):
        means[name] = float(np.mean([np.nanmean(test(units, side).p < 0.05) for side in few]))
    means["key_words"] = float(np.mean([keyness_table(units, side).attrs["key_count"] for side in few]))
    return means | {"words": len(units.terms), "units": count}


def power(units: DocumentTerm, *, ratio: float = 1.5, splits: int = 20, planted: int = 100) -> dict[str, float]:
    """How often a planted ratio is found: `planted` words at random get that many more tokens on one side.

    Shares of the planted words: p below 5 %, key by the default rule, both by how many countries use the word.
    """
    rng = np.random.default_rng(5)
    found: dict[str, list[float]] = {}
    count = len(units.doc_ids)
    reach = np.bincount(units.matrix.tocsr().indices, minlength=len(units.terms))
    bands = {"5-19 units": (5, 20), "20-99 units": (20, 100), "100 or more units": (100, 10**9)}
    rule = KeynessRule(min_log_ratio=0.0)  # the planted ratio is the limit itself; half would fall below by chance
    for side in sides(count, count // 2, splits, seed=9):
        dense = units.matrix.tocsc().copy()
        chosen = {
            name: rng.choice(np.flatnonzero((reach >= low) & (reach < high)), planted, replace=False)
            for name, (low, high) in bands.items()
        }
        for column in np.concatenate(list(chosen.values())):
            cells = slice(dense.indptr[column], dense.indptr[column + 1])
            more = rng.binomial(dense.data[cells], ratio - 1)
            dense.data[cells] += np.where(side[dense.indices[cells]], more, 0)
        table = keyness_table(replace(units, matrix=dense.tocsr()), side, rule=rule).set_index("term")
        for name, columns in chosen.items():
            rows = table.loc[units.terms[columns]]
            found.setdefault(f"p below 5 %, {name}", []).append((rows["p"] < 0.05).mean())
            found.setdefault(f"key, {name}", []).append(rows["is_key"].mean())
    return {name: float(np.mean(shares)) for name, shares in found.items()}


def speed(types: int = 50_000, *, rounds: int = 7) -> dict[str, float]:
    """Processor seconds (median) for all token-level measures and the log odds of that many word types."""
    rng = np.random.default_rng(0)
    law = 1 / np.arange(1, types + 1)
    f1, f2 = (rng.poisson(size * law / law.sum() * rng.lognormal(0, 0.3, types)) for size in (2e6, 5e6))
    even = rng.integers(1, 1000, (2, types))
    cases = {
        "classic measures": lambda: keyness.classic_measures(f1, f1.sum(), f2, f2.sum()),
        "log odds": lambda: logodds.log_odds(f1, f2),
        "classic measures, no two words alike": lambda: keyness.classic_measures(even[0], 10**8, even[1], 10**8),
    }
    return {name: float(np.median([_seconds(case) for _ in range(rounds)])) for name, case in cases.items()}


def _seconds(case) -> float:
    start = time.process_time()
    case()
    return time.process_time() - start


def main() -> None:
    for name, seconds in speed().items():
        print(f"{name}: {1000 * seconds:.1f} ms for 50,000 types")
    if not corpus_file().is_file():
        print("level and power: not run, no UN speeches in the texts folder")
        return
    units = countries()
    count = len(units.doc_ids)
    for title, first in (("halves", count // 2), ("20 against the rest", 20), ("10 against the rest", 10)):
        print(f"level, {title}: {level(units, first=first)}")
    print(f"power, ratio 1.5: {power(units)}")


if __name__ == "__main__":
    main()
