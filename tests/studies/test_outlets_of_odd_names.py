"""Outlets called as a program calls a group, a missing value or a column: every figure has the rows of the plain names."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from notebook_slices import Capture, Sliced
from uk_study import build_study

from analysis.run.parameters import declared

ROOT = Path(__file__).resolve().parents[2]
# What the delegations are called: id, name. The ids stand in the same order as the plain ones, so that the same are pooled.
NAMES = {
    "delegation_aus": ("all", "All outlets"),
    "delegation_can": ("index", "0"),
    "delegation_deu": ("na", "NA"),
    "delegation_fra": ("nan", "nan"),
    "delegation_gbr": ("none", "None"),
    "delegation_irl": ("other", "Other"),
    "delegation_nor": ("others", "-"),
    "delegation_usa": ("outlet_id", "2020"),
}
NOTEBOOKS = ("00", "10", "20", "24", "40", "41", "51")  # those that set outlets apart, pool the rest, or go over them
SMALL = {"collection": "un", "about": "all", "replicates": 60, "min_units": 3, "min_count": 2, "max_outlets": 6}
SMALL |= {"frequency": "Y", "too_few": 3, "24 frames": ["outreach"], "40 contrast": "outlet_id"}


def drawn(folder: Path, renamed: dict[str, tuple[str, str]], patch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """The drawn rows of each figure, cell by cell of the notebooks, with the numbers of each row in order."""
    study = build_study(folder, renamed=renamed)
    patch.setenv("DISCOURSE_CORPUS", str(study / "corpus"))
    patch.setenv("DISCOURSE_CACHE", str(study / "cache"))
    patch.chdir(study)
    capture, found = Capture(patch), {}
    for number in NOTEBOOKS:
        (notebook,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
        values = {
            name: SMALL.get(f"{number} {name}", SMALL.get(name, parameter.default))
            for name, parameter in declared(notebook).items()
        }
        for cell, shown in Sliced(notebook, values, capture).base().items():
            rows = list(csv.reader(io.StringIO(shown.drawn.partition("\n")[2])))
            found[f"{number}, cell {cell}"] = sorted(sorted(one for one in row if is_number(one)) for row in rows)
    return found


def is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text)) and text not in ("0", "2020")


def test_no_outlet_is_taken_for_a_group_of_the_program_or_for_nothing(tmp_path, monkeypatch):
    plain = drawn(tmp_path / "plain", {}, monkeypatch)
    odd = drawn(tmp_path / "odd", NAMES, monkeypatch)
    assert set(plain) == set(odd) and len(plain) >= 10
    for figure, rows in plain.items():
        assert len(rows) > 1
        assert odd[figure] == rows, figure
