"""Changes within outlets of a row that takes several of them together, such as all small ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.frames.blocks import era_blocks
from analysis.measures.frames.lasting import lasting_of_difference, moved_away
from analysis.measures.frames.rates import PER
from analysis.measures.frames.tally import OWN_OUTLET, TIME_UNITS, Tally, tally
from analysis.measures.inference.eras import Blocks, difference_within, ratio_within

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.frames.contrasts import Comparison
    from analysis.measures.inference.resampling import Sampling

CHANGES = ("ratio", "ratio_low", "ratio_high", "difference", "difference_low", "difference_high")


def blocks_within(
    counted: Tally, documents: pd.DataFrame, hits: pd.DataFrame, rows: tuple[list[str], list], asked: tuple
) -> list[Blocks]:
    """The blocks of each row (columns that stay fixed, pairs of cells): one stratum, or one for each own outlet."""
    (within, cells), (comparison, sampling, series, counting) = rows, asked
    if "outlet_id" not in within or OWN_OUTLET not in documents.columns:
        return [era_blocks(counted, [pair], sampling.unit) for pair in cells]
    by = [*within, OWN_OUTLET]
    counting = {**counting, "levels": counted.series}
    fine = tally(documents, hits, by=[*by, comparison.between], series=series, unit=sampling.unit, **counting)
    pairs = paired_cells(fine, by, comparison)
    keys = list(fine.cells[within].itertuples(index=False, name=None))
    wanted = list(counted.cells[within].itertuples(index=False, name=None))
    return [era_blocks(fine, [p for p in pairs if keys[p[0]] == wanted[pair[0]]], sampling.unit) for pair in cells]


def with_changes_within(table: pd.DataFrame, blocks: list[Blocks], sampling: Sampling, measure: str) -> pd.DataFrame:
    """The table with stratum_count, and ratio and difference of rows of several strata replaced by those within them."""
    number = len(table) // max(len(blocks), 1)
    table = table.assign(stratum_count=np.repeat([one.n.shape[1] for one in blocks], number))
    for place, one in enumerate(blocks):
        if one.n.shape[1] > 1:
            rows = table.index[place * number : (place + 1) * number]
            found = (*ratio_within(one, sampling), *scaled_difference(one, sampling, measure))
            for name, values in zip(CHANGES, found, strict=True):
                table.loc[rows, name] = values
    return table


def scaled_difference(blocks: Blocks, sampling: Sampling, measure: str) -> list[np.ndarray]:
    """`eras.difference_within` on the scale of the rates, limits wider where moods last; null without a hit."""
    estimate, low, high, _ = difference_within(blocks, sampling)
    if sampling.unit in TIME_UNITS:
        _, low, high = moved_away(estimate, low, high, lasting_of_difference(blocks, sampling.level))
    scale = PER if measure == "rate" else 1
    seen = blocks.x[:, blocks.weights() > 0].sum(axis=(0, 1)) > 0
    return [np.where(seen, values * scale, np.nan) for values in (estimate, low, high)]


def paired_cells(counted: Tally, within: list[str], comparison: Comparison) -> list[tuple[int, int]]:
    """Positions of the cells (compared, baseline) for each combination of `within` that has documents."""
    cells = counted.cells.assign(position=np.arange(len(counted.cells)))
    side = {name: cells[cells[comparison.between] == name] for name in (comparison.compared, comparison.baseline)}
    pairs = list(zip(side[comparison.compared]["position"], side[comparison.baseline]["position"], strict=True))
    documents = counted.cells["document_count"].to_numpy()
    return [(a, b) for a, b in pairs if documents[a] + documents[b]]
