"""How many studies in which nothing happened make a claim: whole studies of the invented press, judged as published.

`python -m benchmarks.studies [--studies 200] [--world months]`. A study has two confirmatory figures, one of six frames and
one of ten more series (topics), each tested within outlets; a claim is made as `discourse claims` makes it: the joint p of
permuted weeks and of the rotation, over families after Benjamini and Bogomolov. Beside it the rule of each figure for
itself (adjusted p and rotation p). Prints Markdown; some four minutes for 200 studies of a world.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.measures.inference.eras import Blocks, era_test
from analysis.measures.inference.multiple import adjust, claims_over_families
from analysis.measures.inference.power import found_share
from benchmarks.press import LEVEL, REPLICATES, blocks
from benchmarks.simulated_press import WORLDS, Press

FIGURES = {"frames": slice(0, 6), "topics": slice(6, 16)}


def study(press: Press, seed: int) -> tuple[bool, bool]:
    """Whether one study makes any claim: as published, and with each figure judged for itself."""
    every = blocks(replace(press, frames=16), seed)
    rows, alone = [], False
    for name, chosen in FIGURES.items():
        one = Blocks(every.x[:, :, chosen], every.n, every.after)
        test = era_test(one, replicates=REPLICATES, seed=seed)
        p = np.fmax(test.p_joint, test.rotation_p_joint)
        rows.append(pd.DataFrame({"family": name, "p": p}))
        alone |= bool(((adjust(test.p) <= LEVEL) & (test.rotation_p <= LEVEL)).any())
    claims = claims_over_families(pd.concat(rows, ignore_index=True), within="none", level=LEVEL)
    return bool(claims["is_claim"].any()), alone


def share(claimed: list[bool]) -> str:
    """A share with its exact 95 % limits."""
    value, low, high = found_share(np.where(claimed, 0.0, 1.0), 0.5)
    return f"{value:.1%} ({low:.1%} to {high:.1%})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--world", choices=WORLDS, action="append")
    options = parser.parse_args()
    print("| world | ratio | studies with any claim | each figure judged for itself |\n|---|--:|--:|--:|")
    cases = [Press(world=world) for world in options.world or WORLDS]
    if not options.world:
        cases += [Press(world="weeks", ratio=ratio) for ratio in (2.0, 3.0, 1 / 2, 1 / 3)]
    for press in cases:
        found = [study(press, seed) for seed in range(options.studies)]
        sides = " | ".join(share([one[side] for one in found]) for side in (0, 1))
        print(f"| {press.world} | {press.ratio:.2g} | {sides} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
