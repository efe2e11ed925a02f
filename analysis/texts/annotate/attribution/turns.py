"""Transcripts and interviews: whose turn it is, from the labels at the beginning of lines.

"MS. HALLORAN: ...", "Q ...", "Spokesperson: ...", "AFP: ...". A turn's words are direct speech, though no marks stand
around them, and go on over paragraphs until the next label.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from analysis.texts.annotate.lexicon import load as lexicon

_LISTS = lexicon.read("turns.toml")
_ASKER, _ANSWERER, _MEDIA, _OFFICE, _TITLE, _ADDRESSED, _NO_LABEL = (
    _LISTS.regex(name) for name in ("askers", "answerers", "media", "offices", "titles", "addressed", "no_labels")
)
_SMALL = frozenset(
    ["the", "of", "and", "foreign", "defence", "defense", "vice", "deputy", "state", "senior", "administration"]
)
_LETTERS = re.compile(r"[^\W\d_]")
_LONGEST = 80  # characters of a label
_COLON = re.compile(r"[*_]{0,2}([^\W\d_][^:\n]{0,79}?)[*_]{0,2} ?:[*_]{0,2}(?=\s|[“\"‘'(])")
_BARE = re.compile(r"[*_]{0,2}(Q)[*_]{0,2}[.)]? +(?=[A-Z“\"‘'(\[—–-])")
_BARE_BEGINS = ("Q", "*", "_", "A.", "A)")  # how `_BARE` and `_BARE_ANSWER` begin
_BARE_ANSWER = re.compile(r"(A)[.)] +(?=[A-Z“\"‘'(\[—–-])")
_INLINE = re.compile(
    r"(?<=[.?!:”\"])(?: [–—])? ((?:Q|A|Question|Answer)|[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}): (?=\S)"
)
_PAIR = ((" Question: ", " Answer: "), (" Q: ", " A: "))
_NAMES = r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)"
_ASKED = re.compile(rf"({_NAMES}{{0,3}}): [^:\n]{{3,400}}\?[”\"]? {_NAMES}{{1,3}}: (?=\S)")  # question and answer
_NAME = re.compile(
    r"(?:[^\W\d_a-z][\w.'’-]*|of|the|and|for|to|de|van|von|bin|al|del|da)(?:,? (?:\(?[^\W\d_a-z][\w.'’-]*[,)]?|of|the|and"
    r"|for|to|de|van|von|bin|al|del|da))*(?: \([^()]{2,60}\))?\)?"
)
_THE_OFFICE = re.compile(rf"The (?:\w+ )?(?:{'|'.join(_LISTS.items('offices'))})")
_OWN_WORDS = re.compile(r"[“\"‘']?(?:I|We|Our|My|Let me|Thank you)\b")
_ASIDE = re.compile(r"\s*[(\[][^()\[\]\n]{1,80}[)\]]\s*$")
_END_BEGINS = "Ee#-*["  # how `_END` begins, white space aside; the empty string is in it, too
_END = re.compile(r"\s*(?:END\b[^a-z]*$|#{2,}|-{3,}\s*$|\*{3}\s*$|\[?end of (?:transcript|interview)\b)", re.IGNORECASE)


class Turn(NamedTuple):
    """One paragraph of a turn: half-open span of its words, that of the label, and whether it is a question."""

    start: int
    end: int
    label: tuple[int, int]
    asks: bool


class _Label(NamedTuple):
    start: int
    end: int
    body: int
    kind: str  # ask, answer, actor, titled, office, media, name


IsActor = Callable[[int, int], bool]


def find_turns(
    text: str, start: int = 0, *, is_actor: IsActor = lambda *_: False, media: frozenset[str] = frozenset()
) -> list[Turn]:
    """The paragraphs of all speaker turns of `text` behind `start`, in order; a text that is no transcript gives [].

    Two labels make a transcript: its turns run on until the next label, a stage direction belongs to nobody. One label
    alone counts when it names somebody for sure; it reaches over its own paragraph, or over all that follows if the
    text opens with it in capitals. is_actor(start, end): whether a known person is named there; media: lower-cased
    names of media that ask under their own name.
    """
    if ":" not in text and "Q " not in text and "Q." not in text:
        return []
    labels = _settle(text, _labels(text, start, is_actor, media))
    if not labels:
        return []
    alone = len(labels) == 1
    if alone and not (
        labels[0].kind in ("titled", "actor")
        or (labels[0].kind == "office" and (_capitals(text, labels[0]) or _OWN_WORDS.match(text, labels[0].body)))
    ):
        return []
    opens = text[start : labels[0].start].strip() == ""
    runs_on = not alone or (opens and _capitals(text, labels[0]))
    return _turns(text, labels, runs_on)


def _labels(text: str, start: int, is_actor: IsActor, media: frozenset[str]) -> list[_Label]:
    """What may be a label at the beginning of a line (and "A:" behind a question on the same line)."""
    found: list[_Label] = []
    for at, end in _lines(text, start):
        label = _label(text, at, end, is_actor, media)
        if label is None or label.kind == "name":
            label = _asker(text, at, end) or label
        if label is None and found and found[-1].kind == "ask":  # "Q. ...", "A. ..."
            bare = _BARE_ANSWER.match(text, at, end)
            label = _Label(*bare.span(1), bare.end(), "answer") if bare else None
        if label is not None:
            found.append(label)
        if label is not None and label.kind in ("ask", "answer", "media"):
            found += _inline(text, label, end, is_actor)
        elif label is None and any(-1 < text.find(q, at, end) < text.rfind(a, at, end) for q, a in _PAIR):
            found += _inline(text, _Label(at, at, at, ""), end, is_actor)
    return found


def _lines(text: str, start: int) -> list[tuple[int, int]]:
    """The lines from `start` on that may hold a label, in order, start and end: all with a colon, and those that open
    like a bare label."""
    places = {start} if text.startswith(_BARE_BEGINS, start) else set()
    at = text.find("\n", start)
    while at >= 0:
        if text.startswith(_BARE_BEGINS, at + 1):
            places.add(at + 1)
        at = text.find("\n", at + 1)
    colon = text.find(":", start)
    while colon >= 0:
        places.add(max(start, text.rfind("\n", start, colon) + 1))
        end = text.find("\n", colon)
        colon = text.find(":", end) if end >= 0 else -1
    ends = [(at, text.find("\n", at)) for at in sorted(places)]
    return [(at, end if end >= 0 else len(text)) for at, end in ends]


def _inline(text: str, first: _Label, end: int, is_actor: IsActor) -> list[_Label]:
    """The labels behind a line's `first` one: "Q:" and "A:", and names that answer its question or have spoken."""
    found: list[_Label] = []
    before = first
    for match in _INLINE.finditer(text, first.body, end):
        name = match.group(1)
        kind = {"Q": "ask", "A": "answer"}.get(name[0] if name in ("Q", "A", "Question", "Answer") else "")
        if kind is None:
            asked = before.kind in ("ask", "media") and text[match.start() - 1] in '?”"'
            again = next((label.kind for label in (first, *found) if text[label.start : label.end] == name), "")
            kind = again or (_kind(name, is_actor(*match.span(1))) if asked else "")
        if kind and (found or first.kind or kind == "ask"):
            before = _Label(*match.span(1), match.end(), kind)
            found.append(before)
    return found


def _label(text: str, at: int, end: int, is_actor: IsActor, media: frozenset[str]) -> _Label | None:
    match = _BARE.match(text, at, end) if text.startswith(_BARE_BEGINS, at) else None
    if match is not None:
        return _Label(*match.span(1), match.end(), "ask")
    colon = text.find(":", at, min(end, at + _LONGEST + 6))
    match = _COLON.match(text, at, end) if colon >= 0 else None
    if match is None:
        return None
    body = match.end()
    while body < end and text[body] == " ":
        body += 1
    if body < end and _LETTERS.search(text, body, end) is None:
        return None  # "CODE: 05/08": a field, and nobody's words
    label = text[match.start(1) : match.end(1)].strip()
    kind = "media" if label.lower() in media else _kind(label, is_actor(*match.span(1)))
    return _Label(*match.span(1), body, kind) if kind else None


def _asker(text: str, at: int, end: int) -> _Label | None:
    """Who asks at the beginning of a line in which somebody named answers, though nothing else tells who it is."""
    if text.find(":", at, min(end, at + _LONGEST)) < 0:
        return None
    match = _ASKED.match(text, at, end)
    if match is None or _NO_LABEL.fullmatch(match.group(1)) or _ADDRESSED.fullmatch(match.group(1)):
        return None
    return _Label(*match.span(1), match.end(1) + 2, "media")


def _kind(label: str, known: bool) -> str:
    """What a label is: ask, answer, actor, titled, office, media, name; empty if it is none. known: it names a person."""
    if _ASKER.fullmatch(label):
        return "ask"
    if _ANSWERER.fullmatch(label):
        return "answer"
    words = label.split()
    if _THE_OFFICE.fullmatch(label):
        return "office"
    if len(words) > 9 or _NO_LABEL.fullmatch(label) or _ADDRESSED.fullmatch(label) or not _NAME.fullmatch(label):
        return "answer" if _ANSWERER.match(label) and "(" in label and len(words) <= 9 else ""
    if _MEDIA.fullmatch(label):
        return "media"
    if known:
        return "actor"
    if _TITLE.match(label):
        return "titled"
    if _OFFICE.search(label):
        return "office"
    return "name" if 1 < len(words) <= 5 or label.isupper() else ""


def _pairs(text: str, labels: list[_Label]) -> list[_Label]:
    """Names whose turn is a question and ends where another name's begins are those of media: "Mekong Quarterly: ...?"."""
    found = list(labels)
    for number, (label, answer) in enumerate(pairwise(labels)):
        asks = text[label.body : answer.start].rstrip(' \n"”*_').endswith("?")
        other = text[label.start : label.end] != text[answer.start : answer.end]
        if (
            label.kind == answer.kind == "name"
            and asks
            and other
            and "\n\n" not in text[label.body : answer.start].strip()
        ):
            found[number] = label._replace(kind="media")
    return found


def _settle(text: str, labels: list[_Label]) -> list[_Label]:
    """The labels that hold: weak ones only beside sure ones, or when they come back; media only where others answer."""
    labels = _pairs(text, labels)
    often = Counter(text[label.start : label.end] for label in labels)
    sure = [label for label in labels if label.kind not in ("name", "media")] or [
        label
        for label, answer in pairwise(labels)
        if label.kind == "media"
        and answer.kind == "name"
        and (
            "?" in text[label.body : answer.start]
            or text[answer.start : answer.end].isupper()
            or often[text[label.start : label.end]] > 1
        )
    ]  # an outlet that asks is answered by a name
    kept = []
    for label in labels:
        if label.kind == "name" and not (often[text[label.start : label.end]] > 1 or sure):
            continue
        kept.append(label)
    if not [label for label in kept if label.kind != "media"]:
        return []
    if all(label.kind == "name" for label in kept) and len(kept) < 3:
        return []
    if len(kept) > 1 and len({text[label.start : label.end] for label in kept}) == 1 and kept[0].kind == "name":
        return []  # one heading that comes back
    return kept


def _capitals(text: str, label: _Label) -> bool:
    return text[label.start : label.end].isupper()


def _turns(text: str, labels: list[_Label], runs_on: bool) -> list[Turn]:
    turns: list[Turn] = []
    for number, label in enumerate(labels):
        stop = labels[number + 1].start if number + 1 < len(labels) else len(text)
        at = label.body
        while at < stop:
            end = text.find("\n", at, stop)
            end = stop if end < 0 else end
            line = text[at:end]
            first = line.lstrip()[:1]
            if first in _END_BEGINS and at > label.body and _END.match(text, at, end):
                break
            words = line.rstrip()
            last = at + len(words)
            if words.strip("*_ ") and not (first in "[(" and _ASIDE.match(text, at, last)):
                turns.append(Turn(at, last, (label.start, label.end), label.kind in ("ask", "media")))
            if not runs_on:
                break
            at = end + 1
    return turns


def label_name(label: str) -> str:
    """The name in a label, without titles and offices, capitals made small; "" if it holds none.

    >>> label_name("MS. JEAN-PIERRE"), label_name("CHEA SOPHAL, Ministry of Defence"), label_name("THE PRESIDENT")
    ('Jean-Pierre', 'Chea Sophal', '')
    """
    inside = re.search(r"\(([^(),]+)[^()]*\)", label)
    if inside and _ANSWERER.match(label):
        label = inside.group(1)
    name = re.sub(r"\s*\(.*", "", label).split(",")[0]
    name = _OFFICE.sub(" ", name)
    before = None
    while name != before:
        before, name = (
            name,
            _TITLE.sub("", name.strip() + " ", count=1).strip() if _TITLE.match(name.strip() + " ") else name.strip(),
        )
    words = [w for w in name.split() if w.lower() not in _SMALL]
    if not words or _ASKER.fullmatch(label) or _ANSWERER.fullmatch(label) or not words[0][0].isupper():
        return ""
    return " ".join(_small(word) if name.isupper() else word for word in words)


def _small(word: str) -> str:
    """A word in capitals as a name is written.

    >>> _small("JEAN-PIERRE"), _small("O'NEIL")
    ('Jean-Pierre', "O'Neil")
    """
    return "".join(part.capitalize() for part in re.split(r"([-'’])", word))
