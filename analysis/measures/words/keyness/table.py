"""One table of keywords: counts, rates, effect sizes, dispersion and a test over documents, and a ranking of all three.

The default rule. A word is *key* when three things hold at once:
1. documents bear it out: the test over units gives an adjusted p of at most `alpha`;
2. the difference is worth telling: the log ratio is at least `min_log_ratio` in size;
3. it is no matter of one story: on the side where it is commoner it occurs in `min_units` units or more, and its
   spread (units reached / units expected at random) is at least `min_spread`.
Words are ranked by `score`: the end of the units' interval of the log ratio that is nearest to 0, times the spread on
the commoner side (at most 1): high only with a large effect, many documents behind it, and an even spread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DiscourseError, NothingFound, require
from analysis.measures.inference.arguments import NOT_NEGATIVE, SHARE, checked
from analysis.measures.inference.multiple import METHODS, adjust
from analysis.measures.words import logodds
from analysis.measures.words.dispersion import sparse_dispersion
from analysis.measures.words.keyness import scores as keyness
from analysis.measures.words.keyness import tests as keyness_tests

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.words.matrix import DocumentTerm

ORDERS = ("score", "log_ratio", "lrc", "g2", "log_odds_z", "p")


@checked(min_count=NOT_NEGATIVE, min_units=NOT_NEGATIVE, min_spread=SHARE, min_side_units=NOT_NEGATIVE)
@dataclass(frozen=True)
class KeynessRule:
    """What makes a word key (module docstring), and which words are tested at all.

    A word joins the family of tests if it occurs `min_count` times or more in `min_units` units or more, both sides
    together: chosen without looking at the sides, so the choice does not bend the level.
    """

    test: str = "score"
    alpha: float = 0.05
    adjustment: str = "bh"
    min_log_ratio: float = 0.585  # a ratio of 1.5
    min_count: int = 10
    min_units: int = 5
    min_spread: float = 0.25
    min_side_units: int = 10  # below it the table says too_few, and no word is key
    level: float = 0.95

    def __post_init__(self) -> None:
        require("test", self.test, keyness_tests.TESTS)
        require("adjustment", self.adjustment, METHODS)
        if not 0 < self.alpha < 1 or not 0 < self.level < 1:
            raise DiscourseError(f"keyness rule: alpha {self.alpha} and level {self.level} must lie between 0 and 1.")


DEFAULT_RULE = KeynessRule()


@checked
def keyness_table(
    documents: DocumentTerm,
    target: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    rule: KeynessRule = DEFAULT_RULE,
    order: str = "score",
    seed: int = 0,
) -> pd.DataFrame:
    """Keywords of the target documents against all others of `documents`, one row per word that occurs.

    target: one mark per document. clusters: one label per document (cluster_id; or outlet and month); documents that
    share one on the same side are one unit. None: each document is a unit. Words absent from one side stay.

    Columns (suffix _target, _reference for the two sides): term; token_count, per_million, unit_count (units that
    contain it), spread, dp_norm, juilland_d on both sides; the token-level measures of `keyness.classic_measures`;
    log_odds, log_odds_z (informative prior); log_ratio_low, log_ratio_high, the interval of the log ratio from the
    variation between units; statistic, df, p, p_adjusted of the test over units (NaN: not tested); score; favours
    (target, reference, neither); too_few (a side has fewer than `min_side_units` units: read the counts only);
    is_key; rank. Sorted by is_key, then by the size of `order` (p: smallest first), then by term, so ranks are total.
    Attributes (`frame.attrs`): units, documents, tokens per side, tested_count (the family), key_count and the rule.
    Raises `DiscourseError` when a side has fewer than two units. No word at all gives no row.
    """
    require("order of the keyness table", order, ORDERS)
    units, side = as_units(documents, target, clusters)
    enough_units(side)
    table = _scored(units, side, rule, seed)
    table["too_few"] = min(side.sum(), (~side).sum()) < rule.min_side_units
    table = _judge(table[(table["token_count_target"] + table["token_count_reference"]) > 0].copy(), rule)
    table = _ranked(table, order)
    mark = np.asarray(target, dtype=bool)
    for name, rows, marked in (("target", side, mark), ("reference", ~side, ~mark)):
        table.attrs[f"unit_count_{name}"] = int(rows.sum())
        table.attrs[f"document_count_{name}"] = int(marked.sum())
        table.attrs[f"token_count_{name}"] = int(units.token_counts[rows].sum())
    counts = {"tested_count": int(table["p"].notna().sum()), "key_count": int(table["is_key"].sum())}
    table.attrs |= counts | {"test": rule.test, "alpha": rule.alpha, "adjustment": rule.adjustment}
    return table


def _scored(units: DocumentTerm, side: np.ndarray, rule: KeynessRule, seed: int) -> pd.DataFrame:
    """Counts, measures of effect and evidence of every word, one row a term."""
    import pandas as pd

    f1, spread_1 = _side(units, side, "target")
    f2, spread_2 = _side(units, ~side, "reference")
    n1, n2 = int(units.token_counts[side].sum()), int(units.token_counts[~side].sum())
    odds = logodds.log_odds(f1, f2) if (f1 + f2).any() else logodds.LogOdds(f1 * np.nan, f1 * np.nan)
    return pd.DataFrame(
        {
            "term": units.terms,
            "token_count_target": f1,
            "token_count_reference": f2,
            "per_million_target": 1e6 * f1 / n1,
            "per_million_reference": 1e6 * f2 / n2,
            **spread_1,
            **spread_2,
            **keyness.classic_measures(f1, n1, f2, n2),
            "log_odds": odds.log_odds,
            "log_odds_z": odds.z,
            **_evidence(units, side, f1 + f2, rule=rule, seed=seed),
        }
    )


def contrast_sides(
    documents: pd.DataFrame, column: str, target: list[str], reference: list[str] | None = None
) -> tuple[pd.DataFrame, np.ndarray]:
    """The documents on either side of a contrast, and a mark for those of the target.

    column: a column of the documents table, such as era_id or outlet_id. target, reference: its values on each side; no
    reference means all other documents that have a value. Raises `DiscourseError` for a value that no document has, one
    that stands on both sides, or an empty side.
    """
    require("column of the contrast", column, documents.columns, listed_by="discourse store show STORE --ids")
    there = sorted(documents[column].dropna().unique())
    for value in [*target, *(reference or [])]:
        require(column, value, there, listed_by="discourse store show STORE --ids")
    both = sorted(set(target) & set(reference or []))
    if both or not target:
        raise DiscourseError(f"contrast of {column}: {both or 'nothing'} is the target; give each side its own values.")
    documents = documents[documents[column].isin([*target, *reference] if reference else there)]
    side = documents[column].isin(target).to_numpy()
    if side.all():
        raise NothingFound(f"contrast of {column}: all documents are in the target; name fewer values.")
    return documents, side


def as_units(
    documents: DocumentTerm, target: ArrayLike, clusters: ArrayLike | None = None
) -> tuple[DocumentTerm, np.ndarray]:
    """The units with tokens, and which of them belong to the target. A cluster on both sides is two units, one each."""
    side = np.asarray(target, dtype=bool)
    if side.shape != documents.doc_ids.shape:
        raise DiscourseError(
            f"keyness: {side.size} marks of the target for {documents.doc_ids.size} documents; give one each."
        )
    if clusters is not None and np.shape(clusters) != side.shape:
        raise DiscourseError(
            f"keyness: clusters of shape {np.shape(clusters)} for {side.size} documents; give one label each."
        )
    if clusters is not None:
        labels = np.char.add(np.where(side, "1 ", "0 "), np.asarray(clusters).astype(str))
        documents = documents.units(labels)
        side = np.char.startswith(documents.doc_ids.astype(str), "1 ")
    filled = documents.token_counts > 0
    return (documents, side) if filled.all() else (documents.select(filled), side[filled])


def enough_units(side: np.ndarray) -> None:
    """Raise `NothingFound` where a side has fewer than two units with tokens: one document does not vary."""
    sizes = {"target": int(side.sum()), "reference": int((~side).sum())}
    if few := [f"the {name} has {size}" for name, size in sizes.items() if size < 2]:
        raise NothingFound(
            f"too few documents to compare: {' and '.join(few)} with words to count, and a side needs two or more "
            "(documents of one story count as one). Choose more documents for it: other outlets or eras, or another frame."
        )


def _side(units: DocumentTerm, rows: np.ndarray, name: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Tokens of every word on one side, and its dispersion there; the side's part of the matrix is not kept."""
    part = units.select(rows)
    columns = sparse_dispersion(part)
    spread = {f"{column}_{name}": columns[column] for column in ("unit_count", "spread", "dp_norm", "juilland_d")}
    return np.asarray(part.matrix.sum(axis=0), dtype=np.int64), spread


def _evidence(
    units: DocumentTerm, side: np.ndarray, totals: np.ndarray, *, rule: KeynessRule, seed: int
) -> dict[str, np.ndarray]:
    """The test over units for the words of the family, and the interval of the log ratio between units."""
    from dataclasses import replace

    ranges = units.document_counts()
    family = (totals >= rule.min_count) & (ranges >= rule.min_units)
    part = units
    if not family.all():
        part = replace(units, matrix=units.matrix[:, np.flatnonzero(family)], terms=units.terms[family])
    done = keyness_tests.unit_test(part, side, test=rule.test, seed=seed)
    _, low, high = keyness_tests.log_ratio_of_units(part, side, level=rule.level)
    columns = {
        "log_ratio_low": low,
        "log_ratio_high": high,
        "statistic": done.statistic,
        "df": done.df,
        "p": done.p,
        "p_adjusted": adjust(done.p, method=rule.adjustment),
    }
    wide = {name: np.full(len(totals), np.nan) for name in columns}
    for name, values in columns.items():
        wide[name][family] = values
    return wide


def _judge(table: pd.DataFrame, rule: KeynessRule) -> pd.DataFrame:
    """Add score, favours and is_key by the rule of the module docstring."""
    more = table["per_million_target"] > table["per_million_reference"]
    less = table["per_million_target"] < table["per_million_reference"]
    spread = np.where(more, table["spread_target"], table["spread_reference"])
    reached = np.where(more, table["unit_count_target"], table["unit_count_reference"])
    low, high = table["log_ratio_low"], table["log_ratio_high"]
    nearest = np.where(low > 0, low, np.where(high < 0, high, 0.0))
    table["score"] = nearest * np.minimum(np.nan_to_num(spread), 1.0)
    table["favours"] = np.select([more, less], ["target", "reference"], "neither")
    table["is_key"] = (
        ~table["too_few"]
        & (table["p_adjusted"] <= rule.alpha)
        & (table["log_ratio"].abs() >= rule.min_log_ratio)
        & (reached >= rule.min_units)
        & (spread >= rule.min_spread)
    )
    return table


def _ranked(table: pd.DataFrame, order: str) -> pd.DataFrame:
    size = table[order].abs()
    keys = {"_key": ~table["is_key"], "_size": size if order == "p" else -size}
    table = table.assign(**keys).sort_values(["_key", "_size", "term"], kind="stable", na_position="last")
    table = table.drop(columns=list(keys)).reset_index(drop=True)
    table["rank"] = np.arange(1, len(table) + 1)
    return table


@checked
def keyness_groups(
    documents: DocumentTerm, groups: ArrayLike, *, clusters: ArrayLike | None = None, rule: KeynessRule = DEFAULT_RULE
) -> pd.DataFrame:
    """Keywords of each of several groups against all the others: the rows of `keyness_table`, one per group and word.

    groups: one label per document; each group is in turn the target. Two columns are added: group, and g2_groups, the
    log-likelihood over all k groups at once (2 x k cells, k - 1 degrees of freedom, the same for all groups of a word).
    p_adjusted covers the words of all groups as one family. Needs two groups or more.
    """
    import pandas as pd

    groups = np.asarray(groups).astype(str)
    names = np.unique(groups)
    if len(names) < 2:
        raise DiscourseError(f"keyness: one group only ({', '.join(names)}); give two groups or more.")
    tables = [
        keyness_table(documents, groups == name, clusters=clusters, rule=rule).assign(group=name) for name in names
    ]
    table = pd.concat(tables, ignore_index=True)
    table["p_adjusted"] = adjust(table["p"], method=rule.adjustment)
    table = pd.concat([_ranked(_judge(part.copy(), rule), "score") for _, part in table.groupby("group")])
    counts = documents.units(groups)
    overall = keyness.g2_groups(np.asarray(counts.matrix.todense()).T, counts.token_counts)
    table["g2_groups"] = table["term"].map(pd.Series(overall, index=counts.terms))
    first = ["group", "term"]
    return table[first + [c for c in table.columns if c not in first]].reset_index(drop=True)
