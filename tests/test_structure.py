"""The rules of docs/architecture.md, read off the imports themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ALLOWED = {
    "store": {"store"},
    "texts": {"texts", "store"},
    "measures": {"measures", "store"},
    "figures": {"figures", "store"},
}
OWNERS = {
    "nltk": ("texts/", "measures/agreement", "measures/collocation"),
    "gensim": ("measures/topic",),
    "seaborn": ("figures/",),
    "matplotlib": ("figures/",),
    "papermill": ("run/",),
}


def modules(root: Path) -> list[Path]:
    return sorted((root / "analysis").rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_rooms_import_only_what_they_may(root):
    wrong = []
    for path in modules(root):
        room = path.relative_to(root / "analysis").parts[0]
        for name in imports_of(path):
            parts = name.split(".")
            if room in ALLOWED and parts[0] == "analysis" and len(parts) > 1:
                other = parts[1]
                if other in {"texts", "store", "measures", "figures", "run", "cli"} - ALLOWED[room]:
                    wrong.append(f"{path.relative_to(root)} imports {name}")
    assert not wrong


def test_each_heavy_library_has_one_owner(root):
    wrong = []
    for path in modules(root):
        place = path.relative_to(root / "analysis").as_posix()
        for name in imports_of(path):
            owners = OWNERS.get(name.split(".")[0])
            if owners and not place.startswith(owners):
                wrong.append(f"{place} imports {name}")
    assert not wrong


def test_modules_are_of_readable_size(root):
    long = {p.relative_to(root).as_posix(): n for p in modules(root) if (n := len(p.read_text().splitlines())) > 450}
    assert not long


@pytest.mark.parametrize("module", ["analysis", "analysis.cli", "analysis.store"])
def test_imports_stay_light(module):
    heavy = ("pandas", "pyarrow", "nltk", "gensim", "seaborn", "papermill", "scipy")
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
