"""What the codings say of the machine: precision by any cut, what it missed, and whether it errs alike everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.measures.inference.multiple import adjust
from analysis.measures.inference.shares import wilson

if TYPE_CHECKING:
    import pandas as pd

SETTLED = "settled"
SCORES = {"yes": 1.0, "no": 0.0}
TARGETS = ("meaning", "study")
COLUMNS = ("frame_right", "about", "voice", "negated", "mention", "missed_frames")
MIN_READ = 5
LEVEL = 0.05


def of_draw(codings: pd.DataFrame, draw: str = "") -> pd.DataFrame:
    """The codings of one draw; "" means the one with most passages (the first by name of several).

    Probabilities belong to a draw: a passage that two draws could have brought has a greater chance than either says, so
    what was read in different draws is never weighted together. Raises `DiscourseError` for a draw that is not there.
    """
    if codings.empty:
        return codings
    sizes = codings.groupby("draw")["passage_id"].nunique()
    if draw:
        require("draw", draw, list(sizes.index))
    return codings[codings["draw"] == (draw or sizes.sort_index().idxmax())]


def settle(codings: pd.DataFrame, *, borderline: float = 0.0) -> pd.DataFrame:
    """One row for each passage: what its coders say together.

    codings: the store's table `codings`. Columns of the answer: doc_id, draw, passage_id, kind, hit_id, frame, entry,
    probability, coder_count, meaning (0 to 1: the words mean the frame; borderline counts `borderline`), study (the
    same, and about the focal state), voice, negated, missed_frames. What was settled comes before what single coders said;
    where they differ, numbers are the mean over coders and voice and negated are empty. "unclear" is no answer. An empty
    table stays empty. Raises `DiscourseError` for a borderline outside 0 to 1.
    """
    import pandas as pd

    if not 0 <= borderline <= 1:
        raise DiscourseError(f"borderline: {borderline} is not allowed; allowed: 0 (wrong) to 1 (right).")
    rows = codings.copy()
    has_settled = rows.groupby(["draw", "passage_id"])["coder"].transform(lambda c: (c == SETTLED).any())
    rows = rows[~has_settled.astype(bool) | (rows["coder"] == SETTLED)]
    rows["meaning"] = rows["frame_right"].map(SCORES | {"borderline": borderline}).astype(float)
    focal = rows["about"].map({"focal": 1.0, "other": 0.0, "none": 0.0}).astype(float)
    rows["study"] = np.where(rows["meaning"] == 0, 0.0, rows["meaning"] * focal)
    key = ["draw", "passage_id"]
    fixed = ["doc_id", "kind", "hit_id", "frame", "entry", "probability"]
    grouped = rows.groupby(key, sort=True)
    made = grouped[fixed].first() if len(rows) else rows.set_index(key)[fixed]
    made["coder_count"] = grouped.size()
    for name in ("meaning", "study"):
        made[name] = grouped[name].mean()
    for name in ("voice", "negated"):
        made[name] = grouped[name].agg(_alike) if len(rows) else None
    made["missed_frames"] = grouped["missed_frames"].agg(_common) if len(rows) else None
    return pd.DataFrame(made).reset_index()


def _alike(values: pd.Series) -> str | None:
    found = set(values.dropna())
    return found.pop() if len(found) == 1 and "unclear" not in found else None


def _common(values: pd.Series) -> str | None:
    """The frames that all coders name; None where nobody was asked."""
    given = [set(v.split()) for v in values.dropna()]
    return " ".join(sorted(set.intersection(*given))) if given else None


def read_hits(settled: pd.DataFrame, hits: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """The coded hits that still are hits, with the machine's columns and those of their documents.

    settled: see `settle`. hits, documents: tables of the store (any of their columns). Columns of hits get `_machine`
    behind their name.
    """
    mine = settled[settled["hit_id"].notna()].astype({"hit_id": "int64"})
    machine = hits.rename(columns={c: f"{c}_machine" for c in hits.columns if c not in ("doc_id", "hit_id")})
    joined = mine.merge(machine, on=["doc_id", "hit_id"], how="inner")
    return joined.merge(documents, on="doc_id", how="inner", suffixes=("", "_document"))


def counted(read: pd.DataFrame) -> pd.DataFrame:
    """Of the coded hits (see `read_hits`) those that rates count: of core categories, and about the focal state."""
    return read[(read["about_machine"] == "focal") & read["is_core_machine"].astype(bool)]


def precision(
    read: pd.DataFrame, by: Sequence[str], *, target: str = "meaning", level: float = 0.95, min_read: int = 1
) -> pd.DataFrame:
    """How many of the hits are right, one row for each value of `by`; higher is better, 1 is all.

    read: see `read_hits`. target: "meaning" (the words mean the frame) or "study" (and are about the focal state).
    Hits are weighted by one over their probability of being drawn (Hajek), the interval is Wilson's with the number of
    equally weighted hits that carries as much (Kish 1965: (sum w)^2 / sum w^2); with equal weights the plain Wilson
    interval. Columns: by, read_count, effective_count, precision, precision_low, precision_high, too_few (below
    `min_read`, then the numbers are empty). Hits that coders find unclear are left out. An empty table gives no row.
    """
    import pandas as pd

    require("target", target, TARGETS)
    rows = []
    names = ["read_count", "effective_count", "precision", "precision_low", "precision_high", "too_few"]
    used = read[read[target].notna()]
    groups = used.groupby(list(by), sort=True, observed=True) if by else [((), used)]
    for value, part in groups:
        weight = 1 / part["probability"].to_numpy(dtype=float)
        numbers = [np.nan] * 4
        if len(part) >= max(min_read, 1):
            numbers = _weighted(part[target].to_numpy(dtype=float), weight, level)
        rows.append((*value, len(part), *numbers, len(part) < max(min_read, 1)))
    return pd.DataFrame(rows, columns=[*by, *names])


def _weighted(values: np.ndarray, weight: np.ndarray, level: float) -> list[float]:
    size = weight.sum() ** 2 / (weight**2).sum()
    share = float((weight * values).sum() / weight.sum())
    return [float(size), share, *wilson(share, float(size), level)]


def recall(settled: pd.DataFrame, read: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """How much of what the documents hold about the focal state the machine finds, by frame; higher is better, 1 is all.

    found: coded hits that the machine counts (about focal) and readers call right; missed: hits it puts elsewhere that
    readers call right, and frames named in paragraphs without a hit of them; both weighted by one over the probability.
    Columns: frame, found, missed, missed_read (codings behind missed), recall, recall_low, recall_high. The interval is
    on the log odds, from the draw alone (Poisson sampling); it is empty where nothing was missed: then `paragraph_count`,
    the paragraphs read, says how hard was looked. An era's count of paragraphs is large against the sample: one miss may
    weigh a hundred.
    """
    import pandas as pd
    from scipy.stats import norm

    z = float(norm.ppf(0.5 + level / 2))
    paragraphs = settled[settled["missed_frames"].notna()]
    rows = []
    for frame in sorted(set(read["frame"].dropna())):
        part = read[(read["frame"] == frame) & read["study"].notna()]
        counted = (part["about_machine"] == "focal").to_numpy()
        value, chance = part["study"].to_numpy(dtype=float), part["probability"].to_numpy(dtype=float)
        named = np.array([frame in v.split() for v in paragraphs["missed_frames"]], dtype=bool)
        more = paragraphs["probability"].to_numpy(dtype=float)[named]
        found = float((value / chance)[counted].sum())
        missed = float((value / chance)[~counted].sum() + (1 / more).sum())
        spread = ((1 - chance) / chance**2 * value**2, (1 - more) / more**2)
        variance = [float(spread[0][counted].sum()), float(spread[0][~counted].sum() + spread[1].sum())]
        row = {"frame": frame, "found": found, "missed": missed}
        row["missed_read"] = int((value[~counted] > 0).sum() + named.sum())
        row["paragraph_count"] = len(paragraphs)
        row["recall"] = found / (found + missed) if found + missed else np.nan
        reach = z * np.sqrt(variance[0] / found**2 + variance[1] / missed**2) if found and missed else np.nan
        odds = np.log(found / missed) if found and missed else np.nan
        row["recall_low"], row["recall_high"] = (float(1 / (1 + np.exp(-(odds + d)))) for d in (-reach, reach))
        rows.append(row)
    names = ["frame", "found", "missed", "missed_read", "paragraph_count", "recall", "recall_low", "recall_high"]
    return pd.DataFrame(rows, columns=names)


def uneven(
    read: pd.DataFrame, across: str, *, target: str = "meaning", replicates: int = 4999, seed: int = 1
) -> pd.DataFrame:
    """Whether precision differs between the values of `across` (era_id, outlet group), by frame.

    Permutation of the readers' verdicts over hits within a frame, statistic chi square; p adjusted over the frames
    (Benjamini and Hochberg). Columns: frame, read_count, lowest, highest (precision), p, p_adjusted, warning (in words,
    "" where none is due: adjusted p above 0.05). Frames with verdicts on one value only have an empty p. That nothing is
    found with few readings says little: see the intervals of `precision`.
    """
    import pandas as pd

    rows = []
    for frame, part in read[read[target].notna() & read[across].notna()].groupby("frame", sort=True):
        verdicts = part[target].to_numpy(dtype=float)
        group = np.unique(part[across].to_numpy(dtype=str), return_inverse=True)[1]
        size = np.bincount(group)
        means = np.bincount(group, weights=verdicts) / size
        p = np.nan
        if len(size) > 1 and verdicts.std() > 0:
            rng = np.random.default_rng([seed, len(verdicts)])
            drawn = rng.permuted(np.tile(verdicts, (replicates, 1)), axis=1)
            sums = drawn @ np.eye(len(size))[group]
            centre = size * verdicts.mean()
            spread = ((sums - centre) ** 2 / size).sum(axis=1)
            seen = ((means * size - centre) ** 2 / size).sum()
            p = (1 + int((spread >= seen - 1e-9).sum())) / (replicates + 1)
        rows.append((frame, len(part), float(means.min()), float(means.max()), p))
    found = pd.DataFrame(rows, columns=["frame", "read_count", "lowest", "highest", "p"])
    found["p_adjusted"] = adjust(found["p"].to_numpy(dtype=float))
    due = found["p_adjusted"] <= LEVEL
    found["warning"] = ""
    found.loc[due, "warning"] = [
        f"precision differs ({r.lowest:.0%} to {r.highest:.0%}, adjusted p {r.p_adjusted:.3f}): uncorrected comparisons "
        f"of {r.frame} mislead"
        for r in found[due].itertuples()
    ]
    return found


def precision_grid(read: pd.DataFrame, frames: Sequence[str], era_ids: Sequence[str], **options: Any) -> pd.DataFrame:
    """`precision` by frame and era with a row for every pair of them; one that nobody read is too few."""
    import pandas as pd

    pairs = pd.MultiIndex.from_product([frames, era_ids], names=["frame", "era_id"]).to_frame(index=False)
    made = pairs.merge(precision(read, ["frame", "era_id"], **options), on=["frame", "era_id"], how="left")
    made["too_few"] = made["too_few"].fillna(value=True).astype(bool)
    made["read_count"] = made["read_count"].fillna(0).astype(int)
    return made


def who_read(codings: pd.DataFrame) -> str:
    """Who read how much, as a sentence for a caption; "Not validated" where nobody did."""
    if codings.empty:
        return "Not validated: nobody has read a passage."
    coded = codings[codings["coder"] != SETTLED]
    kinds = coded.groupby("coder_kind")["coder"].nunique()
    names = {"person": "people", "language_model": "passes of a language model, not by people"}
    if len(kinds) > 1:
        names["language_model"] = "passes of a language model"
    told = " and ".join(f"{kinds[kind]} {name}" for kind, name in names.items() if kind in kinds)
    count = len(coded[["draw", "passage_id"]].drop_duplicates())
    return f"{count:,} passages drawn with known probabilities, read by {told}."


def notes_on(
    codings: pd.DataFrame, hits: pd.DataFrame, documents: pd.DataFrame, *, target: str = "study", seed: int = 1
) -> list[str]:
    """What a comparison of eras has to say of how its hits were read: who read them (or "Not validated"), and a warning
    for each frame whose precision differs between the eras.

    codings, hits, documents: those that are compared, with `era_id`. target: see `precision`.
    """
    codings = of_draw(codings)
    read = read_hits(settle(codings), hits, documents)
    return [who_read(codings), *(line for line in uneven(read, "era_id", target=target, seed=seed)["warning"] if line)]


def confusion(read: pd.DataFrame) -> pd.DataFrame:
    """Hits by the machine's voice (rows) and the readers' (columns), counts; readers who differ are left out."""
    import pandas as pd

    used = read[read["voice"].notna()]
    names = sorted(set(used["voice"]) | set(used["voice_machine"]))
    made = pd.crosstab(used["voice_machine"], used["voice"]).reindex(index=names, columns=names, fill_value=0)
    return made.rename_axis(index="machine", columns="reader")


def lessons(read: pd.DataFrame, *, min_read: int = MIN_READ) -> pd.DataFrame:
    """The entries by what was read of them, worst first: frame, entry, read_count, right, verdict.

    verdict: "drop or mend" where the upper end of precision lies below one half, "watch" where its value does, "keep",
    or "too few" below `min_read` readings. `right` counts hits on which all readers agree that they mean the frame.
    """
    import pandas as pd

    rows = []
    for (frame, entry), part in read[read["meaning"].notna()].groupby(["frame", "entry"], sort=True):
        right, count = int((part["meaning"] == 1).sum()), len(part)
        share = float(part["meaning"].mean())
        verdict = "keep"
        if count < min_read:
            verdict = "too few"
        elif wilson(share, count)[1] < 0.5:
            verdict = "drop or mend"
        elif share < 0.5:
            verdict = "watch"
        rows.append((frame, entry, count, right, verdict, share))
    made = pd.DataFrame(rows, columns=["frame", "entry", "read_count", "right", "verdict", "share"])
    made = made.sort_values(["share", "read_count", "frame", "entry"], ascending=[True, False, True, True])
    return made.drop(columns="share").reset_index(drop=True)


def coder_agreement(codings: pd.DataFrame, by: Sequence[str] = (), *, seed: int = 0) -> pd.DataFrame:
    """Krippendorff's alpha (nominal) of every column the coders answered, with a 95 % interval over documents.

    codings: the store's table `codings`, with the columns of `by`. What was settled is no coder. One row: by, column,
    passage_count (answered by two or more), observed, alpha, alpha_low, alpha_high; missed_frames is asked of paragraphs,
    and its values are all frames named in one ("" for none). A column that nobody answered has no row. Empty where fewer
    than two documents have such passages, or where all answers are alike and chance leaves nothing to measure (observed
    is 1 there).
    """
    import pandas as pd

    from analysis.measures.validation.agreement import agreement_table

    rows = []
    coded = codings[codings["coder"] != SETTLED]
    groups = coded.groupby(list(by), sort=True, observed=True) if by else [((), coded)]
    for value, part in groups:
        for column in COLUMNS:
            if part[column].isna().all():
                continue
            answers = part.set_index(["draw", "passage_id", "doc_id", "coder"])[column].unstack("coder")  # noqa: PD010
            pairs = answers[answers.notna().sum(axis=1) > 1]
            numbers = [np.nan] * 4
            documents = pairs.index.get_level_values("doc_id")
            if len(set(documents)) > 1:
                matrix = pairs.astype(object).where(pairs.notna(), None).to_numpy().T
                found = agreement_table(matrix, clusters=documents, replicates=1000, seed=seed).set_index("name")
                alpha = found.loc["krippendorff_alpha"]
                numbers = [found.loc["observed_agreement", "value"], alpha["value"], alpha["low"], alpha["high"]]
            rows.append((*value, column, len(pairs), *numbers))
    names = ["column", "passage_count", "observed", "alpha", "alpha_low", "alpha_high"]
    return pd.DataFrame(rows, columns=[*by, *names])


def word_intrusion(answers: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Do people see which word was put among a topic's? One row a topic: topic, answer_count, precision, low, high.

    answers: one row a reader's answer, with topic, intruder (the word put in) and chosen (the word the reader called so).
    precision: share of readers who found it, 0 to 1 (model precision; Chang and others 2009, eq. 1), with Wilson's interval
    of `level`. Topics in order; without answers no row.
    """
    import pandas as pd

    _has_columns(answers, ("topic", "intruder", "chosen"), "word_intrusion")
    rows = []
    for topic, part in answers.groupby("topic", sort=True):
        share = float((part["chosen"] == part["intruder"]).mean())
        rows.append((topic, len(part), share, *wilson(share, len(part), level)))
    return pd.DataFrame(rows, columns=["topic", "answer_count", "precision", "low", "high"])


def topic_intrusion(answers: pd.DataFrame, shares: np.ndarray) -> pd.DataFrame:
    """Do people see which topic does not belong to a document? One row a document: document, answer_count, log_odds.

    answers: one row a reader's answer, with document (row of `shares`), intruder (the topic put in) and chosen (columns).
    shares: documents x topics. log_odds: mean of log share of the intruder less log share of the chosen topic (topic log
    odds; Chang and others 2009, eq. 2): 0 where all find it, lower the more the document holds of what they chose. Raises
    `DiscourseError` for a share that is not above 0, or numbers without a row or column.
    """
    import pandas as pd

    _has_columns(answers, ("document", "intruder", "chosen"), "topic_intrusion")
    shares = np.asarray(shares, dtype=np.float64)
    places = answers[["document", "intruder", "chosen"]].to_numpy(dtype=np.int64)
    rows, topics = shares.shape
    if len(places) and ((places < 0).any() or (places.max(axis=0) >= (rows, topics, topics)).any()):
        raise DiscourseError(
            f"topic_intrusion: documents are 0 to {rows - 1} and topics 0 to {topics - 1}, rows and columns of shares; "
            "another number is among the answers."
        )
    found = [shares[places[:, 0], places[:, side]] for side in (1, 2)]
    if len(places) and min(part.min() for part in found) <= 0:
        raise DiscourseError("topic_intrusion: a share of 0 has no logarithm; give smoothed shares, all above 0.")
    odds = pd.DataFrame({"document": places[:, 0], "log_odds": np.log(found[0]) - np.log(found[1])})
    table = odds.groupby("document")["log_odds"].agg(["size", "mean"]).reset_index()
    return table.set_axis(["document", "answer_count", "log_odds"], axis=1)


def _has_columns(table: pd.DataFrame, named: Sequence[str], what: str) -> None:
    missing = [name for name in named if name not in table]
    if missing:
        raise DiscourseError(f"{what}: the answers have no column {', '.join(missing)}; give {', '.join(named)}.")
