"""Association of two items from their fourfold table: the collocation measures, by name, vectorised over pairs.

O is the pair's frequency (o11), E its expected frequency f1 f2 / n, with marginals f1 (rows) and f2 (columns). Higher
always means stronger attraction. Where O is 0, logarithms give -infinity unless said otherwise. Formulas as in Evert
(2004, 2008) and Pecina (2010) where no other source is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DiscourseError, not_allowed, require
from analysis.measures.inference.arguments import COUNTS, NOT_NEGATIVE, ONE_OR_MORE, POSITIVE, checked
from analysis.measures.words import contingency as ct
from analysis.measures.words.contingency import Fourfold
from analysis.measures.words.keyness import scores as keyness


def _log(x: ArrayLike, base: float = 2.0) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(x) / np.log(base)


def _over(a: ArrayLike, b: ArrayLike) -> np.ndarray:
    """a / b, and 0 where b is 0."""
    a, b = np.broadcast_arrays(np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64))
    return np.divide(a, b, out=np.zeros(a.shape), where=b != 0)


def _expected(t: Fourfold) -> np.ndarray:
    return _over(t.r1 * t.c1, t.n)


@checked(k=ONE_OR_MORE, constant=NOT_NEGATIVE)
def mi(t: Fourfold, *, k: int = 1, base: float = 2.0, constant: float = 0.0) -> np.ndarray:
    """log(O^k / E). k = 1: mutual information (Church & Hanks 1990); 2, 3: MI2, MI3 (Daille 1994, on counts).

    constant: added to O^k / E before the logarithm, which keeps a pair never seen finite.
    """
    if constant < 0:
        raise DiscourseError(f"MI: constant is {constant}; give 0 or more.")
    with np.errstate(divide="ignore", invalid="ignore"):
        if constant:
            return _log(t.o11**k / _expected(t) + constant, base)
        return k * _log(t.o11, base) - _log(_expected(t), base)


@checked(k=ONE_OR_MORE)
def pmi_k(t: Fourfold, *, k: int = 2, base: float = 2.0) -> np.ndarray:
    """log(p12^k / (p1 p2)) on probabilities (Daille 1994; Role & Nadif 2011); k = 2 is at most 0, k = 1 is `mi`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return k * _log(_over(t.o11, t.n), base) - _log(_over(t.r1, t.n) * _over(t.c1, t.n), base)


def npmi(t: Fourfold) -> np.ndarray:
    """Normalised PMI, log(p12 / (p1 p2)) / -log p12; -1 never together, 0 independent, 1 always (Bouma 2009)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = mi(t) / -_log(_over(t.o11, t.n))
    return np.where(t.o11 == 0, -1.0, np.where(t.o11 == t.n, 1.0, value))


@checked
def local_mi(t: Fourfold, *, base: float = 2.0) -> np.ndarray:
    """O log(O / E); 0 where O is 0. Favours frequent pairs (Evert 2008)."""
    return np.where(t.o11 > 0, np.nan_to_num(t.o11 * np.where(t.o11 > 0, mi(t, base=base), 0)), 0.0)


@checked(k=ONE_OR_MORE)
def mi_log_f(t: Fourfold, *, k: int = 1) -> np.ndarray:
    """MI x ln(O + 1), the salience of Kilgarriff & Tugwell (2001); 0 where O is 0. k = 2 puts MI2 for MI."""
    return np.where(t.o11 > 0, np.where(t.o11 > 0, mi(t, k=k), 0) * np.log1p(t.o11), 0.0)


@checked
def average_mi(t: Fourfold, *, base: float = 2.0) -> np.ndarray:
    """Mutual information of the two variables, sum over cells of O/n log(O/E); G2 / (2 n ln base). 0 or more."""
    return ct.g2(t) / np.where(t.n == 0, 1.0, 2 * t.n) / np.log(base)


def normalised_mi(t: Fourfold) -> np.ndarray:
    """`average_mi` over the joint entropy; 0 independent, 1 each determines the other (Bouma 2009)."""
    from scipy import special

    joint = sum(special.entr(_over(cell, t.n)) for cell in t.observed) / np.log(2)
    return _over(average_mi(t), joint)


def t_score(t: Fourfold, *, exact: bool = False) -> np.ndarray:
    """(O - E) / sqrt(O) (Church et al. 1991); exact: variance O (1 - O/n), as Manning & Schütze (1999, p. 164).

    0 where O is 0 (nothing seen). Not a t-test in the strict sense; used to rank.
    """
    variance = t.o11 * (1 - _over(t.o11, t.n)) if exact else t.o11
    return _over(t.o11 - _expected(t), np.sqrt(variance))


@checked(first=COUNTS, second=COUNTS)
def t_difference(first: ArrayLike, second: ArrayLike) -> np.ndarray:
    """t of the difference of two words' counts beside the same collocate: (a - b) / sqrt(a + b) (Church et al. 1991;
    Manning & Schütze 1999, eq. 5.7), above 0 where the first has more.

    For words about equally frequent in one corpus. 0 where both counts are 0. Raises `DiscourseError` for a negative count.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if not ((a >= 0).all() and (b >= 0).all()):
        raise DiscourseError("t_difference: counts are numbers, not negative.")
    return _over(a - b, np.sqrt(a + b))


def z_score(t: Fourfold, *, correction: str = "none") -> np.ndarray:
    """(O - E) / sqrt(E) (Dennis 1965). correction: "yates" takes up to 0.5 from |O - E|; "binomial": E (1 - E/n)."""
    require("correction of z", correction, ("none", "yates", "binomial"))
    e = _expected(t)
    gap = t.o11 - e
    if correction == "yates":
        gap = np.sign(gap) * np.maximum(np.abs(gap) - 0.5, 0)
    return _over(gap, np.sqrt(e * (1 - _over(e, t.n)) if correction == "binomial" else e))


@checked(span=POSITIVE)
def z_berry_rogghe(t: Fourfold, *, span: float = 1.0) -> np.ndarray:
    """(O - E) / sqrt(E (1 - p)) with p = f2 / (n - f1) and E = p f1 span (Berry-Rogghe 1973)."""
    p = _over(t.c1, t.n - t.r1)
    e = p * t.r1 * span
    return _over(t.o11 - e, np.sqrt(np.maximum(e * (1 - p), 0)))


def simple_ll(t: Fourfold) -> np.ndarray:
    """2 (O ln(O/E) - (O - E)), signed by direction: log-likelihood from the pair's own cell (Evert 2008)."""
    from scipy import special

    e = _expected(t)
    return np.sign(t.o11 - e) * 2 * (special.rel_entr(t.o11, e) - (t.o11 - e))


@checked
def poisson_stirling(t: Fourfold, *, base: float = np.e) -> np.ndarray:
    """O (log(O/E) - 1), Stirling's approximation to a Poisson test (Quasthoff & Wolff 2002). NLTK takes base 2."""
    return np.where(t.o11 > 0, t.o11 * (np.where(t.o11 > 0, mi(t, base=base), 0) - 1), 0.0)


def poisson_significance(t: Fourfold) -> np.ndarray:
    """`poisson_stirling` / ln n, the Poisson collocation measure of Quasthoff & Wolff (2002)."""
    return _over(poisson_stirling(t), np.log(np.maximum(t.n, 1)))


def dice(t: Fourfold) -> np.ndarray:
    """2 O / (f1 + f2); 0 to 1 (Dice 1945; Smadja et al. 1996)."""
    return _over(2 * t.o11, t.r1 + t.c1)


def log_dice(t: Fourfold) -> np.ndarray:
    """14 + log2 Dice; at most 14, one step up is twice as often; does not depend on corpus size (Rychlý 2008)."""
    return 14 + _log(dice(t))


def geometric_mean(t: Fourfold) -> np.ndarray:
    """O / sqrt(f1 f2) (gmean, Ochiai, cosine); 0 to 1."""
    return _over(t.o11, np.sqrt(t.r1 * t.c1))


def min_sensitivity(t: Fourfold) -> np.ndarray:
    """The smaller of O/f1 and O/f2; 0 to 1 (Pedersen & Bruce 1996)."""
    return np.minimum(_over(t.o11, t.r1), _over(t.o11, t.c1))


@checked
def conditional(t: Fourfold, *, given: int = 1) -> np.ndarray:
    """Probability of the other item given item 1 (O/f1) or item 2 (O/f2); 0 to 1 (Durrant 2008 prints per cent)."""
    require("given", given, (1, 2))
    return _over(t.o11, t.r1 if given == 1 else t.c1)


@checked
def delta_p(t: Fourfold, *, given: int = 1) -> np.ndarray:
    """Delta P: P(item 2 | item 1) - P(item 2 | not item 1), or the other way for given=2; -1 to 1 (Gries 2013)."""
    require("given", given, (1, 2))
    if given == 1:
        return _over(t.o11, t.r1) - _over(t.o21, t.r2)
    return _over(t.o11, t.c1) - _over(t.o12, t.c2)


@checked
def log_odds_ratio(t: Fourfold, *, discounted: bool = True, base: float = 2.0) -> np.ndarray:
    """log of the odds ratio; discounted: 0.5 added to every cell, which keeps it finite (Evert 2004)."""
    return _log(ct.odds_ratio(t, zeros="haldane" if discounted else "none"), base)


@checked(smoothing=NOT_NEGATIVE)
def log_odds_ratio_z(t: Fourfold, *, smoothing: float = 0.5) -> np.ndarray:
    """ln of the odds ratio over its standard error, `smoothing` added to every cell (Blaheta & Johnson 2001).

    quanteda's collocations print ln of the odds ratio as lambda and this as z. With smoothing 0 an empty cell gives NaN.
    """
    cells = [cell + smoothing for cell in t.observed]
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.log(cells[0] * cells[3] / (cells[1] * cells[2])) / np.sqrt(sum(1 / cell for cell in cells))
    return np.where(np.all(np.array(np.broadcast_arrays(*cells)) > 0, axis=0), z, np.nan)


def _yule(t: Fourfold, power: float) -> np.ndarray:
    """(w - 1) / (w + 1), w the odds ratio to a power: 1 Yule's Q (1900), 1/2 his Y (1912); -1 to 1, 0 independent."""
    main, other = (t.o11 * t.o22) ** power, (t.o12 * t.o21) ** power
    return _over(main - other, main + other)


def mutual_expectation(t: Fourfold) -> np.ndarray:
    """O x Dice, the mutual expectation of Dias et al. (1999) on counts; divide by n for probabilities."""
    return t.o11 * dice(t)


def relative_risk(t: Fourfold) -> np.ndarray:
    """P(item 2 | item 1) / P(item 2 | not item 1); 1 is independent, infinite if item 2 never comes without item 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return _over(t.o11, t.r1) / _over(t.o21, t.r2)


@checked(k=ONE_OR_MORE)
def mi_like(t: Fourfold, *, k: int = 3) -> np.ndarray:
    """O^k / (f1 f2), NLTK's `mi_like`: no logarithm and no n, hence not MI3, though it ranks pairs alike."""
    return _over(t.o11**k, t.r1 * t.c1)


@checked
def lrc(t: Fourfold, *, level: float = 0.95, family: int | None = None) -> np.ndarray:
    """Conservative log ratio of item 2 with item 1 against without (Evert 2022), see `keyness.lrc`."""
    return keyness.lrc(t.o11, np.maximum(t.r1, 1), t.o21, np.maximum(t.r2, 1), level=level, family=family)


def collostruction(t: Fourfold) -> np.ndarray:
    """-log10 of one-sided Fisher in the direction of the difference, negative for repulsion (Gries et al. 2005)."""
    right, left = ct.fisher(t, side="right", log10=True), ct.fisher(t, side="left", log10=True)
    return np.where(t.sign >= 0, right, -left)


MEASURES: dict[str, Callable[[Fourfold], np.ndarray]] = {
    "expected_count": _expected,
    "mu": lambda t: _over(t.o11, _expected(t)),
    "mi": mi,
    "mi_log10": lambda t: mi(t, base=10),
    "mi2": lambda t: mi(t, k=2),
    "mi3": lambda t: mi(t, k=3),
    "pmi2": lambda t: pmi_k(t, k=2),
    "pmi3": lambda t: pmi_k(t, k=3),
    "npmi": npmi,
    "local_mi": local_mi,
    "mi_log_f": mi_log_f,
    "average_mi": average_mi,
    "normalised_mi": normalised_mi,
    "t": t_score,
    "t_exact": lambda t: t_score(t, exact=True),
    "z": z_score,
    "z_yates": lambda t: z_score(t, correction="yates"),
    "z_binomial": lambda t: z_score(t, correction="binomial"),
    "z_berry_rogghe": z_berry_rogghe,
    "simple_ll": simple_ll,
    "g2": lambda t: ct.g2(t, signed=True),
    "chi2": lambda t: ct.chi2(t, signed=True),
    "chi2_yates": lambda t: ct.chi2(t, correction="yates", signed=True),
    "chi2_yates_bounded": lambda t: ct.chi2(t, correction="yates_bounded", signed=True),
    "phi2": ct.phi2,
    "phi": lambda t: t.sign * np.sqrt(ct.phi2(t)),
    "yule_q": lambda t: _yule(t, 1.0),
    "yule_y": lambda t: _yule(t, 0.5),
    "kulczynski": lambda t: (_over(t.o11, t.r1) + _over(t.o11, t.c1)) / 2,
    "overlap": lambda t: _over(t.o11, np.minimum(t.r1, t.c1)),
    "fisher": lambda t: ct.fisher(t, side="right"),
    "fisher_log10": lambda t: ct.fisher(t, side="right", log10=True),
    "collostruction": collostruction,
    "poisson_stirling": poisson_stirling,
    "poisson_stirling_log2": lambda t: poisson_stirling(t, base=2),
    "poisson_significance": poisson_significance,
    "dice": dice,
    "log_dice": log_dice,
    "jaccard": lambda t: _over(t.o11, t.r1 + t.c1 - t.o11),
    "geometric_mean": geometric_mean,
    "min_sensitivity": min_sensitivity,
    "p_2_given_1": conditional,
    "p_1_given_2": lambda t: conditional(t, given=2),
    "delta_p_1": delta_p,
    "delta_p_2": lambda t: delta_p(t, given=2),
    "odds_ratio": ct.odds_ratio,
    "log_odds_ratio": log_odds_ratio,
    "log_odds_ratio_ln": lambda t: log_odds_ratio(t, base=np.e),
    "log_odds_ratio_z": log_odds_ratio_z,
    "mutual_expectation": mutual_expectation,
    "raw_frequency": lambda t: _over(t.o11, t.n),
    "relative_risk": relative_risk,
    "mi_like": mi_like,
    "lrc": lrc,
}


def associations(table: Fourfold, measures: Iterable[str]) -> dict[str, np.ndarray]:
    """The named measures of every pair of `table`, in the order asked for. Unknown names are refused with all known."""
    names = list(measures)
    for name in names:
        if name not in MEASURES:
            raise DiscourseError(not_allowed("association measure", name, MEASURES))
    return {name: MEASURES[name](table) for name in names}
