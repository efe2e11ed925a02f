"""Borders at which nothing happened: the same comparison at other dates, to show what it finds without a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analysis.measures.frames.tally import Counting
    from analysis.measures.inference.resampling import Sampling

BEFORE, AFTER = "before", "after"
LEAST = 10
COLUMNS = ["frame", "ratio_within", "ratio_within_low", "ratio_within_high", "p", "p_adjusted", "rotation_p"]
COLUMNS += ["p_joint", "rotation_p_joint", "is_claim", "passes", "too_few"]


def placebo_borders(
    documents: pd.DataFrame, baseline: str, *, number: int = 5, era: str = "era_id", window: int = 0
) -> list[str]:
    """Up to `number` days, evenly spread over the documents of the baseline era, from its fifth to its last fifth.

    window: days that must lie between a border and the last document (`window_of`; 0: none need to), so that what follows
    each border is as long as what follows the real one. Documents dated as finely as most are count (a yearly collection
    gives years); borders with fewer than ten on a side are not given, so that fewer, or none, may be left.
    """
    days = _days(documents, baseline, era)
    if len(days) < 2 * LEAST:
        return []
    fitting = days[[_later(str(day), window) <= _next(str(days[-1])) for day in days]] if window else days
    end = min(0.8, (len(fitting) - 1) / len(days))
    if end <= 0.2:
        return []
    places = np.linspace(0.2, end, number) if number > 1 else np.array([0.5])
    borders = dict.fromkeys(str(days[int(place * len(days))]) for place in places)
    return [day for day in borders if LEAST <= (days < day).sum() <= len(days) - LEAST]


def window_of(documents: pd.DataFrame, compared: str, *, era: str = "era_id") -> int:
    """Days that the documents of an era cover, from first to last, in whole periods of their usual precision."""
    days = _days(documents, compared, era)
    if not len(days):
        return 0
    first, last = (np.datetime64(day, "D") for day in (str(days[0]), _next(str(days[-1]))))
    return int((last - first).astype(int))


def _days(documents: pd.DataFrame, value: str, era: str) -> np.ndarray:
    """Dates of an era's documents, ascending: of those dated as finely as most are."""
    dates = documents.loc[documents[era] == value, "published"].fillna("").astype(str)
    usual = dates[dates != ""].str.len().mode()
    return (
        np.sort(dates[dates.str.len() == usual.iloc[0]].to_numpy(dtype=str)) if len(usual) else np.zeros(0, dtype=str)
    )


def _next(day: str) -> str:
    """The period after a date, as exact as it: 2021 after 2020, 2021-01 after 2020-12."""
    return _moved(day, 1)


def _later(day: str, window: int) -> str:
    """The date `window` days after, as exact as the date given (rounded to whole periods)."""
    length = {4: 365.25, 7: 365.25 / 12}.get(len(day), 1.0)
    return _moved(day, round(window / length))


def _moved(day: str, periods: int) -> str:
    """The date so many periods later, of its own kind: days, months or years."""
    date = np.datetime64(day)
    return str(date + np.timedelta64(periods, np.datetime_data(date.dtype)[0]))


def at_border(
    documents: pd.DataFrame, border: str, baseline: str, *, era: str = "era_id", window: int = 0
) -> pd.DataFrame:
    """The documents of the baseline era with `era` "before" or "after" the border (the day itself is after); those whose
    month or year holds the border, or that have no date, are left out. window: those later than so many days after it
    (whose month or year begins later) are left out too; 0: none are."""
    chosen = documents[documents[era] == baseline]
    dates = chosen["published"].fillna("").astype(str)
    holds = np.array([border.startswith(date) and len(date) < len(border) for date in dates], dtype=bool)
    known = (dates != "") & ~holds
    if window:
        known &= dates < _later(border, window)
    chosen, dates = chosen[known], dates[known]
    return chosen.assign(**{era: np.where(dates < border, BEFORE, AFTER)})


def placebo_contrasts(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    pair: tuple[str, str],
    *,
    sampling: Sampling,
    number: int = 5,
    **counting: Unpack[Counting],
) -> pd.DataFrame:
    """`pooled_contrast` at borders within the baseline era: one row a border and frame.

    pair: the eras compared, (baseline, compared); what follows a placebo border is as long as the compared era
    (`window_of`), or all there is where no border leaves so much. Columns: border, is_real (False), frame, ratio_within
    with limits, p, p_adjusted, rotation_p, p_joint, rotation_p_joint, is_claim, passes, too_few. What it
    claims, it claims without a reason. No border gives no row.
    """
    import pandas as pd

    from analysis.measures.frames.contrasts import Comparison, pooled_contrast

    comparison = Comparison("era_id", BEFORE, AFTER, plant=False)
    baseline, window = pair[0], window_of(documents, pair[1])
    borders = placebo_borders(documents, baseline, number=number, window=window)
    if not borders:
        window, borders = 0, placebo_borders(documents, baseline, number=number)
    tables = []
    for border in borders:
        part = at_border(documents, border, baseline, window=window)
        found = pooled_contrast(part, hits, comparison, sampling=sampling, **counting)
        tables.append(found[COLUMNS].assign(border=border, is_real=False))
    if not tables:
        return pd.DataFrame(columns=["border", "is_real", *COLUMNS])
    return pd.concat(tables, ignore_index=True)[["border", "is_real", *COLUMNS]]


def beside_the_real(placebos: pd.DataFrame, real: pd.DataFrame, border: str) -> pd.DataFrame:
    """The rows of `placebo_contrasts` and those of the real border (`pooled_contrast`), by frame and border, with
    rank: of the distance of log ratio_within from 0 among all borders of the frame, 1 the farthest (null: not compared);
    border_count: how many borders that are. rank / border_count is the placebo p of a border."""
    import pandas as pd

    rows = pd.concat([placebos, real[COLUMNS].assign(border=border, is_real=True)], ignore_index=True)
    rows = rows.sort_values(["frame", "border"], kind="stable").reset_index(drop=True)
    rows["is_real"] = rows["is_real"].astype(bool)  # without a placebo the column has no type of its own
    ratio = rows["ratio_within"].astype(float).where(lambda values: values > 0)
    away = np.log(ratio).abs()
    rows["rank"] = away.groupby(rows["frame"]).rank(ascending=False, method="max")
    rows["border_count"] = away.groupby(rows["frame"]).transform("count")
    return rows[["frame", "border", "is_real", *COLUMNS[1:], "rank", "border_count"]]


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
