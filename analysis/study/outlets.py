"""Names, domains and addresses to one outlet_id, and what to do with the ones nobody has declared yet."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from analysis.errors import DiscourseError
from analysis.study.settings import Outlet

UNKNOWN = "unknown"
_NOT_WORD = re.compile(r"[^\w.]+")
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}\Z")
_BRACKETS = re.compile(r"\s*\([^)]*\)\s*\Z")
_ID_WORDS = 6


def normal(name: str) -> str:
    """A name without case, punctuation and repeated spaces.

    >>> normal(" People’s  Daily*")
    'peoples daily'
    """
    return _NOT_WORD.sub(" ", name.casefold().replace("’s", "s").replace("'s", "s").replace("&", " and ")).strip(" .")


def host_of(address: str) -> str:
    """The lower-case host of a URL or bare domain, without "www."; "" if there is none."""
    text = address.strip().casefold()
    if not text or any(c.isspace() for c in text):
        return ""
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    host = host.removeprefix("www.")
    return host if _HOST.match(host) else ""


class Resolver:
    """Finds the outlet of a name or an address. Built from the outlets of `corpus/outlets.toml`; picklable."""

    def __init__(self, outlets: Mapping[str, Outlet]) -> None:
        self.ids = tuple(outlets)
        self.credited_as = tuple(name for outlet in outlets.values() for name in outlet.credited_as)
        self.photo_credits = tuple(name for outlet in outlets.values() for name in outlet.photo_credits)
        self._names: dict[str, str] = {}
        self._domains: dict[str, str] = {}
        self._without_article: dict[str, str] = {}
        for outlet in outlets.values():
            for name in (outlet.outlet_id, outlet.name, *outlet.aliases):
                self._claim(self._names, normal(name), outlet.outlet_id)
            for domain in outlet.domains:
                self._claim(self._domains, domain.casefold().removeprefix("www."), outlet.outlet_id)

        for name, outlet_id in self._names.items():
            self._without_article.setdefault(name.removeprefix("the "), outlet_id)

    def _claim(self, table: dict[str, str], key: str, outlet_id: str) -> None:
        if table.setdefault(key, outlet_id) != outlet_id:
            raise DiscourseError(f"outlets: {key!r} names both {table[key]} and {outlet_id}; remove one alias.")

    def resolve(self, name: str | None = None, url: str | None = None) -> str | None:
        """The outlet_id for a printed name, else for the address; None if neither is declared.

        A name may be an outlet_id, name, alias, domain or address. A sub-domain belongs to its longest declared parent
        ("m.post.example" to "post.example"). A declared path ("example.org/english") is looked up first.
        """
        if name:
            for form in (name, _BRACKETS.sub("", name)):
                key = normal(form)
                found = self._names.get(key) or self._without_article.get(key.removeprefix("the "))
                if found:
                    return found
            if found := self._by_address(name):
                return found
        return self._by_address(url) if url else None

    def _by_address(self, address: str) -> str | None:
        host = host_of(address)
        if not host:
            return None
        path = address.casefold().partition(host)[2].split("?")[0].strip("/").split("/")[0]
        if path and f"{host}/{path}" in self._domains:
            return self._domains[f"{host}/{path}"]
        labels = host.split(".")
        for start in range(len(labels) - 1):
            found = self._domains.get(".".join(labels[start:]))
            if found:
                return found
        return None


def snippet(name: str | None, url: str | None = None, *, types: Iterable[str] = ()) -> str:
    """A ready `[[outlet]]` table for `corpus/outlets.toml`, for a name or address that is not declared.

    types: those the study declares, named in a comment.
    """
    host = host_of(url or "") or host_of(name or "")
    label = name or host or "?"
    slug = _slug(normal(label).removeprefix("the ") or host) or _slug(host) or _numbered(label)
    lines = [
        "[[outlet]]",
        f'outlet_id = "{slug}"',
        f"name = {_quoted(label)}",
        'country = ""  # ISO 3166 alpha-3, such as FRA',
        'type = "unknown"' + (f"  # {', '.join(types)}" if types else ""),
        'owner = ""',
    ]
    if host:
        lines.append(f"domains = [{_quoted(host)}]")
    return "\n".join(lines) + "\n"


def _slug(name: str) -> str:
    """An outlet_id from a name in Latin letters, without their accents: its first six words, since the gate of a store
    refuses ids of many. "" if less than half of it is Latin."""
    plain = unicodedata.normalize("NFKD", name.removesuffix(".com"))
    slug = re.sub(r"[^a-z0-9]+", "_", "".join(c for c in plain if not unicodedata.combining(c))).strip("_")
    letters = sum(c.isalpha() for c in plain)
    latin = 2 * sum(c.isalpha() for c in slug) >= max(letters, 1) or slug.isdigit()
    return "_".join(slug.split("_")[:_ID_WORDS]) if latin else ""


def _numbered(name: str) -> str:
    """An outlet_id for a name in other letters: always the same for it, and another for another name."""
    return f"outlet_{hashlib.sha256(normal(name).encode()).hexdigest()[:8]}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def snippets(unknown: Iterable[tuple[str | None, str | None]], *, types: Iterable[str] = ()) -> str:
    """One snippet for each different (name, address host), in order of name; names that are read alike count once.

    types: as in `snippet`.
    """
    pairs = sorted({(name or "", host_of(url or "")) for name, url in unknown}, reverse=True)
    seen = sorted({(normal(name), "" if name else host): (name, host) for name, host in pairs}.values())
    tables, used = [], set()
    for name, host in seen:
        table = snippet(name or None, host or None, types=types)
        first = slug = re.search(r'outlet_id = "(.*)"', table)[1]  # type: ignore[index]
        number = 1
        while slug in used:
            number += 1
            slug = f"{first}_{number}"
        used.add(slug)
        tables.append(table.replace(f'outlet_id = "{first}"', f'outlet_id = "{slug}"', 1))
    return "\n".join(tables)
