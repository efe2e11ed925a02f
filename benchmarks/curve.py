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

from analysis.measures.frames.curve import along_p, labelled
from analysis.measures.frames.specifications import Material, Specification, joint_sums
from analysis.measures.inference.specification_curve import KINDS, curve_test
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
    """The joint p-values of one press by kind of labelling, in the order of `COLUMNS`."""
    documents, hits = dressed(*draw(press, seed), seed)
    sums, after, filled = joint_sums(Material(documents, hits, ("before", "after")), specifications(), unit)
    made = labelled(sums, after, filled, REPLICATES, seed)
    return {kind: [getattr(curve_test(t, ratios, kind), name) for name in COLUMNS] for kind, t, ratios in made}


def measure(press: Press, presses: int, unit: str) -> str:
    """One row of the table: shares of presses with a p of at most LEVEL, then those that are claimed."""
    found = [tested(press, seed, unit) for seed in range(presses)]
    every = {kind: np.array([one[kind] for one in found]) <= LEVEL for kind in KINDS}
    old = every["permuted"][:, 1] & every["rotated"][:, 1]
    joint = [{kind: one[kind][1] for kind in KINDS} for one in found]
    new = every["permuted"][:, 1] & (np.array([along_p(p, unit) for p in joint]) <= LEVEL)
    cells = [*every["permuted"].mean(axis=0), *every["rotated"].mean(axis=0), every["long_run"][:, 1].mean()]
    return " | ".join(f"{share:.1%}" for share in (*cells, old.mean(), new.mean()))


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
    names += ["long_run t_p", "permuted and rotated t_p", "claimed"]
    print(f"| world | ratio | {' | '.join(names)} |\n|---|--:|{'--:|' * len(names)}", flush=True)
    cases = [Press(world=world) for world in WORLDS]
    if given.ratios:
        cases = [replace(Press(world="weeks"), ratio=ratio) for ratio in (1 / 3, 0.5, 1.5, 2.0, 3.0)]
        cases += [replace(Press(world="weeks", border=150), ratio=0.5, documents=number) for number in (1300, 4000)]
        cases += [Press(world="weeks", ratio=0.5, documents=4000)]
    for press in cases:
        print(f"| {press.world} | {press.ratio:.2g} | {measure(press, given.presses, given.unit)} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
