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
    ratio, ratio_low, ratio_high, coded_count, state, too_few (no ratio, or an open end)."""
    import pandas as pd

    columns = ["frame", "estimate_of", "ratio", "ratio_low", "ratio_high", "coded_count", "state"]
    rows = []
    for row in contrasts.to_dict("records"):
        coded = row["coded_count_baseline"] + row["coded_count_compared"]
        if row["scope"] == SCOPES[0]:
            machine = (row["ratio"], row["ratio_low"], row["ratio_high"])
            rows.append((row["frame"], "uncorrected", *machine, 0, row["state"]))
        name = "corrected" if row["scope"] == SCOPES[0] else "corrected, with misses"
        numbers = (row["corrected_ratio"], row["corrected_low"], row["corrected_high"])
        rows.append((row["frame"], name, *numbers, coded, row["state"]))
    found = pd.DataFrame(rows, columns=columns)
    numbers = found[["ratio", "ratio_low", "ratio_high"]].to_numpy(dtype=float)
    found["too_few"] = ~(np.isfinite(numbers) & (numbers > 0)).all(axis=1)
    return found
