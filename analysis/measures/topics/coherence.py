"""Topic coherence from document bags (what the public store allows) and, where texts are there, from sliding windows.

Röder, Both and Hinneburg (2015), "Exploring the space of topic coherence measures"; u_mass: Mimno et al. (2011). Higher
means that a topic's words are found together more often. Values of different measures, windows or corpora cannot be
compared. c_v is computed on request only: its own authors advise against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.measures.inference.arguments import checked
from analysis.measures.topics.stability import listed

if TYPE_CHECKING:
    from scipy import sparse

MEASURES = ("u_mass", "u_mass_mimno", "c_uci", "c_npmi", "c_v")
MODES = ("exact", "gensim")
WINDOWS = {"c_uci": 10, "c_npmi": 10, "c_v": 110}
_EPSILON = 1e-12


@dataclass(frozen=True)
class Together:
    """How often the n words of one topic are found: in `units` windows or documents; `joint` n x n, its diagonal each
    word."""

    joint: np.ndarray
    units: int

    @property
    def alone(self) -> np.ndarray:
        return np.diag(self.joint)


@checked
def document_coherence(
    counts: sparse.csr_matrix, topics: Sequence[Sequence[int]], measure: str = "c_npmi"
) -> np.ndarray:
    """Coherence of each topic (column numbers, best word first) from co-occurrence within whole documents.

    The public store holds bags of words, so the window is the document (Boolean document, not the sliding window of
    c_npmi as usually reported). Gives one float64 per topic; a topic of fewer than two words gives nan.
    """
    require("coherence measure", measure, MEASURES)
    listed(topics, *(topics if isinstance(topics, Iterable) else ()))
    present = (counts > 0).astype(np.float64).tocsc()
    values = []
    for words in topics:
        if bad := [word for word in words if not 0 <= word < counts.shape[1]]:
            raise DiscourseError(f"topics: no column {bad[0]}; the counts have the columns 0 to {counts.shape[1] - 1}.")
        block = present[:, list(words)]
        values.append(_of_topic(Together((block.T @ block).toarray(), counts.shape[0]), measure))
    return np.array(values, dtype=np.float64)


@checked
def window_coherence(
    texts: Sequence[Sequence[str]],
    topics: Sequence[Sequence[str]],
    measure: str = "c_npmi",
    *,
    window: int | None = None,
    mode: str = "exact",
) -> np.ndarray:
    """Coherence of each topic (words, best first) from token lists.

    window: tokens in a window (None: 10 for c_uci and c_npmi, 110 for c_v; u_mass always uses documents). mode: `exact`
    counts the windows that contain a word; `gensim` repeats gensim 4.4, which forgets a word that is repeated within a
    window as soon as its first copy leaves, and counts empty documents. Gives one float64 per topic: the mean over word
    pairs (`u_mass_mimno`: the sum, with one added to each joint count, as in the paper). nan for fewer than two words
    or, c_ measures, a word that no text has. Raises `DiscourseError` for an unknown measure or mode, or no texts.
    """
    require("coherence measure", measure, MEASURES)
    require("mode", mode, MODES)
    listed(topics, *topics, *texts)
    if window is not None and window < 1:
        raise DiscourseError(f"coherence: window is {window}; it must be at least 1 token.")
    documents = [text for text in texts if len(text) or mode == "gensim"]
    if not any(len(text) for text in documents):
        raise DiscourseError(
            "coherence: no tokens in the texts; give token lists, or use document_coherence on the store."
        )
    size = None if measure.startswith("u_mass") else window or WINDOWS[measure]
    positions = _positions(documents, topics)
    counted = (_together(words, positions, documents, size, mode) for words in topics)
    return np.array([_of_topic(together, measure, exact=mode == "exact") for together in counted])


def _of_topic(together: Together, measure: str, *, exact: bool = True) -> float:
    n = len(together.joint)
    if n < 2:
        return float("nan")
    if measure.startswith("u_mass"):
        return _u_mass(together, plus_one=measure == "u_mass_mimno")
    with np.errstate(divide="ignore", invalid="ignore"):
        joint, alone = together.joint / together.units, together.alone / together.units
        ratio = np.log((joint + _EPSILON) / np.outer(alone, alone))
        npmi = ratio / -np.log(joint + _EPSILON)
    ratio[alone == 0], ratio[:, alone == 0] = np.nan, np.nan
    npmi[np.isnan(ratio)] = np.nan
    if exact:
        # Words found everywhere tell nothing about each other: log 1 / log 1 is set to 0, where the epsilon makes it
        # -1.
        npmi[joint == 1.0] = 0.0
    if measure == "c_v":
        total = npmi.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            cosine = (npmi @ total) / (np.linalg.norm(npmi, axis=1) * np.linalg.norm(total))
        return float(cosine.mean())
    table = ratio if measure == "c_uci" else npmi
    return float(table[~np.eye(n, dtype=bool)].mean())


def _u_mass(together: Together, *, plus_one: bool) -> float:
    """log P(later word | earlier word) over pairs in which the conditioning word ranks higher."""
    later, earlier = np.tril_indices(len(together.joint), -1)
    joint, given = together.joint[later, earlier].astype(float), together.alone[earlier].astype(float)
    known = given > 0
    if plus_one:
        return float(np.log((joint[known] + 1) / given[known]).sum())
    values = np.zeros(len(joint))  # gensim: a word that occurs nowhere conditions nothing and adds zero
    values[known] = np.log((joint[known] / together.units + _EPSILON) / (given[known] / together.units))
    return float(values.mean())


def _positions(
    documents: Sequence[Sequence[str]], topics: Sequence[Sequence[str]]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For each topic word its (document numbers, positions), in reading order."""
    wanted = {word for topic in topics for word in topic}
    found: dict[str, tuple[list[int], list[int]]] = {word: ([], []) for topic in topics for word in topic}
    for number, text in enumerate(documents):
        for place, token in enumerate(text):
            if token in wanted:
                found[token][0].append(number)
                found[token][1].append(place)
    return {word: (np.array(d, dtype=np.int64), np.array(p, dtype=np.int64)) for word, (d, p) in found.items()}


def _together(
    words: Sequence[str],
    positions: dict[str, tuple[np.ndarray, np.ndarray]],
    documents: Sequence[Sequence[str]],
    size: int | None,
    mode: str,
) -> Together:
    """Windows (size None: documents) in which words are found, alone and in pairs, by cutting time into segments."""
    lengths = np.array([len(text) for text in documents], dtype=np.int64)
    windows = np.ones_like(lengths) if size is None else np.maximum(lengths - size + 1, 1)
    first = np.concatenate([[0], np.cumsum(windows)[:-1]])
    starts, ends, owners = [], [], []
    for owner, word in enumerate(words):
        document, place = positions[word]
        start, end = _spans(document, place, windows, size, mode)
        starts.append(start + first[document])
        ends.append(end + first[document])
        owners.append(np.full(len(document), owner, dtype=np.int64))
    start, end, owner = np.concatenate(starts), np.concatenate(ends), np.concatenate(owners)
    borders = np.unique(np.concatenate([start, end]))
    if len(borders) < 2:
        return Together(np.zeros((len(words), len(words))), int(windows.sum()))
    depth = np.zeros((len(borders), len(words)), dtype=np.int32)
    np.add.at(depth, (np.searchsorted(borders, start), owner), 1)
    np.add.at(depth, (np.searchsorted(borders, end), owner), -1)
    inside = (np.cumsum(depth, axis=0)[:-1] > 0).astype(np.float64)
    joint = (inside * np.diff(borders)[:, None]).T @ inside
    return Together(joint, int(windows.sum()))


def _spans(
    document: np.ndarray, place: np.ndarray, windows: np.ndarray, size: int | None, mode: str
) -> tuple[np.ndarray, np.ndarray]:
    """The half-open range of window numbers, within its document, in which each occurrence counts as present."""
    if size is None:
        return np.zeros_like(place), np.ones_like(place)
    start = np.maximum(place - size + 1, 0)
    last = place
    if mode == "gensim" and len(place):
        # The first copy at or after the window's left edge switches the word off when it leaves.
        span = int(max(place.max(), size)) + 2
        keys = document * span + place
        last = place[np.searchsorted(keys, document * span + start)]
    return start, np.minimum(last + 1, windows[document])
