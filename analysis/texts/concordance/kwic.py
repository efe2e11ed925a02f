"""Concordances: keywords in their context, from given tokens (as quanteda does) or from annotated documents."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, require
from analysis.store.contracts import VOICES
from analysis.store.workbooks import save_workbook
from analysis.texts.annotate.codebook import at_word_start
from analysis.texts.annotate.engine import Engine, printed
from analysis.texts.annotate.tokens import WORD
from analysis.texts.concordance.lookup import Tokens, _named, index
from analysis.texts.concordance.sought import Sought
from analysis.texts.document import Document

SORTS = ("position", "left", "right", "keyword", "outlet", "published", "speaker")


def kwic_tokens(
    tokens: Tokens,
    pattern: str | Sequence[Any] | Mapping[str, Any],
    window: int = 5,
    *,
    valuetype: str = "glob",
    case_insensitive: bool = True,
    phrase: bool = False,
    separator: str = " ",
) -> list[dict[str, Any]]:
    """Keywords in context on given tokens, with the semantics of quanteda 4.3 `kwic()`.

    One row per match: docname, from, to (counted from 1, inclusive), pre, keyword, post, pattern; ordered by document,
    from, to, pattern. A pattern that is a list is a phrase; `phrase=True` splits patterns at white space. No match: [].
    """
    if window < 0:
        raise DiscourseError(f"window: {window} is not allowed; allowed: 0 or more tokens.")
    documents = _named(tokens)
    rows = []
    for name, start, end, found in index(
        documents, pattern, valuetype=valuetype, case_insensitive=case_insensitive, phrase=phrase
    ):
        words = documents[name]
        rows.append(
            {
                "docname": name,
                "from": start + 1,
                "to": end,
                "pre": separator.join(words[max(0, start - window) : start]),
                "keyword": separator.join(words[start:end]),
                "post": separator.join(words[end : end + window]),
                "pattern": found,
            }
        )
    return rows


@dataclass(frozen=True)
class Line:
    """One line of a concordance. `left` and `right` are texts as printed, private like the documents."""

    doc_id: str
    outlet_id: str
    published: str | None
    zone: str
    left: str
    keyword: str
    right: str
    voice: str
    speaker: str | None
    frame: str | None
    entry: str | None
    is_negated: bool | None
    is_mention: bool | None
    dyad: str | None


def concordance(
    documents: Iterable[Document],
    engine: Engine,
    pattern: str,
    *,
    outlet: str | None = None,
    published: tuple[str, str | None] | None = None,
    voice: str | None = None,
    window: int = 10,
) -> list[Line]:
    """All places where `pattern` stands in the documents, with voice and speaker.

    pattern: as in the codebook ("friend*", "take* side*", also with quotation marks and OR, see `query`), or
    `entry:ID`, `frame:NAME` for the codebook's own hits.
    outlet: only this outlet_id. published: (first day, day after the last or None), for an era; undated documents and
    partial dates that straddle a border are left out. voice: own, quoted or reported. Empty if nothing is found.
    Raises `DiscourseError` for an unreadable pattern or unknown voice.
    """
    if voice is not None:
        require("voice", voice, VOICES)
    sought = Sought.of(pattern, engine.codebook)
    lines: list[Line] = []
    for document in documents:
        if outlet is not None and document.outlet_id != outlet:
            continue
        if published is not None and not _within(document.published, *published):
            continue
        if not sought.may_stand_in(printed(document)[0], engine.matcher):
            continue
        reading = engine.read(document)
        if sought.is_hit:
            places = [(hit.start, hit.end, hit) for hit in reading.hits if sought.is_of(hit.entry)]
        else:
            places = _places(reading, sought.regexes)
        for start, end, hit in places:
            line = _line(document, reading, start, end, hit, window)
            if voice is None or line.voice == voice:
                lines.append(line)
    return lines


def _places(reading: Any, regexes: Sequence[re.Pattern[str]]) -> list[tuple[int, int, Any]]:
    """(start, end, codebook hit there or None) of every match, in order; of alternatives at one place the longest."""
    ends: dict[int, int] = {}
    for regex in regexes:
        for match in regex.finditer(reading.low):
            start, end = match.span(1)
            if at_word_start(reading.low, start):
                ends[start] = max(end, ends.get(start, 0))
    hits = {hit.start: hit for hit in reading.hits}
    return [(start, end, hits.get(start)) for start, end in sorted(ends.items())]


def _within(published: str | None, start: str, end: str | None) -> bool:
    if not published:
        return False
    first, last = published + "-01-01"[len(published) - 4 :], published + "-12-31"[len(published) - 4 :]
    return first >= start and (end is None or last < end)


def _line(document: Document, reading: Any, start: int, end: int, hit: Any, window: int) -> Line:
    text = reading.text
    low, high = (0, reading.title_end) if start < reading.title_end else (reading.title_end, len(text))
    before = [m.start() for m in WORD.finditer(text, max(low, start - 40 * window), start)]
    after = [m.end() for m in WORD.finditer(text, end, min(high, end + 40 * window))]
    left = text[before[-window] if len(before) >= window else low : start] if window else ""
    right = text[end : after[window - 1] if len(after) >= window else high] if window else ""
    voice, speaker = (hit.voice, hit.speaker) if hit else reading.speech.voice_at(start)
    return Line(
        document.doc_id,
        document.outlet_id,
        document.published,
        reading.zone_at(start),
        " ".join(left.split()),
        text[start:end],
        " ".join(right.split()),
        voice,
        speaker.name if speaker else None,
        hit.entry.frame if hit else None,
        hit.entry.id if hit else None,
        hit.is_negated if hit else None,
        hit.is_mention if hit else None,
        hit.dyad if hit else None,
    )


def sort_lines(lines: Sequence[Line], by: str = "position", *, reverse: bool = False) -> list[Line]:
    """Lines sorted: `left` by the words before the keyword from right to left, `right` by the words after it, ..."""
    require("sort", by, SORTS)
    keys = {
        "position": lambda line: 0,
        "left": lambda line: [w.lower() for w in reversed(WORD.findall(line.left))],
        "right": lambda line: [w.lower() for w in WORD.findall(line.right)],
        "keyword": lambda line: line.keyword.lower(),
        "outlet": lambda line: line.outlet_id,
        "published": lambda line: line.published or "",
        "speaker": lambda line: line.speaker or "",
    }
    return sorted(lines, key=keys[by], reverse=reverse)


def tokens_of(lines: Sequence[Line]) -> list[list[str]]:
    """The lower-cased words of each line, its keyword among them; words where two lines overlap count in both."""
    return [WORD.findall(f"{line.left} {line.keyword} {line.right}".lower()) for line in lines]


def to_csv(lines: Sequence[Line]) -> str:
    """The lines as CSV text with a header. A cell that looks like a formula gets a leading apostrophe."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [f.name for f in fields(Line)], lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: _safe(v) for k, v in asdict(line).items()} for line in lines)
    return stream.getvalue()


def to_xlsx(lines: Sequence[Line], path: str | Path) -> None:
    """Write the lines as one sheet of an XLSX workbook; cells are values, never formulas."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("concordance")
    sheet.append([f.name for f in fields(Line)])
    for line in lines:
        sheet.append([_safe(value) for value in asdict(line).values()])
    save_workbook(book, path)


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        value = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", value)
        return "'" + value if value[:1] in ("=", "+", "-", "@", "\t") else value
    return value
