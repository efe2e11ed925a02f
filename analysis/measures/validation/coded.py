"""From the store's tables to what `corrected_rates` asks for: every passage that counts, with the readers' verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.validation.correction import corrected_rates, corrected_ratio

if TYPE_CHECKING:
    import pandas as pd

SCOPES = ("hits", "hits and misses")


def passages_of(frame: str, hits: pd.DataFrame, settled: pd.DataFrame, *, misses: bool = False) -> pd.DataFrame:
    """Every passage that could count for a frame: doc_id, machine, coded, probability (see `corrected_rates`).

    hits: the store's, of core categories; a hit is one passage, which the machine counts if it is about the focal state.
    settled: see `scoring.settle`. misses: also the paragraphs read for what has no hit; those that nobody read count 0
    for the machine and add nothing, so they need not be listed. What coders find unclear counts as not read.
    """
    import pandas as pd

    mine = hits.loc[hits["frame"] == frame, ["doc_id", "hit_id", "about"]]
    read = settled.loc[settled["hit_id"].notna(), ["doc_id", "hit_id", "study", "probability"]]
    # Drawn twice, in two samples: it has one verdict, and the better chance.
    read = read.astype({"hit_id": "int64"}).groupby(["doc_id", "hit_id"], as_index=False)
    read = read.agg({"study": "mean", "probability": "max"})
    joined = mine.merge(read, on=["doc_id", "hit_id"], how="left", validate="one_to_one")
    found = pd.DataFrame(
        {
            "doc_id": joined["doc_id"],
            "machine": (joined["about"] == "focal").astype(float),
            "coded": joined["study"].astype(float),
            "probability": joined["probability"].astype(float).fillna(1.0),
        }
    )
    if not misses:
        return found
    paragraphs = settled[settled["missed_frames"].notna()]
    more = pd.DataFrame(
        {
            "doc_id": paragraphs["doc_id"],
            "machine": 0.0,
            "coded": [float(frame in names.split()) for names in paragraphs["missed_frames"]],
            "probability": paragraphs["probability"].astype(float),
        }
    )
    return pd.concat([found, more], ignore_index=True)


def correct_frames(
    documents: pd.DataFrame, hits: pd.DataFrame, settled: pd.DataFrame, frames: list[str], by: str
) -> pd.DataFrame:
    """Rates of every frame, uncorrected and corrected: `corrected_rates` with the columns frame and scope before.

    documents: doc_id, token_count (of what concerns the focal state), unit, and the column `by`. hits, settled: see
    `passages_of`. scope: "hits" (false hits are taken out, and those counted as about others that are not put in) or
    "hits and misses" (what has no hit is added, from the paragraphs that were read).
    """
    import pandas as pd

    known = set(documents["doc_id"])
    rows = []
    for frame in frames:
        for scope in SCOPES:
            passages = passages_of(frame, hits, settled, misses=scope != SCOPES[0])
            passages = passages[passages["doc_id"].isin(known)]
            made = corrected_rates(passages, documents, [by])
            made.insert(0, "scope", scope)
            made.insert(0, "frame", frame)
            rows.append(made)
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()


def correct_contrasts(
    documents: pd.DataFrame, hits: pd.DataFrame, settled: pd.DataFrame, frames: list[str], sides: tuple[str, str, str]
) -> pd.DataFrame:
    """Ratios of every frame between two sides: `corrected_ratio` with the columns frame and scope, one row each.

    documents, hits, settled: as in `correct_frames`. sides: (column of documents, baseline, compared).
    """
    import pandas as pd

    known = set(documents["doc_id"])
    rows = []
    for frame in frames:
        for scope in SCOPES:
            passages = passages_of(frame, hits, settled, misses=scope != SCOPES[0])
            passages = passages[passages["doc_id"].isin(known)]
            rows.append({"frame": frame, "scope": scope} | corrected_ratio(passages, documents, sides))
    return pd.DataFrame(rows)


def in_long_form(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Contrasts with one row for each estimate, for drawing: frame, estimate_of ("uncorrected" or how it was corrected),
    ratio, ratio_low, ratio_high, coded_count, state (what keeps it from being drawn, or "drawn"), too_few (not drawn)."""
    import pandas as pd

    columns = ["frame", "estimate_of", "ratio", "ratio_low", "ratio_high", "coded_count", "state"]
    rows = []
    for row in contrasts.to_dict("records"):
        coded = row["coded_count_baseline"] + row["coded_count_compared"]
        if row["scope"] == SCOPES[0]:
            machine = (row["ratio"], row["ratio_low"], row["ratio_high"])
            rows.append((row["frame"], "uncorrected", *machine, 0, "no hit in an era"))
        name = "corrected" if row["scope"] == SCOPES[0] else "corrected, with misses"
        numbers = (row["corrected_ratio"], row["corrected_low"], row["corrected_high"])
        rows.append((row["frame"], name, *numbers, coded, row["state"]))
    return _drawn(pd.DataFrame(rows, columns=columns), columns[2:5])


def beside(contrasts: pd.DataFrame) -> dict[str, list[str]]:
    """frame -> two short lines for a figure: the ratio of rates as the machine counts, and as corrected by reading (or
    why it is not). Frames of which nothing was corrected have the reason in place of the second number.

    contrasts: see `correct_contrasts`; of its scopes that without misses is told.
    """
    found = {}
    for row in contrasts[contrasts["scope"] == SCOPES[0]].to_dict("records"):
        counted = _times(row["ratio"], row["ratio_low"], row["ratio_high"]) or "no hit in an era"
        numbers = (row["corrected_ratio"], row["corrected_low"], row["corrected_high"])
        corrected = _times(*numbers) or row["state"]
        found[row["frame"]] = [f"rate over all, after / before: {counted}", f"corrected by reading: {corrected}"]
    return found


def _times(ratio: float, low: float, high: float) -> str:
    """A ratio with its interval; "" where it is not a finite number above zero."""
    numbers = np.array([ratio, low, high], dtype=float)
    if not (np.isfinite(numbers) & (numbers > 0)).all():
        return ""
    return "\u00d7{} [{}, {}]".format(*(f"{x:.0f}" if x >= 100 else f"{x:.2g}" for x in numbers))


def rates_in_long_form(corrected: pd.DataFrame, by: str, *, min_units: int = 2) -> pd.DataFrame:
    """Corrected rates with one row for each estimate, for drawing: frame, `by`, estimate_of, rate, rate_low, rate_high,
    coded_count, state, too_few. The uncorrected rate has no interval here (`rates` gives it one). Corrected rates of fewer
    than `min_units` units, and those of which nothing varies (no reading found the frame), are not drawn; lower ends
    below zero are cut there."""
    import pandas as pd

    rows = []
    for row in corrected.to_dict("records"):
        key = (row["frame"], row[by])
        if row["scope"] == SCOPES[0]:
            rows.append((*key, "uncorrected", row["rate"], row["rate"], row["rate"], 0, "no hit"))
        name = "corrected" if row["scope"] == SCOPES[0] else "corrected, with misses"
        numbers = [row["corrected_rate"], row["corrected_low"], row["corrected_high"]]
        state = row["state"]
        if state == "corrected" and (row["unit_count"] < min_units or not row["corrected_se"] > 0):
            state = "too few units" if row["unit_count"] < min_units else "none found"
            numbers = [np.nan] * 3
        numbers[1] = max(numbers[1], 0.0) if numbers[1] == numbers[1] else np.nan
        rows.append((*key, name, *numbers, row["coded_count"], state))
    columns = ["frame", by, "estimate_of", "rate", "rate_low", "rate_high", "coded_count", "state"]
    return _drawn(pd.DataFrame(rows, columns=columns), columns[3:6], at_zero=True)


def _drawn(table: pd.DataFrame, numbers: list[str], *, at_zero: bool = False) -> pd.DataFrame:
    """The table with `too_few`; numbers of rows that are not drawn are left empty, and `state` of the others is "drawn"."""
    values = table[numbers].to_numpy(dtype=float)
    table["too_few"] = ~(np.isfinite(values) & ((values > 0) | at_zero)).all(axis=1)
    table.loc[table["too_few"], numbers] = np.nan
    table.loc[~table["too_few"], "state"] = "drawn"
    return table
