"""Who says it: rates of frames by voice and by the speaker's side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.measures.frames.rates import rates
from analysis.store.contracts import VOICES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analysis.measures.inference.resampling import Sampling


def rates_by_voice(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    *,
    by: Sequence[str] = ("era_id",),
    frames: Sequence[str],
    sampling: Sampling | None = None,
    counting: str = "as_printed",
) -> pd.DataFrame:
    """As `rates`, once for each voice, with that voice's tokens as exposure: one row per voice, cell of `by` and frame.

    A rate of 5 for "quoted" means 5 hits in 10,000 quoted tokens, not in 10,000 tokens of the outlet. A voice without
    tokens in a cell is too few there.
    """
    import pandas as pd

    levels = pd.DataFrame({"frame": list(frames)})
    tables = [
        rates(documents, hits, by=by, exposure=voice, levels=levels, sampling=sampling, counting=counting)
        for voice in VOICES
    ]
    return pd.concat([t.assign(voice=v) for t, v in zip(tables, VOICES, strict=True)], ignore_index=True)


def rates_by_side(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    *,
    by: Sequence[str] = ("era_id",),
    frames: Sequence[str],
    sampling: Sampling | None = None,
    counting: str = "as_printed",
    order: Sequence[str] = (),
) -> pd.DataFrame:
    """As `rates`, split by the side of the speaker, per 10,000 tokens of all text: the sides of a frame add up to its rate.

    One row per cell of `by`, frame and side; sides that never speak of any of the frames are left out. "outlet" is the
    outlet's own text. order: sides in the order of the study (`Study.ids("sides")`); others come after, by name.
    """
    import pandas as pd

    there = set(hits.loc[hits["doc_id"].isin(documents["doc_id"]) & hits["frame"].isin(frames), "speaker_side"])
    sides = [s for s in order if s in there] + sorted(there - set(order)) or ["outlet"]
    levels = pd.DataFrame([(f, s) for f in frames for s in sides], columns=["frame", "speaker_side"])
    return rates(
        documents, hits, by=by, series=("frame", "speaker_side"), levels=levels, sampling=sampling, counting=counting
    )


def uses(hits: pd.DataFrame) -> pd.DataFrame:
    """One row per frame and voice: hit_count and how many of them are plain uses, negated, or mentions of the word.

    A mention (scare quotes, a word talked about) is counted as a mention whether or not it is negated as well; the three
    columns add up to hit_count. use_share runs from 0 to 1. No hits, no rows.
    """
    mention, negated = hits["is_mention"].astype(bool), hits["is_negated"].astype(bool)
    kinds = hits.assign(use_count=~mention & ~negated, negated_count=negated & ~mention, mention_count=mention)
    table = kinds.groupby(["frame", "voice"], as_index=False).agg(
        hit_count=("doc_id", "size"),
        use_count=("use_count", "sum"),
        negated_count=("negated_count", "sum"),
        mention_count=("mention_count", "sum"),
    )
    return table.assign(use_share=table["use_count"] / table["hit_count"])
