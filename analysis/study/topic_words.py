"""What a study says about its topics: names given by a person, and words that topic models do without."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, require
from analysis.study.schema import record, tables, value_of
from analysis.study.settings import corpus_folder, is_there, read_tables, read_toml


@dataclass(frozen=True)
class TopicName:
    """A `[[topic]]` of topics_labels.toml: `label` sticks to the one topic that has all words of `expect`."""

    label: str
    expect: tuple[str, ...]
    collection: str = ""
    note: str = ""


@dataclass(frozen=True)
class LeftOut:
    """A `[[drop]]` of topics_words.toml: words, parted by spaces, that models of a collection ("": of all) do without."""

    reason: str
    words: str
    collection: str = ""


def _folder() -> Path:
    """Where the study that is drawn keeps them: $DISCOURSE_STUDY, else the corpus folder.

    It is set for a study on a store of its own, whose words are not those of the project around it.
    """
    given = os.environ.get("DISCOURSE_STUDY")
    return Path(given) if given else corpus_folder()


def topic_labels(path: Path | None = None) -> list[dict[str, Any]]:
    """The entries of topics_labels.toml (None: in the corpus folder; none there: no entries).

    Raises `DiscourseError` for an unknown key, one that is missing or of another type, and an empty label or list.
    """
    file = path or _folder() / "topics_labels.toml"
    rows = read_tables(file, "topic") if path or is_there(file) else []
    for number, row in enumerate(rows, start=1):
        where = f"{file}, topic {row.get('label', number)}"
        name = record(TopicName, row, where=where, thing="topic")
        if not name.label or not name.expect:
            raise DiscourseError(f"{where}: label or expect is empty; a name needs both, with at least one word.")
    return rows


def topic_words() -> dict[str, Any]:
    """The content of topics_words.toml in the corpus folder, with its types checked; empty without one."""
    file = _folder() / "topics_words.toml"
    return checked_words(read_toml(file), where=str(file)) if is_there(file) else {}


def checked_words(content: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """The same content, if its tables are those that are allowed; else `DiscourseError` that says which are."""
    for key in content:
        require(f"{where}: table", key, ("limits", "lemmas", "drop"))
    value_of(dict[str, dict[str, float]], content.get("limits", {}), f"{where}: limits")
    value_of(dict[str, str], content.get("lemmas", {}), f"{where}: lemmas")
    for number, row in enumerate(tables(content, "drop", where=where), start=1):
        record(LeftOut, row, where=f"{where}, drop {number}", thing="drop")
    return dict(content)
