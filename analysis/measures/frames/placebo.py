"""Borders at which nothing happened: the same comparison at other dates, to show what it finds without a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analysis.measures.inference.resampling import Sampling

BEFORE, AFTER = "before", "after"
LEAST = 10


def placebo_borders(documents: pd.DataFrame, baseline: str, *, number: int = 5, era: str = "era_id") -> list[str]:
    """Up to `number` days, evenly spread over the documents of the baseline era, from its fifth to its last fifth.

    Documents dated as finely as most are count (a yearly collection gives years); borders with fewer than ten on a side
    are not given, so that fewer, or none, may be left.
    """
    chosen = documents[documents[era] == baseline]
    dates = chosen["published"].fillna("").astype(str)
    usual = dates[dates != ""].str.len().mode()
    days = (
        np.sort(dates[dates.str.len() == usual.iloc[0]].to_numpy(dtype=str)) if len(usual) else np.zeros(0, dtype=str)
    )
    if len(days) < 2 * LEAST:
        return []
    places = np.linspace(0.2, 0.8, number) if number > 1 else np.array([0.5])
    borders = dict.fromkeys(str(days[int(place * len(days))]) for place in places)
    return [day for day in borders if LEAST <= (days < day).sum() <= len(days) - LEAST]


def at_border(documents: pd.DataFrame, border: str, baseline: str, *, era: str = "era_id") -> pd.DataFrame:
    """The documents of the baseline era with `era` "before" or "after" the border (the day itself is after); those whose
    month or year holds the border, or that have no date, are left out."""
    chosen = documents[documents[era] == baseline]
    dates = chosen["published"].fillna("").astype(str)
    holds = np.array([border.startswith(date) and len(date) < len(border) for date in dates], dtype=bool)
    known = (dates != "") & ~holds
    chosen, dates = chosen[known], dates[known]
    return chosen.assign(**{era: np.where(dates < border, BEFORE, AFTER)})


def placebo_contrasts(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    baseline: str,
    *,
    sampling: Sampling,
    number: int = 5,
    levels: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """`pooled_contrast` at borders within the baseline era: one row a border and frame.

    Columns: border, frame, ratio_within, p, p_adjusted, rotation_p, is_claim. What it claims, it claims without a reason.
    No border gives no row.
    """
    import pandas as pd

    from analysis.measures.frames.contrasts import Comparison, pooled_contrast

    comparison = Comparison("era_id", BEFORE, AFTER, plant=False)
    columns = ["frame", "ratio_within", "p", "p_adjusted", "rotation_p", "is_claim"]
    tables = []
    for border in placebo_borders(documents, baseline, number=number):
        part = at_border(documents, border, baseline)
        found = pooled_contrast(part, hits, comparison, sampling=sampling, levels=levels)
        tables.append(found[columns].assign(border=border))
    if not tables:
        return pd.DataFrame(columns=["border", *columns])
    return pd.concat(tables, ignore_index=True)[["border", *columns]]


def beside_placebos(found: int, placebos: Sequence[int], things: str) -> str:
    """The sentence that sets what was found at the border beside what is found at dates when nothing happened.

    >>> beside_placebos(19, [457, 477, 460], "key words")
    '19 key words; between 457 and 477 at 3 dates when nothing happened'
    """
    if not len(placebos):
        return f"{found} {things}; no date when nothing happened leaves enough documents on either side"
    low, high = min(placebos), max(placebos)
    between = f"{low}" if low == high else f"between {low} and {high}"
    return f"{found} {things}; {between} at {len(placebos)} dates when nothing happened"
