"""Rates and ratios corrected by what people read: the machine counts everything, the readers correct it on a drawn part.

A dictionary errs, and it errs unevenly; then an honest interval lies around the wrong number. Passages are drawn with
known probabilities and coded; the difference between reader and machine, weighted by one over the probability, corrects
the machine's count without bias, whatever the machine's errors are (design-based supervised learning: Egami, Hinck,
Stewart and Wei 2023; prediction-powered inference: Angelopoulos, Bates, Fannjiang, Jordan and Zrnic 2023).

Coded passages must be drawn by the probabilities given, not chosen; a codebook that was revised after reading the coded
passages needs new ones; what coders get wrong stays wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import ANSWERS, NOT_NEGATIVE, ONE_OR_MORE, RATED_ROW, ROW, SHARE, checked

if TYPE_CHECKING:
    import pandas as pd

PER = 10_000
TUNINGS = ("full", "tuned", "none")
MIN_CODED = 2


@dataclass(frozen=True)
class Estimate:
    """A corrected number with its interval. tuning: the weight of the machine's answer, from 0 (readers only) on."""

    estimate: float
    low: float
    high: float
    se: float
    tuning: float


@checked(machine=RATED_ROW, coded=RATED_ROW, probability=RATED_ROW)
def pseudo_counts(machine: np.ndarray, coded: np.ndarray, probability: np.ndarray, tuning: float = 1.0) -> np.ndarray:
    """The machine's answer, corrected where it was coded: y~_i = t m_i + (R_i / p_i)(y_i - t m_i).

    machine: (n,) counts or 0/1. coded: (n,) what the reader says, NaN where nobody read. probability: (n,) of being
    drawn, in (0, 1], for uncoded passages too. tuning t: 1 corrects the machine, 0 leaves it out. The sum over all
    passages has the true sum as its mean (Egami and others 2023, eq. 6; t as in Angelopoulos, Duchi and Zrnic 2023).
    Raises `DiscourseError` for probabilities outside (0, 1], other lengths, or a machine's answer that is missing.
    """
    machine, coded, probability = (np.asarray(x, dtype=float) for x in (machine, coded, probability))
    if not machine.shape == coded.shape == probability.shape or machine.ndim != 1:
        raise DiscourseError(
            f"machine, coded and probability need one value for each passage; they have {machine.shape}, {coded.shape} "
            f"and {probability.shape}."
        )
    wrong = ~((probability > 0) & (probability <= 1))
    if wrong.any():
        raise DiscourseError(
            f"probability: {probability[wrong][0]} of passage {int(np.flatnonzero(wrong)[0])}; each needs one above "
            "0 and at most 1, also those that were not drawn."
        )
    if not np.isfinite(machine).all():
        raise DiscourseError("machine: an answer is missing; the machine's count is needed of every passage.")
    read = np.isfinite(coded)
    correction = np.where(read, (np.where(read, coded, 0.0) - tuning * machine) / probability, 0.0)
    return tuning * machine + correction


@checked(coded=ANSWERS, machine=ANSWERS, uncoded=ROW)
def best_tuning(coded: np.ndarray, machine: np.ndarray, uncoded: np.ndarray) -> float:
    """The weight of the machine's answer that makes the interval narrowest: cov(y, m) / ((1 + n/N) var(m)).

    coded, machine: (n,) reader's and machine's answers of the coded part; uncoded: (N,) the machine's elsewhere; var(m)
    over both (Angelopoulos, Duchi and Zrnic 2023). 0 where the machine always answers the same, or
    nothing is uncoded.
    """
    coded, machine, uncoded = (np.asarray(x, dtype=float) for x in (coded, machine, uncoded))
    everything = np.concatenate([machine, uncoded])
    spread = float(everything.var(ddof=1)) if len(everything) > 1 else 0.0
    if spread == 0 or not len(uncoded):
        return 0.0
    together = float(((coded - coded.mean()) * (machine - machine.mean())).mean())
    return together / ((1 + len(coded) / len(uncoded)) * spread)


@checked(coded=ANSWERS, machine=ANSWERS, uncoded=ROW)
def corrected_mean(
    coded: np.ndarray, machine: np.ndarray, uncoded: np.ndarray, *, tuning: str | float = "tuned", level: float = 0.95
) -> Estimate:
    """The mean of what readers would say of all passages, from a coded part drawn at random and the machine's answers.

    coded, machine: (n,) of the coded part; uncoded: (N,) the machine's answers of the rest. tuning: "full" (1), "tuned"
    (`best_tuning`), "none" (0, the coded part alone), or a number. The interval is normal (Angelopoulos and others 2023,
    prediction-powered mean). Raises `DiscourseError` for fewer than two coded passages.
    """
    from scipy.stats import norm

    coded, machine, uncoded = (np.asarray(x, dtype=float) for x in (coded, machine, uncoded))
    if len(coded) != len(machine) or len(coded) < MIN_CODED:
        raise DiscourseError(
            f"coded: {len(coded)} passages against {len(machine)} answers; at least {MIN_CODED} are needed."
        )
    t = _weight(tuning, lambda: best_tuning(coded, machine, uncoded))
    n, count = len(coded), len(uncoded)
    rest = t * uncoded.mean() if count else 0.0
    estimate = rest + float((coded - t * machine).mean())
    variance = float((coded - t * machine).var()) / n + (float((t * uncoded).var()) / count if count else 0.0)
    reach = float(norm.ppf(0.5 + level / 2)) * variance**0.5
    return Estimate(estimate, estimate - reach, estimate + reach, variance**0.5, t)


@checked(positive=NOT_NEGATIVE, tested=ONE_OR_MORE, sensitivity=SHARE, specificity=SHARE)
def share_behind(
    positive: int, tested: int, *, sensitivity: float, specificity: float, level: float = 0.95
) -> Estimate:
    """The share that there is, behind the share that a test with known errors finds (Rogan and Gladen 1978).

    (p + specificity - 1) / (sensitivity + specificity - 1), kept within 0 and 1, p = positive / tested; error of p over the
    same divisor, sensitivity and specificity taken as known; normal limits. In text analysis: "adjusted classify and
    count" (Forman 2005). Where passages were read `corrected_mean` and `corrected_rates` need no such knowledge. Raises
    `DiscourseError` for impossible counts, or a test no better than chance.
    """
    from scipy.stats import norm

    if not 0 <= positive <= tested or tested < 1:
        raise DiscourseError(f"share_behind: {positive} of {tested}; give counts, the positive among those tested.")
    better = sensitivity + specificity - 1
    if not (0 <= sensitivity <= 1 and 0 <= specificity <= 1 and better > 0):
        raise DiscourseError(
            f"share_behind: sensitivity {sensitivity}, specificity {specificity}; both are shares, more than 1 together."
        )
    p = positive / tested
    value, error = (p + specificity - 1) / better, (p * (1 - p) / tested) ** 0.5 / better
    reach = float(norm.ppf(0.5 + level / 2)) * error
    value, low, high = (min(max(end, 0.0), 1.0) for end in (value, value - reach, value + reach))
    return Estimate(value, low, high, error, 0.0)


def corrected_rates(
    passages: pd.DataFrame,
    documents: pd.DataFrame,
    by: Sequence[str],
    *,
    tuning: str | float = "full",
    level: float = 0.95,
) -> pd.DataFrame:
    """Rates per 10,000 tokens by group, as the machine counts them and corrected by the readers.

    passages: one row is one passage that could be counted: doc_id, machine (its count, 0 for a passage without a hit),
    coded (what the reader says, empty where nobody read), probability (of being drawn). documents: one row is one
    document: doc_id, token_count, unit (what is resampled: a week, a story), and the columns of `by`.

    One row of the answer is one group: the columns of `by`, document_count, unit_count, coded_count, hit_count, tokens,
    rate (machine), corrected_rate, corrected_low, corrected_high, corrected_se, tuning, and state: "corrected", "not
    validated" (nothing coded: the corrected columns are empty), "too few coded" (below two units with coded passages).
    The interval is t with one degree of freedom less than units with passages, on influences summed within units. An
    empty table gives an empty answer.
    """
    import pandas as pd

    table = _joined(passages, documents, by)
    rows = []
    for key, exposure in documents.groupby(list(by), sort=False, observed=True):
        mine = table[(table[list(by)] == pd.Series(key, index=list(by))).all(axis=1)] if len(table) else table
        rows.append({**dict(zip(by, key, strict=True)), **_rate(mine, exposure, tuning, level)})
    return pd.DataFrame(rows)


def corrected_ratio(
    passages: pd.DataFrame,
    documents: pd.DataFrame,
    sides: tuple[str, str, str],
    *,
    tuning: str | float = "full",
    level: float = 0.95,
) -> dict[str, float | int | str]:
    """The ratio of two corrected rates: compared over baseline, above 1 means more in the compared group.

    passages, documents: as in `corrected_rates`. sides: (column of documents, baseline value, compared value). The log
    ratio's variance is the sum of squared influences (y~_u - r n_u) / sum(y~), summed within units first, with the factor
    G/(G - 1); the interval is t with G - 2 degrees of freedom, G units. Answer: ratio (machine), ratio_low, ratio_high of
    the machine's own uncorrected ratio, corrected_ratio, corrected_low, corrected_high, log_ratio, log_se (without the
    small-sample factor), coded counts of either side, state ("corrected", "not validated", "too few coded", "a corrected
    sum is not above zero").
    """
    column, baseline, compared = sides
    require("column of the documents", column, [str(c) for c in documents.columns])
    table = _joined(passages, documents, [column])
    parts = []
    for value in (baseline, compared):
        part = documents[documents[column] == value]
        if not len(part):
            raise DiscourseError(f"{column}: no document of {value!r}; there are {sorted(set(documents[column]))}.")
        parts.append((table[table[column] == value], part))
    answer: dict[str, float | int | str] = {}
    for name, (mine, _) in zip(("baseline", "compared"), parts, strict=True):
        answer[f"coded_count_{name}"] = int(mine["coded"].notna().sum())
        answer[f"passage_count_{name}"] = len(mine)
    machine = [_by_unit(mine, part, mine["machine"].to_numpy(dtype=float)) for mine, part in parts]
    answer |= dict(zip(("ratio", "ratio_low", "ratio_high"), _log_ratio(machine, level)[:3], strict=True))
    coded = [answer["coded_count_baseline"], answer["coded_count_compared"]]
    answer["state"] = "corrected"
    if not any(coded):
        answer["state"] = "not validated"
    elif min(coded) < MIN_CODED:
        answer["state"] = "too few coded"
    names = ("corrected_ratio", "corrected_low", "corrected_high", "log_ratio", "log_se")
    values = [np.nan] * 5
    if answer["state"] == "corrected":
        sums = [_by_unit(mine, part, _pseudo(mine, tuning)[0]) for mine, part in parts]
        if min(s[0].sum() for s in sums) <= 0:
            answer["state"] = "a corrected sum is not above zero"
        else:
            values = _log_ratio(sums, level)
    return answer | dict(zip(names, values, strict=True))


def _weight(tuning: str | float, best) -> float:
    if isinstance(tuning, int | float):
        return float(tuning)
    require("tuning", tuning, TUNINGS)
    return {"full": 1.0, "none": 0.0}.get(tuning, np.nan) if tuning != "tuned" else best()


def _joined(passages: pd.DataFrame, documents: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    for name, frame, columns in (
        ("passages", passages, ["doc_id", "machine", "coded", "probability"]),
        ("documents", documents, ["doc_id", "token_count", "unit", *by]),
    ):
        missing = [c for c in columns if c not in frame.columns]
        if missing:
            raise DiscourseError(f"{name}: column {missing[0]!r} is missing; needed are {', '.join(columns)}.")
    if documents["doc_id"].duplicated().any():
        raise DiscourseError("documents: a doc_id stands twice; one row is one document.")
    own = passages.drop(columns=[c for c in ("unit", *by) if c in passages.columns])
    joined = own.merge(documents[["doc_id", "unit", *by]], on="doc_id", how="left", validate="many_to_one")
    if joined["unit"].isna().any():
        lost = joined.loc[joined["unit"].isna(), "doc_id"].iloc[0]
        raise DiscourseError(f"passages: document {lost!r} is not among the documents.")
    return joined


def _pseudo(passages: pd.DataFrame, tuning: str | float) -> tuple[np.ndarray, float]:
    machine, coded, chance = (
        passages[c].to_numpy(dtype=float, na_value=np.nan) for c in ("machine", "coded", "probability")
    )
    read = np.isfinite(coded)
    t = _weight(tuning, lambda: best_tuning(coded[read], machine[read], machine[~read]))
    return pseudo_counts(machine, coded, chance, t), t


def _by_unit(passages: pd.DataFrame, documents: pd.DataFrame, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(counts, tokens) of each unit, units in order of name."""
    units, place = np.unique(documents["unit"].to_numpy(dtype=str), return_inverse=True)
    tokens = np.bincount(place, weights=documents["token_count"].to_numpy(dtype=float), minlength=len(units))
    where = np.searchsorted(units, passages["unit"].to_numpy(dtype=str))
    return np.bincount(where, weights=values, minlength=len(units)), tokens


def _rate(passages: pd.DataFrame, documents: pd.DataFrame, tuning: str | float, level: float) -> dict:
    from scipy.stats import t as student

    coded = int(passages["coded"].notna().sum())
    tokens = float(documents["token_count"].sum())
    machine = float(passages["machine"].sum())
    row = {
        "document_count": len(documents),
        "unit_count": int(documents["unit"].nunique()),
        "coded_count": coded,
        "hit_count": machine,
        "tokens": tokens,
        "rate": PER * machine / tokens if tokens else np.nan,
    }
    empty = dict.fromkeys(("corrected_rate", "corrected_low", "corrected_high", "corrected_se", "tuning"), np.nan)
    if not coded:
        return row | empty | {"state": "not validated"}
    if coded < MIN_CODED or row["unit_count"] < MIN_CODED or not tokens:
        return row | empty | {"state": "too few coded"}
    values, weight = _pseudo(passages, tuning)
    counts, exposure = _by_unit(passages, documents, values)
    rate = counts.sum() / tokens
    units = len(counts)
    se = float(np.sqrt(((counts - rate * exposure) ** 2).sum() * units / (units - 1))) / tokens
    reach = float(student.ppf(0.5 + level / 2, units - 1)) * se
    found = (rate, rate - reach, rate + reach, se)
    names = ("corrected_rate", "corrected_low", "corrected_high", "corrected_se")
    return row | {n: PER * v for n, v in zip(names, found, strict=True)} | {"tuning": weight, "state": "corrected"}


def _log_ratio(sides: list[tuple[np.ndarray, np.ndarray]], level: float) -> list[float]:
    """[ratio, low, high, log ratio, standard error without the small-sample factor]; compared over baseline."""
    from scipy.stats import t as student

    rates, variance, inflated, units = [], 0.0, 0.0, 0
    for counts, tokens in sides:
        total = counts.sum()
        rate = total / tokens.sum()
        rates.append(rate)
        if total <= 0:
            return [np.nan] * 5
        part = float((((counts - rate * tokens) / total) ** 2).sum())
        variance += part
        inflated += part * len(counts) / max(len(counts) - 1, 1)
        units += len(counts)
    log = float(np.log(rates[1] / rates[0]))
    reach = float(student.ppf(0.5 + level / 2, max(units - 2, 1))) * inflated**0.5
    return [float(np.exp(log)), float(np.exp(log - reach)), float(np.exp(log + reach)), log, variance**0.5]
