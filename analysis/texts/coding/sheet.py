"""The sheet that one coder fills in: an XLSX workbook with drop-downs, read back with every answer checked.

What could lead the coder is left out: outlet, date, era, and what the machine says. Private, since it holds texts.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from analysis.errors import DiscourseError, not_allowed
from analysis.store.contracts import ABOUT_ANSWERS, FRAME_ANSWERS, VOICE_ANSWERS, YES_NO
from analysis.store.workbooks import save_workbook
from analysis.texts.coding.sample import Drawn

CHOICES = {
    "frame_right": FRAME_ANSWERS,
    "about": ABOUT_ANSWERS,
    "voice": VOICE_ANSWERS,
    "negated": YES_NO,
    "mention": YES_NO,
}
WRITTEN = ("frames", "speaker", "remark", "seconds")
QUESTIONS = {
    "frame_right": "Do the marked words mean this frame, said about states? Borderline: a principle that everyone affirms, "
    "a name of a body or treaty, markets instead of states",
    "about": "Whose is it? focal: the state of the study holds it or is one of the pair",
    "voice": "Whose words: the outlet's own, quoted in marks, or reported in indirect speech",
    "negated": "Is it denied or negated?",
    "mention": "Is the word only talked about, or in scare quotes?",
    "frames": "Whole paragraphs: which frames does it carry about the focal state, the marked words included?",
    "speaker": "Who says it, as printed",
    "remark": "Anything else",
    "seconds": "Filled in by the coder in JupyterLab",
}
COLUMNS = ("passage", "asked", "text", *CHOICES, *WRITTEN)
OPEN, CLOSE = "⟦", "⟧"
ANY = "any frame"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass
class Answer:
    """One passage as one coder answered it; "" where nothing is answered yet. asked: the frame, or `ANY`.

    text: the passage with the marked span between `OPEN` and `CLOSE`; all of it where a whole paragraph is asked about.
    frames: names with a space between, or "none". seconds: 0 if not measured.
    """

    passage: int
    asked: str
    text: str = field(repr=False)
    frame_right: str = ""
    about: str = ""
    voice: str = ""
    negated: str = ""
    mention: str = ""
    frames: str = ""
    speaker: str = ""
    remark: str = ""
    seconds: float = 0.0

    @property
    def is_done(self) -> bool:
        """Whether what is asked of it is answered: the frame for a hit, the frames for a paragraph."""
        return bool(self.frames if self.asked == ANY else self.frame_right)


@dataclass
class Sheet:
    """The answers of one coder, in the order in which they are shown. guide: frame -> what it means, for reading."""

    draw: str
    coder: str
    coder_kind: str
    answers: list[Answer]
    guide: dict[str, str]

    @property
    def next_open(self) -> int:
        """The place of the first passage that waits for an answer; the number of passages if none does."""
        return next((i for i, answer in enumerate(self.answers) if not answer.is_done), len(self.answers))


def make_sheet(
    draw: str, coder: str, drawn: Sequence[Drawn], guide: dict[str, str], *, coder_kind: str = "person", seed: int = 1
) -> Sheet:
    """An empty sheet of all drawn passages; each coder has an order of their own, by their label and the seed."""
    order = np.random.default_rng([seed, zlib.crc32(coder.encode())]).permutation(len(drawn))
    answers = [Answer(drawn[i].number, drawn[i].passage.frame or ANY, _marked(drawn[i])) for i in order]
    return Sheet(draw, coder, coder_kind, answers, guide)


def _marked(one: Drawn) -> str:
    text, (start, end) = one.passage.text, one.passage.span
    text = f"{text[:start]}{OPEN}{text[start:end]}{CLOSE}{text[end:]}"
    return _CONTROL.sub("", text).strip()


def save(sheet: Sheet, path: Path) -> None:
    """Write a sheet in one step: whoever kills the program finds the answers before, or with, the last one."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    page = book.active
    page.title = "codings"
    page.append(COLUMNS)
    for answer in sheet.answers:
        page.append([_cell(getattr(answer, name)) for name in COLUMNS])
    for number, name in enumerate(COLUMNS, 1):
        letter = page.cell(1, number).column_letter
        page.column_dimensions[letter].width = {"text": 90, "passage": 9, "remark": 30}.get(name, 14)
        if name in CHOICES:
            rule = DataValidation("list", formula1=f'"{",".join(CHOICES[name])}"', allow_blank=True)
            rule.error, rule.errorTitle = f"Allowed: {', '.join(CHOICES[name])}.", name
            rule.prompt, rule.promptTitle = QUESTIONS[name][:250], name
            rule.showErrorMessage = rule.showInputMessage = True
            page.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{max(len(sheet.answers), 1) + 1}")
    for row in page.iter_rows(min_row=2, min_col=3, max_col=3):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = "D2"
    guide = book.create_sheet("guide")
    for name, text in (*QUESTIONS.items(), *sheet.guide.items()):
        guide.append([name, _cell(text)])
    facts = book.create_sheet("draw")
    for name in ("draw", "coder", "coder_kind"):
        facts.append([name, getattr(sheet, name)])
    facts.append(["frames", " ".join(sheet.guide)])
    save_workbook(book, path)


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t") else value
    return value or None


def load(path: Path) -> Sheet:
    """Read a sheet back. Raises `DiscourseError` naming file, row, column and what is allowed."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(path, data_only=True)
        page, facts, guide = (book[name] for name in ("codings", "draw", "guide"))
        if not all(hasattr(one, "iter_rows") for one in (page, facts, guide)):
            raise ValueError("a chart stands where a sheet was")
    except (OSError, LookupError, ValueError, TypeError, AttributeError, EOFError, BadZipFile, zlib.error) as error:
        raise DiscourseError(
            f"{path}: not a sheet of codings ({error}); make one with `discourse code sample`."
        ) from error
    about = {row[0]: str(row[1] or "") for row in facts.iter_rows(values_only=True) if row[0]}
    words = {row[0]: str(row[1] or "") for row in guide.iter_rows(values_only=True) if row[0]}
    frames = about.get("frames", "").split()
    rows = page.iter_rows(values_only=True)
    head = [str(name) for name in next(rows, ())]
    if missing := [name for name in COLUMNS if name not in head]:
        raise DiscourseError(f"{path}: column {missing[0]!r} is missing; a sheet has {', '.join(COLUMNS)}.")
    answers: dict[int, Answer] = {}
    for number, row in enumerate(rows, 2):
        values = dict(zip(head, row, strict=False))
        if values.get("passage") is not None:
            made = _answer({name: values[name] for name in COLUMNS}, frames, f"{path}, row {number}")
            if made.passage in answers:
                raise DiscourseError(
                    f"{path}, row {number}: passage {made.passage} has two rows; take one of them out."
                )
            answers[made.passage] = made
    guide_words = {name: words.get(name, "") for name in frames}
    names = (about.get("draw", ""), about.get("coder", ""), about.get("coder_kind", "person"))
    return Sheet(*names, list(answers.values()), guide_words)


def _answer(values: dict[str, Any], frames: Sequence[str], where: str) -> Answer:
    made: dict[str, Any] = {}
    for one in fields(Answer):
        value = values[one.name]
        text = "" if value is None else str(value).strip()
        if one.name == "text":
            made[one.name] = text.removeprefix("'")
        elif one.name in CHOICES:
            made[one.name] = text.lower()
            if text and text.lower() not in CHOICES[one.name]:
                raise DiscourseError(f"{where}: " + not_allowed(one.name, text, CHOICES[one.name]))
        elif one.name in ("passage", "seconds"):
            made[one.name] = _number(text, f"{where}: {one.name}", int if one.name == "passage" else float)
        else:
            made[one.name] = text.removeprefix("'")
    named = made["frames"].replace(",", " ").lower().split()
    for name in named:
        if name not in (*frames, "none"):
            raise DiscourseError(f"{where}: " + not_allowed("frames", name, [*frames, "none"]))
    made["frames"] = " ".join(named)
    return Answer(**made)


def _number(text: str, where: str, kind: type) -> Any:
    try:
        value = float(text or 0)
        if not 0 <= value < 1e12 or kind(value) != value:
            raise ValueError("it is below 0, too large or a fraction")
        return kind(value)
    except ValueError as error:
        what = "a whole number" if kind is int else "a number"
        raise DiscourseError(f"{where}: {text!r} is not allowed ({error}); allowed: {what}, 0 or more.") from error
