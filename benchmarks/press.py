"""Level, coverage and power of the era test in the invented press of `simulated_press`, where nothing happens.

`python -m benchmarks.press [--presses 60]`: one row a world, and one a planted ratio. Prints Markdown; some ten minutes.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np

from analysis.measures.frames.blocks import era_blocks
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
    """Shares called by permuted weeks, by rotation, by both, and share of intervals that hold the planted ratio."""
    called, rotated, covered = [], [], []
    for seed in range(presses):
        one = blocks(press, seed)
        test = era_test(one, replicates=REPLICATES, seed=seed)
        _, low, high = ratio_within(one, Sampling(replicates=REPLICATES, seed=seed))
        called.append(test.p <= LEVEL)
        rotated.append(test.rotation_p <= LEVEL)
        covered.append((low <= press.ratio) & (high >= press.ratio))
    weeks, along = np.concatenate(called), np.concatenate(rotated)
    return weeks.mean(), along.mean(), (weeks & along).mean(), np.concatenate(covered).mean()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=60)
    presses = parser.parse_args().presses
    print("| world | ratio | weeks | rotation | both | interval holds the ratio |\n|---|--:|--:|--:|--:|--:|")
    cases = [Press(world=world) for world in WORLDS]
    cases += [replace(Press(world="weeks"), ratio=ratio) for ratio in (1.5, 2.0, 3.0, 1 / 2, 1 / 3)]
    for press in cases:
        shares = " | ".join(f"{share:.1%}" for share in measure(press, presses))
        print(f"| {press.world} | {press.ratio:.2g} | {shares} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
