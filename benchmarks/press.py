"""Level, coverage and power of the era test in the invented press of `simulated_press`, where nothing happens.

`python -m benchmarks.press [--presses 60]`: one row a world, and one a planted ratio. Prints Markdown; some ten minutes.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.measures.frames.blocks import era_blocks
from analysis.measures.frames.contrasts import Comparison, _compared
from analysis.measures.frames.rates import rates
from analysis.measures.frames.tally import tally
from analysis.measures.inference.eras import Blocks, era_test, ratio_within
from analysis.measures.inference.resampling import Sampling
from benchmarks.simulated_press import WORLDS, Press, draw, mood

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
    cells = {"index": "outlet_id", "columns": "era_id", "aggfunc": "sum", "fill_value": 0}
    sums = documents.pivot_table(values=["token_count", *named], **cells)
    tokens = sums["token_count"]
    weight = 1 / tokens.sum(axis=1)
    tops = [(sums[name]["after"] * tokens["before"] * weight).sum() for name in named]
    bottoms = [(sums[name]["before"] * tokens["after"] * weight).sum() for name in named]
    return np.array(tops) / np.array(bottoms)


def rates_cover(press: Press, presses: int, unit: str, measure: str = "rate") -> dict[str, np.ndarray]:
    """Whether each 95 % interval of a rate (a share) holds what is expected: by outlet and era, in cells with ten or more
    and with three to ten expected hits (documents with a hit), and of all outlets together by era."""
    held: dict[str, list[np.ndarray]] = {"ten": [], "three": [], "pooled": []}
    sampling = Sampling(unit=unit, interval="score")
    for seed in range(presses):
        documents, hits = draw(press, seed)
        documents = documents.assign(**expected_shares(documents, press)) if measure == "share" else documents
        for by in (["outlet_id", "era_id"], ["era_id"]):
            table = rates(documents, hits, by=by, sampling=sampling, measure=measure)
            sums = documents.groupby(by)[[f"expected_{i}" for i in range(press.frames)]].sum()
            wide = sums.reset_index().melt(id_vars=by, value_name="expected", var_name="frame")
            wide["frame"] = wide["frame"].str.replace("expected", "frame")
            both = table.merge(wide, on=[*by, "frame"])
            both = both[~both["too_few"]]
            base, scale = ("token_count", 1e4) if measure == "rate" else ("document_count", 1.0)
            wanted = both["expected"] / both[base] * scale
            holds, size = ((both["low"] <= wanted) & (both["high"] >= wanted)).to_numpy(), both["expected"].to_numpy()
            if by == ["era_id"]:
                held["pooled"].append(holds)
            else:
                held["ten"].append(holds[size >= 10])
                held["three"].append(holds[(size >= 3) & (size < 10)])
    return {name: np.concatenate(found) for name, found in held.items()}


def expected_shares(documents: pd.DataFrame, press: Press) -> dict[str, np.ndarray]:
    """The chance that a document has a hit of each frame, on average over moods, in place of its expected hits."""
    rng = np.random.default_rng(9)
    moods = mood(rng, replace(press, world="weeks" if press.world == "trend" else press.world, weeks=4000, frames=1))
    means = np.geomspace(1e-3, 100, 300)
    chance = 1 - ((1 + 2.5 * means[:, None] * moods[None, :, 0]) ** -0.4).mean(axis=1)
    names = [f"expected_{i}" for i in range(press.frames)]
    return {name: np.interp(documents[name], means, chance) for name in names}


def contrasts_cover(press: Press, presses: int) -> np.ndarray:
    """Whether the 95 % interval of the difference between the eras' rates over all outlets holds what is expected."""
    held = []
    sampling = Sampling(unit="week", interval="studentised", replicates=REPLICATES)
    for seed in range(presses):
        documents, hits = draw(press, seed)
        counted = tally(documents, hits, by=["era_id"], unit="week")
        table = _compared(counted, [(0, 1)], [], Comparison("era_id", "before", "after"), sampling)
        sums = documents.groupby("era_id")[["token_count", *(f"expected_{i}" for i in range(press.frames))]].sum()
        rate = sums.iloc[:, 1:].div(sums["token_count"], axis=0) * 1e4
        wanted = (rate.loc["after"] - rate.loc["before"]).to_numpy()
        held.append(((table["difference_low"] <= wanted) & (table["difference_high"] >= wanted)).to_numpy())
    return np.concatenate(held)


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
    print(
        "\n| world | unit | measure | ten or more | three to ten | all outlets | cells |\n|---|---|---|--:|--:|--:|--:|"
    )
    for world in WORLDS:
        for unit, of in (("week", "rate"), ("month", "rate"), ("week", "share")):
            held = rates_cover(Press(world=world), presses, unit, of)
            shares = " | ".join(f"{found.mean():.1%}" for found in held.values())
            print(f"| {world} | {unit} | {of} | {shares} | {len(held['ten'])} |", flush=True)
    for world in WORLDS:
        print(
            f"| {world} | difference of all outlets: {contrasts_cover(Press(world=world), presses).mean():.1%} |",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
