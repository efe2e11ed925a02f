"""Key words of an era: within outlets, over blocks of time whose labels move jointly, and along time.

Pooled keyness of two eras finds what outlets that came and went say, and what any two stretches of news differ in: 457 to
477 "key" words at borders where nothing happened, in a corpus where the real one has 19. Here the residual of a word in a
block is taken against each outlet's own rate over both eras:

    E_bw = sum_o (x_obw - n_ob x_ow / n_o),  T_w = sum_b a_b E_bw / sqrt(sum_b (a_b - mean a)^2 E_bw^2)

with a_b = 1 in the target era. p permutes the labels over blocks (weeks of all outlets together), rotation_p rotates them
along time; a word is key if both say so and the rule of `table` holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import require
from analysis.measures.frames.placebo import AFTER, at_border, placebo_borders
from analysis.measures.frames.tally import TIME_UNITS, unit_of, whole_calendar
from analysis.measures.inference.eras import rotations
from analysis.measures.inference.multiple import adjust
from analysis.measures.words.keyness.table import DEFAULT_RULE, KeynessRule, _judge, _ranked, keyness_table
from analysis.measures.words.keyness.tests import TESTS
from analysis.study.reserved import EVERYTHING

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

    from analysis.measures.words.matrix import DocumentTerm

# Eras are compared within outlets, or pooled over all outlets together; other groups by a test of `TESTS`.
CHOICES = ("within", "pooled", "score", "welch", "student", "rank", "permutation")
_AT_ONCE = 250
_KEPT = 1000  # permutations whose values are held, for the tail
_FEW = 10  # with fewer permutations as extreme the tail is read off a law


def era_keyness(
    words: DocumentTerm,
    documents: pd.DataFrame,
    target: np.ndarray,
    *,
    unit: str = "week",
    rule: KeynessRule = DEFAULT_RULE,
    replicates: int = 4999,
    seed: int = 1,
) -> pd.DataFrame:
    """`keyness_table` of one era against another, with the tests of this module: one row per word that occurs.

    documents: the rows of `words`, in order, with outlet_id and published. target: True for documents of the target era.
    unit: blocks, see `unit_of`. p and p_adjusted are those of permuted blocks; rotation_p is added (null for a unit
    without time); is_key needs both. `frame.attrs` gains rotation_count (0: no rotation), of which 1 / it is the smallest
    rotation_p. Documents of `pool_outlets` are compared over all outlets together.
    """
    target = np.asarray(target, dtype=bool)
    blocks = unit_of(documents, unit).to_numpy(dtype=str)
    table = keyness_table(words, target, clusters=blocks, rule=rule)
    tested = table.loc[table["p"].notna(), "term"].to_numpy()
    columns = np.flatnonzero(np.isin(words.terms, tested))
    place_of = documents["outlet_id"].to_numpy(dtype=str), blocks, target
    residual, label = residuals(words.matrix[:, columns], words.token_counts, *place_of, unit)
    p, rotation = block_tests(residual, label, replicates, seed, unit in TIME_UNITS)
    place = {term: i for i, term in enumerate(words.terms[columns])}
    where = np.array([place.get(term, -1) for term in table["term"]])
    table["p"], table["rotation_p"] = (np.append(values, np.nan)[where] for values in (p, rotation))  # last: not tested
    table["p_adjusted"] = adjust(table["p"], rule.adjustment)
    attrs = table.attrs
    table = _judge(table, rule)
    table["is_key"] &= ~(table["rotation_p"] > rule.alpha)
    table = _ranked(table.drop(columns="rank"), "score")
    count = len(label) if unit in TIME_UNITS else 0
    facts = {"rotation_count": count, "test": f"permuted {unit}s", "key_count": int(table["is_key"].sum())}
    table.attrs = attrs | facts
    return table


def chosen_test(contrast: str, test: str = "") -> str:
    """How sides are compared: eras (`contrast` is era_id) within outlets or pooled, other groups by a test of `TESTS`.

    test: ""  means within, and the score test. Raises `DiscourseError` for one that is not for these sides.
    """
    of_eras = contrast == "era_id"
    allowed = [choice for choice in CHOICES if (choice in TESTS) != of_eras]
    if not test:
        return allowed[0]
    require(f"test of {'eras' if of_eras else contrast}", test, allowed)
    return test


def pool_outlets(documents: pd.DataFrame) -> pd.DataFrame:
    """The documents as if all were of one outlet: what outlets that came and went say is then taken for a change of era."""
    return documents.assign(outlet_id=EVERYTHING)


def largest_outlet(words: DocumentTerm, documents: pd.DataFrame) -> tuple[str, float]:
    """(outlet with most tokens, its share of all); with a large share the words of an era are its words. ("", 0): none."""
    tokens = documents.assign(tokens=words.token_counts).groupby("outlet_id")["tokens"].sum()
    if not tokens.sum():
        return "", 0.0
    return str(tokens.idxmax()), float(tokens.max() / tokens.sum())


def residuals(
    counts: sparse.csr_array,
    tokens: np.ndarray,
    outlets: np.ndarray,
    blocks: np.ndarray,
    target: np.ndarray,
    unit: str,
) -> tuple[np.ndarray, np.ndarray]:
    """E of the module, blocks in order of time x words, and the label of each; a block on both sides is two.

    counts: rows (documents, or what an outlet has of a block) x words, with the tokens, outlet, block and side of each row.
    """
    from scipy import sparse

    calendar = {block: i for i, block in enumerate(whole_calendar(blocks.tolist(), unit))}
    codes = np.array([calendar[block] for block in blocks]) * 2 + target
    first = codes[target].min() // 2 if target.any() else len(calendar)
    empty = np.setdiff1d(np.arange(len(calendar)), codes // 2)
    every = np.union1d(codes, empty * 2 + (empty >= first))
    row = np.searchsorted(every, codes)
    outlet = np.unique(outlets, return_inverse=True)[1]
    part, tokens = counts.astype(np.float64), tokens.astype(np.float64)
    size = np.bincount(outlet, tokens)
    in_outlet = sparse.csr_array((np.ones(len(outlet)), (outlet, np.arange(len(outlet)))))
    rate = (in_outlet @ part).toarray() / np.maximum(size, 1)[:, None]
    n = np.zeros((len(every), len(size)))
    np.add.at(n, (row, outlet), tokens)
    in_block = sparse.csr_array((np.ones(len(row)), (row, np.arange(len(row)))), shape=(len(every), len(row)))
    return (in_block @ part).toarray() - n @ rate, every % 2 == 1


def block_tests(
    residual: np.ndarray, label: np.ndarray, replicates: int, seed: int, timed: bool
) -> tuple[np.ndarray, np.ndarray]:
    """(p of permuted blocks, p of rotated labels) a word, from E of the module, blocks in order of time x words; nan where
    nothing varies, and of the second where blocks are no blocks of time."""
    marks, mean = label.astype(np.float64), label.mean()
    movable = np.flatnonzero(residual.any(axis=1))  # a week without documents adds nothing, whatever its label
    moving = residual[movable]
    found = _t(marks[None, movable], moving, mean)[0]
    near = 1e-9 * np.maximum(np.abs(found), 1)
    rng = np.random.default_rng(seed)
    up, down, kept = np.zeros(len(found)), np.zeros(len(found)), []
    for start in range(0, replicates, _AT_ONCE):
        rows = min(_AT_ONCE, replicates - start)
        chance = _t(rng.permuted(np.tile(marks[movable], (rows, 1)), axis=1), moving, mean)
        kept += [chance] if start < _KEPT else []
        up, down = up + (chance >= found - near).sum(axis=0), down + (chance <= found + near).sum(axis=0)
    p = np.minimum(2 * (1 + np.minimum(up, down)) / (1 + replicates), 1.0)
    p = np.where(np.minimum(up, down) < _FEW, np.minimum(p, _tail(found, np.concatenate(kept))), p)
    if not timed:
        return np.where(np.isfinite(found), p, np.nan), np.full(len(found), np.nan)
    return np.where(np.isfinite(found), p, np.nan), rotation_test(residual, label)


def rotation_test(residual: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Of each word the share of all rotations of the labels along time with |T| of the module as large as found; nan where
    nothing varies. The smallest is 1 / blocks."""
    movable = np.flatnonzero(residual.any(axis=1))
    turned = np.abs(_t(rotations(label.astype(np.float64))[:, movable], residual[movable], label.mean()))
    with np.errstate(invalid="ignore"):
        as_large = (turned >= turned[0] - 1e-9 * np.maximum(turned[0], 1)).mean(axis=0)
    return np.where(np.isfinite(turned[0]), as_large, np.nan)


def _t(labels: np.ndarray, residual: np.ndarray, mean: float) -> np.ndarray:
    """T of the module for each of many labellings: labellings x words. mean: share of the blocks in the target, those
    without documents too, which need not be among the rows."""
    square = residual**2
    total = square.sum(axis=0)
    spread = (labels @ square) * (1 - 2 * mean) + mean**2 * total
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 1e-12 * total, (labels @ residual) / np.sqrt(spread), np.nan)


def _tail(found: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Two-sided p beyond what the permutations reach, by a normal law through the 99 % quantile of the same side: thousands
    of words need smaller p than thousands of permutations have."""
    from scipy.special import ndtr, ndtri

    high, low = np.quantile(np.nan_to_num(chance), [0.99, 0.01], axis=0)
    scale = np.where(found > 0, high, -low) / ndtri(0.99)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(scale > 0, 2 * ndtr(-np.abs(found) / scale), 1.0)


def placebo_keyness(
    words: DocumentTerm,
    documents: pd.DataFrame,
    baseline: str,
    *,
    unit: str = "week",
    rule: KeynessRule = DEFAULT_RULE,
    number: int = 5,
    replicates: int = 1999,
) -> pd.DataFrame:
    """Key words by the same rule at borders within the baseline era: one row a border: border, tested_count, key_count."""
    import pandas as pd

    rows = []
    place = {doc_id: i for i, doc_id in enumerate(words.doc_ids)}
    for border in placebo_borders(documents, baseline, number=number):
        part = at_border(documents, border, baseline)
        chosen = words.select(np.array([place[doc_id] for doc_id in part["doc_id"]], dtype=np.int64))
        side = (part["era_id"] == AFTER).to_numpy()
        table = era_keyness(chosen, part, side, unit=unit, rule=rule, replicates=replicates)
        rows.append((border, table.attrs["tested_count"], table.attrs["key_count"]))
    return pd.DataFrame(rows, columns=["border", "tested_count", "key_count"])
