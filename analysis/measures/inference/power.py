"""What the data could have shown: the smallest ratio that would have been found, and how often a planted one is."""

from __future__ import annotations

import math

import numpy as np

from analysis.errors import DiscourseError


def minimum_ratio(standard_error: np.ndarray | float, alpha: float = 0.05, power: float = 0.8) -> np.ndarray | float:
    """The smallest ratio above 1 that a two-sided test at `alpha` finds with chance `power`.

    exp((z(1 - alpha/2) + z(power)) * standard_error), the standard error being that of the log ratio (Bloom 1995, the
    minimum detectable effect). Higher means that the data could show less. A ratio below its inverse is found as
    often. nan stays nan.

    >>> round(minimum_ratio(0.1), 3)
    1.323
    """
    if not (0 < alpha < 1 and 0 < power < 1):
        raise DiscourseError(f"alpha {alpha}, power {power}: both are shares between 0 and 1.")
    from scipy.special import ndtri

    factor = float(ndtri(1 - alpha / 2) + ndtri(power))
    if isinstance(standard_error, np.ndarray):
        with np.errstate(over="ignore"):
            return np.exp(factor * standard_error)
    return math.exp(factor * standard_error)


def found_share(p: np.ndarray, alpha: float = 0.05) -> tuple[float, float, float]:
    """Share of tests with p <= alpha, with its exact 95 % limits (Clopper and Pearson 1934). nan are left out.

    No test at all raises `DiscourseError`.
    """
    from scipy.stats import binomtest

    tested = np.asarray(p, dtype=np.float64)
    tested = tested[~np.isnan(tested)]
    if not len(tested):
        raise DiscourseError("p: no test to count; all are null.")
    found = binomtest(int((tested <= alpha).sum()), len(tested))
    limits = found.proportion_ci(0.95)
    return float(found.statistic), float(limits.low), float(limits.high)
