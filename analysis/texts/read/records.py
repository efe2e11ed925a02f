"""Every record of a study with what became of it, as a file for the researcher: JSON lines, or a CSV table.

Private: it holds the texts. The text is the one that is counted: boilerplate taken out, characters mended. `changes` is
the reading list of what was done to it, each rule with how often it was applied.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, require
from analysis.store.atomic import replacing, sweep
from analysis.texts.clean.characters import clean_text
from analysis.texts.document import Document, Refusal
from analysis.texts.read.audit import safe_row

COLUMNS = (
    "kept",
    "id",
    "title",
    "text",
    "published",
    "date_basis",
    "outlet",
    "genre",
    "language",
    "reason",
    "kind",
    "origin",
    "changes",
)
ENDINGS = (".jsonl", ".csv")


def row_of(made: Document | Refusal) -> dict[str, Any]:
    """One record as a row of `COLUMNS`: a document with its text as counted, or a refusal with reason and kind.

    What does not apply is None: a refused record has no text, a kept one no reason.
    """
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {"kept": isinstance(made, Document), "id": made.doc_id, "origin": made.origin}
    if isinstance(made, Refusal):
        return row | {"reason": made.reason, "kind": made.kind}
    return row | {
        "title": clean_text(made.title).replace("\n", " ") if made.title else None,
        "text": clean_text(made.text),
        "published": made.published,
        "date_basis": made.date_basis,
        "outlet": made.outlet_id,
        "genre": made.genre,
        "language": made.language,
        "changes": "; ".join(f"{rule} {number}" for rule, number in made.notes) or None,
    }


@contextlib.contextmanager
def record_file(path: Path, texts: Path, corpus: Path) -> Iterator[Callable[[Document | Refusal], object]]:
    """A function that writes one record to `path`; the file appears, whole, at the end.

    The ending says the form: .jsonl (JSON lines) or .csv (cells that a spreadsheet would run as a formula get a
    leading quotation mark). A file among the texts would be read as a text the next time: that is refused, except in
    the study's `corpus` folder.
    """
    require("ending of the file of records", path.suffix.lower(), ENDINGS)
    place, inside = path.resolve(), texts.resolve()
    if place.is_relative_to(inside) and not place.is_relative_to(corpus.resolve()):
        raise DiscourseError(
            f"{path}: lies among the texts and would be read as one of them. Write it to {corpus / path.name}, or to a "
            f"folder outside {texts}."
        )
    if path.exists() and not _is_ours(path):
        raise DiscourseError(f"{path}: is there already and was not written by `discourse check`; choose another name.")
    sweep(path)  # it holds texts: nothing of it stays where a command was killed
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        yield _csv_writer(stream) if path.suffix.lower() == ".csv" else _line_writer(stream)
    path.chmod(0o600)  # texts that may not be passed on


def _is_ours(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(64)
    return not head or head.startswith((b'{"kept": ', b"kept,id,title,text,"))


def _line_writer(stream: Any) -> Callable[[Document | Refusal], object]:
    return lambda made: stream.write(json.dumps(row_of(made), ensure_ascii=False) + "\n")


def _csv_writer(stream: Any) -> Callable[[Document | Refusal], object]:
    writer = csv.DictWriter(stream, COLUMNS, lineterminator=os.linesep)
    writer.writeheader()
    return lambda made: writer.writerow(safe_row(row_of(made)))
