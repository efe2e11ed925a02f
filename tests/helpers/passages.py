"""The golden passages, and changed copies of them.

A rule that no golden passage shows by itself shows when a mark is lost, a comma goes, a paragraph is cut or joined: most
copies are text as no author would write it, and what counts is only that their readings do not change unnoticed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from analysis.texts.document import Document

ALL_MARKS = "“”\"‘’'«»"


class Passage(NamedTuple):
    """A golden passage: its file and id, genre, title, text and date."""

    id: str
    genre: str
    title: str | None
    text: str
    published: str | None


def golden_passages(folder: Path) -> list[Passage]:
    """The invented passages of tests/golden, in order of file and line."""
    found = []
    for path in sorted(folder.glob("*_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if "text" in row:
                name = f"{path.stem} {row['id']}"
                facts = (row.get("genre", "other"), row.get("title"), row["text"], row.get("published"))
                found.append(Passage(name, *facts))
    return found


def document(passage: Passage, outlet: str = "o") -> Document:
    return Document("d", "news", outlet, passage.text, passage.title, passage.published, genre=passage.genre)


def _pick(text: str, places: list[int], turn: int) -> int | None:
    return places[(len(text) + 7 * turn) % len(places)] if places else None


def _without(signs: str) -> Callable[[Passage, int], Passage]:
    """The passage without one of the signs, which one depends on the turn."""

    def change(passage: Passage, turn: int) -> Passage:
        at = _pick(passage.text, [i for i, c in enumerate(passage.text) if c in signs], turn)
        return passage if at is None else passage._replace(text=passage.text[:at] + passage.text[at + 1 :])

    return change


def _marks(double: tuple[str, str], single: tuple[str, str]) -> Callable[[Passage, int], Passage]:
    def change(passage: Passage, turn: int) -> Passage:
        text = passage.text
        for old, new in zip("“”‘’", (*double, *single), strict=True):
            text = text.replace(old, new)
        return passage._replace(text=text)

    return change


def _cut(passage: Passage, turn: int) -> Passage:
    """The beginning of the text, up to a space."""
    at = _pick(passage.text, [m.start() for m in re.finditer(" ", passage.text)][2:], turn)
    return passage if at is None else passage._replace(text=passage.text[:at])


def _behind(passage: Passage, turn: int) -> Passage:
    """The end of the text, from a space on."""
    at = _pick(passage.text, [m.start() for m in re.finditer(" ", passage.text)][:-2], turn)
    return passage if at is None else passage._replace(text=passage.text[at + 1 :])


def _parted(passage: Passage, turn: int) -> Passage:
    """Each sentence a paragraph."""
    return passage._replace(text=re.sub(r"([.!?][”\"’]?) (?=[A-Z“\"])", r"\1\n\n", passage.text))


def _joined(passage: Passage, turn: int) -> Passage:
    return passage._replace(text=re.sub(r"\s*\n\s*", " ", passage.text))


def _titled(passage: Passage, turn: int) -> Passage:
    """The first sentence as a title as well, without its full stop."""
    first = re.split(r"(?<=[.!?]) |\n", passage.text, maxsplit=1)[0]
    return passage._replace(title=first.rstrip("."))


def _colon(passage: Passage, turn: int) -> Passage:
    """A colon for "said" and for "said that"."""
    return passage._replace(text=re.sub(r",? (?:said|says)(?: that)?(?= )", ":", passage.text), title=None)


def _dashes(passage: Passage, turn: int) -> Passage:
    return passage._replace(text=passage.text.replace(", ", " — "))


def _commas(passage: Passage, turn: int) -> Passage:
    return passage._replace(text=re.sub(r"(?<=[a-z]) (and|but|that|who|which|as|by) ", r", \1 ", passage.text))


def _strangers(passage: Passage, turn: int) -> Passage:
    """Known people become people whom no list knows."""
    text = passage.text
    for known, new in (
        ("Hun Sen", "Chea Dara"),
        ("Hun Manet", "Mr Sok"),
        ("Wang Yi", "Ms. Li Na"),
        ("Xi Jinping", "He"),
    ):
        text = text.replace(known, new)
    return passage._replace(text=text)


def _pronouns(passage: Passage, turn: int) -> Passage:
    """A person in front, and "he" or "she" for the next one named."""
    text = re.sub(
        r"(?<=[.!?”\n] )(?:[A-Z]\w+ )?[A-Z]\w+(?= (?:said|says|told|added|called))",
        ("He", "She")[turn % 2],
        passage.text,
    )
    return passage._replace(text=f"Prime Minister Hun Sen met Ms Srey Mom, a teacher. {text}")


def _turned(passage: Passage, turn: int) -> Passage:
    """A transcript: every sentence is asked or answered."""
    parts = re.split(r"(?<=[.!?]) |\n+", passage.text)
    names = ("Q:", "SPOKESPERSON:", "CHEA DARA:", "THE PRESIDENT:")
    return passage._replace(text="\n\n".join(f"{names[i % 4]} {part}" for i, part in enumerate(parts)), title=None)


def _people(passage: Passage, turn: int) -> Passage:
    """Two people before, and pronouns for those named: who is he, who is she?"""
    first = ("Mr Ith Sarin met Mrs Chan Thy.", "Mrs Chan Thy met Hun Sen.", "Ms Li Na, an analyst, met Mr Sok.")[
        turn % 3
    ]
    names = r"(?:Prime Minister |President |Mr\.? |Mrs |Ms )?(?:Hun Sen|Hun Manet|Wang Yi|Xi Jinping|Chea Dara)"
    return passage._replace(
        text=first + " " + re.sub(rf"(?<=[ ,]){names}(?= \w+[sd]\b)", ("she", "he")[turn % 2], passage.text)
    )


def _labels(passage: Passage, turn: int) -> Passage:
    """A talk in which only names stand before what is said, two or three of them, one perhaps but once."""
    parts = re.split(r"(?<=[.!?]) |\n+", passage.text)
    names = ("Srey Mom", "Chea Dara", "Sok Dara")[: 1 + turn % 3]
    text = "\n".join(f"{names[i % len(names)]}: {part}" for i, part in enumerate(parts))
    return passage._replace(text=text + ("\nRecord: closed." if turn % 2 else "\n\n(Applause.)"), title=None)


def _spaced(passage: Passage, turn: int) -> Passage:
    """Marks of a typewriter with spaces inside of them, or with one lost before what follows."""
    text = re.sub("[“”]", '"', passage.text)
    text = re.sub(r'"(?=\s|[.,;]|$)', ' "', text) if turn % 2 else re.sub(r'" (?=[a-z])', '"', text)
    return passage._replace(text=text)


def _mixed(passage: Passage, turn: int) -> Passage:
    """One kind of mark opens, another one closes."""
    old, new = (("”", '"'), ("“", '"'), ("’", "'"), ("”", "“"))[turn % 4]
    return passage._replace(text=passage.text.replace(old, new))


def _lines(passage: Passage, turn: int) -> Passage:
    """Every sentence on a line of its own, some with a blank one or spaces before them."""
    between = ("\n", "\n\n\n", "\n  ", " \n\n ")[turn % 4]
    return passage._replace(text=re.sub(r"(?<=[.!?”]) (?=[A-Z“])", between, passage.text))


def _capitals(passage: Passage, turn: int) -> Passage:
    """The first or the last half in capitals."""
    half = len(passage.text) // 2
    first, last = passage.text[:half], passage.text[half:]
    return passage._replace(text=first.upper() + last if turn % 2 else first + last.upper())


def _glued(passage: Passage, turn: int) -> Passage:
    """A letter, a figure or a line behind names, so that they are parts of other words."""
    sign = ("x", "2", "_", "-", "’s")[turn % 5]
    return passage._replace(text=re.sub(r"\b(Cambodia|China|Hun Sen|Vietnam|Laos)\b", rf"\g<1>{sign}", passage.text))


def _asides(passage: Passage, turn: int) -> Passage:
    """Dashes and brackets around what stands between commas, and behind verbs of saying."""
    text = re.sub(r", ([^,.“”]{3,40}), ", r" — \1 — " if turn % 2 else r" (\1) ", passage.text)
    return passage._replace(text=re.sub(r"\b(said|says|told)\b", r"\1, at length,", text) if turn % 3 else text)


CHANGES: dict[str, Callable[[Passage, int], Passage]] = {
    "straight": _marks(('"', '"'), ("'", "'")),
    "single": _marks(("‘", "’"), ("“", "”")),
    "guillemets": _marks(("«", "»"), ("‹", "›")),
    "low": _marks(("„", "“"), ("‚", "‘")),
    "typewriter": _marks(("``", "''"), ("`", "'")),
    "no mark": _without(ALL_MARKS),
    "no comma": _without(","),
    "no full stop": _without("."),
    "cut": _cut,
    "behind": _behind,
    "parted": _parted,
    "joined": _joined,
    "titled": _titled,
    "colon": _colon,
    "dashes": _dashes,
    "commas": _commas,
    "strangers": _strangers,
    "pronouns": _pronouns,
    "turned": _turned,
    "people": _people,
    "spaced": _spaced,
    "mixed": _mixed,
    "lines": _lines,
    "capitals": _capitals,
    "glued": _glued,
    "asides": _asides,
    "labels": _labels,
}


def changed(passages: list[Passage], each: int = 8) -> Iterator[tuple[str, Passage]]:
    """Some changed copies of every passage, others of the next: (name, copy). One that changes nothing is left out."""
    names = list(CHANGES)
    for number, passage in enumerate(passages):
        for turn in range(each):
            name = names[(number * 5 + turn * 2) % len(names)]
            copy = CHANGES[name](passage, number + turn)
            if copy != passage:
                yield f"{passage.id}, {name}", copy
