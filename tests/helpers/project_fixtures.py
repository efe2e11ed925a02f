"""Fixtures: a small project, fresh or already run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sample_project import discourse, make_project


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Path:
    """A project of its own for one test, in a folder with a space in its name; nothing has run yet."""
    folder = tmp_path / "my project"
    folder.mkdir()
    return make_project(folder, root)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The same project after one complete run; tests copy it before changing anything."""
    folder = tmp_path_factory.mktemp("finished") / "project"
    folder.mkdir()
    make_project(folder, root)
    done = discourse(folder, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished project that a test may change."""
    return Path(shutil.copytree(finished, tmp_path / "copy", symlinks=True))


@pytest.fixture(scope="session")
def golden(root: Path) -> Callable[[str], list[dict]]:
    """The published values of one topic: `golden("keyness")`, see tests/golden/statistics/README.md."""
    return lambda topic: json.loads((root / "tests" / "golden" / "statistics" / f"{topic}.json").read_text("utf-8"))
