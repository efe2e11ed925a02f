"""CITATION.cff, read by the Citation File Format 1.2 and refused in words: authors, title, version, date, DOI, address."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, require
from analysis.publish.markup import latex

FILE = "CITATION.cff"
_KEYS = (
    *("abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers", "keywords"),
    *("license", "license-url", "message", "preferred-citation", "references", "repository", "repository-artifact"),
    *("repository-code", "title", "type", "url", "version"),
)
_PLACE = ("address", "alias", "city", "country", "email", "fax", "orcid", "post-code", "region", "tel", "website")
_PERSON = ("affiliation", "family-names", "given-names", "name-particle", "name-suffix")
_ENTITY = ("date-end", "date-start", "location", "name")
_TEXTS = ("title", "version", "date-released", "doi", "url", "repository-code", "cff-version")
_NONE = ("", "~", "null", "Null", "NULL")  # what YAML writes for nothing; a person may be called so
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DOI = re.compile(r"10\.\d{4,9}(\.\d+)*/\S+")
_BEFORE_DOI = re.compile(r"^(https?://)?(dx\.)?doi\.org/|^doi:\s*", re.IGNORECASE)
_HELP = "see https://citation-file-format.github.io"


@dataclass(frozen=True)
class Author:
    """A person (family and given names, either may be missing), or a body with a `name`."""

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    name: str = ""

    @property
    def is_person(self) -> bool:
        return not self.name

    def __str__(self) -> str:
        last = " ".join(filter(None, [self.particle, self.family]))
        return self.name or ", ".join(filter(None, [last, self.given, self.suffix]))

    def bibtex(self) -> str:
        """As BibTeX reads names: a body, or a person of one name, in braces of its own."""
        last = " ".join(filter(None, [self.particle, self.family]))
        if self.name or not (last and self.given):
            return "{" + latex(str(self)) + "}"
        return ", ".join(latex(part) for part in (last, self.suffix, self.given) if part)

    def csl(self) -> dict[str, str]:
        """As CSL-JSON holds names."""
        if self.name or not (self.family and self.given):
            return {"literal": str(self)}
        parts = {
            "family": self.family,
            "given": self.given,
            "non-dropping-particle": self.particle,
            "suffix": self.suffix,
        }
        return {key: value for key, value in parts.items() if value}


def read_citation(path: Path) -> dict[str, Any]:
    """The citation of the whole work: title, authors, version, date, year, url, doi; the last five None where it has none.

    Every value is taken as it is written (1.10 is no number, 2024-01-02 no object, `version: null` no version). Raises
    `DiscourseError` for a file that cannot be read, an unknown key (with the nearest one) or one that stands twice, a
    value of another kind, no title or author, an author who stands twice or is a person and a body at once, a date that is
    none and a DOI that is none.
    """
    cff = {key: value for key, value in _content(path).items() if not isinstance(value, str) or value not in _NONE}
    for key in cff:
        require(f"{FILE}: key", key, _KEYS)
    for key in _TEXTS:
        if not isinstance(cff.get(key, ""), str):
            raise DiscourseError(f"{FILE}: {key} = {cff[key]!r} should be text; {_HELP}.")
    title, version, day, *_ = (" ".join(cff.get(key, "").split()) for key in _TEXTS)
    if not title:
        raise DiscourseError(f"{FILE}: title is missing; {_HELP}.")
    return {
        "title": title,
        "authors": _authors(cff.get("authors")),
        "version": version or None,
        "date": _day(day) or None,
        "year": day[:4] or None,
        "url": cff.get("repository-code", "").strip() or cff.get("url", "").strip() or None,
        "doi": _doi(cff.get("doi", "").strip() or _listed_doi(cff.get("identifiers") or [])) or None,
    }


def _content(path: Path) -> dict[str, Any]:
    try:
        return _parsed(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise DiscourseError(f"{FILE}: cannot be read: {error}.") from error


@functools.lru_cache(maxsize=4)  # every figure of a catalogue is cited with it
def _parsed(text: str) -> dict[str, Any]:
    import yaml

    class Once(yaml.BaseLoader):
        """Texts only, no objects; a key that stands twice is an error, not the last one wins."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            keys = [key.value for key, _ in node.value]
            if twice := [str(key) for n, key in enumerate(keys) if key in keys[:n]]:
                raise DiscourseError(f"{FILE}: {twice[0]} stands twice; name each key once.")
            return super().construct_mapping(node, deep)

    try:
        cff = yaml.load(text, Loader=Once)  # noqa: S506  texts only, no objects
    except (yaml.YAMLError, RecursionError) as error:
        raise DiscourseError(f"{FILE}: cannot be read: {error}.") from error
    if not isinstance(cff, dict):
        raise DiscourseError(f"{FILE}: title is missing; {_HELP}.")
    return {str(key): value for key, value in cff.items()}


def _authors(rows: Any) -> list[Author]:
    if not isinstance(rows, list) or not rows:
        raise DiscourseError(
            f"{FILE}: authors are missing; name one or more, by family-names and given-names, or name."
        )
    authors = [_author(row) for row in rows]
    if twice := [str(author) for n, author in enumerate(authors) if rows[n] in rows[:n]]:
        raise DiscourseError(f"{FILE}: author {twice[0]} stands twice; name each author once.")
    return authors


def _author(row: Any) -> Author:
    if isinstance(row, Mapping):
        for key in row:
            require(f"{FILE}: key of an author", key, (*_PERSON, *_ENTITY, *_PLACE))
        texts = {key: " ".join(value.split()) for key, value in row.items() if isinstance(value, str)}
        # Whoever wishes to be known by an alias alone has nothing else.
        body = texts.get("name") or ("" if {"family-names", "given-names"} & set(texts) else texts.get("alias", ""))
        person = [texts.get(key, "") for key in ("family-names", "given-names", "name-particle", "name-suffix")]
        if texts.get("name") and any(person):
            raise DiscourseError(
                f"{FILE}: author {row!r} has the name of a body and that of a person; write either name, or family-names "
                "and given-names."
            )
        if body:
            return Author(name=body)
        if person[0] or person[1]:
            return Author(*person)
    raise DiscourseError(f"{FILE}: author {row!r} has no name; write family-names and given-names, or name.")


def _day(day: str) -> str:
    try:
        if day and not _DAY.fullmatch(day):  # Python reads weeks and days without hyphens too
            raise ValueError(day)
        return date.fromisoformat(day).isoformat() if day else ""
    except ValueError as error:
        raise DiscourseError(f"{FILE}: date-released {day!r} is not a day; write year-month-day.") from error


def _listed_doi(identifiers: Any) -> str:
    if not isinstance(identifiers, list) or not all(isinstance(row, Mapping) for row in identifiers):
        raise DiscourseError(f"{FILE}: identifiers should be a list of tables with type and value; {_HELP}.")
    return next((str(row.get("value", "")).strip() for row in identifiers if row.get("type") == "doi"), "")


def _doi(written: str) -> str:
    """A DOI without the address of its resolver, which is how files of citations hold it."""
    bare = _BEFORE_DOI.sub("", written)
    if bare and not _DOI.fullmatch(bare):
        raise DiscourseError(f"{FILE}: doi {written!r} is none; write it as in 10.5281/zenodo.1234567.")
    return bare
