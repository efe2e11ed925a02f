"""Which states named in front of a match merely stand by: they are looked at, compared with or neighbours of who holds it.

Three kinds, each only where another name follows that can be the subject: the state of another clause ("While X looks on, Y
hedges", "X watched as Y sank into ..."), the one something is compared with ("Unlike X, Y ..."), and the possessor of a
neighbour or partner who is named ("X's neighbour Y") or left unnamed in the plural ("X's neighbours").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

from analysis.texts.annotate import relations


class Reference(Protocol):
    """Words that stand for a state: their span and what kind of words they are."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> str: ...


_KIN = r"(?:neighbou?r|ally|partner|friend|rival|patron|benefactor|foe|enemy|creditor|donor|cousin|peer)"
_POSSESSOR = re.compile(rf"['’]s? (?:[\w-]+ ){{0,3}}?{_KIN},? (?:the )?$")
_NEIGHBOURS = re.compile(r"['’]s? (?:[\w-]+ ){0,3}?(?:neighbou?rs|allies|partners|friends|rivals|peers)\b")
_COMPARED = re.compile(r"(?:^|(?<![a-z]))(?:unlike|like|than|in contrast to|in contrast with|just as with) (?:the )?$")
_KIND_LIKE = re.compile(r"(?:countr(?:y|ies)|states?|nations?|kingdoms?|powers?|\bsuch),? like (?:the )?$")
_LEAD = re.compile(
    r"[\"“'‘(]?(?:(?:even|just) )?(?:while|as|when|although|though|if|because|since|after|before|once|whereas|until"
    r"|now that)\b"
)
_MAIN = re.compile(r", (?:the |its (?:[\w-]+ ){0,2}?)?$")
_NO_SUBJECT = re.compile(r"['’]|,|\)| (?:and|or|nor)\b(?! (?:the )?[a-z]+ \w)")
_OTHER_CLAUSE = re.compile(r"(?<!such)(?<!same)(?<!well)(?<!known)(?<!seen)(?<!just)(?<!far) (?:as|once) (?:the )?$")
_VERB = re.compile(
    r" (?:\w+ly |also |still |again |now ){0,2}(?:is|are|was|were|has|have|had|will|would|can|could|may|might|[a-z]{2,}ed"
    r"|[a-z]{2,}[a-rt-z]s|sank|fell|became|grew|went|came|took|made|gave|sought|kept|held|drew|lost|won|ran|began|chose"
    r"|broke|left|built|slid|sold|bought|lent|fought|stood|rose|led|let|put)\b"
)
R = TypeVar("R", bound=Reference)
_NAMES = ("name", "person", "demonym")


def find(low: str, refs: Sequence[R], start: int, sentence: tuple[int, int]) -> list[R]:
    """Those of `refs` (in order) in front of the match at `start` that merely stand by in its sentence of `low`."""
    before = [ref for ref in refs if ref.end <= start]
    found: list[R] = []
    for place, ref in enumerate(before):
        others = before[place + 1 :]
        if _possesses(low, ref, others, start) or _is_compared(low, ref, others, sentence[0]):
            found.append(ref)
    for place, ref in enumerate(before):
        if ref.kind in _NAMES and _opens_main(low, ref, before[:place], sentence):
            found += [r for r in before[:place] if r not in found]
        if ref.kind in _NAMES and _opens_other(low, ref, start):
            begin = relations.clause(low, ref.start, ref.end, sentence)[0]
            found += [r for r in before[:place] if r.start >= begin and r not in found]
    named = [ref for ref in before if ref not in found]
    return found if named else []


def _possesses(low: str, ref: Reference, others: Sequence[Reference], start: int) -> bool:
    """Whether the state's neighbour or partner is what is spoken of; the match itself must not be that word."""
    if ref.kind not in _NAMES:
        return ref.kind == "generic" and any(
            other.kind == "name" and low[ref.end : other.start].strip(", ") in ("", "the") for other in others[:1]
        )
    if any(o.kind == "name" and _POSSESSOR.fullmatch(low, ref.end, o.start) for o in others[:2]):
        return True
    plural = _NEIGHBOURS.match(low, ref.end, start)
    return plural is not None and any(o.kind == "generic" and o.end == plural.end() for o in others)


def _is_compared(low: str, ref: Reference, others: Sequence[Reference], begin: int) -> bool:
    head = low[max(begin, ref.start - 30) : ref.start]
    if ref.kind not in _NAMES or not _COMPARED.search(head) or _KIND_LIKE.search(head):
        return False
    return any(o.kind in _NAMES and _MAIN.fullmatch(low, ref.end, o.start) for o in others[:2])


def _opens_main(low: str, ref: Reference, earlier: Sequence[Reference], sentence: tuple[int, int]) -> bool:
    """Whether the name is the subject that follows a leading clause: "While X looks on, Y ..."."""
    if not earlier or _NO_SUBJECT.match(low, ref.end):
        return False
    lead = _LEAD.match(low, sentence[0], ref.start)
    comma = _MAIN.search(low, sentence[0], ref.start)
    if lead is None or comma is None or re.search(r"[,;:—]", low[lead.end() : comma.start()]):
        return False
    last = max((r.end for r in earlier if r.end <= comma.start()), default=comma.start())
    return bool(re.search(r"\w", low[last : comma.start()]))


def _opens_other(low: str, ref: Reference, start: int) -> bool:
    """Whether the name is the subject of a later clause that the match stands in: "X watched as Y sank into ..."."""
    return (
        _OTHER_CLAUSE.search(low, max(0, ref.start - 16), ref.start) is not None
        and _VERB.match(low, ref.end, start + 1) is not None
        and "," not in low[ref.end : start]
        and relations.BOUNDARY.search(low, ref.end, start) is None
    )


def without(low: str, refs: Sequence[R], start: int, sentence: tuple[int, int]) -> list[R]:
    """The references, less those that merely stand by in front of the match at `start`."""
    beside = find(low, refs, start, sentence)
    return [ref for ref in refs if ref not in beside]
