"""The rules of docs/architecture.md, read off the imports themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

# Floors of the house, from the ground up; a room imports from floors below its own, and from itself.
ALLOWED = {
    "errors": set(),
    "study": {"errors"},
    "store": {"errors", "study"},
    "texts": {"errors", "study", "store"},
    "measures": {"errors", "study", "store"},
    "figures": {"errors", "study", "store"},
    "run": {"errors", "study", "store", "measures", "figures"},
    "publish": {"errors", "study", "store", "measures", "figures", "run"},
    "cli": {"errors", "study", "store", "texts", "measures", "figures", "run", "publish"},
}
OWNERS = {
    "nltk": ("texts/annotate/", "measures/validation/agreement", "measures/words/collocation"),
    "gensim": ("measures/topics/"),
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
        room = path.relative_to(root / "analysis").with_suffix("").parts[0]
        for name in imports_of(path):
            parts = name.split(".")
            ours = parts[0] == "analysis" and len(parts) > 1
            if ours and room in ALLOWED and parts[1] in ALLOWED.keys() - ALLOWED[room] - {room}:
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


@pytest.mark.parametrize("module", ["analysis", "analysis.cli.main", "analysis.store"])
def test_imports_stay_light(module):
    heavy = ("pandas", "pyarrow", "nltk", "gensim", "seaborn", "papermill", "scipy")
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
