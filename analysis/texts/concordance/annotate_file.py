"""`discourse annotate FILE`: JSON lines of texts in, JSON lines of hits out, names in words. For codebook writers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

from analysis.texts.annotate.engine import Engine, Reading
from analysis.texts.document import Document

KEYS = ("id", "title", "text", "published", "date")


@dataclass(frozen=True)
class Outcome:
    """How many lines were annotated, and the refusals: one message per bad line."""

    line_count: int
    hit_count: int
    errors: tuple[str, ...]


def annotate_file(stream_in: Iterable[str | bytes], stream_out: IO[str], engine: Engine) -> Outcome:
    """Annotate JSON lines with id, title, text (and, if known, published); write one JSON line per input line.

    Output lines: {"id": ..., "hits": [...]} with every column of the hits table but doc_id, and `surface`; `speaker` is
    a name in words. A bad line is answered in its place by {"line": n, "id": ..., "error": reason} and listed in the
    outcome; empty lines are skipped. The input's order is kept.
    """
    lines = hits = 0
    errors: list[str] = []
    row: dict[str, Any]
    for number, raw in enumerate(stream_in, 1):
        try:
            line = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            line, row = "", {"line": number, "id": None, "error": f"line {number}: not UTF-8: {error}"}
        else:
            if not line.strip():
                continue
            row = _row(number, line, engine)
        if "error" in row:
            errors.append(row["error"])
        else:
            lines += 1
            hits += len(row["hits"])
        stream_out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return Outcome(lines, hits, tuple(errors))


def _row(number: int, line: str, engine: Engine) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"line": number, "id": None, "error": f"line {number}: not valid JSON: {error}"}
    if not isinstance(data, dict):
        return {
            "line": number,
            "id": None,
            "error": f"line {number}: a JSON object is expected, not {type(data).__name__}",
        }
    reason = _fault(data)
    if reason:
        return {"line": number, "id": data.get("id"), "error": f"line {number}: {reason}"}
    published = data.get("published") or data.get("date")
    document = Document(
        doc_id=str(data["id"]),
        collection="news",
        outlet_id="",
        text=data.get("text") or "",
        title=data.get("title"),
        published=published if isinstance(published, str) else None,
        origin=f"line {number}",
    )
    return {"id": data["id"], "hits": hit_rows(engine.read(document))}


def _fault(data: dict[str, Any]) -> str:
    if data.get("id") in (None, ""):
        return f"id is missing; keys: {', '.join(KEYS)}"
    if isinstance(data["id"], dict | list):
        return f"id {data['id']!r} should be text or a number"
    for key in ("title", "text"):
        if data.get(key) is not None and not isinstance(data[key], str):
            return f"{key} should be text, not {type(data[key]).__name__}"
    if data.get("text") is None and data.get("title") is None:
        return "neither text nor title is there"
    return ""


def hit_rows(reading: Reading) -> list[dict[str, Any]]:
    """The hits of one reading as rows: the hits table's columns but doc_id, `surface`, `holder_name`; speakers in words."""
    rows = []
    for hit_id, hit in enumerate(reading.hits):
        row: dict[str, Any] = {}
        for name, value in reading.row(hit_id, hit).items():
            row[name] = value
            if name == "entry":
                row["surface"] = reading.text[hit.start : hit.end]
            if name == "holder":
                row["holder_name"] = reading.state_name(hit.holder)
        row["speaker"] = hit.speaker.name if hit.speaker else None
        rows.append(row)
    return rows
