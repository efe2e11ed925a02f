"""What people who read hits in their paragraphs found: codings without text, and shares of them with intervals."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from analysis.errors import DiscourseError, require


@dataclass(frozen=True)
class Coding:
    """One hit read by one person. The hit is named by `doc_id` and `hit_id` of the store of the time.

    draw: the sample it was drawn in. frame, entry, about, voice, is_negated: what the store says of it. frame_right: 1 if
    it means what the frame says about states, 0.5 if that is borderline, 0 if not; about_right, holder_right, voice_right,
    negated_right: whether these columns are right; None where the question makes no sense (no holder where the frame is
    not meant). reason: a word or two on an error, never the text.
    """

    doc_id: str
    hit_id: int
    draw: str
    frame: str
    entry: str
    about: str
    voice: str
    is_negated: bool
    frame_right: float
    about_right: bool | None = None
    holder_right: bool | None = None
    voice_right: bool | None = None
    negated_right: bool | None = None
    reason: str = ""


def load(folder: str | Path) -> list[Coding]:
    """All codings of a folder (`*.jsonl`), in order of file and line; none if the folder is not there.

    Raises `DiscourseError` that names file, line and key for what cannot be read.
    """
    names = [f.name for f in fields(Coding)]
    found = []
    for path in sorted(Path(folder).glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            where = f"{path}, line {number}"
            try:
                row = json.loads(line)
                for key in row:
                    require(f"{where}: key", key, names)
                found.append(Coding(**row))
            except (json.JSONDecodeError, TypeError) as error:
                raise DiscourseError(f"{where}: no coding ({error}); the keys are {', '.join(names)}.") from error
    return found


def by_entry(codings: Iterable[Coding]) -> dict[tuple[str, str], tuple[int, int]]:
    """(frame, entry) -> hits read, and of these how many mean what the frame says (`frame_right` 1)."""
    read: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for coding in codings:
        key = (coding.frame, coding.entry)
        read[key] += 1
        right[key] += coding.frame_right == 1
    return {key: (read[key], right[key]) for key in sorted(read)}
