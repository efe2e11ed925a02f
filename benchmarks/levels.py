"""Of how many series does the default era test of each notebook call a change where nothing happens?

`python -m benchmarks.levels [--presses 200] [--world months] [--border 150]`: presses of `simulated_press`, one row a world
and notebook: tests, share called at 5 % by permuted weeks, by rotation, and by both, each with a 95 % interval from the
variation between presses (series of one press share its documents). Notebook 24 stands for 25 and 70, which run the same
test. 34 has no rotation. 50 cannot call anything (its smallest p is 1 / 15); 41, 51 and 71 test no eras by default.
Some half a second a press.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.measures.frames.tally import unit_of
from analysis.measures.inference.eras import era_test
from analysis.measures.inference.resampling import Sampling
from analysis.measures.words.company import association_shifts, associations
from analysis.measures.words.keyness.eras import _residuals, block_tests
from benchmarks.press import LEVEL, REPLICATES, blocks
from benchmarks.simulated_press import FIRST_DAY, WORLDS, Press, draw, mood
from benchmarks.studies import topics_figure
from benchmarks.word_reach import kinds, uses

NEAR, WORDS = 8, 24  # words near a hit, of so many
Tests = tuple[np.ndarray, np.ndarray]  # p of weeks, p of the rotation


def of_frames(press: Press, seed: int) -> Tests:
    """Notebook 24: frames within outlets."""
    test = era_test(blocks(press, seed), replicates=REPLICATES, seed=seed)
    return test.p, test.rotation_p


def of_topics(press: Press, seed: int) -> Tests:
    """Notebook 32: topics in each outlet."""
    table = topics_figure(press, seed)[0]
    return table["p"].to_numpy(), table["rotation_p"].to_numpy()


def of_words(press: Press, seed: int) -> Tests:
    """Notebook 40: words within outlets, rare to frequent, even and bursty; of ten or more uses."""
    documents = draw(press, seed)[0]
    words = uses(documents, press, kinds(10), 1000 + seed)
    outlet, week = documents["outlet_id"].to_numpy(dtype=str), unit_of(documents, "week").to_numpy(dtype=str)
    frequent = np.flatnonzero(np.asarray(words.matrix.sum(axis=0)).ravel() >= 10)
    residual, label = _residuals(words, frequent, outlet, week, (documents["era_id"] == "after").to_numpy(), "week")
    return block_tests(residual, label, 999, seed, True)


def of_company(press: Press, seed: int) -> Tests:
    """Notebook 34: words near a frame, each with moods of its own beside those of the frame."""
    documents, hits = draw(press, seed)
    rng = np.random.default_rng([seed, WORLDS.index(press.world), 8])
    week = (documents["published"].to_numpy(dtype="datetime64[D]") - FIRST_DAY).astype(int) // 7
    times = documents["doc_id"].map(hits.loc[hits["frame"] == "frame_0", "doc_id"].value_counts()).fillna(0).to_numpy()
    share = 1 / np.arange(1, WORDS + 1)
    moods = mood(rng, replace(press, frames=WORDS))[week] * rng.gamma(0.4, 2.5, (len(week), WORDS))
    near = rng.poisson(NEAR * times[:, None] * share / share.sum() * moods)
    every = near + rng.poisson(documents["token_count"].to_numpy()[:, None] / 50 * share / share.sum() * moods)
    vocabulary = pd.DataFrame({"term_id": range(1, WORDS + 1), "lemma": [f"word{i:02d}" for i in range(WORDS)]})
    contexts, counts = (_long(table, documents["doc_id"].to_numpy()) for table in (near, every))
    sampling = Sampling(unit="week", replicates=2)
    found = associations(
        contexts.assign(frame="frame_0"), counts, vocabulary.assign(is_stopword=False), documents, sampling=sampling
    )
    p = association_shifts(found, before="before", after="after", shuffles=999, seed=seed)["p"].to_numpy()
    return p, np.full(len(p), np.nan)


def _long(table: np.ndarray, doc_ids: np.ndarray) -> pd.DataFrame:
    row, word = np.nonzero(table)
    return pd.DataFrame({"doc_id": doc_ids[row], "term_id": word + 1, "token_count": table[row, word]})


NOTEBOOKS: dict[str, Callable[[Press, int], Tests]] = {
    "24 frames": of_frames,
    "32 topics": of_topics,
    "40 words": of_words,
    "34 company": of_company,
}


def called(found: list[Tests]) -> list[str]:
    """Shares called by weeks, by rotation and by both, each with its interval; "none" without a rotation."""
    weeks = [share(found, lambda p, _: p <= LEVEL)]
    if all(np.isnan(rotation).all() for _, rotation in found):
        return [*weeks, "none", "none"]
    along = share(found, lambda _, rotation: rotation <= LEVEL)
    return [*weeks, along, share(found, lambda p, rotation: (p <= LEVEL) & (rotation <= LEVEL))]


def share(found: list[Tests], rule: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> str:
    """Of all tests, those for which the rule holds, with limits from the variation between presses."""
    known = [np.isfinite(p) for p, _ in found]
    hits = np.array([rule(p, r)[k].sum() for (p, r), k in zip(found, known, strict=True)], dtype=float)
    size = np.array([k.sum() for k in known], dtype=float)
    value = hits.sum() / size.sum()
    error = np.sqrt(((hits - value * size) ** 2).sum()) / size.sum()
    return f"{value:.1%} ({max(value - 1.96 * error, 0):.1%} to {value + 1.96 * error:.1%})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=200)
    parser.add_argument("--world", choices=WORLDS, action="append")
    parser.add_argument("--notebook", choices=list(NOTEBOOKS), action="append")
    parser.add_argument("--border", type=int, default=250, help="week in which the later era of 300 begins")
    options = parser.parse_args()
    print("| world | notebook | tests | weeks | rotation | both |\n|---|---|--:|--:|--:|--:|", flush=True)
    for notebook in options.notebook or NOTEBOOKS:
        for world in options.world or WORLDS:
            press = Press(world=world, border=options.border)
            found = [NOTEBOOKS[notebook](press, seed) for seed in range(options.presses)]
            tests = sum(int(np.isfinite(p).sum()) for p, _ in found)
            print(f"| {world} | {notebook} | {tests} | {' | '.join(called(found))} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
