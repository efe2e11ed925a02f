"""Level and power of the joint test of a specification curve in the invented press of `simulated_press`.

`python -m benchmarks.curve [--presses 200] [--ratios]`: one row a world in which nothing happens (or, with --ratios, one a
planted ratio), 32 specifications each. Prints Markdown. `--store`: how long 256 specifications take on the default store.
"""

from __future__ import annotations

import argparse
import itertools
import time
from dataclasses import replace

import numpy as np

from analysis.measures.frames.specifications import Material, Specification, joint_sums
from analysis.measures.inference.specification_curve import curve_test, permuted_labels, recompute, rotated_labels
from benchmarks.simulated_press import WORLDS, Press, draw, dressed

LEVEL, REPLICATES = 0.05, 399
COLUMNS = ("median_p", "t_p", "side_p", "found_p")


def specifications() -> list[Specification]:
    """Words x about x voice x reprints x outlets."""
    ways = itertools.product(
        ("core", "all"), ("focal", "all"), ("all", "own"), ("as_printed", "cluster_once"), ("within", "pooled")
    )
    return [Specification(frame="frame_0", categories=c, about=a, voice=v, counting=n, mix=m) for c, a, v, n, m in ways]


def tested(press: Press, seed: int, unit: str) -> dict[str, list[float]]:
    """The joint p-values of one press, permuted and rotated, in the order of `COLUMNS`."""
    documents, hits = dressed(*draw(press, seed), seed)
    sums, after, filled = joint_sums(Material(documents, hits, ("before", "after")), specifications(), unit)
    found = {}
    for drawn in (permuted_labels(after, filled, REPLICATES, seed), rotated_labels(after)):
        t, ratios = (np.stack(p, axis=1) for p in zip(*(recompute(x, n, drawn.labels) for x, n in sums), strict=True))
        test = curve_test(t, ratios, drawn.kind)
        found[drawn.kind] = [getattr(test, name) for name in COLUMNS]
    return found


def measure(press: Press, presses: int, unit: str) -> str:
    """One row of the table: shares of presses with a p of at most LEVEL."""
    found = [tested(press, seed, unit) for seed in range(presses)]
    permuted, rotated = (np.array([one[kind] for one in found]) <= LEVEL for kind in ("permuted", "rotated"))
    both = permuted[:, 1] & rotated[:, 1]
    cells = [*permuted.mean(axis=0), *rotated.mean(axis=0), both.mean()]
    return " | ".join(f"{share:.1%}" for share in cells)


def on_the_store() -> None:
    """Seconds that 256 specifications with 1,000 joint permutations take on the default store."""
    from analysis.measures.frames.curve import specification_curve
    from analysis.measures.frames.selection import select_eras
    from analysis.measures.frames.variation import material_of
    from analysis.measures.inference.resampling import Sampling
    from analysis.store import open_store
    from analysis.study.choices import load_choices

    choices = load_choices()
    curve = next(iter(choices.curves.values()))
    store = open_store("default", collection="news")
    selection = select_eras(store.table("documents"), store.study, compare=True)
    begun = time.perf_counter()
    made = specification_curve(
        material_of(store, selection),
        choices.combinations(curve, sample=256),
        Sampling(interval="studentised"),
        permutations=1000,
    )
    print(f"{len(made.rows)} specifications x 1,000 joint permutations: {time.perf_counter() - begun:.1f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=200)
    parser.add_argument("--unit", default="month")
    parser.add_argument("--ratios", action="store_true")
    parser.add_argument("--store", action="store_true")
    given = parser.parse_args()
    if given.store:
        on_the_store()
        return 0
    names = [f"{kind} {column}" for kind in ("permuted", "rotated") for column in COLUMNS]
    print(f"| world | ratio | {' | '.join(names)} | both t_p |\n|---|--:|{'--:|' * (len(names) + 1)}", flush=True)
    cases = [Press(world=world) for world in WORLDS]
    if given.ratios:
        cases = [replace(Press(world="weeks"), ratio=ratio) for ratio in (1 / 3, 0.5, 1.5, 2.0, 3.0)]
    for press in cases:
        print(f"| {press.world} | {press.ratio:.2g} | {measure(press, given.presses, given.unit)} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
