"""A share of documents (or hits) with an interval that knows they come in whole units, and the change of a share.

Wilson's score interval with the effective number of documents: their number over the design effect of whole units, and
smaller again for few units (Korn and Graubard 1998, Survey Methodology 24). The change has Newcombe's interval made of the
two (Newcombe 1998, Statistics in Medicine 17, method 10). Both stay between 0 and 1 (-1 and 1) and say something where
nothing, or all, was found; neither draws at random.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from analysis.errors import DiscourseError
from analysis.measures.inference.arguments import (
    COUNT_ROW,
    NOT_NEGATIVE,
    ONE_OR_MORE,
    RATES,
    SHARE,
    TWO_OR_MORE,
    checked,
)


@dataclass(frozen=True)
class Share:
    """A share from 0 to 1 with its interval. effective_count: of how many independent documents it is as good as;
    unit_count: units with any document. All nan (0) where there is none."""

    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    effective_count: float = 0.0
    unit_count: int = 0


@checked(share=SHARE, size=NOT_NEGATIVE)
def wilson(share: float, size: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval (1927) of a share found in `size` independent cases; (nan, nan) without a case.

    >>> [round(end, 4) for end in wilson(0.8, 10)]
    [0.4902, 0.9433]
    """
    if not size > 0:
        return np.nan, np.nan
    z = NormalDist().inv_cdf(0.5 + level / 2)
    middle = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z * (share * (1 - share) / size + z**2 / (4 * size**2)) ** 0.5 / (1 + z**2 / size)
    return (max(0.0, middle - half) if share > 0 else 0.0), (min(1.0, middle + half) if share < 1 else 1.0)


@checked(found=COUNT_ROW, counts=COUNT_ROW, lasting=ONE_OR_MORE)
def share_of_units(found: np.ndarray, counts: np.ndarray, level: float = 0.95, lasting: float = 1.0) -> Share:
    """The share sum(found) / sum(counts). found, counts: one number for each unit, found at most counts.
    lasting: how much farther the limits lie because units that follow each other are alike (`long_run.lasting_factor`).

    The design effect is that of the ratio over units, never below 1: units never make the interval narrower than
    independent documents would. Where nothing or all is found it cannot be seen, and each unit counts as one document.
    No unit with a document gives an empty `Share`; one unit gives the limits 0 and 1. Raises `DiscourseError` if more is
    found than there is.
    """
    found, counts = np.asarray(found, dtype=float), np.asarray(counts, dtype=float)
    if (found > counts).any() or (found < 0).any():
        raise DiscourseError("share of units: a unit with more found than it has documents; give found and counts.")
    found, counts = found[counts > 0], counts[counts > 0]
    units, size = len(counts), float(counts.sum())
    if not units:
        return Share()
    value = float(found.sum() / size)
    if units == 1:
        return Share(value, 0.0, 1.0, 1.0, 1)
    if 0 < value < 1:
        variance = units / (units - 1) * ((found - value * counts) ** 2).sum() / size**2
        effective = size / max(1.0, variance * size / (value * (1 - value)))
        effective *= min(few_units(units, level), 1 / lasting**2)
    else:
        effective = float(units)
    return Share(value, *wilson(value, effective, level), effective, units)


@checked(rate=RATES, size=RATES)
def effective_score(rate: np.ndarray, size: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """(low, high) of rates that are as good as those of `size` independent hits: the score interval of a Poisson mean, the
    roots of (size - m)^2 = z^2 m, times rate / size. Never below 0; nan where size is 0.

    >>> [round(float(end), 3) for end in effective_score(np.array(2.0), np.array(10.0))]
    [1.086, 3.682]
    """
    rate, size = np.asarray(rate, dtype=float), np.asarray(size, dtype=float)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(size > 0, z**2 / (2 * size), np.nan)
        half = np.sqrt(2 * part + part**2)
        return rate / (1 + part + half), rate * (1 + part + half)  # their product is rate^2


@checked(units=TWO_OR_MORE)
def few_units(units: int, level: float) -> float:
    """What is left of the effective number where the design effect itself comes from few units."""
    from scipy.special import stdtrit

    return (NormalDist().inv_cdf(0.5 + level / 2) / float(stdtrit(units - 1, 0.5 + level / 2))) ** 2


def change(before: Share, after: Share) -> tuple[float, float, float]:
    """(after - before, low, high): above 0 means more after; nan where either is empty.

    The two are taken as independent. Where the same outlets stand on both sides they go together, and the interval is
    rather too wide than too narrow.

    >>> [round(x, 3) for x in change(Share(0.2, 0.1, 0.35), Share(0.5, 0.3, 0.7))]
    [0.3, 0.05, 0.524]
    """
    step = after.value - before.value
    low = step - ((after.value - after.low) ** 2 + (before.high - before.value) ** 2) ** 0.5
    high = step + ((after.high - after.value) ** 2 + (before.value - before.low) ** 2) ** 0.5
    return step, low, high
