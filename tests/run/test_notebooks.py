"""The committed notebooks keep to the rules of docs/architecture.md: short cells, one parameter cell, no outputs."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from analysis.errors import DiscourseError
from analysis.run.drift import stored_outputs
from analysis.run.parameters import TAG, declared, read_cells
from analysis.store import open_store

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("[0-9]*.ipynb"))


def lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_short_and_hold_no_outputs(path):
    code = [cell for cell in read_cells(path) if cell["cell_type"] == "code"]
    tagged = [cell for cell in code if TAG in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    assert tagged[0] is code[0]
    # Of a parameter cell each line is a parameter.
    assert lines(tagged[0]["source"]) <= 13
    assert [cell["id"] for cell in code[1:] if lines(cell["source"]) > 12] == []
    assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"]] == []


def test_no_notebook_of_the_repository_holds_what_it_showed(root):
    """The start page, the tutorial and those of studies too; JupyterLab saves outputs by itself."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "*.ipynb"], cwd=root, capture_output=True, text=True, check=False
    )
    paths = [root / name for name in tracked.stdout.split("\0") if name] or sorted((root / "notebooks").glob("*.ipynb"))
    assert {path.name for path in paths} >= {"index.ipynb", *(path.name for path in NOTEBOOKS)}
    assert [path.name for path in paths if path.is_file() and stored_outputs(read_cells(path))] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_parameter_is_used(path):
    rest = "\n".join(
        cell["source"]
        for cell in read_cells(path)
        if cell["cell_type"] == "code" and TAG not in cell["metadata"].get("tags", [])
    )
    assert [name for name in declared(path) if not re.search(rf"\b{name}\b", rest)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_last_cell_tells_the_result_in_sentences(path):
    """Sentences through `reading`, which knows no nan and no list; a notebook that ends in words alone has none."""
    cells = [cell for cell in read_cells(path) if cell["source"].strip()]
    if cells[-1]["cell_type"] == "code":
        last = ast.parse(cells[-1]["source"]).body[-1]
        assert ast.unparse(last).startswith("reading("), path.stem


def run_cells(path: Path, **given: object) -> dict[str, object]:
    """The notebook's code in this process, without its drawings, with other values for some parameters; its variables."""
    values: dict[str, object] = {}
    for cell in read_cells(path):
        if cell["cell_type"] == "code" and not re.search(r"(publish|months_grid)\(", cell["source"]):
            exec(compile(cell["source"], path.name, "exec"), values)  # the project's own code
            if TAG in cell["metadata"].get("tags", []):
                assert set(given) <= set(values)
                values.update(given)
    return values


def named(number: int) -> Path:
    return next(path for path in NOTEBOOKS if path.stem.startswith(f"{number:02d}_"))


@pytest.mark.parametrize("number", [20, 21, 22, 23, 24, 50, 51])
def test_frames_that_cannot_be_are_refused_in_words_at_once(number, monkeypatch, root):
    monkeypatch.chdir(root)
    with pytest.raises(DiscourseError) as caught:
        run_cells(named(number), frames=["hedgin"])
    for part in (
        "frames",
        "allowed: alignment, dependence, hedging, ironclad, neutrality, sovereignty",
        "Did you mean 'hedging'?",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize("number", [24, 34])
def test_a_comparison_of_two_eras_asks_for_two(number, monkeypatch, root):
    monkeypatch.chdir(root)
    with pytest.raises(DiscourseError, match=r"era_ids.* leaves 1 to compare; this comparison needs two"):
        run_cells(named(number), era_ids=[open_store().study.ids("eras")[0]])


def test_eras_in_the_wrong_order_are_put_in_order_of_time(monkeypatch, root):
    monkeypatch.chdir(root)
    eras = list(open_store().study.ids("eras"))
    found = run_cells(named(24), era_ids=eras[::-1])
    assert list(found["selection"].pair) == eras
    before, after = (f"{found['names'][era]} (" for era in eras)
    assert found["selection"].caption.split("After: ")[0].startswith(f"Before: {before}")
    assert found["selection"].caption.split("After: ")[1].startswith(after)


def test_no_era_named_means_all_eras(monkeypatch, root):
    monkeypatch.chdir(root)
    assert run_cells(named(0), era_ids=[])["eras"] == list(open_store().study.ids("eras"))
