"""Concordances: keywords in their context, from given tokens (as quanteda does) or from annotated documents."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError, require
from analysis.store.contracts import VOICES
from analysis.store.workbooks import save_workbook
from analysis.texts.annotate.codebook import at_word_start
from analysis.texts.annotate.printed import lead_of, printed, zone_of
from analysis.texts.annotate.tokens import WORD, lower
from analysis.texts.concordance.known_hits import OWN, Known, KnownHit
from analysis.texts.concordance.lookup import Tokens, _named, index
from analysis.texts.concordance.sought import Among, Sought, Words
from analysis.texts.document import Document

if TYPE_CHECKING:
    from analysis.texts.annotate.attribution.voice import Speech
    from analysis.texts.annotate.engine import Engine

# characters on a side of a line that holds too few words, as a row of dots does: at most so many for each, and at least
A_WORD = 40
FEWEST = 400
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
    window: words on either side; of signs that are no words, and of scripts without spaces, at most 40 characters for each
    (400 at least). outlet: only this outlet_id. published: (first day, day after the last or None), for an era; undated
    documents and partial dates that straddle a border are left out. voice: own, quoted or reported. Empty if nothing is
    found.
    Raises `DiscourseError` for an unreadable pattern or unknown voice.
    """
    if voice is not None:
        require("voice", voice, VOICES)
    among, sought = Among(outlet, published), Sought.of(pattern, lambda: engine.codebook)
    chosen = ((document, None) for document in documents if among.has(document.outlet_id, document.published))
    return lines_of(chosen, Pages(lambda: engine), sought, voice=voice, window=window)


def lines_of(
    documents: Iterable[tuple[Document, Known | None]],
    pages: Pages,
    sought: Sought,
    *,
    voice: str | None,
    window: int,
) -> list[Line]:
    """The lines of documents, each with what a build knows of it, or None: then hits and voices are looked for here."""
    lines: list[Line] = []
    for document, known in documents:
        page = pages.of(document, known)
        for start, end, hit in page.places(sought):
            line = page.line(start, end, hit, window)
            if voice is None or line.voice == voice:
                lines.append(line)
    return lines


class Pages:
    """Texts on which lines stand. engine, listener: called when one is needed for the first time; the second may do
    without a codebook."""

    def __init__(self, engine: Callable[[], Engine], listener: Callable[[], Engine] | None = None) -> None:
        self._engine, self._listener = engine, listener or engine

    @cached_property
    def engine(self) -> Engine:
        """What finds the hits that no build knows."""
        return self._engine()

    @cached_property
    def listener(self) -> Engine:
        """What finds speakers."""
        return self._listener()

    def of(self, document: Document, known: Known | None) -> Page:
        """The page of one document. known: what a build knows of it, if one does."""
        return Page(self, document, known)


class Page:
    """One printed text, annotated as far as its lines need it."""

    def __init__(self, pages: Pages, document: Document, known: Known | None) -> None:
        self._pages, self._document, self._known = pages, document, known
        self._text, self._title_end = printed(document)
        self._low = lower(self._text)
        self._lead_end = lead_of(self._text, self._title_end)[1]

    @cached_property
    def _speech(self) -> Speech:
        return self._pages.listener.listen(self._document, (self._text, self._title_end))

    def places(self, sought: Sought) -> list[tuple[int, int, KnownHit | None]]:
        """(start, end, hit of the codebook there or None) of everything that is sought, in order."""
        if sought.is_hit:
            return [(hit.start, hit.end, hit) for hit in self._hits(None) if sought.is_of(hit.frame, hit.entry)]
        ends = self._matches(sought.words)
        hits = {hit.start: hit for hit in self._hits(ends)} if ends else {}
        return [(start, end, hits.get(start)) for start, end in sorted(ends.items())]

    def _hits(self, starts: Container[int] | None) -> Sequence[KnownHit]:
        """The hits; none if it is sure that none of them stands at one of `starts` (None: anywhere)."""
        if self._known is not None:
            return self._known.hits
        engine = self._pages.engine
        found = engine.matcher.candidates(self._low, self._text)
        if any(starts is None or start in starts for start, _, _ in found):
            return [KnownHit.of(hit) for hit in engine.read(self._document).hits]
        return ()

    def _heard(self, at: int) -> tuple[str, str | None]:
        """Voice and speaker of a place; who speaks is looked for only where it is another."""
        if self._known is not None and self._known.voice_at(at) == OWN:
            return OWN, None
        voice, speaker = self._speech.voice_at(at)
        return voice, speaker.name if speaker else None

    def _matches(self, words: Sequence[Words]) -> dict[int, int]:
        """Start -> end of every match; of alternatives at one place the longest."""
        ends: dict[int, int] = {}
        for alternative in words:
            for match in alternative.matches(self._low):
                start, end = match.span(1)
                if at_word_start(self._low, start):
                    ends[start] = max(end, ends.get(start, 0))
        return ends

    def line(self, start: int, end: int, hit: KnownHit | None, window: int) -> Line:
        """The line of one place."""
        text, document = self._text, self._document
        low, high = (0, self._title_end) if start < self._title_end else (self._title_end, len(text))
        left = text[_reach_left(text, low, start, window) : start] if window else ""
        right = text[end : _reach_right(text, end, high, window)] if window else ""
        voice, speaker = (hit.voice, hit.speaker) if hit is not None else self._heard(start)
        return Line(
            document.doc_id,
            document.outlet_id,
            document.published,
            zone_of(start, self._title_end, self._lead_end, len(text)),
            " ".join(left.split()),
            text[start:end],
            " ".join(right.split()),
            voice,
            speaker,
            hit.frame if hit else None,
            hit.entry if hit else None,
            hit.is_negated if hit else None,
            hit.is_mention if hit else None,
            hit.dyad if hit else None,
        )


def _reach_left(text: str, low: int, start: int, window: int) -> int:
    """Where the words on the left of a line begin: whole words, and no more characters than `FEWEST` and `A_WORD` say."""
    far = max(low, start - max(FEWEST, A_WORD * window))
    words = [m.start() for m in WORD.finditer(text, far, start)]
    if far > low and words[:1] == [far] and WORD.match(text, far - 1):
        del words[0]  # the end of a word that begins further to the left
    return words[-window] if len(words) >= window else far if far == low or not words else words[0]


def _reach_right(text: str, end: int, high: int, window: int) -> int:
    """Where the words on the right of a line end."""
    far = min(high, end + max(FEWEST, A_WORD * window))
    words = [m.end() for m in WORD.finditer(text, end, far)]
    if far < high and words[-1:] == [far] and WORD.match(text, far):
        del words[-1]
    return words[window - 1] if len(words) >= window else far if far == high or not words else words[-1]


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
