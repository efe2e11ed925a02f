"""Topics at dates when nothing happened: what the rule of `era_contrasts` claims there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.errors import DiscourseError
from analysis.measures.frames.placebo import AFTER, BEFORE, at_border, placebo_borders, window_of
from analysis.measures.topics.prevalence import SAMPLING, era_contrasts, prevalence_draws

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd

    from analysis.measures.inference.resampling import Sampling
    from analysis.measures.topics.fit import TopicModel


def placebo_topics(
    shares: np.ndarray,
    model: TopicModel,
    documents: pd.DataFrame,
    pair: tuple[str, str],
    *,
    topics: Sequence[int] | None = None,
    number: int = 5,
    sampling: Sampling = SAMPLING,
) -> pd.DataFrame:
    """Contrasts of topics within outlets that are claimed at borders within the earlier era: one row a border.

    pair: the eras compared; what follows each border is as long as the later one, where the collection allows it.
    Columns: border, tested_count, claim_count. A border that leaves no outlet on both sides has no row.
    """
    import pandas as pd

    window = window_of(documents, pair[1])
    borders = placebo_borders(documents, pair[0], number=number, window=window)
    if not borders:
        window, borders = 0, placebo_borders(documents, pair[0], number=number)
    rows = []
    for border in borders:
        part = at_border(documents, border, pair[0], window=window)
        try:
            draws = prevalence_draws(shares, model, part, sampling=sampling)
            table = era_contrasts(draws, before=BEFORE, after=AFTER, topics=topics, sampling=sampling, plant=False)
        except DiscourseError:
            continue
        rows.append((border, int(table["p"].notna().sum()), int(table["is_claim"].sum())))
    return pd.DataFrame(rows, columns=["border", "tested_count", "claim_count"])
