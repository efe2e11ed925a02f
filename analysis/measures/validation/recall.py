"""How many documents do the search strings miss? Two strings as two captures of one population."""

from __future__ import annotations

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import CELLS, NOT_NEGATIVE, checked

KINDS = ("chapman", "lincoln_petersen", "bailey", "chao")


@checked(first=NOT_NEGATIVE, second=NOT_NEGATIVE, both=NOT_NEGATIVE)
def two_strings(first: int, second: int, both: int, *, level: float = 0.95, kind: str = "chapman") -> dict[str, float]:
    """Documents there are, from those found by one string, by another, and by both: estimate, variance, low, high (normal
    law, never below what was found), recall_first, recall_second, recall_either.

    kind: "chapman" (1951) (n1 + 1)(n2 + 1) / (m + 1) - 1, variance after Seber (1970); "lincoln_petersen" n1 n2 / m;
    "bailey" (1951) n1 (n2 + 1) / (m + 1), for a second search that may find a document twice; "chao" (1987) seen + f1^2 /
    (2 f2), f1 found by one string and f2 by both: a lower bound when documents are unequally easy to find. The strings are
    taken as independent; strings that find the same kind of document overlap more, and the estimate is then too low, the
    recall too high. Without overlap "lincoln_petersen" and "chao" are infinite.

    >>> round(two_strings(10, 15, 5)["estimate"], 3)
    28.333
    """
    from scipy.special import ndtri

    require("kind of estimate", kind, KINDS)
    if not 0 <= both <= min(first, second) or any(n != int(n) for n in (first, second, both)):
        raise DiscourseError(
            f"two_strings: {first} and {second} documents, {both} of both; give whole numbers, "
            "the overlap no larger than either."
        )
    if not 0 < level < 1:
        raise DiscourseError(f"two_strings: level {level} is not a confidence level; give a share such as 0.95.")
    if not first + second:
        raise DiscourseError("two_strings: no document was found by either string; there is nothing to estimate.")
    estimate, variance = _population(first, second, both, kind)
    reach = float(ndtri(0.5 + level / 2)) * variance**0.5
    seen = first + second - both
    whole = max(estimate, seen)
    return {
        "estimate": estimate,
        "variance": variance,
        "low": max(estimate - reach, float(seen)) if estimate < float("inf") else float(seen),
        "high": estimate + reach,
        "recall_first": first / whole,
        "recall_second": second / whole,
        "recall_either": seen / whole,
    }


def _population(n1: int, n2: int, m: int, kind: str) -> tuple[float, float]:
    """Estimate and variance of how many documents there are."""
    if kind == "chapman":
        top = (n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m)
        return (n1 + 1) * (n2 + 1) / (m + 1) - 1, top / ((m + 1) ** 2 * (m + 2))
    if kind == "bailey":
        return n1 * (n2 + 1) / (m + 1), n1**2 * (n2 + 1) * (n2 - m) / ((m + 1) ** 2 * (m + 2))
    if not m:
        return float("inf"), float("inf")
    if kind == "lincoln_petersen":
        return n1 * n2 / m, n1 * n2 * (n1 - m) * (n2 - m) / m**3
    once, ratio = n1 + n2 - 2 * m, (n1 + n2 - 2 * m) / m
    return n1 + n2 - m + once**2 / (2 * m), m * (ratio**4 / 4 + ratio**3 + ratio**2 / 2)


@checked(counts=CELLS, found=CELLS)
def tipping_point(counts: tuple[int, int], found: tuple[int, int]) -> float:
    """How much smaller the recall after a border would have to be than before it for a change of a rate to vanish.

    counts: hits before and after; found: documents (or tokens) before and after. The ratio of the rates is undone when
    documents without the frame (for a rise) or with it (for a fall) were missed by this factor; 1 means that nothing has
    to be missed. nan without hits on a side.
    """
    (x0, x1), (n0, n1) = counts, found
    if min(found) <= 0 or min(counts) < 0:
        raise DiscourseError(
            f"tipping_point: counts {counts} in {found}; counts are 0 or more, what was found above 0."
        )
    if not x0 or not x1:
        return float("nan")
    ratio = (x1 / n1) / (x0 / n0)
    return ratio if ratio >= 1 else 1 / ratio
