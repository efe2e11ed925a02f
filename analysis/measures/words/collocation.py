"""Collocates of the frames: which words stand near them, and what changed between groups.

The store's `contexts` table holds, for each document and frame, the words within the window around the frame's hits,
order lost. So the fourfold table of a collocate is that of surface co-occurrence (Evert 2008): rows near the frame or
elsewhere, columns the word or other words.

`association_table` scores any pairs from four numbers; `frame_collocates` those of one frame; `collocate_differences`
compares two groups of documents with intervals from the variation between units, `era_collocates` two eras within outlets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DiscourseError, require
from analysis.measures.inference.power import detectable_ratio
from analysis.measures.words import contingency as ct
from analysis.measures.words.association import MEASURES, associations
from analysis.measures.words.keyness.eras import era_keyness
from analysis.measures.words.keyness.table import DEFAULT_RULE, KeynessRule, keyness_table
from analysis.measures.words.matrix import DocumentTerm, document_term

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = [
    "MEASURES",
    "association_table",
    "collocate_differences",
    "era_collocates",
    "frame_collocates",
    "frame_windows",
]

DEFAULT_MEASURES = ("log_dice", "mi", "mi3", "npmi", "t", "z", "g2", "delta_p_1", "delta_p_2", "min_sensitivity", "lrc")


def association_table(
    pairs: pd.DataFrame, *, measures: Iterable[str] = DEFAULT_MEASURES, order: str | None = None
) -> pd.DataFrame:
    """`pairs` with one column per measure added; one row per pair of items.

    pairs: columns o11, f1, f2, n (the pair's and its items' frequencies, and the size), or the cells o11, o12, o21,
    o22. order: a measure to sort by, largest first, ties in the order given; None keeps the order.
    """
    measures = list(measures)
    names = ("o11", "f1", "f2", "n") if {"f1", "f2", "n"} <= set(pairs.columns) else ("o11", "o12", "o21", "o22")
    missing = [name for name in names if name not in pairs.columns]
    if missing:
        raise DiscourseError(
            f"association_table: columns {missing} are missing; give o11, f1, f2, n or the four cells."
        )
    make = ct.from_marginals if names[1] == "f1" else ct.fourfold
    table = pairs.assign(**associations(make(*(pairs[name] for name in names)), measures))
    if order is None:
        return table
    require("order", order, measures)
    return table.sort_values(order, ascending=False, kind="stable").reset_index(drop=True)


def frame_windows(
    contexts: pd.DataFrame,
    documents: pd.DataFrame,
    vocabulary: pd.DataFrame,
    *,
    frame: str,
    by: str = "term",
    drop_stopwords: bool = False,
) -> DocumentTerm:
    """The words near one frame as a document-term matrix: rows are the documents that have it, in order.

    token_counts are the tokens within the windows, pooled terms and stop words included.
    """
    frames = sorted(contexts["frame"].unique())
    require("frame", frame, frames)
    windows = document_term(
        contexts[contexts["frame"] == frame], documents, vocabulary, by=by, drop_stopwords=drop_stopwords
    )
    return windows.select(windows.token_counts > 0)


def frame_collocates(
    windows: DocumentTerm,
    corpus: DocumentTerm,
    *,
    groups: ArrayLike | None = None,
    measures: Iterable[str] = DEFAULT_MEASURES,
    order: str = "log_dice",
    min_count: int = 5,
    min_documents: int = 3,
) -> pd.DataFrame:
    """Collocates of a frame, one row per group and word, largest `order` first within a group.

    windows: from `frame_windows`. corpus: all documents (`document_term`), same terms. groups: one label per row of
    `corpus` (an era, an outlet); None is one group "all". Columns: group, term, near_count (in the windows),
    corpus_count, expected_count, document_count (documents with the word near the frame), window_token_count, then the
    measures. Words below `min_count` near the frame or in fewer than `min_documents` documents are left out:
    association measures run wild on them. A group without the frame gives no row.
    """
    import pandas as pd

    measures = list(measures)
    require("order of the collocates", order, measures)
    if not np.array_equal(windows.terms, corpus.terms):
        raise DiscourseError("frame_collocates: windows and corpus have different terms; build both the same way.")
    labels = np.full(len(corpus.doc_ids), "all") if groups is None else np.asarray(groups).astype(str)
    place = pd.Index(corpus.doc_ids).get_indexer(windows.doc_ids)
    if labels.shape != corpus.doc_ids.shape or (place < 0).any():
        raise DiscourseError("frame_collocates: give one group per document of the corpus, which holds all windows.")
    parts = []
    for name in np.unique(labels):
        near, whole = windows.select(labels[place] == name), corpus.select(labels == name)
        rows = _collocates_of(near, whole, measures, (min_count, min_documents), str(name))
        parts.append(rows.sort_values([order, "term"], ascending=[False, True], kind="stable"))
    return pd.concat(parts, ignore_index=True)


def _collocates_of(
    near: DocumentTerm, whole: DocumentTerm, measures: list[str], least: tuple[int, int], group: str
) -> pd.DataFrame:
    """The words near the frame in one group that occur there often enough (tokens, documents), with their measures."""
    import pandas as pd

    size = int(near.token_counts.sum())
    here = np.asarray(near.matrix.sum(axis=0), dtype=np.int64)
    reach = near.document_counts()
    kept = (here >= least[0]) & (reach >= least[1])
    everywhere = np.asarray(whole.matrix.sum(axis=0), dtype=np.int64)[kept]
    if (here[kept] > everywhere).any():
        raise DiscourseError(f"frame_collocates: group {group}: a word is nearer than it is; windows overlap.")
    table = ct.from_marginals(here[kept], size, everywhere, int(whole.token_counts.sum()))
    columns = {
        "group": group,
        "term": near.terms[kept],
        "near_count": here[kept],
        "corpus_count": everywhere,
        "expected_count": table.expected[0],
        "document_count": reach[kept],
        "window_token_count": size,
        **associations(table, measures),
    }
    return pd.DataFrame(columns)


def collocate_differences(
    windows: DocumentTerm,
    target: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    rule: KeynessRule = DEFAULT_RULE,
) -> pd.DataFrame:
    """Which words come nearer a frame in the target documents than in the others; one row per word tested.

    windows: the frame's windows; target, clusters: one mark and one label per row of `windows`. Rates are per 1,000
    tokens of window, so a group that uses the frame more does not win by that. Columns: term, near_count_,
    per_thousand_ and unit_count_ of both sides (suffix target, reference), log_ratio (pooled rates, half a token
    added to both) with log_ratio_low, log_ratio_high (`log_ratio_of_units`: a side without the word has the spread of both
    sides, where a bootstrap would find none), difference_per_thousand, p, p_adjusted (the rule's test over
    clusters, the family is the table), favours, too_few (then the intervals mean little), is_key by `rule`, rank,
    detectable_up (a rise to this ratio would have been found in some 80 of 100 cases at the level that one change among
    these words has to reach: normal law from the interval's own error; in simulated windows, 85. A fall to its inverse is
    found far more seldom, 9 of 100 there: little is left of a rare word to show it).
    Sorted as in `keyness_table`. Raises `DiscourseError` below two clusters a side.
    """
    return _of_windows(keyness_table(windows, target, clusters=clusters, rule=rule), rule)


def era_collocates(
    windows: DocumentTerm,
    documents: pd.DataFrame,
    target: ArrayLike,
    *,
    unit: str = "week",
    rule: KeynessRule = DEFAULT_RULE,
) -> pd.DataFrame:
    """`collocate_differences` of one era against another by the tests of `era_keyness`: rotation_p is added, is_key needs
    both, within outlets. documents: those of the rows of `windows`, in order. unit: blocks of time."""
    return _of_windows(era_keyness(windows, documents, np.asarray(target, dtype=bool), unit=unit, rule=rule), rule)


def _of_windows(keys: pd.DataFrame, rule: KeynessRule) -> pd.DataFrame:
    """What a table of key words says of words near a frame: the tested ones, with rates by window."""
    keys = keys[keys["p"].notna()]
    f1, f2 = keys["token_count_target"].to_numpy(), keys["token_count_reference"].to_numpy()
    t1, t2 = keys.attrs["token_count_target"], keys.attrs["token_count_reference"]
    kept = ["term", "unit_count_target", "unit_count_reference", "p", "p_adjusted", *({"rotation_p"} & {*keys})]
    kept += ["favours", "too_few", "is_key"]
    table = keys[kept].assign(
        near_count_target=f1,
        near_count_reference=f2,
        per_thousand_target=1e3 * f1 / t1,
        per_thousand_reference=1e3 * f2 / t2,
        log_ratio=np.log2((f1 + 0.5) / t1) - np.log2((f2 + 0.5) / t2),
        log_ratio_low=keys["log_ratio_low"].to_numpy(),
        log_ratio_high=keys["log_ratio_high"].to_numpy(),
        difference_per_thousand=1e3 * (f1 / t1 - f2 / t2),
        rank=np.arange(1, len(keys) + 1),
    )
    error = (table["log_ratio_high"] - table["log_ratio_low"]) * np.log(2) / (2 * 1.96)
    table["detectable_up"] = detectable_ratio(error.to_numpy(), rule.alpha / max(len(keys), 1))
    table.attrs = dict(keys.attrs)
    return table.reset_index(drop=True)
