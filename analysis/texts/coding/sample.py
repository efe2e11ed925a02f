"""The draw: passages by frame, era and outlet group, each with the probability it had of being drawn."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.store.contracts import CODING_KINDS
from analysis.texts.coding.passages import Passage

SIZES = {"hit": 30, "elsewhere": 3, "beside": 3, "excluded": 5, "synonym": 5, "plain": 8, "rest": 1}
_Z = 1.959963984540054


@dataclass(frozen=True)
class Drawn:
    """One drawn passage. number: 1, 2, ... in no order that tells anything; probability: of being drawn, in (0, 1]."""

    number: int
    passage: Passage
    probability: float


def cell_of(passage: Passage) -> tuple[str, ...]:
    """The cell that a passage is drawn in: kind, collection, frame (of hits), era, outlet group."""
    return passage.kind, passage.collection, passage.frame, passage.era_id, passage.group


def draw(passages: Iterable[Passage], sizes: Mapping[str, int], seed: int) -> list[Drawn]:
    """At most `sizes[kind]` passages of each cell (`cell_of`), by simple random sampling within it.

    The probability of each is min(1, size / passages in the cell). A kind that `sizes` does not name is not drawn: then
    nothing can be said of it. The same passages and seed give the same draw, whatever order they come in. Raises
    `DiscourseError` for an unknown kind and a size below 0.
    """
    for kind, size in sizes.items():
        require("kind of passage", kind, CODING_KINDS)
        if size < 0:
            raise DiscourseError(f"size of {kind}: {size} is not allowed; allowed: 0 (none) or more in each cell.")
    cells: dict[tuple[str, ...], list[Passage]] = {}
    for passage in passages:
        if sizes.get(passage.kind, 0):
            cells.setdefault(cell_of(passage), []).append(passage)
    chosen: list[tuple[Passage, float]] = []
    for cell in sorted(cells):
        there = sorted(cells[cell], key=lambda p: p.key)
        count = min(sizes[cell[0]], len(there))
        rng = np.random.default_rng([seed, zlib.crc32("\t".join(cell).encode())])
        for place in rng.permutation(len(there))[:count]:
            chosen.append((there[place], count / len(there)))
    order = np.random.default_rng([seed, len(chosen)]).permutation(len(chosen))
    return [Drawn(number, *chosen[place]) for number, place in enumerate(order, 1)]


def sizes_table(passages: Iterable[Passage], sizes: Mapping[str, int]) -> list[dict[str, object]]:
    """One row is one cell: what it is, passages in it, and how many would be drawn."""
    counts: dict[tuple[str, ...], int] = {}
    for passage in passages:
        counts[cell_of(passage)] = counts.get(cell_of(passage), 0) + 1
    names = ("kind", "collection", "frame", "era_id", "group")
    return [
        dict(zip(names, cell, strict=True)) | {"passages": n, "drawn": min(n, sizes.get(cell[0], 0))}
        for cell, n in sorted(counts.items())
    ]


def power_table(
    hits: int, *, precision: float = 0.8, coded: Sequence[int] = (10, 20, 50, 100, 200)
) -> list[dict[str, float]]:
    """What each number of coded hits in an era would show, for eras of `hits` hits each.

    One row: coded (of each era), precision_half_width (Wilson, as a share), ratio_factor: the 95 % interval of the
    corrected ratio of two eras runs from the ratio divided by it to the ratio times it, and ratio_factor_all if every hit
    were read. Counts are taken as independent; waves of news make intervals wider. Precision lies between 0 and 1.
    """
    if not 0 < precision < 1 or hits < 1:
        raise DiscourseError(
            f"power: precision {precision} and {hits} hits; a precision between 0 and 1 and a hit are needed."
        )
    rows = []
    for n in sorted({min(n, hits) for n in coded}):
        counted = 2 / (hits * precision)
        read = 2 * (1 - precision) / (precision * n) * (1 - n / hits)
        wilson = _Z * np.sqrt(precision * (1 - precision) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
        rows.append(
            {
                "coded": n,
                "precision_half_width": round(float(wilson), 3),
                "ratio_factor": round(float(np.exp(_Z * np.sqrt(counted + read))), 2),
                "ratio_factor_all": round(float(np.exp(_Z * np.sqrt(counted))), 2),
            }
        )
    return rows
