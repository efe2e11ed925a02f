"""One record to one `Document`, or to a `Refusal` that says why not."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from analysis.store.contracts import DATE_BASES
from analysis.study.corrections import Correction, apply
from analysis.study.outlets import Resolver, host_of
from analysis.texts.clean import boilerplate
from analysis.texts.clean.scripts import CODES
from analysis.texts.document import Document, Refusal
from analysis.texts.read import language
from analysis.texts.read.dates import DateProblem, parse_date
from analysis.texts.read.formats.encoding import clean_controls
from analysis.texts.read.formats.limits import MAX_TEXT
from analysis.texts.read.formats.record import Part, Record, file_of
from analysis.texts.read.formats.registry import FORMATS
from analysis.texts.read.mapping import DEFAULT_COLUMNS, Mapper, passes

MAX_ID = 200
TABLES = frozenset(name for name, entry in FORMATS.items() if entry.columns == "all")  # every record has every column
WITHOUT_HEADER = frozenset(name for name, entry in FORMATS.items() if entry.columns == "none" and name != "zip")
# Where a table holds the words themselves.
INNER = ("text", "rendered", "value", "#text", "@value", "name", "title", "url", "href", "@id")
PAGES = frozenset({"html", "mhtml", "warc"})
_LETTER = re.compile(r"[^\W_]")


class _NotText(ValueError):
    """A value that cannot be read as text."""


class _Refused(Exception):
    """A record that is no document: kind and reason."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


class Assembler:
    """Makes the documents of one part. The first record is checked for the columns that the mapping names."""

    def __init__(
        self,
        part: Part,
        resolver: Resolver,
        corrections: Mapping[str, tuple[Correction, ...]],
        repeated: Mapping[str, boilerplate.Marks],
    ) -> None:
        self.part, self.source = part, part.source
        self.resolver, self.corrections = resolver, corrections
        self._credits = boilerplate.Credits(resolver.credited_as, resolver.photo_credits)
        self.mapper = Mapper(part.source, resolver.resolve)
        self._outlets: dict[tuple[str, str], str | None] = {}
        keep, self._drop = (
            frozenset(int(key, 16) for key in keys) for keys in (self.source.keep_repeated, self.source.drop_repeated)
        )
        self._marks = {
            outlet: {key: first for key, first in marks.items() if key not in keep}
            for outlet, marks in repeated.items()
        }

    def document(self, record: Record) -> Document | Refusal:
        """The document of one record. A filter, a problem or a correction that drops it gives a `Refusal`."""
        doc_id = None
        try:
            self._check_columns(record)
            fields = self.mapper.fields(record.fields, file_of(record.origin))
            doc_id = self._doc_id(fields, record)
            return self._document(record, fields, doc_id)
        except _NotText as problem:
            return Refusal(record.origin, str(problem), "malformed")
        except (_Refused, DateProblem) as problem:
            return Refusal(record.origin, str(problem), problem.kind, doc_id)

    def _check_columns(self, record: Record) -> None:
        source = self.source
        if self.part.format in TABLES and (missing := self.mapper.missing(record.fields, is_table=True)):
            raise _Refused("missing-column", missing)
        if source.filters and self.part.format != "parquet" and not passes(record.fields, source.filters):
            raise _Refused("filtered", "left out by the source's filter")
        missing = "" if self.part.format in WITHOUT_HEADER else self.mapper.missing(record.fields)
        if missing:
            raise _Refused("missing-column", missing)

    def _document(self, record: Record, fields: dict[str, Any], doc_id: str) -> Document:
        source = self.source
        self._correct(fields, doc_id, record)
        title, text = " ".join(_text(fields.get("title")).split()), _text(fields.get("text"))
        if len(text) > MAX_TEXT or len(title) > MAX_TEXT:
            raise _Refused(
                "too-large",
                f"a text of {len(text):,} characters; one document may have {MAX_TEXT:,} (more than any book): if the file "
                "holds many articles, cut it into one record each",
            )
        if not title and not text.strip():
            raise _Refused("empty", f"neither title nor text{self._columns_hint(record)}")
        if not _LETTER.search(title) and not _LETTER.search(text):
            raise _Refused("empty", "no letter and no digit in title and text")
        published, precision = parse_date(fields.get("date"), day_first=source.day_first, tz=source.time_zone or None)
        outlet_id = self._outlet(fields)
        genre = fields.get("genre") or ("headline" if not text.strip() else source.genre)
        if source.genres and genre not in source.genres:
            raise _Refused("genre", f"genre {genre!r} is none of {', '.join(source.genres)}")
        stripped = self._stripped(title, text, outlet_id, doc_id)
        if not title and not stripped.text.strip():
            raise _Refused("empty", "nothing but boilerplate")
        return Document(
            doc_id=doc_id,
            collection=source.collection,
            outlet_id=outlet_id,
            text=stripped.text,
            title=title or None,
            published=published,
            date_precision=precision,
            date_basis=self._date_basis(fields, record) if published else "none",
            genre=genre,
            language=self._wanted_language(fields, title, stripped.text),
            url=_loose(fields.get("url")),
            licence=_text(fields.get("licence")).strip() or source.licence,
            may_print_title=source.may_print_title,
            boilerplate_share=stripped.share,
            author=_loose(fields.get("author")),
            origin=record.origin,
            number=record.number,
            has_own_id=bool(_text(fields.get("id")).strip()),
            notes=(*record.notes, *sorted(Counter(span.kind for span in stripped.spans).items())),
        )

    def _correct(self, fields: dict[str, Any], doc_id: str, record: Record) -> None:
        if doc_id not in self.corrections:
            return
        dropped = apply(fields, self.corrections[doc_id], origin=record.origin)
        if dropped:
            raise _Refused("dropped", f"dropped by a correction: {dropped}")
        if any("date" in correction.set for correction in self.corrections[doc_id]):
            fields["date_basis"] = "declared"

    def _wanted_language(self, fields: Mapping[str, Any], title: str, text: str) -> str:
        code, source = self._language(fields, title, text), self.source
        if source.languages and code not in source.languages:
            reason = (
                f"language {code}; source {source.source_id} keeps {', '.join(source.languages)}: "
                "to keep it, add it to `languages` in sources.toml"
            )
            if code in CODES and (words := language.english_part(title, text)[0]):
                reason += f"; {words} words of it are English: put them into a file of their own to have them counted"
            raise _Refused("language", reason)
        return code

    def _doc_id(self, fields: Mapping[str, Any], record: Record) -> str:
        own = _text(fields.get("id")).strip()
        if not own:
            name = file_of(record.origin)
            stem = name.rpartition(".")[0] or name
            stem = stem.rpartition("/")[2] if self.source.id_prefix else f"{self.source.source_id}:{stem}"
            own = f"{stem}:{record.number}" if record.number else stem
        own = "_".join(own.split())[:MAX_ID]
        return f"{self.source.id_prefix}{own}"

    def _date_basis(self, fields: Mapping[str, Any], record: Record) -> str:
        """Where the date comes from: a page's own date is declared by nobody; a reader may say so itself."""
        basis = fields["date_basis"]
        if basis == "declared" and fields.get("date") is not None:
            if record.fields.get("date_basis") in DATE_BASES:
                return record.fields["date_basis"]
            if self.part.format in PAGES and fields["date"] == record.fields.get("date"):
                return "page"
        return basis

    def _outlet(self, fields: Mapping[str, Any]) -> str:
        name, url = _text(fields.get("outlet")).strip(), _loose(fields.get("url")) or ""
        key = (name, host_of(url) if not name else url)
        if key not in self._outlets:
            self._outlets[key] = self.resolver.resolve(name or None, url or None)
        found = self._outlets[key]
        if found is None:
            shown = name or host_of(url)
            if not shown:
                raise _Refused("no-outlet", f"no outlet: neither a name nor an address; {self._remedy()}")
            where = f" ({host_of(url)})" if name and host_of(url) else ""
            raise _Refused("unknown-outlet", f"outlet {shown!r}{where} is not declared in outlets.toml")
        return found

    def _columns_hint(self, record: Record) -> str:
        """The next step when a table's columns of texts and titles are not named at all."""
        guessed = {*DEFAULT_COLUMNS["text"], *DEFAULT_COLUMNS["title"]}
        if (
            self.part.format in WITHOUT_HEADER
            or {"text", "title"} & set(self.source.columns)
            or guessed & set(record.fields)
        ):
            return ""
        return (
            f"; in sources.toml, source {self.source.source_id}, name their columns under [source.columns]; there are "
            f"{', '.join(list(map(str, record.fields))[:40])}"
        )

    def _remedy(self) -> str:
        return (
            f"in sources.toml, source {self.source.source_id}, name its column under [source.columns] or put "
            'outlet = "unknown" (or one of outlets.toml) under [source.constants]'
        )

    def _stripped(self, title: str, text: str, outlet_id: str, doc_id: str) -> boilerplate.Stripped:
        if self.source.boilerplate == "none" or not text:
            return boilerplate.Stripped(text, (), 0.0)
        repeated = boilerplate.Repeated(self._marks.get(outlet_id, {}), doc_id, self._drop)
        return boilerplate.strip(text, title, repeated=repeated, credits=self._credits)

    def _language(self, fields: Mapping[str, Any], title: str, text: str) -> str:
        if self.source.language:
            return self.source.language
        declared = _text(fields.get("language")).strip().lower()
        if "language" in self.source.columns and declared:
            return re.split(r"[-_]", declared)[0]
        return language.detect(title, text)[0]


def _loose(value: Any) -> str | None:
    """A field that a document can do without; None if it is no text."""
    try:
        return _text(value).strip() or None
    except _NotText:
        return None


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list):  # a text with marks inside, as Telegram writes it, goes on in one line
        return ("" if any(isinstance(v, dict) for v in value) else "\n").join(_text(v) for v in value)
    if isinstance(value, dict):
        for key in INNER:
            if isinstance(value.get(key), str):
                return value[key]
        raise _NotText(f"a table with the keys {sorted(map(str, value))[:8]} where text is expected")
    return clean_controls(str(value))
