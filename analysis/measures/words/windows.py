"""Words that stand near each other in given tokens: counts of pairs and triples, and how strongly triples hold together.

For token lists that are at hand (published examples, one's own texts): a store keeps no order of words.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import CELLS, NOT_NEGATIVE, ONE_OR_MORE, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

COUNTS = ("pairs", "once", "distance")


@checked
def window_pairs(
    documents: Sequence[Sequence[str]], *, window: int = 1, ordered: bool = True, count: str = "pairs"
) -> pd.DataFrame:
    """Pairs of words at most `window` tokens apart, one row a pair, most frequent first, then by alphabet.

    Columns: first, second, o11 (how often together), f1, f2 (how often each occurs), n (all tokens), ready for
    `association_table`. Pairs do not cross documents. ordered: "new york" and "york new" are two pairs; otherwise one,
    the alphabetically first word first (quanteda's fcm). count: "pairs" every pair of places; "once" at most once a
    document; "distance" each pair of places weighs 1 / distance (quanteda's "weighted"). NLTK's window_size = w is window
    w - 1 here, and its scores divide o11 by w - 1. Raises `DiscourseError` for a window below 1; no tokens give no rows.
    """
    import pandas as pd

    require("count", count, COUNTS)
    if window < 1:
        raise DiscourseError(f"window_pairs: window is {window}; give 1 (neighbours) or more tokens.")
    together: Counter = Counter()
    single: Counter = Counter()
    for tokens in _listed(documents):
        single.update(tokens)
        here: Counter = Counter()
        for distance in range(1, window + 1):
            for pair in zip(tokens, tokens[distance:], strict=False):
                key = pair if ordered or pair[0] <= pair[1] else pair[::-1]
                here[key] += 1 / distance if count == "distance" else 1
        together.update(here if count != "once" else dict.fromkeys(here, 1))
    total = sum(single.values())
    rows = [(a, b, times, single[a], single[b], total) for (a, b), times in together.items()]
    rows.sort(key=lambda row: (-row[2], row[0], row[1]))
    return pd.DataFrame(rows, columns=["first", "second", "o11", "f1", "f2", "n"])


@checked
def pair_offsets(documents: Sequence[Sequence[str]], first: str, second: str, *, window: int = 5) -> dict[str, float]:
    """Where `second` stands beside `first`: count of pairs of places at most `window` tokens apart, mean and deviation of
    their offsets.

    An offset is the place of `second` less that of `first`, below 0 where it stands before. deviation: of the sample,
    n - 1. A small one says that the two stand in a fixed pattern (Smadja 1993; Manning & Schütze 1999, section 5.2). No
    pair: count 0, the others nan; of one pair the deviation is nan. Raises `DiscourseError` for a window below 1.
    """
    if window < 1:
        raise DiscourseError(f"pair_offsets: window is {window}; give 1 (neighbours) or more tokens.")
    found = []
    for tokens in _listed(documents):
        here, there = ([i for i, token in enumerate(tokens) if token == word] for word in (first, second))
        found += [b - a for a in here for b in there if 0 < abs(b - a) <= window]
    mean = float(np.mean(found)) if found else float("nan")
    deviation = float(np.std(found, ddof=1)) if len(found) > 1 else float("nan")
    return {"count": len(found), "mean": mean, "deviation": deviation}


def _listed(documents: Sequence[Sequence[str]]) -> list[list[str]]:
    if isinstance(documents, str) or any(isinstance(tokens, str) for tokens in documents):
        raise DiscourseError("documents: a text where a list of tokens is needed; give one list of tokens a document.")
    return [list(tokens) for tokens in documents]


@checked(together=NOT_NEGATIVE, pairs=CELLS, single=CELLS, n=ONE_OR_MORE)
def triple_measures(
    together: int, pairs: tuple[int, int, int], single: tuple[int, int, int], n: int
) -> dict[str, float]:
    """How strongly three words hold together, with the counts NLTK's TrigramAssocMeasures take.

    together: all three; pairs: first and second, first and third, second and third; single: each alone; n: all triples.
    Expected under independence: single1 single2 single3 / n^2. t: (O - E) / sqrt(O); mi: log2(O / E); g2: 2 sum O ln(O / E)
    over the eight cells; chi2: sum (O - E)^2 / E over them; poisson_stirling: O (log2(O / E) - 1); mi_like: O^3 / product
    of singles; jaccard: O / triples with any of the words in its place. Raises `DiscourseError` for impossible counts.
    """
    cells, expected = _eight(together, pairs, single, n)
    e = expected[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        log = float(np.log2(together / e)) if together else float("-inf")
        g2 = float(2 * np.sum(np.where(cells > 0, cells * np.log(cells / expected), 0.0)))
        chi2 = float(np.sum(np.where(expected > 0, (cells - expected) ** 2 / expected, 0.0)))
    return {
        "t": (together - e) / together**0.5 if together else float("-inf"),
        "mi": log,
        "g2": g2,
        "chi2": chi2,
        "poisson_stirling": together * (log - 1) if together else 0.0,
        "raw_frequency": together / n,
        "mi_like": together**3 / (single[0] * single[1] * single[2]),
        "jaccard": together / float(cells[:7].sum()),
    }


def _eight(
    together: int, pairs: tuple[int, int, int], single: tuple[int, int, int], n: int
) -> tuple[np.ndarray, np.ndarray]:
    """The eight cells (123, 12-, 1-3, -23, 1--, -2-, --3, ---) and what independence expects."""
    (ab, ac, bc), (a, b, c), abc = pairs, single, together
    cells = [abc, ab - abc, ac - abc, bc - abc, a - ab - ac + abc, b - ab - bc + abc, c - ac - bc + abc]
    cells.append(n - sum(cells))
    if min(cells) < 0 or min(single) < 1:
        raise DiscourseError(
            f"triple_measures: {together}, {pairs}, {single} of {n} leave a cell of {min(cells)}; each pair holds the "
            "triple, each word its pairs, and n all of them."
        )
    share = [(a / n, b / n, c / n), (1 - a / n, 1 - b / n, 1 - c / n)]
    which = [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 1)]
    expected = [n * share[i][0] * share[j][1] * share[k][2] for i, j, k in which]
    return np.array(cells, dtype=np.float64), np.array(expected)
