"""Dictionary look-up and keyword index on given token lists, with the semantics of quanteda 4.3.

Patterns are resolved against the word types once (glob, fixed or regex per token), then sequences of type ids are
looked up from the longest to the shortest. Reference: quanteda 4.3 `tokens_lookup()` and `index()`.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, fields
from typing import Any

from analysis.errors import DiscourseError, require

VALUETYPES = ("glob", "fixed", "regex")
SCOPES = ("key", "dictionary")
_QUOTE = 'patterns and tokens are text: put it in quotation marks, as in "1991".'
Tokens = Mapping[str, Sequence[str]] | Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Options:
    """How `lookup` reads a dictionary.

    levels: levels of keys kept in the name, joined by a dot. exclusive: keep keys only; otherwise unmatched tokens
    stay. capkeys: upper-case keys (default: not exclusive). nomatch: name for unmatched tokens (exclusive only).
    nested_scope: the longest match wins within one "key" or over the whole "dictionary". append_key: give
    `matched_words/key` instead of the key, with `separator` between; concatenator: what joins words to one token.
    dictionary_separator: what stands between the words of one value, and nothing else does: "war_in_iraq" is one token
    unless it is "_". Such a value is also looked for as one joined token.
    """

    levels: int | Sequence[int] = (1, 2, 3, 4, 5)
    valuetype: str = "glob"
    case_insensitive: bool = True
    capkeys: bool | None = None
    exclusive: bool = True
    nomatch: str | None = None
    nested_scope: str = "key"
    append_key: bool = False
    separator: str = "/"
    concatenator: str = "_"
    dictionary_separator: str = " "

    def __post_init__(self) -> None:
        require("valuetype", self.valuetype, VALUETYPES)
        require("nested_scope", self.nested_scope, SCOPES)


def lookup(tokens: Tokens, dictionary: Mapping[str, Any], **options: Any) -> dict[str, list[str]]:
    """Replace the tokens that match a dictionary by its keys, document by document.

    tokens: document name -> tokens (a bare sequence of documents is named text1, text2 ...). dictionary: key ->
    pattern, patterns, or a further level of keys. options: those of `Options`. No tokens give []. Raises
    `DiscourseError` for unknown options, an invalid regular expression, or a pattern or token that is no text.
    """
    for name in options:
        require("option of lookup", name, [f.name for f in fields(Options)])
    chosen = Options(**options)
    documents = _named(tokens)
    levels = (chosen.levels,) if isinstance(chosen.levels, int) else tuple(chosen.levels)
    flat = flatten(dictionary, levels)
    keys = list(flat)
    table = _Table(documents, chosen.valuetype, chosen.case_insensitive)
    for number, key in enumerate(keys):
        for value in flat[key]:
            for words in _forms(value, chosen.dictionary_separator, chosen.concatenator):
                table.add(words, number)
    if chosen.capkeys or (chosen.capkeys is None and not chosen.exclusive):
        keys = [key.upper() for key in keys]
    return {name: _replaced(words, keys, table, chosen) for name, words in documents.items()}


def _replaced(words: list[str], keys: list[str], table: _Table, chosen: Options) -> list[str]:
    found, flags = table.match(words, len(keys), chosen.nested_scope)
    row: list[str] = []
    for i, word in enumerate(words):
        if flags[i]:
            for key, end in sorted(found.get(i, ())):
                matched = f"{chosen.concatenator.join(words[i:end])}{chosen.separator}"
                row.append(f"{matched}{keys[key]}" if chosen.append_key else keys[key])
        elif not chosen.exclusive:
            row.append(word)
        elif chosen.nomatch is not None:
            row.append(chosen.nomatch)
    return row


def index(
    tokens: Tokens,
    pattern: str | Sequence[str] | Sequence[Sequence[str]] | Mapping[str, Any],
    *,
    valuetype: str = "glob",
    case_insensitive: bool = True,
    phrase: bool = False,
    dictionary_separator: str = " ",
    concatenator: str = "_",
) -> list[tuple[str, int, int, str]]:
    """Where patterns occur: rows (document, start, end, pattern), token indices half-open and counted from 0.

    A pattern that is itself a list is a phrase; `phrase=True` splits every pattern at white space; a dictionary's
    values are phrases, as `Options` says of the last two, and its keys the patterns' names. A match that lies wholly within
    longer ones is left out. Rows are ordered by document, start, end, pattern.
    """
    require("valuetype", valuetype, VALUETYPES)
    documents = _named(tokens)
    table = _Table(documents, valuetype, case_insensitive)
    names: list[str] = []
    for name, words in _patterns(pattern, phrase, (dictionary_separator, concatenator)):
        if name not in names:
            names.append(name)
        table.add(words, names.index(name))
    rows = []
    for document, words in documents.items():
        places = sorted(table.places(words))
        rows += [(document, start, end, names[number]) for start, end, number in places]
    return rows


def flatten(
    dictionary: Mapping[str, Any],
    levels: Sequence[int],
    *,
    _level: int = 1,
    _parent: str = "",
    _flat: dict[str, list[str]] | None = None,
) -> dict[str, list[str]]:
    """A nested dictionary as one level: the names of the kept `levels` joined by a dot, values merged in order."""
    flat: dict[str, list[str]] = {} if _flat is None else _flat
    for name, entry in dictionary.items():
        key = _parent
        if _level in levels:
            key = f"{_parent}.{name}" if _parent else name
        if not isinstance(entry, str | Mapping | Sequence | Set):
            raise DiscourseError(f"dictionary, key {name!r}: {entry!r} is no pattern; {_QUOTE}")
        parts = [entry] if isinstance(entry, str | Mapping) else list(entry)
        for part in parts:
            if not isinstance(part, str | Mapping):
                raise DiscourseError(f"dictionary, key {name!r}: {part!r} is no pattern; {_QUOTE}")
        values = [part for part in parts if isinstance(part, str)]
        if values and key:
            flat.setdefault(key, []).extend(values)
        for part in parts:
            if isinstance(part, Mapping):
                flatten(part, levels, _level=_level + 1, _parent=key, _flat=flat)
    return flat


def _named(tokens: Tokens) -> dict[str, list[str]]:
    if isinstance(tokens, Mapping):
        return {name: _checked(name, words) for name, words in tokens.items()}
    texts: list[Any] = list(tokens)
    if texts and all(isinstance(token, str) for token in texts):
        texts = [texts]
    return {f"text{i}": _checked(f"text{i}", words) for i, words in enumerate(texts, 1)}


def _checked(name: str, words: Any) -> list[str]:
    if isinstance(words, str) or not isinstance(words, Iterable):
        raise DiscourseError(f"tokens of {name}: {words!r}: give a list of tokens, such as {str(words).split()}.")
    listed = list(words)
    for word in listed:
        if not isinstance(word, str):
            raise DiscourseError(f"tokens of {name}: {word!r} is no token; {_QUOTE}")
    return listed


def _forms(value: str, separator: str, concatenator: str) -> list[list[str]]:
    """The sequences a dictionary value stands for: its words, and the same joined to one token."""
    words = [word for word in value.split(separator) if word] if separator else [value]
    return [words] if len(words) < 2 else [words, [concatenator.join(words)]]


def _patterns(pattern: Any, phrase: bool, joints: tuple[str, str]) -> list[tuple[str, list[str]]]:
    if isinstance(pattern, Mapping):
        flat = flatten(pattern, (1, 2, 3, 4, 5))
        return [(key, form) for key, values in flat.items() for value in values for form in _forms(value, *joints)]
    if not isinstance(pattern, str | Sequence | Set):
        raise DiscourseError(f"pattern: {pattern!r} is no pattern; {_QUOTE}")
    listed = [pattern] if isinstance(pattern, str) else list(pattern)
    rows = []
    for one in listed:
        if isinstance(one, str):
            rows.append((one, one.split() if phrase else [one]))
        elif not isinstance(one, Sequence) or not all(isinstance(word, str) for word in one):
            raise DiscourseError(f"pattern: {one!r} is no pattern; {_QUOTE}")
        else:
            rows.append((" ".join(one), list(one)))
    return rows


class _Table:
    """Sequences of type ids -> numbers, for one collection of documents."""

    def __init__(self, documents: Mapping[str, Sequence[str]], valuetype: str, case_insensitive: bool) -> None:
        self.valuetype, self.fold = valuetype, case_insensitive
        self.types: dict[str, int] = {}
        for words in documents.values():
            for word in words:
                self.types.setdefault(word, len(self.types))
        self.searched = [self._form(word) for word in self.types]
        self.ngrams: dict[tuple[int, ...], list[int]] = {}
        self.spans: list[int] = []
        self._known: dict[str, list[int]] = {}

    def _form(self, word: str) -> str:
        word = unicodedata.normalize("NFC", word)
        return word.lower() if self.fold and self.valuetype != "regex" else word

    def add(self, words: Sequence[str], number: int) -> None:
        ids = [self._types_of(word) for word in words]
        for ngram in itertools.product(*ids):
            self.ngrams.setdefault(ngram, []).append(number)
        if words and len(words) not in self.spans:
            self.spans = sorted([*self.spans, len(words)], reverse=True)

    def _types_of(self, word: str) -> list[int]:
        if word not in self._known:
            self._known[word] = self._search(word)
        return self._known[word]

    def _search(self, word: str) -> list[int]:
        pattern = self._form(word)
        if pattern == "":
            return [i for i, form in enumerate(self.searched) if form == ""]
        if self.valuetype == "fixed" or (self.valuetype == "glob" and not set(pattern) & {"*", "?"}):
            return [i for i, form in enumerate(self.searched) if form == pattern]
        if self.valuetype == "glob":
            compiled = re.compile(glob_regex(pattern), re.DOTALL)
            return [i for i, form in enumerate(self.searched) if form and compiled.fullmatch(form)]
        try:
            compiled = re.compile(pattern, re.IGNORECASE if self.fold else 0)
        except re.error as error:
            raise DiscourseError(f"pattern {word!r} is no regular expression: {error}.") from error
        return [i for i, form in enumerate(self.searched) if form and compiled.search(form)]

    def match(
        self, words: Sequence[str], n_keys: int, scope: str
    ) -> tuple[dict[int, list[tuple[int, int]]], list[bool]]:
        """Matches by start (key, end), and whether each token belongs to any."""
        ids = [self.types[word] for word in words]
        everywhere = [False] * len(ids)
        of_key: dict[int, list[bool]] = {}
        found: dict[int, list[tuple[int, int]]] = {}
        for span in self.spans:
            for i in range(len(ids) - span + 1):
                numbers = self.ngrams.get(tuple(ids[i : i + span]))
                if not numbers or (scope == "dictionary" and all(everywhere[i : i + span])):
                    continue
                for number in numbers:
                    flags = of_key.setdefault(number, [False] * len(ids))
                    if not any(flags[i : i + span]):
                        found.setdefault(i, []).append((number, i + span))
                        flags[i : i + span] = [True] * span
                everywhere[i : i + span] = [True] * span
        return found, everywhere

    def places(self, words: Sequence[str]) -> list[tuple[int, int, int]]:
        ids = [self.types[word] for word in words]
        taken = [False] * len(ids)
        rows = []
        for span in self.spans:
            for i in range(len(ids) - span + 1):
                numbers = self.ngrams.get(tuple(ids[i : i + span]))
                if numbers and not all(taken[i : i + span]):
                    rows += [(i, i + span, number) for number in dict.fromkeys(numbers)]
                    taken[i : i + span] = [True] * span
        return rows


def glob_regex(pattern: str) -> str:
    """A token glob as a regular expression: `*` any run of characters, `?` exactly one."""
    return "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
