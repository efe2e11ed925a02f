"""Where a study's own folder keeps its declarations and its texts."""

from __future__ import annotations

from pathlib import Path

from analysis.errors import DiscourseError


def folders_of(study: Path) -> tuple[Path, Path]:
    """(corpus configuration, texts) of a study folder that `discourse init` or `discourse new` made.

    Raises `DiscourseError` for a folder that declares no texts.
    """
    if not (study / "corpus" / "sources.toml").is_file():
        raise DiscourseError(f"{study}: no corpus/sources.toml there. Write one with `discourse init {study}`.")
    return study / "corpus", texts_of(study)


def texts_of(study: Path) -> Path:
    """Where the texts of a study folder are: in its texts/ where it is a repository of its own and has one, else anywhere
    in it (fetched captures stand in collected/)."""
    return study / "texts" if is_repository(study) and (study / "texts").is_dir() else study


def is_repository(study: Path) -> bool:
    """Whether the folder is one that `discourse new` made: with a plan of its own."""
    return (study / "notebooks" / "plan.toml").is_file()
