"""Key words, association, dispersion and agreement on invented tables, held number by number (see test_tables_held.py)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from held import held_cases, lines_of, unlike
from scipy import sparse

from analysis.measures.validation import agreement, correction, recall
from analysis.measures.words import association, contingency, dispersion, weighting
from analysis.measures.words.keyness import eras as era_words
from analysis.measures.words.keyness import scores, table, tests
from analysis.measures.words.matrix import DocumentTerm


@functools.cache
def words() -> DocumentTerm:
    """40 documents of 15 words: some rare, one absent from the target, one in a single document."""
    rng = np.random.default_rng(4)
    mean = np.geomspace(8, 0.05, 15)[None, :] * rng.gamma(2, 0.5, (40, 15))
    counts = rng.poisson(mean)
    counts[:20, 5], counts[:, 14] = 0, 0
    counts[3, 14] = 4
    terms = np.array([f"w{i:02d}" for i in range(15)], dtype=object)
    return DocumentTerm(
        sparse.csr_array(counts), np.array([f"d{i:02d}" for i in range(40)]), terms, counts.sum(axis=1) + 20
    )


def word_documents() -> pd.DataFrame:
    days = (np.datetime64("2021-01-04") + (5 * np.arange(40)).astype("timedelta64[D]")).astype(str)
    outlets = np.array(["post", "times", "sun"])[np.arange(40) % 3]
    side = np.where(np.arange(40) < 20, "late", "early")
    return pd.DataFrame({"doc_id": words().doc_ids, "outlet_id": outlets, "published": days[::-1], "era_id": side})


TARGET = np.arange(40) < 20
RULE = table.KeynessRule(min_count=3, min_units=2, min_side_units=5, min_spread=0.1, min_log_ratio=0.2)
FOURFOLD = contingency.fourfold([7, 0, 30, 1, 12], [3, 10, 5, 99, 12], [2, 8, 1, 1, 12], [88, 900, 64, 7, 12])
FREQS, SIZES = np.array([[9, 0, 1, 4], [3, 3, 3, 3], [0, 0, 0, 5]]), np.array([40, 10, 25, 50])
FISHER = ("two", "left", "right", "central")
CODES = np.array(
    [list("aabbcaab.c"), list("aabccaabbc"), list("abbbcaa.bc")],
    dtype=object,
)
CODES[CODES == "."] = None


def coded_part() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    machine = rng.integers(0, 2, 60).astype(float)
    return np.where(rng.random(20) < 0.8, machine[:20], 1 - machine[:20]), machine[:20], machine[20:]


CASES: dict[str, Callable[[], Any]] = {
    "keyness": lambda: table.keyness_table(words(), TARGET, rule=RULE),
    "keyness, every test": lambda: [tests.unit_test(words(), TARGET, test=test, replicates=49) for test in tests.TESTS],
    "keyness of groups": lambda: table.keyness_groups(words(), np.arange(40) % 3, rule=RULE).head(20),
    "keyness in clusters": lambda: table.keyness_table(
        words(), TARGET, rule=RULE, clusters=np.arange(40) // 2, order="log_ratio"
    ),
    "ratio of units": lambda: [
        tests.log_ratio_of_units(words(), TARGET, small_sample=s, level=0.9) for s in (True, False)
    ],
    "key words of eras": lambda: era_words.era_keyness(words(), word_documents(), TARGET, rule=RULE, replicates=99),
    "key words of eras, with empty months on either side": lambda: era_words.era_keyness(
        words(),
        word_documents().assign(published=[f"{2019 + i // 8}-{1 + 5 * (i % 2):02d}-03" for i in reversed(range(40))]),
        TARGET,
        unit="month",
        rule=RULE,
        replicates=99,
    ),
    "scores": lambda: scores.classic_measures([5, 0, 9, 30, 2], 400, [1, 7, 9, 3, 0], 300),
    "scores, zeros": lambda: [
        scores.log_ratio([5, 0, 2], 400, [1, 7, 0], 300, zeros=z) for z in scores.LOG_RATIO_ZEROS
    ],
    "associations": lambda: association.associations(FOURFOLD, association.MEASURES),
    "fourfold tables": lambda: [
        *(contingency.g2(FOURFOLD, correction=c, signed=True) for c in ("none", "williams", "yates")),
        *(
            contingency.chi2(FOURFOLD, correction=c)
            for c in ("none", "williams", "yates", "yates_bounded", "yates_if_small")
        ),
        *(
            contingency.fisher(FOURFOLD, side=s, mid_p=m)
            for s in ("two", "left", "right", "central")
            for m in (True, False)
        ),
        *(contingency.odds_ratio(FOURFOLD, zeros=z) for z in ("none", "haldane", "haldane_if_zero")),
        contingency.odds_ratio(FOURFOLD, kind="conditional"),
        contingency.phi2(FOURFOLD),
    ],
    "dispersion": lambda: dispersion.dispersion_table(words(), norm="gries2008"),
    "dispersion, each": lambda: [
        *(
            measure(FREQS, SIZES)
            for measure in (
                dispersion.rosengren_s,
                dispersion.distributional_consistency,
                dispersion.carroll_d2,
                dispersion.lyne_d3,
                dispersion.da,
                dispersion.dp,
                dispersion.kl_divergence,
                dispersion.part_range,
            )
        ),
        *(dispersion.dp_norm(FREQS, SIZES, norm=n) for n in dispersion.NORMS),
        *(
            dispersion.juilland_d(FREQS, SIZES, parts=p, kind=k)
            for p in dispersion.PARTS
            for k in dispersion.DEVIATIONS
        ),
        *(
            dispersion.adjusted_frequency(FREQS, SIZES, kind=k)
            for k in ("juilland", "carroll", "rosengren", "engwall", "kromer")
        ),
        dispersion.distance_measures([1, 4, 9], 12),
    ],
    "weights": lambda: [
        weighting.top_terms(words(), convention=c, count=3, rows=[0, 3]) for c in weighting.CONVENTIONS
    ],
    "agreement": lambda: agreement.agreement_table(CODES, replicates=60, level=0.9, clusters=np.arange(10) // 2),
    "agreement of pairs": lambda: [
        agreement.pairwise_kappa(CODES, pooling=p) for p in ("light", "davies_fleiss", "conger")
    ],
    "alpha": lambda: [
        agreement.krippendorff_alpha(CODES, metric=m, categories=["a", "b", "c"]) for m in ("nominal", "ordinal")
    ],
    "kappa": lambda: [
        agreement.kappa([[9, 2, 1], [1, 6, 3], [0, 2, 8]], chance=c, weights=w)
        for c in agreement.CHANCES
        for w in ("none", "linear", "quadratic")
    ],
    "kappa with its interval": lambda: agreement.kappa_interval([[9, 2], [3, 6]], level=0.9),
    "corrected mean": lambda: [
        correction.corrected_mean(*coded_part(), tuning=t) for t in ("full", "tuned", "none", 0.5)
    ],
    "captures": lambda: [recall.two_strings(40, 25, 12, kind=k) for k in recall.KINDS],
}
held = held_cases("tables_words.txt", CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_are_those_that_were_approved(name, held):
    assert unlike(list(lines_of(CASES[name]())), held[name]) == []


def test_nothing_is_held_that_nobody_computes(held):
    assert list(held) == list(CASES)
