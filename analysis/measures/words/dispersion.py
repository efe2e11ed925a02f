"""How evenly words are spread over the parts of a corpus.

`freqs` holds words x parts (or one row of parts), `sizes` the tokens of each part; the shares of the parts are
s = sizes / sum(sizes), the shares of a word's tokens p = freqs / sum(freqs). Every measure is vectorised over words;
`dispersion_table` computes those that a sparse document-term matrix allows without filling it. A word that occurs
nowhere has no dispersion: NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import (
    CELLS,
    ONE_OR_MORE,
    PART_COUNTS,
    PART_SIZES,
    PLACES,
    checked,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from analysis.measures.words.matrix import DocumentTerm

PARTS = ("counts", "rates")
NORMS = ("lijffijt", "gries2008", "egbert")
KL_NORMS = ("odds", "base_e", "base_2")
DEVIATIONS = ("population", "sample")


def _parts(freqs: ArrayLike, sizes: ArrayLike | None) -> tuple[np.ndarray, np.ndarray]:
    freqs, given = np.asarray(freqs, dtype=np.float64), sizes is not None and np.max(sizes, initial=0) > 1
    sizes = np.ones(freqs.shape[-1]) if sizes is None else np.asarray(sizes, dtype=np.float64)
    if sizes.shape != freqs.shape[-1:] or (sizes <= 0).any() or (freqs < 0).any():
        raise DiscourseError(
            f"dispersion: {freqs.shape[-1]} parts need as many sizes above 0 (got {sizes.size}) and no negative count; "
            "leave out parts without tokens."
        )
    if given and (freqs > sizes).any():
        raise DiscourseError(
            f"dispersion: a count of {freqs[freqs > sizes].flat[0]:g} is larger than its part; sizes count tokens."
        )
    return freqs, sizes


def _shares(freqs: ArrayLike, sizes: ArrayLike | None) -> tuple[np.ndarray, np.ndarray]:
    freqs, sizes = _parts(freqs, sizes)
    with np.errstate(divide="ignore", invalid="ignore"):
        return freqs / freqs.sum(axis=-1, keepdims=True), sizes / sizes.sum()


def _values(freqs: ArrayLike, sizes: ArrayLike | None, parts: str) -> np.ndarray:
    """Counts, or counts per token, of each part."""
    require("parts of the dispersion measure", parts, PARTS)
    freqs, sizes = _parts(freqs, sizes)
    return freqs / sizes if parts == "rates" else freqs


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def part_range(freqs: ArrayLike, sizes: ArrayLike | None = None) -> np.ndarray:
    """Range: number of parts in which the word occurs; 0 to the number of parts, higher means wider spread.

    sizes: weighted by part size instead (tlda): the share of the corpus, by tokens, that the parts with the word hold.
    """
    found = _parts(freqs, sizes)[0] > 0
    if sizes is None:
        return found.sum(axis=-1)
    weight = np.asarray(sizes, dtype=np.float64)
    return (found * weight).sum(axis=-1) / weight.sum()


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def standard_deviation(
    freqs: ArrayLike, sizes: ArrayLike | None = None, *, parts: str = "counts", kind: str = "population"
) -> np.ndarray:
    """Standard deviation of the word's counts (or rates) over parts; kind "sample" divides by n - 1."""
    require("kind of standard deviation", kind, DEVIATIONS)
    return _values(freqs, sizes, parts).std(axis=-1, ddof=int(kind == "sample"))


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def variation(
    freqs: ArrayLike, sizes: ArrayLike | None = None, *, parts: str = "counts", kind: str = "population"
) -> np.ndarray:
    """Coefficient of variation: standard deviation / mean over parts; 0 is even, higher means more clumped."""
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = standard_deviation(freqs, sizes, parts=parts, kind=kind)
        return deviation / _values(freqs, sizes, parts).mean(axis=-1)


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def juilland_d(
    freqs: ArrayLike, sizes: ArrayLike | None = None, *, parts: str = "rates", kind: str = "population"
) -> np.ndarray:
    """Juilland's D: 1 - VC / sqrt(n - 1); 1 is even, 0 all in one part (Juilland et al. 1970; Gries 2008, eq. 4).

    parts: "rates" corrects for parts of unequal size, "counts" is the original for equal ones. kind: "population" is
    Juilland's; "sample" gives lower values, below 0 in the extreme.
    """
    count = np.asarray(freqs).shape[-1]
    if count < 2:
        raise DiscourseError("Juilland's D: a corpus of one part has no dispersion; give two parts or more.")
    return 1 - variation(freqs, sizes, parts=parts, kind=kind) / np.sqrt(count - 1)


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def rosengren_s(freqs: ArrayLike, sizes: ArrayLike | None = None) -> np.ndarray:
    """Rosengren's S: (sum sqrt(s f))^2 / f; up to 1, higher means more even (Rosengren 1971; Gries 2008, eq. 7)."""
    p, s = _shares(freqs, sizes)
    return np.sqrt(p * s).sum(axis=-1) ** 2


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def distributional_consistency(freqs: ArrayLike, sizes: ArrayLike | None = None) -> np.ndarray:
    """Zhang's DC: (mean of sqrt f)^2 / mean f; up to 1, higher means more even (Zhang et al. 2004).

    Made for parts of equal size, where it equals Rosengren's S; if `sizes` are given, rates take the place of counts.
    """
    values = _values(freqs, sizes, "counts" if sizes is None else "rates")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(values).mean(axis=-1) ** 2 / values.mean(axis=-1)


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def carroll_d2(freqs: ArrayLike, sizes: ArrayLike | None = None, *, parts: str = "rates") -> np.ndarray:
    """Carroll's D2: entropy of the word over the parts / log n; 0 to 1, higher means more even (Carroll 1970)."""
    from scipy import special

    values = _values(freqs, sizes, parts)
    count = values.shape[-1]
    if count < 2:
        raise DiscourseError("Carroll's D2: a corpus of one part has no dispersion; give two parts or more.")
    with np.errstate(divide="ignore", invalid="ignore"):
        p = values / values.sum(axis=-1, keepdims=True)
    return special.entr(p).sum(axis=-1) / np.log(count)


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def lyne_d3(freqs: ArrayLike, sizes: ArrayLike | None = None) -> np.ndarray:
    """Lyne's D3: 1 - chi-squared / (4 f); up to 1, higher means more even, may fall below 0 (Lyne 1985)."""
    freqs, sizes = _parts(freqs, sizes)
    total = freqs.sum(axis=-1, keepdims=True)
    expected = total * sizes / sizes.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1 - ((freqs - expected) ** 2 / expected).sum(axis=-1) / (4 * total[..., 0])


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def dp(freqs: ArrayLike, sizes: ArrayLike | None = None) -> np.ndarray:
    """Gries's deviation of proportions: half the sum of |p - s|; 0 is even, towards 1 clumped (Gries 2008, p. 415)."""
    p, s = _shares(freqs, sizes)
    return np.abs(p - s).sum(axis=-1) / 2


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def dp_norm(freqs: ArrayLike, sizes: ArrayLike | None = None, *, norm: str = "lijffijt") -> np.ndarray:
    """DP over its largest possible value; 0 is even, 1 all in one part.

    norm: "lijffijt" divides by 1 - min(s) (Lijffijt & Gries 2012, the correction); "gries2008" by 1 - 1/n, equal parts,
    which may exceed 1 for unequal ones; "egbert" by 1 - the smallest s among the parts that have the word (Egbert, Burch &
    Biber 2020, p. 99; they print 1 minus this).
    """
    require("norm of DPnorm", norm, NORMS)
    counts, sizes = _parts(freqs, sizes)
    if norm == "egbert":
        smallest = np.where(counts > 0, sizes / sizes.sum(), np.inf).min(axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return dp(counts, sizes) / np.where(smallest < 1, 1 - smallest, np.nan)
    return dp(counts, sizes) / _dp_limit(sizes, norm)


def _dp_limit(sizes: np.ndarray, norm: str) -> float:
    require("norm of DPnorm in a sparse table", norm, NORMS[:2])
    limit = 1 - (sizes.min() / sizes.sum() if norm == "lijffijt" else 1 / len(sizes))
    return float(limit) if limit > 0 else float("nan")


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def kl_divergence(freqs: ArrayLike, sizes: ArrayLike | None = None, *, base: float = 2.0) -> np.ndarray:
    """Kullback-Leibler divergence of p from s: sum p log(p / s); 0 is even, higher means clumped (Gries 2020)."""
    from scipy import special

    p, s = _shares(freqs, sizes)
    return special.rel_entr(p, s).sum(axis=-1) / np.log(base)


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def kl_norm(freqs: ArrayLike, sizes: ArrayLike | None = None, *, kind: str = "odds") -> np.ndarray:
    """`kl_divergence` in bits brought to 0 (even) to 1 (clumped); tlda's conventional scaling is 1 minus this.

    kind: "odds" K / (1 + K); "base_e" 1 - e^-K; "base_2" 1 - 2^-K (Gries 2024, pp. 90-92).
    """
    require("kind of normed divergence", kind, KL_NORMS)
    bits = kl_divergence(freqs, sizes)
    if kind == "odds":
        return bits / (1 + bits)
    return -np.expm1(-bits) if kind == "base_e" else -np.expm1(-bits * np.log(2))


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def da(freqs: ArrayLike, sizes: ArrayLike | None = None, *, parts: str = "rates") -> np.ndarray:
    """Burch, Egbert & Biber's (2017) DA: 1 - mean |v_i - v_j| over pairs / (2 mean v); 1 is even, 0 all in one part."""
    values = np.sort(_values(freqs, sizes, parts), axis=-1)
    count = values.shape[-1]
    if count < 2:
        raise DiscourseError("DA: a corpus of one part has no dispersion; give two parts or more.")
    weights = 2 * np.arange(count) - count + 1  # sum over pairs of a sorted row, by position
    gap = (values * weights).sum(axis=-1) / (count * (count - 1) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1 - gap / (2 * values.mean(axis=-1))


@checked(freqs=PART_COUNTS)
def inverse_document_frequency(freqs: ArrayLike, *, base: float = 2.0) -> np.ndarray:
    """log(number of parts / range); 0 in every part, higher means in fewer; infinite for a word of no part."""
    count = np.asarray(freqs).shape[-1]
    with np.errstate(divide="ignore"):
        return np.log(count / part_range(freqs)) / np.log(base)


@checked(freqs=PART_COUNTS, sizes=PART_COUNTS)
def adjusted_frequency(
    freqs: ArrayLike, sizes: ArrayLike | None = None, *, kind: str = "carroll", parts: str = "counts"
) -> np.ndarray:
    """The word's frequency lowered for poor dispersion; at most (carroll, kromer: about) its frequency.

    kind: "juilland" U = D f; "carroll" Um = D2 f + (1 - D2) f / n; "rosengren" KF = (sum sqrt(s f))^2; "engwall" FM =
    f range / n; "kromer" UR = sum of digamma(f_i + 1) + Euler's constant per part. Formulas in Gries (2008, p. 409).
    """
    from scipy import special

    require("kind of adjusted frequency", kind, ("juilland", "carroll", "rosengren", "engwall", "kromer"))
    freqs, sizes = _parts(freqs, sizes)
    total, count = freqs.sum(axis=-1), freqs.shape[-1]
    if kind == "kromer":
        return (special.digamma(freqs + 1) + np.euler_gamma).sum(axis=-1)
    if kind == "rosengren":
        factor = rosengren_s(freqs, sizes)
    elif kind == "engwall":
        factor = part_range(freqs) / count
    elif kind == "juilland":
        factor = juilland_d(freqs, sizes, parts=parts)
    else:
        d2 = carroll_d2(freqs, sizes, parts=parts)
        factor = d2 + (1 - d2) / count
    return np.where(total == 0, 0.0, factor * total)


@checked(positions=PLACES, length=ONE_OR_MORE)
def distance_measures(positions: ArrayLike, length: int) -> dict[str, float]:
    """Dispersion from the places of one word, with no division into parts (Savický & Hlaváčová 2002; Gries 2008).

    positions: 0-based places of the word's tokens among `length` tokens; the corpus is read as a ring. arf: average
    reduced frequency, awt: average waiting time, ald: average logarithmic distance; f_awt and f_ald: the adjusted
    frequencies that follow. The store keeps no positions, so this serves the private side. A word of no token gives 0.
    """
    places = np.sort(np.asarray(positions, dtype=np.float64))
    count = len(places)
    if count and (places[0] < 0 or places[-1] >= length or (np.diff(places) == 0).any()):
        raise DiscourseError(
            f"distance measures: places {places[0]:.0f} to {places[-1]:.0f} of {length} tokens; give each place once, "
            "from 0 to the length less 1."
        )
    if count == 0:
        return dict.fromkeys(("arf", "awt", "ald", "f_awt", "f_ald"), 0.0)
    gaps = np.diff(places, append=places[0] + length)
    step = length / count
    awt = (1 + (gaps**2).sum() / length) / 2
    ald = (gaps * np.log10(gaps)).sum() / length
    return {
        "arf": float(np.minimum(gaps, step).sum() / step),
        "awt": float(awt),
        "ald": float(ald),
        "f_awt": float(length**2 / (gaps**2).sum()),
        "f_ald": float(length * 10**-ald),
    }


@checked(totals=CELLS, sizes=PART_SIZES)
def expected_range(totals: ArrayLike, sizes: ArrayLike) -> np.ndarray:
    """Parts a word of `totals` tokens would reach if they fell at random: sum of 1 - (1 - s)^f over the parts."""
    totals, sizes = np.asarray(totals, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    distinct, back = np.unique(totals, return_inverse=True)
    missing = np.log1p(-np.minimum(sizes / sizes.sum(), 1 - 1e-15))
    width = max(1, 4_000_000 // max(len(sizes), 1))
    reached = [
        -np.expm1(np.outer(distinct[i : i + width], missing)).sum(axis=1) for i in range(0, len(distinct), width)
    ]
    return np.concatenate(reached)[back.reshape(totals.shape)] if reached else np.zeros(totals.shape)


@checked(totals=CELLS, sizes=PART_SIZES, ranges=CELLS)
def spread(ranges: ArrayLike, totals: ArrayLike, sizes: ArrayLike) -> np.ndarray:
    """Parts reached / parts expected if the word's tokens fell at random; about 1 is as even as chance, low is clumped.

    Unlike DP and its relatives it does not fall with the word's frequency (Gries 2022 shows that they do), so one limit
    serves all words. Two tokens in one of many documents give about 0.5. NaN for a word that does not occur.
    """
    expected = expected_range(totals, sizes)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(totals) > 0, np.asarray(ranges) / expected, np.nan)


def dispersion_table(units: DocumentTerm, *, norm: str = "lijffijt") -> pd.DataFrame:
    """Dispersion of every term over the rows of `units` (documents or larger parts), one row per term.

    Columns: term, token_count, unit_count (range), spread, dp, dp_norm, kld (bits), juilland_d (rates, population),
    rosengren_s, carroll_d2 (rates). Rows of `units` without tokens do not count. Needs two parts or more; terms that do
    not occur have NaN. norm: "lijffijt" or "gries2008", see `dp_norm`. Computed on the sparse
    matrix: only the cells that are filled cost time.
    """
    import pandas as pd

    columns = sparse_dispersion(units, norm=norm)
    return pd.DataFrame({"term": units.terms, **columns})


def sparse_dispersion(units: DocumentTerm, *, norm: str = "lijffijt") -> dict[str, np.ndarray]:
    """The columns of `dispersion_table` as arrays."""
    present = units.token_counts > 0
    if present.sum() < 2:
        raise DiscourseError(f"dispersion: {int(present.sum())} parts with tokens; give two parts or more.")
    units = units if present.all() else units.select(present)
    sizes = units.token_counts.astype(np.float64)
    count, s, limit = len(sizes), sizes / sizes.sum(), _dp_limit(sizes, norm)
    total, rates = _column_sums(units, lambda row, _, freq: (freq, freq / sizes[row]))
    ranges = units.document_counts()

    def terms(row: np.ndarray, column: np.ndarray, freq: np.ndarray) -> tuple[np.ndarray, ...]:
        p, rate = freq / total[column], freq / sizes[row]
        q = rate / rates[column]
        apart = np.abs(p - s[row]) - s[row]
        return apart, rate**2, p * np.log2(p / s[row]), np.sqrt(p * s[row]), q * np.log(q)

    with np.errstate(divide="ignore", invalid="ignore"):
        apart, squares, kld, roots, entropy = _column_sums(units, terms)
        deviation = (apart + 1) / 2
        variance = np.maximum(squares / count - (rates / count) ** 2, 0)
        columns = {
            "token_count": total.astype(np.int64),
            "unit_count": ranges,
            "spread": spread(ranges, total, sizes),
            "dp": np.clip(deviation, 0, 1),
            "dp_norm": np.clip(deviation / limit, 0, 1 if norm == "lijffijt" else None),
            "kld": kld,
            "juilland_d": 1 - np.sqrt(variance) / (rates / count) / np.sqrt(count - 1),
            "rosengren_s": roots**2,
            "carroll_d2": -entropy / np.log(count),
        }
    counted = ("token_count", "unit_count")
    return {k: v if k in counted else np.where(total > 0, v, np.nan) for k, v in columns.items()}


def _column_sums(
    units: DocumentTerm, terms: Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, ...]]
) -> np.ndarray:
    """Sums by column of what `terms` makes of the filled cells (row, column, count): sums x columns."""
    found: np.ndarray | None = None
    for row, column, freq in units.blocks():
        sums = [np.bincount(column, weights=values, minlength=units.shape[1]) for values in terms(row, column, freq)]
        found = np.array(sums) if found is None else found + sums
    if found is None:
        raise DiscourseError("dispersion: no part with tokens; give two parts or more.")
    return found
