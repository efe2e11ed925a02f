"""Does the change of a key word that is said to be found in 80 of 100 cases show in 80? Words of an invented press.

`python -m benchmarks.word_reach [--world months] [--presses 10]`: words rare to frequent, half even and half bursty, in the
documents of `simulated_press`; what `detectable_uses` says of one draw is planted in new draws of the same words. What is
said rests on one press and errs with it; "80 of 100" is what the mean over presses has to be. Some minutes a world.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import stdtrit

from analysis.measures.frames.tally import unit_of
from analysis.measures.words.keyness.eras import _residuals, block_tests, era_keyness
from analysis.measures.words.keyness.reach import detectable_uses
from analysis.measures.words.keyness.table import KeynessRule
from analysis.measures.words.matrix import DocumentTerm
from benchmarks.simulated_press import FIRST_DAY, WORLDS, Press, draw, mood

USES, SHAPES, EACH = (40, 160, 640), {"even": 3.0, "bursty": 0.4}, 40


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


def check(press: Press, seed: int, *, draws: int = 16, unit: str = "week", tries: int = 400) -> Iterator[tuple]:
    """One row a row of `detectable_uses` and direction: uses (expected), spread, turn, the ratio said, and of the words
    that the row stands on, the share that both tests find in so many new draws of the same words with that ratio."""
    documents = draw(press, seed)[0]
    after = (documents["era_id"] == "after").to_numpy()
    kind = kinds()
    words = uses(documents, press, kind, 1000 * seed)
    rule = KeynessRule(min_count=5, min_units=3)
    table = era_keyness(words, documents, after, unit=unit, rule=rule, replicates=999)
    said = detectable_uses(words, documents, after, table, unit=unit, bands=len(USES), tries=tries)
    others = int((table["p_adjusted"] <= rule.alpha).sum())  # one word more beside these, as `detectable_uses` says
    level = rule.alpha * (others + 1) / int(table["p"].notna().sum())
    place = {term: i for i, term in enumerate(words.terms)}
    where = (documents["outlet_id"].to_numpy(dtype=str), unit_of(documents, unit).to_numpy(dtype=str), after, unit)
    for (_, row), terms in zip(said.iterrows(), said.attrs["words"], strict=True):
        own = np.array([place[term] for term in terms])
        for turn in ("up", "down"):
            ratio, found = row[f"detectable_{turn}"], []
            for again in range(draws if np.isfinite(ratio) else 0):
                drawn = uses(documents, press, kind, 1000 * seed + again + 1, ratio)
                residual, label = _residuals(drawn, own, *where)
                p, rotation = block_tests(residual, label, 999, 1, True)
                found.append(((p <= level) & (rotation <= rule.alpha)).mean())
            yield int(np.median(kind[0][own])), row["spread"], turn, ratio, np.mean(found) if found else np.nan


def cells(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """What 80 of 100 is over presses: by cell the number of presses, the mean ratio said (geometric), the mean share found,
    its 95 % interval from the variation between presses (none of one press), and the least and largest of a press."""
    rows = []
    for key, part in table.groupby(by, sort=False):
        share, count = part["found"], len(part)
        reach = stdtrit(count - 1, 0.975) * share.std() / count**0.5 if count > 1 else np.nan
        said = np.exp(np.log(part["said"]).mean())
        rows.append(
            (*key, count, said, share.mean(), share.mean() - reach, share.mean() + reach, share.min(), share.max())
        )
    return pd.DataFrame(rows, columns=[*by, "presses", "said", "found", "low", "high", "least", "most"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--world", choices=WORLDS, action="append")
    parser.add_argument("--presses", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="seed of the first press")
    options = parser.parse_args()
    print("| world | later era | uses | spread | direction | presses | said | found | least and most |")
    print("|---|--:|--:|---|---|--:|--:|--:|--:|", flush=True)
    every = []
    for world in options.world or WORLDS:
        rows = [
            (world, 300 - border, *row)
            for seed in range(options.first, options.first + options.presses)
            for border in (150, 250)
            for row in check(Press(world=world, border=border), seed)
        ]
        columns = ["world", "weeks", "uses", "spread", "turn", "said", "found"]
        every.append(pd.DataFrame(rows, columns=columns).dropna())
        for cell in cells(every[-1], columns[:5]).itertuples():
            share = f"{cell.found:.1%} ({cell.low:.1%} to {cell.high:.1%}) | {cell.least:.0%} to {cell.most:.0%}"
            kind = f"{cell.world} | {cell.weeks} | {cell.uses} | {cell.spread} | {cell.turn} | {cell.presses}"
            print(f"| {kind} | {cell.said:.2f} | {share} |", flush=True)
    table = pd.concat(every)
    for cell in cells(table, ["world", "weeks"]).itertuples():
        print(f"| {cell.world} | {cell.weeks} | all | | | {cell.presses} rows | | {cell.found:.1%} |", flush=True)
    whole = cells(table, ["world", "weeks", "uses", "spread", "turn"])
    inside = whole.query("presses >= 5")["found"].between(0.75, 0.85)
    print(f"of {len(inside)} cells of 5 or more presses {inside.sum()} lie between 75 and 85 %")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
