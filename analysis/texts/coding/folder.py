"""The private folder of one draw: what was drawn and how, the key to the passages, and the coders' sheets.

`draw.json` says how it was drawn (seed, codebook, sizes, cells); `key.jsonl` leads from a passage's number to document
and tokens; `sheet_NAME.xlsx` is coder NAME's. Only codings without text leave the folder (`public_rows`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.store.atomic import read_json, write_json, write_text
from analysis.store.contracts import HIT_KINDS
from analysis.texts.coding import sheet as sheets
from analysis.texts.coding.codings import SETTLED, Coding, json_lines, majority
from analysis.texts.coding.sample import Drawn
from analysis.texts.coding.sheet import CHOICES, Answer, Sheet

DRAW, KEY = "draw.json", "key.jsonl"
_KEY = (
    "doc_id",
    "private_id",
    "kind",
    "frame",
    "entry",
    "hit_id",
    "entry_number",
    "entry_count",
    "token_start",
    "token_end",
    "found",
)
_LATER = ("paragraph_number", "paragraph_count")  # keys of earlier draws do not have them


def write(folder: Path, drawn: Sequence[Drawn], facts: Mapping[str, Any], coders: Mapping[str, str]) -> list[Path]:
    """Write a new draw: its facts, its key, and an empty sheet for each coder (label -> `CODER_KINDS`).

    facts: draw (its name), seed, codebook_version, store_hash, sizes, cells, guide (frame -> meaning). Raises
    `DiscourseError` if the folder holds a draw already: codings are never thrown away.
    """
    if (folder / DRAW).exists():
        raise DiscourseError(f"{folder}: holds a draw already; name another with --name, or move it away.")
    if SETTLED in coders:
        raise DiscourseError(f"coder {SETTLED!r} is not allowed: it names what coders settled; choose another label.")
    rows = [
        {"passage": one.number, "probability": one.probability}
        | {name: value for name, value in asdict(one.passage).items() if name in (*_KEY, *_LATER)}
        for one in drawn
    ]
    write_text(folder / KEY, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    paths = []
    for coder, kind in coders.items():
        made = sheets.make_sheet(
            facts["draw"], coder, drawn, facts["guide"], coder_kind=kind, seed=int(facts.get("seed", 1))
        )
        paths.append(folder / f"sheet_{coder}.xlsx")
        sheets.save(made, paths[-1])
    write_json(folder / DRAW, dict(facts))
    return paths


def read_key(folder: Path) -> dict[int, dict[str, Any]]:
    """passage -> its row of the key. Raises `DiscourseError` if the folder holds no draw."""
    path = folder / KEY
    if not path.is_file():
        raise DiscourseError(f"{folder}: no draw there ({KEY}); make one with `discourse code sample`.")
    again = "take it from a copy: it was written with the sheets, and leads from passages to documents"
    found = {}
    for where, row in json_lines(path, f"no passage; {again}"):
        if missing := [name for name in ("passage", "probability", *_KEY) if name not in row]:
            raise DiscourseError(f"{where}: {missing[0]} is missing; {again}.")
        found[row["passage"]] = dict.fromkeys(_LATER, 0) | row
    return found


def read_sheets(folder: Path) -> list[Sheet]:
    """The sheets of all coders, by name of file. Raises `DiscourseError` if there is none, or one of another draw."""
    paths = sorted(folder.glob("sheet_*.xlsx"))
    if not paths:
        raise DiscourseError(f"{folder}: no sheet_*.xlsx there; make them with `discourse code sample`.")
    found = [sheets.load(path) for path in paths]
    facts = read_json(folder / DRAW, "take it from a copy, or draw again under another name")
    name = facts.get("draw") if isinstance(facts, dict) else None
    for path, one in zip(paths, found, strict=True):
        if one.draw != name:
            raise DiscourseError(f"{path}: belongs to the draw {one.draw!r}, not to {name!r}.")
    owners: dict[str, Path] = {}
    for path, one in zip(paths, found, strict=True):
        if one.coder in owners:
            raise DiscourseError(
                f"{path}: is a sheet of coder {one.coder!r}, and so is {owners[one.coder].name}; keep one of them, or "
                "write the right label into its page draw."
            )
        owners[one.coder] = path
    return found


def public_rows(folder: Path) -> list[Coding]:
    """All answered passages of all coders without text, by coder and passage."""
    key = read_key(folder)
    rows = []
    for one in read_sheets(folder):
        for answer in sorted(one.answers, key=lambda a: a.passage):
            if answer.passage not in key:
                raise DiscourseError(f"sheet of {one.coder}: passage {answer.passage} is not in {folder / KEY}.")
            if answer.is_done:
                rows.append(_row(one, answer, key[answer.passage]))
    return rows


def _row(one: Sheet, answer: Answer, key: Mapping[str, Any]) -> Coding:
    is_hit = key["kind"] in HIT_KINDS
    return Coding(
        doc_id=key["doc_id"],
        draw=one.draw,
        passage_id=answer.passage,
        kind=key["kind"],
        hit_id=key["hit_id"] if is_hit else None,
        frame=key["frame"] or None,
        entry=key["entry"] or None,
        entry_number=key["entry_number"] if is_hit else None,
        entry_count=key["entry_count"] if is_hit else None,
        coder=one.coder,
        coder_kind=one.coder_kind,
        missed_frames=None if is_hit else _missed(answer, key),
        paragraph_number=None if is_hit else key["paragraph_number"] or None,
        paragraph_count=None if is_hit else key["paragraph_count"] or None,
        seconds=round(answer.seconds, 1) or None,
        probability=key["probability"],
        **{name: getattr(answer, name) or None for name in CHOICES},
    )


def _missed(answer: Answer, key: Mapping[str, Any]) -> str:
    """The frames that a coder names in a paragraph and that have no hit in it."""
    return " ".join(sorted(set(answer.frames.split()) - {"none", *key["found"]}))


def add_public(folder: Path, codings: Sequence[Coding]) -> list[str]:
    """Write a filled-in sheet for each coder of public codings who has none in the folder, so that what they and the
    folder's coders answered differently can be settled; only once these have finished, or they do not read blind.

    Returns the labels of the coders added. What was settled before is left out. Raises `DiscourseError` for codings of
    another draw.
    """
    there = read_sheets(folder)
    draw = there[0].draw
    if other := sorted({one.draw for one in codings} - {draw}):
        raise DiscourseError(f"{folder}: the codings are of the draw {other[0]!r}, the sheets of {draw!r}.")
    shown = {a.passage: a for a in there[0].answers}
    added = []
    for coder in sorted({one.coder for one in codings} - {SETTLED, *(one.coder for one in there)}):
        mine = [one for one in codings if one.coder == coder and one.passage_id in shown]
        if mine:
            answers = [_answer_of(one, shown[one.passage_id]) for one in mine]
            filled = Sheet(draw, coder, mine[0].coder_kind, answers, there[0].guide)
            sheets.save(filled, folder / f"sheet_{coder}.xlsx")
            added.append(coder)
    return added


def _answer_of(one: Coding, shown: Answer) -> Answer:
    answer = Answer(one.passage_id, shown.asked, shown.text, seconds=one.seconds or 0.0)
    if one.missed_frames is None:
        for name in CHOICES:
            setattr(answer, name, getattr(one, name) or "")
    else:
        answer.frames = one.missed_frames or "none"
    return answer


def without(rows: Iterable[Coding], public: Iterable[Coding]) -> list[Coding]:
    """The codings that are not public yet: no coder of theirs has the passage of the draw there."""
    there = {(one.draw, one.passage_id, one.coder) for one in public}
    return [one for one in rows if (one.draw, one.passage_id, one.coder) not in there]


def disagreements(found: Iterable[Sheet], key: Mapping[int, Mapping[str, Any]]) -> list[int]:
    """Passages whose coders (two or more who answered) differ in any of the columns with choices, or in what was missed.

    key: see `read_key`; frames that have a hit in the paragraph are no difference.
    """
    answers: dict[int, list[Answer]] = {}
    for one in found:
        if one.coder != SETTLED:
            for answer in one.answers:
                if answer.is_done:
                    answers.setdefault(answer.passage, []).append(answer)
    if foreign := sorted(set(answers) - set(key)):
        raise DiscourseError(f"a sheet has passage {foreign[0]}, which was not drawn ({KEY}); take its row out.")
    return sorted(p for p, a in answers.items() if len({_compared(x, key[p]) for x in a}) > 1)


def _compared(answer: Answer, key: Mapping[str, Any]) -> tuple[str, ...]:
    """What two coders have to agree in: the columns with choices, and the frames missed."""
    return (*(getattr(answer, name) for name in CHOICES), _missed(answer, key))


def write_adjudication(folder: Path) -> tuple[Path, int]:
    """Write `sheet_settled.xlsx`: the passages coders differ on, what more than half of them say filled in, who said what
    in `remark`; a column without such a majority is left open.

    Returns its path and how many passages it has. Answers that were settled before are kept.
    """
    found = read_sheets(folder)
    key = read_key(folder)
    wanted = disagreements(found, key)
    before = {a.passage: a for one in found if one.coder == SETTLED for a in one.answers if a.is_done}
    coders = [one for one in found if one.coder != SETTLED]
    if not coders:
        raise DiscourseError(
            f"{folder}: holds no coder's sheet, only what was settled; restore the sheets from a copy."
        )
    answers = [before.get(number) or _open_question(number, coders, key[number]) for number in wanted]
    made = Sheet(coders[0].draw, SETTLED, coders[0].coder_kind, answers, coders[0].guide)
    path = folder / f"sheet_{SETTLED}.xlsx"
    sheets.save(made, path)
    return path, len(answers)


def _open_question(number: int, coders: Sequence[Sheet], key: Mapping[str, Any]) -> Answer:
    given = [(one.coder, a) for one in coders for a in one.answers if a.passage == number and a.is_done]
    first = given[0][1]
    made = Answer(number, first.asked, first.text)
    differ = []
    for name in (*CHOICES, "frames"):
        said = [(coder, _said(a, name, key)) for coder, a in given]
        most = majority([value for _, value in said])
        setattr(made, name, most or "")
        if len({value for _, value in said}) > 1:
            told = f"{name}: " + ", ".join(f"{coder} {value or '-'}" for coder, value in said)
            differ.append(told + (f" -> {most}" if most else ""))
    made.remark = "; ".join(differ)
    return made


def _said(answer: Answer, name: str, key: Mapping[str, Any]) -> str:
    """What a coder answered; of a paragraph the frames missed, so that naming one that has a hit is no difference."""
    if name == "frames" and answer.frames:
        return _missed(answer, key) or "none"
    return str(getattr(answer, name))
