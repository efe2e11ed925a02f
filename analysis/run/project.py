"""Where the parts of a project lie on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import DiscourseError

STUDIES = "studies"
PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Project:
    """One checkout: the folder that holds notebooks/plan.toml, and what is found from there.

    store: the store of a study of one's own that lives within it ("": the project's own study). Such a study shares
    notebooks and stores, and has its figures, citation and results in `home`, studies/STORE.
    """

    root: Path
    store: str = ""

    @property
    def home(self) -> Path:
        return self.root / STUDIES / self.store if self.store else self.root

    @property
    def code(self) -> Path:
        """The folder that holds the package: the project's own, where it has one, else that of this process."""
        return self.root if (self.root / "analysis" / "__init__.py").is_file() else PACKAGE

    @property
    def again(self) -> str:
        """The command that makes published figures anew."""
        return f"discourse run --store {self.store} --publish" if self.store else "discourse run"

    @property
    def results(self) -> Path:
        return self.home / "results.json"

    @property
    def plan(self) -> Path:
        return self.notebooks / "plan.toml"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def figures(self) -> Path:
        return self.home / "figures"

    @property
    def drafts(self) -> Path:
        return self.root / "figures" / "drafts"

    @property
    def cache(self) -> Path:
        return self.root / ".cache" / STUDIES / self.store if self.store else self.root / ".cache"

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

    Within studies/NAME of a project it is the study of that store. Raises `DiscourseError` when there is no
    notebooks/plan.toml anywhere.
    """
    here = (Path(start) if start else Path.cwd()).resolve()
    for folder in (here, *here.parents, PACKAGE):
        if (folder / "notebooks" / "plan.toml").is_file():
            parts = here.relative_to(folder).parts if here.is_relative_to(folder) else ()
            is_study = len(parts) > 1 and parts[0] == STUDIES and (folder / STUDIES / parts[1]).is_dir()
            return Project(folder, parts[1] if is_study else "")
    raise DiscourseError(
        f"{here}: no notebooks/plan.toml here or above; go to the project's folder, or start a study of your own with "
        "`discourse new FOLDER`."
    )
