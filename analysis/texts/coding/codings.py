"""Codings without text, as they stand in `corpus/codings/*.jsonl`: one line is one passage as one coder answered it.

A hit is named by its document and by which of the entry's hits there it is, never by a place in the text; so it is found
again after other entries of the codebook have changed, and given up where its own entry counts otherwise than it did. A
paragraph is named by its number in the document.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError, require, shown
from analysis.store.atomic import write_text
from analysis.store.contracts import (
    ABOUT_ANSWERS,
    CODER_KINDS,
    CODING_KINDS,
    CODINGS,
    FRAME_ANSWERS,
    HIT_KINDS,
    VOICE_ANSWERS,
    YES_NO,
)
from analysis.study.schema import record

if TYPE_CHECKING:
    import pyarrow as pa

SETTLED = "settled"
_ALLOWED = {
    "kind": CODING_KINDS,
    "coder_kind": CODER_KINDS,
    "frame_right": FRAME_ANSWERS,
    "about": ABOUT_ANSWERS,
    "voice": VOICE_ANSWERS,
    "negated": YES_NO,
    "mention": YES_NO,
}


@dataclass(frozen=True)
class Coding:
    """One answered passage; the columns of the store's table `codings`, and what finds the hit again.

    entry_number, entry_count: the hit is number `entry_number` of the `entry_count` hits of its entry in the document.
    paragraph_number, paragraph_count: likewise of a paragraph among those of the document; only in these files, so that
    who has the texts finds it again.
    """

    doc_id: str
    draw: str
    passage_id: int
    kind: str
    coder: str
    coder_kind: str
    probability: float
    hit_id: int | None = None
    frame: str | None = None
    entry: str | None = None
    entry_number: int | None = None
    entry_count: int | None = None
    frame_right: str | None = None
    about: str | None = None
    voice: str | None = None
    negated: str | None = None
    mention: str | None = None
    missed_frames: str | None = None
    paragraph_number: int | None = None
    paragraph_count: int | None = None
    seconds: float | None = None


def load(folder: str | Path) -> list[Coding]:
    """All codings of a folder (`*.jsonl`), in order of file and line; none if the folder is not there.

    Raises `DiscourseError` that names file, line, key and value for what cannot be read.
    """
    return [coding for path in sorted(Path(folder).glob("*.jsonl")) for coding in load_file(path)]


def load_file(path: Path) -> list[Coding]:
    """The codings of one file, by line; raises as `load` does."""
    found = []
    for where, row in json_lines(path, f"no coding; the keys are {', '.join(f.name for f in fields(Coding))}"):
        coding = record(Coding, {k: v for k, v in row.items() if v is not None}, where=where)
        for key, allowed in _ALLOWED.items():
            if (value := getattr(coding, key)) is not None:
                require(f"{where}: {key}", value, allowed)
        if not 0 < coding.probability <= 1:
            raise DiscourseError(f"{where}: probability {coding.probability}; it is above 0 and at most 1.")
        found.append(coding)
    return found


def json_lines(path: Path, what: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(file and line, the object on it) of a file of JSON lines that we wrote. what: said of a line that is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DiscourseError(f"{path}: cannot be read ({error}); fetch it again, or write it anew.") from error
    for number, line in enumerate(lines, 1):
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DiscourseError(f"{where}: {what} ({error}).") from error
        if not isinstance(row, dict):
            raise DiscourseError(f"{where}: {what} ({shown(row)}).")
        yield where, row


def save(codings: Iterable[Coding], path: Path) -> None:
    """Write codings as JSON lines; what is empty is left out."""
    rows = ({k: v for k, v in asdict(one).items() if v is not None} for one in codings)
    write_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def majority(values: Sequence[str]) -> str | None:
    """What more than half of the coders say; None where there is no such answer. Of two coders both have to agree.

    >>> majority(["own", "quoted", "own"]), majority(["own", "quoted"])
    ('own', None)
    """
    most = Counter(values).most_common(1)
    return most[0][0] if most and 2 * most[0][1] > len(values) else None


def by_entry(codings: Iterable[Coding]) -> dict[tuple[str, str], tuple[int, int]]:
    """(frame, entry) -> hits read, and of these how many mean what the frame says, by all who read them (or settled)."""
    answers: dict[tuple[str, int], dict[str, Coding]] = {}
    for one in codings:
        if one.kind in HIT_KINDS and one.frame_right:
            answers.setdefault((one.draw, one.passage_id), {})[one.coder] = one
    read: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for given in answers.values():
        last = [given[SETTLED]] if SETTLED in given else list(given.values())
        key = (last[0].frame or "", last[0].entry or "")
        read[key] += 1
        right[key] += all(one.frame_right == "yes" for one in last)
    return {key: (read[key], right[key]) for key in sorted(read)}


def current_hits(codings: Sequence[Coding], hits: Mapping[str, Sequence[str]]) -> list[int | None]:
    """The hit of each coding in a store of today, None for a paragraph and for a hit that is no longer there.

    hits: doc_id -> the entries of its hits, in order of hit_id.
    """
    places: dict[tuple[str, str], list[int]] = {}
    for doc_id in dict.fromkeys(one.doc_id for one in codings):
        for number, entry in enumerate(hits.get(doc_id, ())):
            places.setdefault((doc_id, entry), []).append(number)
    found: list[int | None] = []
    for one in codings:
        there = places.get((one.doc_id, one.entry or ""), [])
        same = one.kind in HIT_KINDS and one.entry_number and len(there) == one.entry_count
        found.append(there[one.entry_number - 1] if same and one.entry_number else None)
    return found


def table(codings: Sequence[Coding], hits: Mapping[str, Sequence[str]], documents: Iterable[str]) -> pa.Table:
    """The store's table `codings`, by draw, passage and coder, of the documents that the store has.

    hits: as in `current_hits`. No codings give an empty table.
    """
    import pyarrow as pa

    there = set(documents)
    rows: list[dict[str, Any]] = []
    for one, hit_id in zip(codings, current_hits(codings, hits), strict=True):
        if one.doc_id in there:
            rows.append({k: v for k, v in asdict(one).items() if k in CODINGS.names} | {"hit_id": hit_id})
    rows.sort(key=lambda row: (row["draw"], row["passage_id"], row["coder"]))
    return pa.Table.from_pylist(rows, schema=CODINGS.schema())
