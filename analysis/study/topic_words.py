"""What a study says about its topics: names given by a person, and words that topic models do without."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from analysis.study.settings import corpus_folder, read_toml


def _folder() -> Path:
    """Where the study that is drawn keeps them: $DISCOURSE_STUDY, else the corpus folder.

    It is set for a study on a store of its own, whose words are not those of the project around it.
    """
    given = os.environ.get("DISCOURSE_STUDY")
    return Path(given) if given else corpus_folder()


def topic_labels(path: Path | None = None) -> list[dict[str, Any]]:
    """The entries of topics_labels.toml (None: in the corpus folder; none there: no entries)."""
    file = path or _folder() / "topics_labels.toml"
    return list(read_toml(file).get("topic", [])) if path or file.is_file() else []


def topic_words() -> dict[str, Any]:
    """The content of topics_words.toml in the corpus folder; empty without one."""
    file = _folder() / "topics_words.toml"
    return read_toml(file) if file.is_file() else {}
