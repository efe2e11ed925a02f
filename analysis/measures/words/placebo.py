"""The company of a frame at dates when nothing happened: which of its words shift there by the same rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.errors import DiscourseError
from analysis.measures.frames.placebo import AFTER, BEFORE, at_border, placebo_borders, window_of
from analysis.measures.words.company import SAMPLING, association_shifts, associations

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analysis.measures.inference.resampling import Sampling


def placebo_shifts(
    tables: Mapping[str, pd.DataFrame],
    documents: pd.DataFrame,
    pair: tuple[str, str],
    *,
    number: int = 5,
    min_count: int = 4,
    sampling: Sampling = SAMPLING,
    shuffles: int = 9999,
) -> pd.DataFrame:
    """Words whose association with a frame shifts (`is_claim` of `association_shifts`) at borders within the earlier era:
    one row a border.

    tables: contexts (of the frame), counts, vocabulary. pair: the eras compared; what follows each border is as long as
    the later one, where the collection allows it. Columns: border, tested_count, shift_count. A border without enough of
    the frame on both sides has no row.
    """
    import pandas as pd

    window = window_of(documents, pair[1])
    borders = placebo_borders(documents, pair[0], number=number, window=window)
    if not borders:
        window, borders = 0, placebo_borders(documents, pair[0], number=number)
    few = replace(sampling, replicates=2)  # the bootstrap is for intervals that are not looked at here
    rows = []
    for border in borders:
        part = at_border(documents, border, pair[0], window=window)
        try:
            found = associations(
                tables["contexts"], tables["counts"], tables["vocabulary"], part, min_count=min_count, sampling=few
            )
            table = association_shifts(
                found, before=BEFORE, after=AFTER, confidence=sampling.level, shuffles=shuffles, seed=sampling.seed
            )
        except DiscourseError:
            continue
        rows.append((border, int(table["p"].notna().sum()), int(table["is_claim"].sum())))
    return pd.DataFrame(rows, columns=["border", "tested_count", "shift_count"])
