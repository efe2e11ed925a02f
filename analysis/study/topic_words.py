"""What a study says about its topics: names given by a person, and words that topic models do without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.study.settings import corpus_folder, read_toml


def topic_labels(path: Path | None = None) -> list[dict[str, Any]]:
    """The entries of topics_labels.toml (None: in the corpus folder; none there: no entries)."""
    file = path or corpus_folder() / "topics_labels.toml"
    return list(read_toml(file).get("topic", [])) if path or file.is_file() else []


def topic_words() -> dict[str, Any]:
    """The content of topics_words.toml in the corpus folder; empty without one."""
    file = corpus_folder() / "topics_words.toml"
    return read_toml(file) if file.is_file() else {}
