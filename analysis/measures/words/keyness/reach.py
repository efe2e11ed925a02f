"""What a table of key words of an era could have shown: changes planted into words like those tested, decided as the table
decides.

Words of like frequency, half of them even and half bursty, stand for any such word: one word of one corpus does not tell
how bursty it is. Their uses are drawn anew as `inference/moods.py` says, each outlet with its own tokens and dates: moods
of weeks and bursts of documents are those of the words of a row together, how long moods last those of all rows.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.frames.blocks import blocks_of
from analysis.measures.frames.tally import TIME_UNITS, unit_of
from analysis.measures.inference.moods import Alike, Moods, drawn_counts, lasting_of, moods
from analysis.measures.words.keyness.eras import block_tests

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.words.matrix import DocumentTerm

RATIOS = (1.15, 1.35, 1.6, 1.9, 2.25, 2.65, 3.1, 3.7, 4.4, 5.1, 6.1, 7.2, 8.5, 10.0)
POWER = 0.8
UNLIKE = 0.02  # words of a row are less alike than those drawn: so many fewer are found of words as unlike as they are
ALIKE = 60  # words of a band that stand for all of it
FEW = 12  # with fewer words a band is not parted in even and bursty
TOLD_FROM = 100  # uses, the median of a band, from which on chance does not hide which words are bursty
_PERMUTED = 400


def detectable_uses(
    words: DocumentTerm,
    documents: pd.DataFrame,
    target: np.ndarray,
    table: pd.DataFrame,
    *,
    unit: str = "week",
    bands: int = 4,
    tries: int = 400,
) -> pd.DataFrame:
    """What the table of `era_keyness` could have shown: one row for words of like frequency and evenness, rare to frequent.

    The words tested that are not significant are cut into `bands` by how often they occur, equal on a log scale; the
    `ALIKE` words nearest to the middle of each stand for it, parted in the evener and the burstier half where there are
    enough and they are frequent enough to be told apart. Columns: uses_least, uses_most (of those words, both sides),
    word_count, spread ("even", "bursty", "any": not parted), detectable_up, detectable_down: the smallest rise and fall of
    one such word that both tests find in 80 of 100 planted ones, by `tries` (null: not even tenfold). The threshold is the
    table's: under Benjamini-Hochberg one more word beside the k that are significant has to reach alpha (k + 1) / tested.
    That the rule also asks for a ratio and a spread is not counted. `frame.attrs["words"]`: the words that each row stands
    on, one list a row.
    """
    import pandas as pd

    tested = table[table["p"].notna()]
    significant = int((tested["p_adjusted"] <= table.attrs["alpha"]).sum())
    others = significant if table.attrs["adjustment"] == "bh" else 0
    level = table.attrs["alpha"] * (others + 1) / max(len(tested), 1)
    usual = tested[tested["p_adjusted"] > table.attrs["alpha"]]
    usual = usual.assign(uses=usual["token_count_target"] + usual["token_count_reference"])
    place = {term: i for i, term in enumerate(words.terms)}
    chosen = _bands(usual["uses"].to_numpy(), bands)
    columns = [[place[term] for term in usual["term"].to_numpy()[band]] for band in chosen]
    every = _alike(words, list(itertools.chain(*columns)), documents, np.asarray(target, dtype=bool), unit)
    lasting, rows, stand = lasting_of(every), [], []
    ends = np.cumsum([len(band) for band in chosen], dtype=int)
    for places, end in zip(columns, ends, strict=True):
        alike = every.part(np.arange(end - len(places), end))
        for spread, half in _parts(alike):
            part = alike.part(half)
            held, uses = moods(part, lasting), part.x.sum(axis=(0, 1)).astype(int)
            found = [_smallest(part, held, (level, table.attrs["alpha"]), tries, turn) for turn in (1, -1)]
            rows.append((uses.min(), uses.max(), len(uses), spread, *found))
            stand.append([str(words.terms[places[word]]) for word in half])
    named = ["uses_least", "uses_most", "word_count", "spread", "detectable_up", "detectable_down"]
    reach = pd.DataFrame(rows, columns=named)
    reach.attrs["words"] = stand
    return reach


def _bands(uses: np.ndarray, bands: int) -> list[np.ndarray]:
    """Places of the words that stand for each band, rare to frequent; a band without words is left out."""
    if not len(uses):
        return []
    logs = np.log(uses)
    edges = np.linspace(logs.min(), logs.max() + 1e-9, bands + 1)
    found = []
    for low, high in itertools.pairwise(edges):
        inside = np.flatnonzero((logs >= low) & (logs < high))
        near = np.argsort(np.abs(logs[inside] - (low + high) / 2), kind="stable")[:ALIKE]
        if len(inside):
            found.append(np.sort(inside[near]))
    return found


def _alike(words: DocumentTerm, columns: list[int], documents: pd.DataFrame, target: np.ndarray, unit: str) -> Alike:
    """Some words by block, outlet and side."""
    ids, block = np.unique(unit_of(documents, unit).to_numpy(dtype=str), return_inverse=True)
    outlet = np.unique(documents["outlet_id"].to_numpy(dtype=str), return_inverse=True)[1]
    cell, count = 2 * outlet + target, 2 * (int(outlet.max(initial=-1)) + 1)
    tokens = words.token_counts.astype(np.float64)
    x, n = np.zeros((len(ids), count, len(columns) + 1)), np.zeros((len(ids), count))
    np.add.at(x, (block, cell), np.column_stack([words.matrix[:, columns].toarray(), tokens**2]))
    np.add.at(n, (block, cell), tokens)
    blocks = blocks_of(x, n, ids, [(i + 1, i) for i in range(0, count, 2)], unit)
    return Alike(blocks.x[:, :, :-1], blocks.n, blocks.x[:, :, -1], blocks.after, unit in TIME_UNITS)


def _parts(alike: Alike) -> list[tuple[str, np.ndarray]]:
    """The evener and the burstier half, by every other block: what chance does in the others parts nobody."""
    count = alike.x.shape[2]
    if count < FEW or np.median(alike.x.sum(axis=(0, 1))) < TOLD_FROM:
        return [("any", np.arange(count))]
    half = Alike(alike.x[::2], alike.n[::2], alike.squares[::2], alike.after[::2], alike.timed)
    order = np.argsort([moods(half.part(np.array([word])), (0.0, 0.0)).burst for word in range(count)], kind="stable")
    return [("even", np.sort(order[: count // 2])), ("bursty", np.sort(order[count // 2 :]))]


def share_found(alike: Alike, ratio: float, held: Moods, *, level: float, alpha: float, tries: int, seed: int) -> float:
    """Share of `tries` words with that ratio found: p of permuted blocks at most `level`, of rotations `alpha`."""
    rng = np.random.default_rng([seed, round(1000 * ratio)])
    times = max(round(tries / alike.x.shape[2]), 1)
    total = np.maximum(alike.n.sum(axis=0), 1)
    found = []
    for _ in range(times):
        x = drawn_counts(rng, alike, ratio, held)
        residual = (x - alike.n[:, :, None] * (x.sum(axis=0) / total[:, None])[None]).sum(axis=1)
        p, rotation = block_tests(residual, alike.after, _PERMUTED, seed, alike.timed)
        found.append(((p <= level) & ~(rotation > alpha)).mean())
    return float(np.mean(found))


def _smallest(alike: Alike, held: Moods, levels: tuple[float, float], tries: int, turn: int) -> float:
    """The smallest of the ratios found often enough, up (turn 1) or down (-1), by halving; between two tried ones the log
    odds of being found are taken to be straight in the log ratio. levels: of `share_found`, level and alpha."""
    known: dict[int, float] = {}

    def odds(place: int) -> float:
        ratio = float(RATIOS[place]) ** turn
        share = share_found(alike, ratio, held, level=levels[0], alpha=levels[1], tries=tries, seed=1)
        known[place] = float(np.log(np.clip(share, 1e-3, 0.999) / (1 - np.clip(share, 1e-3, 0.999))))
        return known[place]

    share = POWER + UNLIKE
    wanted = float(np.log(share / (1 - share)))
    low, high = 0, len(RATIOS) - 1
    if odds(high) < wanted:
        return float("nan")
    if odds(low) >= wanted:
        return float(RATIOS[low]) ** turn
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if odds(middle) >= wanted else (middle, high)
    place = (wanted - known[low]) / (known[high] - known[low])
    return float(RATIOS[low] * (RATIOS[high] / RATIOS[low]) ** place) ** turn


def reach_in_words(reach: pd.DataFrame) -> list[str]:
    """Sentences on a table of `detectable_uses`: one for each row in which anything could have been found, and one for
    the others together.

    >>> import pandas as pd
    >>> columns = ["uses_least", "uses_most", "word_count", "spread", "detectable_up", "detectable_down"]
    >>> reach_in_words(pd.DataFrame([(9, 11, 60, "even", float("nan"), float("nan"))], columns=columns))
    ['Of a word used 9 to 11 times, not even a tenfold rise or a fall to a tenth would have been found in 80 of 100 cases.']
    """
    how = {"even": " evenly", "bursty": " in bursts", "any": ""}
    said = []
    silent = reach["detectable_up"].isna() & reach["detectable_down"].isna()
    for row in reach[~silent].itertuples():
        up = f"a rise to {row.detectable_up:.1f} times" if np.isfinite(row.detectable_up) else "not even a tenfold rise"
        down = f"a fall to {row.detectable_down:.2f}" if np.isfinite(row.detectable_down) else "no fall to a tenth"
        said.append(
            f"Of a word used {_times(row.uses_least, row.uses_most)} times{how[row.spread]} (as {row.word_count} are): "
            f"{up}, {down} would have been found in 80 of 100 cases."
        )
    none = reach[silent]
    if len(none):
        also = " otherwise" if said else ""
        uses = _times(none["uses_least"].min(), none["uses_most"].max())
        said.append(
            f"Of a word used {uses} times{also}, not even a tenfold rise or a fall to a tenth would have been found in "
            "80 of 100 cases."
        )
    return said


def _times(least: int, most: int) -> str:
    return f"{least}" if least == most else f"{least} to {most}"
