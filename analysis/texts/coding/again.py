"""A draw made again from its public codings: what another coder needs who has the texts, but not the key of the draw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from analysis.errors import DiscourseError
from analysis.store.contracts import HIT_KINDS
from analysis.texts.coding.codings import SETTLED, Coding
from analysis.texts.coding.passages import Passage
from analysis.texts.coding.sample import Drawn
from analysis.texts.coding.sheet import CHOICES

ANSWERS = (*CHOICES, "missed_frames")


def drawn_again(codings: Sequence[Coding], passages: Iterable[Passage]) -> tuple[list[Drawn], int]:
    """The coded passages as they stand in the texts, by their number in the draw; and how many were not found.

    codings: of one draw, from `corpus/codings`. passages: all of today (`passages.of_study`). A hit is found by document,
    entry, and which of the entry's hits it is; a paragraph by document and number. Where the entry has another number of
    hits today, or the document another number of paragraphs, or the codings do not say which paragraph, the passage is
    not found: nothing else is put in its place. Kind and probability are those of the draw. Raises `DiscourseError` for
    no codings, and for those of several draws.
    """
    names = sorted({one.draw for one in codings})
    if len(names) != 1:
        told = f"codings of several draws ({', '.join(map(repr, names))})" if names else "no codings"
        raise DiscourseError(f"{told}; give a file of corpus/codings that holds one draw.")
    wanted = {_of_coding(one): one for one in codings}
    found = []
    for passage in passages:
        one = wanted.get(_of_passage(passage))
        if one is not None and passage.frame == (one.frame or ""):
            found.append(Drawn(one.passage_id, replace(passage, kind=one.kind), one.probability))
    number_of_passages = len({one.passage_id for one in codings})
    return sorted(found, key=lambda drawn: drawn.number), number_of_passages - len(found)


def to_decide(codings: Sequence[Coding], *, agreed: int, seed: int) -> list[Coding]:
    """The codings of passages that two or more coders answered differently, and of `agreed` others that they answered
    alike, drawn by `seed`: for one more coder, who decides and cannot know which are which. All others are left out.

    What was settled before is no answer. Fewer than `agreed` are added where there are no more. Agreement with that coder
    says nothing of the draw: the passages were chosen because the others differ.
    """
    answers: dict[int, list[Coding]] = {}
    for one in codings:
        if one.coder != SETTLED:
            answers.setdefault(one.passage_id, []).append(one)
    both = {number: given for number, given in answers.items() if len({one.coder for one in given}) > 1}
    differ = {n for n, given in both.items() if len({tuple(getattr(x, c) for c in ANSWERS) for x in given}) > 1}
    alike = sorted(both.keys() - differ)
    drawn = np.random.default_rng(seed).permutation(len(alike))[:agreed]
    chosen = differ | {alike[i] for i in drawn}
    return [one for one in codings if one.passage_id in chosen]


def _of_coding(one: Coding) -> tuple[object, ...]:
    if one.kind in HIT_KINDS:
        return one.doc_id, one.entry, one.entry_number, one.entry_count
    return one.doc_id, one.paragraph_number, one.paragraph_count


def _of_passage(one: Passage) -> tuple[object, ...]:
    if one.frame:
        return one.doc_id, one.entry, one.entry_number, one.entry_count
    return one.doc_id, one.paragraph_number, one.paragraph_count
