"""Fourfold tables as arrays, and the tests that keyness and collocation share.

One `Fourfold` holds many 2 x 2 tables at once; every function is vectorised over them. Rows are the item and everything
else, columns are the two corpora (keyness) or the second item and everything else (collocation):

            column 1   column 2
    item      o11        o12     | r1
    others    o21        o22     | r2
              c1         c2      | n
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import TOGETHER, checked

G2_CORRECTIONS = ("none", "yates", "yates_if_small", "williams", "williams_if_filled")
CHI2_CORRECTIONS = ("none", "yates", "yates_bounded", "yates_if_small", "williams")
FISHER_SIDES = ("two", "left", "right", "central")
ZERO_CELLS = ("none", "haldane", "haldane_if_zero")


@dataclass(frozen=True)
class Fourfold:
    """Many 2 x 2 tables: four float arrays of one shape, counts of tokens, none negative."""

    o11: np.ndarray
    o12: np.ndarray
    o21: np.ndarray
    o22: np.ndarray

    @property
    def r1(self) -> np.ndarray:
        return self.o11 + self.o12

    @property
    def r2(self) -> np.ndarray:
        return self.o21 + self.o22

    @property
    def c1(self) -> np.ndarray:
        return self.o11 + self.o21

    @property
    def c2(self) -> np.ndarray:
        return self.o12 + self.o22

    @property
    def n(self) -> np.ndarray:
        return self.o11 + self.o12 + self.o21 + self.o22

    @property
    def observed(self) -> tuple[np.ndarray, ...]:
        return self.o11, self.o12, self.o21, self.o22

    @property
    def expected(self) -> tuple[np.ndarray, ...]:
        """Expected cells under independence, row total x column total / n; 0 in an empty table."""
        n = np.where(self.n == 0, 1.0, self.n)
        return self.r1 * self.c1 / n, self.r1 * self.c2 / n, self.r2 * self.c1 / n, self.r2 * self.c2 / n

    @property
    def sign(self) -> np.ndarray:
        """+1 where the item is more frequent in column 1 than expected, -1 where less, 0 where equal."""
        return np.sign(self.o11 * self.o22 - self.o12 * self.o21)


@checked
def fourfold(o11: ArrayLike, o12: ArrayLike, o21: ArrayLike, o22: ArrayLike) -> Fourfold:
    """Tables from their four cells (broadcast against each other). Negative or non-finite cells are refused."""
    cells = np.broadcast_arrays(*(np.asarray(c, dtype=np.float64) for c in (o11, o12, o21, o22)))
    for name, cell in zip(("o11", "o12", "o21", "o22"), cells, strict=True):
        bad = ~np.isfinite(cell) | (cell < 0)
        if bad.any():
            raise DiscourseError(
                f"fourfold table: cell {name} is {cell[bad].flat[0]}; cells are counts, finite and not negative. "
                "A frequency larger than its corpus gives such a cell: check the totals."
            )
    return Fourfold(*cells)


@checked
def from_corpora(f1: ArrayLike, n1: ArrayLike, f2: ArrayLike, n2: ArrayLike) -> Fourfold:
    """Tables for keyness: `f1` of `n1` tokens in corpus 1, `f2` of `n2` tokens in corpus 2."""
    f1, n1, f2, n2 = (np.asarray(v, dtype=np.float64) for v in (f1, n1, f2, n2))
    return fourfold(f1, f2, n1 - f1, n2 - f2)


@checked
def from_marginals(o11: ArrayLike, f1: ArrayLike, f2: ArrayLike, n: ArrayLike) -> Fourfold:
    """Tables for collocation: the pair `o11` times, its items `f1` and `f2` times, in `n` tokens (or pairs)."""
    o11, f1, f2, n = (np.asarray(v, dtype=np.float64) for v in (o11, f1, f2, n))
    return fourfold(o11, f1 - o11, f2 - o11, n - f1 - f2 + o11)


@checked(statistic=TOGETHER)
def p_of_chi2(statistic: ArrayLike, df: ArrayLike = 1) -> np.ndarray:
    """Upper-tail probability of |statistic| under chi-squared with `df` degrees of freedom; 0 to 1."""
    from scipy import special

    return special.chdtrc(df, np.abs(statistic))


def williams(table: Fourfold) -> np.ndarray:
    """Williams' divisor q >= 1 for a fourfold table (Sokal & Rohlf 1995, box 17.6)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rows = table.n / table.r1 + table.n / table.r2 - 1
        columns = table.n / table.c1 + table.n / table.c2 - 1
        q = 1 + rows * columns / (6 * table.n)
    return np.where(np.isfinite(q), q, 1.0)


def g2(table: Fourfold, *, correction: str = "none", signed: bool = False) -> np.ndarray:
    """Log-likelihood ratio over all four cells: 2 sum O ln(O / E). Dunning (1993), eq. on p. 72.

    correction: "none"; "williams" divides by Williams' q, "williams_if_filled" only where no cell is empty; "yates" moves
    each cell 0.5 towards its expected value first, but never past it, "yates_if_small" only where an expected cell is below
    5 (quanteda's default for lr).
    signed: negative where column 1 has fewer than expected. Range 0 to infinity (unsigned), higher
    means better evidence of a difference between *tokens*, which is not evidence between documents. An empty table
    gives 0.
    """
    require("correction of G2", correction, G2_CORRECTIONS)
    from scipy import special

    # All four O - E are one number up to sign; log1p of it over E keeps full precision in very large corpora.
    gap = (table.o11 * table.o22 - table.o12 * table.o21) / np.where(table.n == 0, 1.0, table.n)
    if correction in ("yates", "yates_if_small"):
        moved = np.sign(gap) * np.maximum(np.abs(gap) - 0.5, 0)
        small = np.min(np.broadcast_arrays(*table.expected), axis=0) < 5
        gap = np.where(small, moved, gap) if correction == "yates_if_small" else moved
    total = np.zeros(table.o11.shape)
    for e, d in zip(table.expected, (gap, -gap, -gap, gap), strict=True):
        ratio = np.divide(d, e, out=np.zeros(e.shape), where=e > 0)
        total = total + special.xlog1py(np.maximum(e + d, 0), np.maximum(ratio, -1))
    score = np.maximum(2 * total, 0.0)
    if correction == "williams":
        score = score / williams(table)
    elif correction == "williams_if_filled":
        filled = np.min(np.broadcast_arrays(*table.observed), axis=0) > 0
        score = np.where(filled, score / williams(table), score)
    return score * table.sign if signed else score


def chi2(table: Fourfold, *, correction: str = "none", signed: bool = False) -> np.ndarray:
    """Pearson's chi-squared with 1 degree of freedom: sum (O - E)^2 / E.

    correction: "none"; "yates" takes 0.5 from every |O - E| (Yates 1934), whatever its size; "yates_bounded" takes at
    most |O - E| (R's chisq.test); "yates_if_small" takes 0.5 only where an expected cell is below 5 and |O - E| at least
    0.5 (Cochran 1954; quanteda's default); "williams" divides by Williams' q. signed as in `g2`. 0 where a margin is empty.
    """
    require("correction of chi-squared", correction, CHI2_CORRECTIONS)
    n = table.n
    margins = table.r1 * table.r2 * table.c1 * table.c2
    gap = np.abs(table.o11 * table.o22 - table.o12 * table.o21)  # n times |O - E|, the same in all four cells
    if correction == "yates":
        gap = gap - n / 2
    elif correction == "yates_bounded":
        gap = np.maximum(gap - n / 2, 0.0)
    elif correction == "yates_if_small":
        small = np.min(np.broadcast_arrays(*table.expected), axis=0) < 5
        gap = np.where(small & (gap >= n / 2), gap - n / 2, gap)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(margins > 0, n * gap**2 / margins, 0.0)
    if correction == "williams":
        score = score / williams(table)
    return score * table.sign if signed else score


def phi2(table: Fourfold) -> np.ndarray:
    """Squared phi coefficient, chi-squared / n; 0 to 1, higher means stronger association (Church & Gale 1991)."""
    return chi2(table) / np.where(table.n == 0, 1.0, table.n)


def odds_ratio(table: Fourfold, *, zeros: str = "none", kind: str = "sample") -> np.ndarray:
    """Odds ratio o11 o22 / (o12 o21); 1 means no difference, above 1 that column 1 has more.

    zeros: "none" leaves 0, infinity or NaN; "haldane" adds 0.5 to every cell of every table (Haldane 1956, Anscombe
    1956); "haldane_if_zero" does so only for tables with an empty cell. kind: "sample", or "conditional" for the
    conditional maximum-likelihood estimate that R's fisher.test prints (solved table by table, slow).
    """
    require("zeros of the odds ratio", zeros, ZERO_CELLS)
    require("kind of odds ratio", kind, ("sample", "conditional"))
    cells = np.array(np.broadcast_arrays(*table.observed))
    if kind == "conditional":
        from scipy.stats.contingency import odds_ratio as conditional

        _whole(table, "conditional odds ratio")
        flat = cells.reshape(4, -1).T.astype(int)
        values = [conditional(c.reshape(2, 2), kind="conditional").statistic for c in flat]
        return np.reshape(values, cells.shape[1:])
    if zeros == "haldane":
        cells = cells + 0.5
    elif zeros == "haldane_if_zero":
        cells = cells + 0.5 * (cells == 0).any(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (cells[0] * cells[3]) / (cells[1] * cells[2])


def _log_pmf(table: Fourfold, k: np.ndarray) -> np.ndarray:
    """Log hypergeometric probability of o11 = k with the table's margins; -infinity outside the support."""
    from scipy.special import gammaln

    r1, r2, c1, c2 = table.r1, table.r2, table.c1, table.c2
    inside = (k >= np.maximum(0, c1 - r2)) & (k <= np.minimum(r1, c1))
    k = np.where(inside, k, np.maximum(0, c1 - r2))
    fixed = gammaln(r1 + 1) + gammaln(r2 + 1) + gammaln(c1 + 1) + gammaln(c2 + 1) - gammaln(table.n + 1)
    free = gammaln(k + 1) + gammaln(r1 - k + 1) + gammaln(c1 - k + 1) + gammaln(r2 - c1 + k + 1)
    return np.where(inside, fixed - free, -np.inf)


def _log_right_tail(table: Fourfold, k: np.ndarray) -> np.ndarray:
    """ln P(o11 >= k): from scipy where it does not underflow, else by the falling series from k upwards."""
    from scipy.stats import hypergeom

    tail = hypergeom.sf(k - 1, table.n, table.c1, table.r1)
    with np.errstate(divide="ignore"):
        result = np.where(k <= np.maximum(0, table.c1 - table.r2), 0.0, np.log(np.clip(tail, 0, 1)))
    start = _log_pmf(table, k)
    deep = (tail < 1e-280) & np.isfinite(start)
    if deep.any():
        part = Fourfold(*(cell[deep] for cell in table.observed))
        at, total, term = k[deep].astype(float), np.ones(int(deep.sum())), np.ones(int(deep.sum()))
        while (term > 1e-17 * total).any():
            term = term * (part.r1 - at) * (part.c1 - at) / ((at + 1) * (part.r2 - part.c1 + at + 1))
            total, at = total + term, at + 1
        result[deep] = start[deep] + np.log(total)
    return np.where(k > np.minimum(table.r1, table.c1), -np.inf, result)


def _log_left_tail(table: Fourfold, k: np.ndarray) -> np.ndarray:
    """ln P(o11 <= k), read off the table with its columns exchanged."""
    other = Fourfold(table.o12, table.o11, table.o22, table.o21)
    return _log_right_tail(other, table.r1 - k)


def _other_side(table: Fourfold) -> np.ndarray:
    """The first k beyond the mode whose probability is at most the observed one's (bisection on a unimodal law)."""
    o11, lowest, highest = table.o11, np.maximum(0, table.c1 - table.r2), np.minimum(table.r1, table.c1)
    mode = np.clip(np.floor((table.r1 + 1) * (table.c1 + 1) / (table.n + 2)), lowest, highest)
    limit = _log_pmf(table, o11) + 1e-7  # R's and scipy's tolerance for equal probabilities
    right = o11 <= mode  # then the other tail lies to the right of the mode
    near, far = mode.copy(), np.where(right, highest + 1, lowest - 1)
    for _ in range(int(np.ceil(np.log2(max(float(np.max(highest - lowest, initial=1)), 2)))) + 2):
        middle = np.where(right, np.floor((near + far) / 2), np.ceil((near + far) / 2))
        small = _log_pmf(table, middle) <= limit
        far = np.where(small, middle, far)
        near = np.where(small, near, middle)
    return far


def fisher(table: Fourfold, *, side: str = "two", log10: bool = False, mid_p: bool = False) -> np.ndarray:
    """Fisher's exact test: probability of tables at least as extreme with the same margins; 0 to 1.

    side: "right" P(o11 or more), "left" P(o11 or fewer), "two" all tables no more probable than the observed one
    (R, scipy), "central" twice the smaller tail (Evert's corpora). log10: return -log10 of the probability, exact far
    below the smallest float (UCS prints Fisher so). mid_p: the observed table counts half (Lancaster 1961); with
    "central" twice the smaller mid-p tail, as in epidemiology. Cells must be whole numbers. An empty table gives 1.
    """
    require("side of Fisher's test", side, FISHER_SIDES)
    _whole(table, "Fisher's test")
    shape = table.o11.shape
    table = Fourfold(*(np.atleast_1d(cell) for cell in table.observed))
    if side in ("left", "right"):
        tail = _log_right_tail if side == "right" else _log_left_tail
        log_p = _less_half(table, tail(table, table.o11), mid_p)
    else:
        left, right = _log_left_tail(table, table.o11), _log_right_tail(table, table.o11)
        if side == "central":
            left, right = (_less_half(table, tail, mid_p) for tail in (left, right))
        if side == "central":
            log_p = np.minimum(np.minimum(left, right) + np.log(2), 0.0)
        else:
            log_p = _less_half(table, _two_sided(table, left, right), mid_p)
    log_p = np.where(table.n == 0, 0.0, np.minimum(log_p, 0.0))
    return (-log_p / np.log(10) + 0.0 if log10 else np.exp(log_p)).reshape(shape)


def _less_half(table: Fourfold, log_p: np.ndarray, mid_p: bool) -> np.ndarray:
    """ln of the probability less half that of the observed table."""
    if not mid_p:
        return log_p
    with np.errstate(divide="ignore", invalid="ignore"):
        return log_p + np.log1p(-np.minimum(np.exp(_log_pmf(table, table.o11) - log_p), 1) / 2)


def _whole(table: Fourfold, purpose: str) -> None:
    for cell in table.observed:
        if (cell != np.floor(cell)).any():
            raise DiscourseError(
                f"{purpose}: a cell is {cell[cell != np.floor(cell)].flat[0]}; it counts whole tokens. Leave out "
                "smoothing, or use G2 or chi-squared, which take fractions."
            )


def _two_sided(table: Fourfold, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    lowest, highest = np.maximum(0, table.c1 - table.r2), np.minimum(table.r1, table.c1)
    mode = np.clip(np.floor((table.r1 + 1) * (table.c1 + 1) / (table.n + 2)), lowest, highest)
    other = _other_side(table)
    below = table.o11 <= mode
    far = np.where(below, _log_right_tail(table, other), _log_left_tail(table, other))
    at_mode = _log_pmf(table, table.o11) + 1e-7 >= _log_pmf(table, mode)
    return np.where(at_mode, 0.0, np.logaddexp(np.where(below, left, right), far))
