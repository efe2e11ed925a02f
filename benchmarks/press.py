"""Level, coverage and power of the era test in the invented press of `simulated_press`, where nothing happens.

`python -m benchmarks.press [--presses 60]`: one row a world, and one a planted ratio. Prints Markdown; some ten minutes.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np

from analysis.measures.frames.blocks import era_blocks
from analysis.measures.frames.rates import rates
from analysis.measures.frames.tally import tally
from analysis.measures.inference.eras import Blocks, era_test, ratio_within
from analysis.measures.inference.resampling import Sampling
from benchmarks.simulated_press import WORLDS, Press, draw

LEVEL, REPLICATES = 0.05, 399


def blocks(press: Press, seed: int) -> Blocks:
    """Weeks x outlets x frames of one press."""
    documents, hits = draw(press, seed)
    counted = tally(documents, hits, by=["outlet_id", "era_id"], unit="week")
    place = {(row.outlet_id, row.era_id): i for i, row in enumerate(counted.cells.itertuples())}
    outlets = sorted({outlet for outlet, _ in place})
    return era_blocks(counted, [(place[o, "after"], place[o, "before"]) for o in outlets], "week")


def measure(press: Press, presses: int) -> tuple[float, float, float, float]:
    """Shares called by permuted weeks, by rotation, by both, and share of intervals that hold the expected ratio."""
    called, rotated, covered = [], [], []
    for seed in range(presses):
        one = blocks(press, seed)
        test = era_test(one, replicates=REPLICATES, seed=seed)
        _, low, high = ratio_within(one, Sampling(replicates=REPLICATES, seed=seed))
        called.append(test.p <= LEVEL)
        rotated.append(test.rotation_p <= LEVEL)
        expected = expected_ratio(press, seed)
        covered.append((low <= expected) & (high >= expected))
    weeks, along = np.concatenate(called), np.concatenate(rotated)
    return weeks.mean(), along.mean(), (weeks & along).mean(), np.concatenate(covered).mean()


def expected_ratio(press: Press, seed: int) -> np.ndarray:
    """The ratio within outlets of the hits that the documents have on average over moods, one a frame: the planted one, but
    under a trend, where the later era has more without any break."""
    documents, _ = draw(press, seed)
    named = [f"expected_{i}" for i in range(press.frames)]
    sums = documents.groupby(["outlet_id", "era_id"])[["token_count", *named]].sum().unstack("era_id", fill_value=0)
    tokens = sums["token_count"]
    weight = 1 / tokens.sum(axis=1)
    tops = [(sums[name]["after"] * tokens["before"] * weight).sum() for name in named]
    bottoms = [(sums[name]["before"] * tokens["after"] * weight).sum() for name in named]
    return np.array(tops) / np.array(bottoms)


def rates_cover(press: Press, presses: int, unit: str, least: float = 10.0) -> tuple[float, float, int]:
    """(share of 95 % intervals of rates that hold what is expected, the same of all outlets together, number of cells):
    rates by outlet and era, cells with `least` expected hits or more and enough units."""
    cells, pooled = [], []
    sampling = Sampling(unit=unit, interval="studentised", replicates=REPLICATES)
    for seed in range(presses):
        documents, hits = draw(press, seed)
        for by, held in ((["outlet_id", "era_id"], cells), (["era_id"], pooled)):
            table = rates(documents, hits, by=by, sampling=sampling)
            sums = documents.groupby(by)[[f"expected_{i}" for i in range(press.frames)]].sum()
            wide = sums.reset_index().melt(id_vars=by, value_name="expected", var_name="frame")
            wide["frame"] = wide["frame"].str.replace("expected", "frame")
            both = table.merge(wide, on=[*by, "frame"])
            both = both[(both["expected"] >= least) & ~both["too_few"]]
            wanted = both["expected"] / both["token_count"] * 1e4
            held.append(((both["low"] <= wanted) & (both["high"] >= wanted)).to_numpy())
    every = np.concatenate(cells)
    return float(every.mean()), float(np.concatenate(pooled).mean()), len(every)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=60)
    presses = parser.parse_args().presses
    print("| world | ratio | weeks | rotation | both | interval holds the expected ratio |\n|---|--:|--:|--:|--:|--:|")
    cases = [Press(world=world) for world in WORLDS]
    cases += [replace(Press(world="weeks"), ratio=ratio) for ratio in (1.5, 2.0, 3.0, 1 / 2, 1 / 3)]
    for press in cases:
        shares = " | ".join(f"{share:.1%}" for share in measure(press, presses))
        print(f"| {press.world} | {press.ratio:.2g} | {shares} |", flush=True)
    print("\n| world | unit | rates by outlet and era | rates by era | cells |\n|---|---|--:|--:|--:|")
    for world in WORLDS:
        for unit in ("week", "month"):
            cells, pooled, number = rates_cover(Press(world=world), max(presses // 3, 1), unit)
            print(f"| {world} | {unit} | {cells:.1%} | {pooled:.1%} | {number} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
