"""Does the change of a frame that is said to be found in 80 of 100 cases show in 80? Frames of an invented press.

`python -m benchmarks.frame_reach [--world months] [--presses 20]`: what `detectable_ratios` says of the frames of one press
is planted in new hits in the same documents, and decided as `pooled_contrast` decides (permuted weeks at the level adjusted
over the frames, and the rotation). What is said rests on one press and errs with it; "80 of 100" is what the mean over
presses has to be. Some 15 s a press.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.measures.frames.blocks import era_blocks
from analysis.measures.frames.tally import tally
from analysis.measures.inference.eras import Blocks, era_test
from analysis.measures.inference.power import Decision, detectable_ratios
from benchmarks.press import LEVEL
from benchmarks.simulated_press import FIRST_DAY, WORLDS, Press, draw, drift, mood
from benchmarks.word_reach import cells

FRAMES = 5


def redrawn(press: Press, documents: pd.DataFrame, again: int, ratio: np.ndarray) -> pd.DataFrame:
    """New hits of a press in its documents, a copy those of its story; after the border `ratio` times, one a frame."""
    rng = np.random.default_rng([again, 13])
    week = (documents["published"].to_numpy(dtype="datetime64[D]") - FIRST_DAY).astype(int) // 7
    usual = documents[[f"expected_{i}" for i in range(press.frames)]].to_numpy()
    moods = (mood(rng, press) / drift(press)[:, None])[week]
    mean = usual * moods * np.where((week >= press.border)[:, None], ratio, 1.0)
    hits = rng.poisson(mean * rng.gamma(0.4, 2.5, mean.shape))
    story, first = np.unique(documents["cluster_id"].to_numpy(dtype=str), return_index=True)
    hits = hits[first[np.searchsorted(story, documents["cluster_id"].to_numpy(dtype=str))]]
    row, frame = np.nonzero(hits)
    found = pd.DataFrame({"doc_id": documents["doc_id"].to_numpy()[row], "frame": [f"frame_{i}" for i in frame]})
    return found.loc[found.index.repeat(hits[row, frame])].reset_index(drop=True)


def blocks(documents: pd.DataFrame, hits: pd.DataFrame, press: Press) -> Blocks:
    """Weeks x outlets x frames, all frames in their order."""
    levels = pd.DataFrame({"frame": [f"frame_{i}" for i in range(press.frames)]})
    counted = tally(documents, hits, by=["outlet_id", "era_id"], unit="week", levels=levels)
    place = {(row.outlet_id, row.era_id): i for i, row in enumerate(counted.cells.itertuples())}
    outlets = sorted({outlet for outlet, _ in place})
    return era_blocks(counted, [(place[o, "after"], place[o, "before"]) for o in outlets], "week")


def check(press: Press, seed: int, *, draws: int = 60, replicates: int = 100) -> list[tuple]:
    """One row a frame and direction: turn, the ratio said, the share found in new draws."""
    documents, hits = draw(press, seed)
    said = detectable_ratios(blocks(documents, hits, press), Decision(family=press.frames, replicates=replicates))
    rows = []
    for turn, ratios in zip(("up", "down"), said, strict=True):
        found = []
        for again in range(draws if np.isfinite(ratios).any() else 0):
            one = redrawn(press, documents, 1000 * seed + again, np.where(np.isfinite(ratios), ratios, 1.0))
            test = era_test(blocks(documents, one, press), replicates=999, seed=again)
            found.append((test.p <= LEVEL / press.frames) & (test.rotation_p <= LEVEL))
        share = np.mean(found, axis=0) if found else np.full(press.frames, np.nan)
        rows += [(turn, ratio, one) for ratio, one in zip(ratios, share, strict=True) if np.isfinite(ratio)]
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--world", choices=WORLDS, action="append")
    parser.add_argument("--presses", type=int, default=20)
    parser.add_argument("--replicates", type=int, default=Decision().replicates)
    options = parser.parse_args()
    print("| world | later era | direction | presses | said | found | least and most |")
    print("|---|--:|---|--:|--:|--:|--:|", flush=True)
    for world in options.world or WORLDS:
        for border in (150, 250):
            press = replace(Press(world=world, border=border), frames=FRAMES)
            rows = [
                (world, 300 - border, seed, *row)
                for seed in range(options.presses)
                for row in check(press, seed, replicates=options.replicates)
            ]
            table = pd.DataFrame(rows, columns=["world", "weeks", "seed", "turn", "said", "found"])
            # a press says one thing of each frame; presses, not frames, are independent
            whole = table.dropna().groupby(["world", "weeks", "turn", "seed"])
            whole = whole.agg(said=("said", "median"), found=("found", "mean"))
            for cell in cells(whole.reset_index(), ["world", "weeks", "turn"]).itertuples():
                share = f"{cell.found:.1%} ({cell.low:.1%} to {cell.high:.1%}) | {cell.least:.0%} to {cell.most:.0%}"
                print(
                    f"| {world} | {cell.weeks} | {cell.turn} | {cell.presses} | {cell.said:.2f} | {share} |", flush=True
                )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
