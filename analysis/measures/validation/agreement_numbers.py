"""Agreement of coders who give numbers or ranks, and whether two coders use the categories alike.

Ratings come coders x units, as in `agreement.py`. A unit that a coder skipped is left out for all (as R's irr does), since
these coefficients compare whole rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import NOT_NEGATIVE, RATED, RATED_ROW, SHARE, TWO_OR_MORE, checked

if TYPE_CHECKING:
    import pandas as pd

MARGINS = ("mcnemar", "mcnemar_exact", "bowker", "stuart_maxwell", "bhapkar")


def _whole(ratings: ArrayLike, what: str) -> np.ndarray:
    """Numbers, coders x units, without the units that a coder skipped; at least two of both."""
    import pandas as pd

    table = np.asarray(ratings, dtype=object)
    if table.ndim != 2:
        raise DiscourseError(f"{what}: give one row per coder and one column per unit, not shape {table.shape}.")
    missing = np.asarray(pd.isna(table), dtype=bool)
    try:
        numbers = np.where(missing, np.nan, table).astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DiscourseError(
            f"{what}: ratings are numbers; for categories take krippendorff_alpha or kappa."
        ) from error
    whole = numbers[:, ~missing.any(axis=0)]
    if len(whole) < 2 or whole.shape[1] < 2:
        raise DiscourseError(
            f"{what}: {len(whole)} coders with {whole.shape[1]} units that all have rated; two of both are needed."
        )
    return whole


@checked(ratings=RATED)
def intraclass(ratings: ArrayLike, *, level: float = 0.95) -> pd.DataFrame:
    """Intraclass correlations of numeric ratings: one row a form, name, value, low, high, f, df1, df2, p.

    Forms (Shrout & Fleiss 1979): ICC(1,1) each unit has coders of its own; ICC(2,1) the same coders, drawn from many, who
    have to agree in level; ICC(3,1) these coders alone, who may differ in level; ICC(.,k) the same of the mean of all k
    coders. 1 is perfect, 0 none; below 0 where units differ less than coders. Intervals of `level` after McGraw & Wong
    (1996); f, df1, df2, p: test of no correlation. Units that a coder skipped are left out. NaN where no rating differs.
    """
    from scipy.stats import f as law

    x = _whole(ratings, "intraclass")
    (k, n), tail = x.shape, (1 + level) / 2
    units, coders, error, within = _mean_squares(x)
    rows = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for form, noise, df2 in (
            (1, within, n * (k - 1)),
            (2, error, (n - 1) * (k - 1)),
            (3, error, (n - 1) * (k - 1)),
        ):
            f = units / noise
            extra = k * (coders - error) / n if form == 2 else 0.0
            value = (units - noise) / (units + (k - 1) * noise + extra)
            below, above = f / law.ppf(tail, n - 1, df2), f * law.ppf(tail, df2, n - 1)
            low, high = (below - 1) / (below + k - 1), (above - 1) / (above + k - 1)
            if form == 2:
                low, high = _limits_of_two(value, (units, coders, error), (k, n), tail)
            p = float(law.sf(f, n - 1, df2))
            rows.append((f"ICC({form},1)", value, low, high, f, n - 1, df2, p))
            mean = [k * one / (1 + (k - 1) * one) for one in (value, low, high)]
            rows.append((f"ICC({form},k)", *mean, f, n - 1, df2, p))
    return _table(
        sorted(rows, key=lambda row: row[0][-2] == "k"), ["name", "value", "low", "high", "f", "df1", "df2", "p"]
    )


def _table(rows: list[tuple], columns: list[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=columns)


def _mean_squares(x: np.ndarray) -> tuple[float, float, float, float]:
    """Mean squares between units, between coders, of the error, and within units."""
    k, n = x.shape
    all_ = ((x - x.mean()) ** 2).sum()
    units, coders = k * ((x.mean(axis=0) - x.mean()) ** 2).sum(), n * ((x.mean(axis=1) - x.mean()) ** 2).sum()
    error = max(all_ - units - coders, 0.0) / ((n - 1) * (k - 1))
    return units / (n - 1), coders / (k - 1), error, (all_ - units) / (n * (k - 1))


def _limits_of_two(
    value: float, squares: tuple[float, float, float], size: tuple[int, int], tail: float
) -> tuple[float, float]:
    """Limits of ICC(2,1), with Satterthwaite's degrees of freedom."""
    from scipy.stats import f as law

    (units, coders, error), (k, n) = squares, size
    ratio, rest = coders / error, n * (1 + (k - 1) * value) - k * value
    top = (k - 1) * (n - 1) * (k * value * ratio + rest) ** 2
    df = top / ((n - 1) * (k * value * ratio) ** 2 + rest**2)
    upper, lower = law.ppf(tail, n - 1, df), law.ppf(tail, df, n - 1)
    both = k * coders + (k * n - k - n) * error
    return n * (units - upper * error) / (upper * both + n * units), n * (lower * units - error) / (
        both + n * lower * units
    )


@checked(ratings=RATED)
def kendall_w(ratings: ArrayLike, *, ties: bool = True) -> dict[str, float]:
    """Kendall's coefficient of concordance of coders who rank units, or rate them on an ordered scale.

    Keys: value (0 none, 1 the same order), chi2 = m (n - 1) value with n - 1 degrees of freedom (df), p. Equal ratings
    share their mean rank; ties: corrected for, 12 S / (m^2 (n^3 - n) - m sum T) (Kendall 1948), else as without ties. Units
    that a coder skipped are left out. NaN where each coder rates all alike.
    """
    from scipy.stats import chi2, rankdata

    x = _whole(ratings, "kendall_w")
    ranks = rankdata(x, axis=1)
    coders, units = x.shape
    spread = ((ranks.sum(axis=0) - coders * (units + 1) / 2) ** 2).sum()
    equal = sum(float((times**3 - times).sum()) for times in (np.unique(row, return_counts=True)[1] for row in x))
    whole = coders**2 * (units**3 - units) - (coders * equal if ties else 0.0)
    value = float(12 * spread / whole) if whole > 0 else float("nan")
    statistic = coders * (units - 1) * value
    return {"value": value, "chi2": statistic, "df": float(units - 1), "p": float(chi2.sf(statistic, units - 1))}


@checked(first=RATED_ROW, second=RATED_ROW)
def concordance(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> dict[str, float]:
    """Lin's concordance correlation of two coders' numbers: how near the pairs lie to the line of equality.

    Keys: value, low, high (Fisher's z of the corrected variance; Lin 1989, 2000), correlation (Pearson's), bias (Lin's C, 1
    where mean and spread are equal; value = correlation x bias). NaN where a coder's numbers do not vary.
    """
    from scipy.special import ndtri

    a, b = _whole(np.stack([np.asarray(first, dtype=object), np.asarray(second, dtype=object)]), "concordance")
    count, both = len(a), np.cov(a, b, ddof=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = (a.mean() - b.mean()) / np.sqrt(np.sqrt(both[0, 0] * both[1, 1]))
        r = both[0, 1] / np.sqrt(both[0, 0] * both[1, 1])
        value = 2 * both[0, 1] / (both[0, 0] + both[1, 1] + (a.mean() - b.mean()) ** 2)
        square = (1 - r**2) * value**2 / (1 - value**2) / r**2
        square += 2 * value**3 * (1 - value) * shift**2 / r / (1 - value**2) ** 2
        square -= value**4 * shift**4 / (2 * r**2 * (1 - value**2) ** 2)
        reach = float(ndtri((1 + level) / 2)) * np.sqrt(square / max(count - 2, 1))
        low, high = np.tanh(np.arctanh(value) - reach), np.tanh(np.arctanh(value) + reach)
    found = (value, low, high, r, value / r)
    return dict(zip(("value", "low", "high", "correlation", "bias"), (float(one) for one in found), strict=True))


@checked
def margins_test(table: ArrayLike, *, kind: str = "stuart_maxwell") -> dict[str, float]:
    """Do two coders use the categories equally often? statistic, df, p from their square table (rows A, columns B).

    kind: "stuart_maxwell" (Stuart 1955; Maxwell 1970), "bhapkar" (1966), both of equal margins; "bowker" (1948), of
    symmetry; for two categories "mcnemar" (1947, without continuity correction) and "mcnemar_exact" (binomial; statistic:
    the smaller cell). By statsmodels. Agreement says nothing of it: two coders may agree little and use all alike. Tables
    with no unit off the diagonal have p 1.
    """
    from statsmodels.stats.contingency_tables import SquareTable, mcnemar

    require("kind of test of margins", kind, MARGINS)
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or len(counts) < 2 or (counts < 0).any():
        raise DiscourseError(
            f"margins_test: give a square table of counts, none negative, not {counts.shape}; `square_table` makes it."
        )
    if kind.startswith("mcnemar") and len(counts) != 2:
        raise DiscourseError(
            f"margins_test: {kind} is for two categories, not {len(counts)}; take stuart_maxwell or bowker."
        )
    used = (counts.sum(axis=0) + counts.sum(axis=1)) > 0
    counts = counts[used][:, used]
    if not (counts - np.diag(np.diag(counts))).any():
        return {"statistic": 0.0, "df": float(max(len(counts) - 1, 1)), "p": 1.0}
    if kind.startswith("mcnemar"):
        done = mcnemar(counts, exact=kind == "mcnemar_exact", correction=False)
        return {"statistic": float(done.statistic), "df": 1.0, "p": float(done.pvalue)}
    square = SquareTable(counts, shift_zeros=False)
    done = square.symmetry() if kind == "bowker" else square.homogeneity(method=kind)
    return {"statistic": float(done.statistic), "df": float(done.df), "p": float(done.pvalue)}


@checked(agreed=NOT_NEGATIVE, first=NOT_NEGATIVE, second=NOT_NEGATIVE)
def holsti(agreed: float, first: float, second: float) -> float:
    """Holsti's (1969) coefficient of two coders who marked unlike numbers of units: 2 agreed / (first + second), 0 to 1.

    agreed: decisions on which both agree; first, second: decisions each made. Chance is not taken out: the same number for
    two coders as the F score. Raises `DiscourseError` where more is agreed on than one decided.
    """
    if min(agreed, first, second) < 0 or agreed > min(first, second) or not first + second:
        raise DiscourseError(
            f"holsti: {agreed} agreed of {first} and {second}; give counts, agreed at most the smaller."
        )
    return 2 * agreed / (first + second)


@checked(agreement=SHARE, categories=TWO_OR_MORE)
def perreault_leigh(agreement: float, categories: int) -> float:
    """Perreault and Leigh's (1989) index of reliability from a share of agreement: sqrt((F - 1/k) k / (k - 1)), 0 to 1.

    agreement: share on which two coders agree; categories: how many (k) there were to choose from, each as likely by
    chance. 0 for agreement below chance.
    """
    if not 0 <= agreement <= 1 or categories < 2:
        raise DiscourseError(
            f"perreault_leigh: agreement {agreement}, {categories} categories; a share from 0 to 1, two categories or more."
        )
    return max(agreement - 1 / categories, 0.0) ** 0.5 * (categories / (categories - 1)) ** 0.5
