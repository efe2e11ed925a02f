"""Does the change of a key word that is said to be found in 80 of 100 cases show in 80? Words of an invented press.

`python -m benchmarks.word_reach [--world months]`: words rare to frequent, half even and half bursty, in the documents of
`simulated_press`; what `detectable_uses` says of one draw is planted in new draws of the same words. Minutes a world.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.words.keyness.eras import era_keyness
from analysis.measures.words.keyness.reach import detectable_uses
from analysis.measures.words.keyness.table import KeynessRule
from analysis.measures.words.matrix import DocumentTerm
from benchmarks.simulated_press import FIRST_DAY, WORLDS, Press, draw, mood

USES, SHAPES, EACH = (40, 160, 640), {"even": 3.0, "bursty": 0.4}, 40
EVERY = KeynessRule(min_count=1, min_units=1)  # all words are tested


def kinds(each: int = EACH) -> tuple[np.ndarray, np.ndarray]:
    """Expected uses, and how a document's own factor of a word varies (gamma with that shape), one a word."""
    shapes = np.array(list(SHAPES.values()))
    return np.repeat(USES, each * len(shapes)), np.tile(np.repeat(shapes, each), len(USES))


def uses(
    documents: pd.DataFrame, press: Press, kind: tuple[np.ndarray, np.ndarray], seed: int, ratio=1.0
) -> DocumentTerm:
    """The words of one draw in these documents. ratio: of all words from the border on, or one a word."""
    expected, shape = kind
    rng = np.random.default_rng([seed, 11])
    week = (documents["published"].to_numpy(dtype="datetime64[D]") - FIRST_DAY).astype(int) // 7
    outlet = pd.factorize(documents["outlet_id"], sort=True)[0]
    habit = np.random.default_rng(7).gamma(4, 0.25, (outlet.max() + 1, len(expected)))
    moods = mood(rng, Press(world=press.world, weeks=press.weeks, border=press.border, frames=len(expected)))
    tokens = documents["token_count"].to_numpy()
    mean = tokens[:, None] / tokens.sum() * expected * habit[outlet] * moods[week]
    mean *= np.where((week >= press.border)[:, None], ratio, 1.0)
    counts = rng.poisson(mean * rng.gamma(shape, 1 / shape, mean.shape))
    names = np.array([f"w{i:04d}" for i in range(len(expected))], dtype=object)
    return DocumentTerm(sparse.csr_array(counts), documents["doc_id"].to_numpy(), names, tokens)


def check(press: Press, seed: int, *, draws: int = 8, unit: str = "week", tries: int = 400) -> Iterator[tuple]:
    """One row a kind of words and direction: uses, spread, turn, what is said (median ratio), share found of the words of
    that kind in new draws, each word with the ratio said of its row."""
    documents = draw(press, seed)[0]
    after = (documents["era_id"] == "after").to_numpy()
    kind = kinds()
    words = uses(documents, press, kind, 100 * seed)
    rule = KeynessRule(min_count=5, min_units=3)
    table = era_keyness(words, documents, after, unit=unit, rule=rule, replicates=999)
    said = detectable_uses(words, documents, after, table, unit=unit, bands=len(USES), tries=tries)
    others = int((table["p_adjusted"] <= rule.alpha).sum())  # one word more beside these, as `detectable_uses` says
    level = rule.alpha * (others + 1) / int(table["p"].notna().sum())
    band = (said["uses_least"] > said["uses_least"].shift().fillna(0) * 2).cumsum() - 1
    for expected, (_, row) in zip([USES[i] for i in band], said.iterrows(), strict=True):
        shapes = [SHAPES[row["spread"]]] if row["spread"] in SHAPES else list(SHAPES.values())
        same = np.flatnonzero((kind[0] == expected) & np.isin(kind[1], shapes))
        for turn in ("up", "down"):
            ratio, found = row[f"detectable_{turn}"], []
            for again in range(draws if np.isfinite(ratio) else 0):
                drawn = uses(documents, press, kind, 100 * seed + again + 1, ratio)
                part = DocumentTerm(drawn.matrix[:, same], drawn.doc_ids, drawn.terms[same], drawn.token_counts)
                judged = era_keyness(part, documents, after, unit=unit, rule=EVERY, replicates=999)
                found.append(((judged["p"] <= level) & (judged["rotation_p"] <= rule.alpha)).mean())
            yield expected, row["spread"], turn, ratio, np.mean(found) if found else np.nan


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--world", choices=WORLDS, action="append")
    parser.add_argument("--presses", type=int, default=4)
    options = parser.parse_args()
    print("| world | uses | spread | direction | said | found | cells |\n|---|--:|---|---|--:|--:|--:|", flush=True)
    for world in options.world or ("stories", "weeks", "months"):
        rows = [
            row
            for seed in range(options.presses)
            for border in (150, 250)
            for row in check(Press(world=world, border=border), seed)
        ]
        table = pd.DataFrame(rows, columns=["uses", "spread", "turn", "said", "found"]).dropna()
        for (expected, spread, turn), part in table.groupby(["uses", "spread", "turn"], sort=False):
            share = f"{part['found'].mean():.0%} ({part['found'].min():.0%} to {part['found'].max():.0%})"
            print(f"| {world} | {expected} | {spread} | {turn} | {part['said'].median():.2f} | {share} | {len(part)} |")
        inside = ((table["found"] >= 0.75) & (table["found"] <= 0.85)).mean()
        share = f"{table['found'].mean():.1%}; {inside:.0%} of cells between 75 and 85"
        print(f"| {world} | all | | | | {share} | {len(table)} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
