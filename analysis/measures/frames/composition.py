"""A changed rate split into what changed within outlets and what changed because other outlets are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, NothingFound
from analysis.measures.frames.rates import PER

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("within", "mix", "entry", "exit")


def decompose(
    hits_after: np.ndarray,
    tokens_after: np.ndarray,
    hits_before: np.ndarray,
    tokens_before: np.ndarray,
    per: float = PER,
) -> dict[str, float]:
    """The change of a pooled rate in parts that add up exactly (Kitagawa 1955, symmetric; entry and exit as Griliches
    and Regev 1995).

    Each array has one value for each outlet, 0 where it has nothing. With r = hits / tokens, w an outlet's share of the
    tokens, R the mean of both total rates, sums over outlets there in both times: within = sum of mean w times change of
    r; mix = sum of (mean r - R) times change of w; over outlets that came: entry = sum of w1 (r1 - R); over those that
    left: exit = -sum of w0 (r0 - R). Answer: total, within, mix, entry, exit, per `per` tokens; above 0 means more
    after. Equal shares give a mix of 0. Raises `DiscourseError` when either time has no tokens, or hits lack tokens.
    """
    x1, n1, x0, n0 = (np.asarray(a, dtype=float) for a in (hits_after, tokens_after, hits_before, tokens_before))
    if not x1.shape == n1.shape == x0.shape == n0.shape:
        raise DiscourseError(
            f"hits and tokens need one value for each outlet; they have {[len(a) for a in (x1, n1, x0, n0)]}."
        )
    if ((x1 > 0) & (n1 <= 0)).any() or ((x0 > 0) & (n0 <= 0)).any():
        raise DiscourseError("hits of an outlet without tokens; give its tokens.")
    if n1.sum() <= 0 or n0.sum() <= 0:
        raise NothingFound("no tokens before or no tokens after; a change needs both.")
    w1, w0 = n1 / n1.sum(), n0 / n0.sum()
    r1, r0 = (
        np.divide(x1, n1, out=np.zeros_like(x1), where=n1 > 0),
        np.divide(x0, n0, out=np.zeros_like(x0), where=n0 > 0),
    )
    middle = (x1.sum() / n1.sum() + x0.sum() / n0.sum()) / 2
    both, came, left = (n1 > 0) & (n0 > 0), (n1 > 0) & (n0 <= 0), (n0 > 0) & (n1 <= 0)
    parts = {
        "within": ((w1 + w0) / 2 * (r1 - r0))[both].sum(),
        "mix": (((r1 + r0) / 2 - middle) * (w1 - w0))[both].sum(),
        "entry": (w1 * (r1 - middle))[came].sum(),
        "exit": -(w0 * (r0 - middle))[left].sum(),
    }
    total = x1.sum() / n1.sum() - x0.sum() / n0.sum()
    return {"total": per * float(total)} | {name: per * float(value) for name, value in parts.items()}


def composition(
    cells: pd.DataFrame,
    sides: tuple[str, str, str],
    *,
    outlet: str = "outlet_id",
    replicates: int = 1000,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """The parts of a changed rate with intervals from whole units drawn again.

    cells: one row is one outlet in one unit of time on one side: `outlet`, unit, hit_count, token_count, and the column
    of `sides` = (column, baseline value, compared value). One row of the answer is one part: part ("total" and `PARTS`),
    change (per 10,000 tokens, above 0 means more in the compared side), low, high (percentile, units drawn with
    replacement within each side, over all outlets together), unit_count. Raises `DiscourseError` for a missing column or
    a side without units.
    """
    import pandas as pd

    column, baseline, compared = sides
    for name in (outlet, "unit", "hit_count", "token_count", column):
        if name not in cells.columns:
            raise DiscourseError(f"cells: column {name!r} is missing; there are {', '.join(map(str, cells.columns))}.")
    outlets = sorted(set(cells[outlet]))
    rng = np.random.default_rng(seed)
    made = [_by_unit(cells[cells[column] == value], outlet, outlets, value) for value in (compared, baseline)]
    point = decompose(*(a for table in made for a in table.sum(axis=0)))
    drawn = []
    for _ in range(replicates):
        picked = [table[rng.integers(0, len(table), len(table))].sum(axis=0) for table in made]
        if all(p[1].sum() > 0 for p in picked):
            drawn.append(list(decompose(*(a for p in picked for a in p)).values()))
    low, high = np.quantile(np.array(drawn), [0.5 - level / 2, 0.5 + level / 2], axis=0)
    units = sum(len(table) for table in made)
    return pd.DataFrame(
        {"part": list(point), "change": list(point.values()), "low": low, "high": high, "unit_count": units}
    )


def _by_unit(cells: pd.DataFrame, outlet: str, outlets: list, side: str) -> np.ndarray:
    """(units, 2, outlets): hits and tokens of each unit by outlet."""
    if not len(cells):
        raise NothingFound(f"composition: no documents of {side!r}; a change needs both sides.")
    units = sorted(set(cells["unit"]))
    table = np.zeros((len(units), 2, len(outlets)))
    where = (
        cells["unit"].map({u: i for i, u in enumerate(units)}),
        cells[outlet].map({o: i for i, o in enumerate(outlets)}),
    )
    np.add.at(table, (where[0], 0, where[1]), cells["hit_count"].to_numpy(dtype=float))
    np.add.at(table, (where[0], 1, where[1]), cells["token_count"].to_numpy(dtype=float))
    return table
