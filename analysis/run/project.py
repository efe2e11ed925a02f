"""Where the parts of a project lie on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import DiscourseError


@dataclass(frozen=True)
class Project:
    """One checkout: the folder that holds notebooks/plan.toml, and what is found from there."""

    root: Path

    @property
    def plan(self) -> Path:
        return self.notebooks / "plan.toml"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def figures(self) -> Path:
        return self.root / "figures"

    @property
    def drafts(self) -> Path:
        return self.figures / "drafts"

    @property
    def cache(self) -> Path:
        return self.root / ".cache"

    @property
    def executed(self) -> Path:
        return self.cache / "executed"

    @property
    def corpus(self) -> Path:
        given = os.environ.get("DISCOURSE_CORPUS")
        return Path(given) if given else self.root / "corpus"

    def relative(self, path: Path) -> str:
        """`path` seen from the root, with forward slashes; absolute if it lies outside."""
        path = path.resolve()
        root = self.root.resolve()
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def find_project(start: str | os.PathLike[str] | None = None) -> Project:
    """The project around `start` (default: the working folder), else the one this package was checked out with.

    Raises `DiscourseError` when there is no notebooks/plan.toml anywhere.
    """
    here = Path(start) if start else Path.cwd()
    for folder in (here.resolve(), *here.resolve().parents, Path(__file__).resolve().parents[2]):
        if (folder / "notebooks" / "plan.toml").is_file():
            return Project(folder)
    raise DiscourseError(f"{here}: no notebooks/plan.toml here or above; go to the project's folder.")
