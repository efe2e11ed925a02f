"""Mistakes in parameter cells, each answered with one line before any figure: the table of docs/mistakes.md, tried."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.errors import DiscourseError
from analysis.run.parameters import TAG, read_cells

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"\| `(\d\d)` \| `([^|]+)` \| (.+) \|")
TRIALS = [
    match.groups()
    for line in (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8").splitlines()
    if (match := ROW.fullmatch(line))
]


def with_line(cell: str, written: str) -> str:
    """The parameter cell with one line as somebody wrote it; "a → b": the name changed, "a taken out": no such line."""
    old, _, new = written.partition(" → ")
    name = re.match(r"\w+", old).group()
    line = re.compile(rf"(?m)^{name}\b[^=\n]*(= .*)$")
    assert line.search(cell), f"no parameter {name}"
    if old.endswith(" taken out"):
        return line.sub("", cell, count=1)
    return line.sub(lambda found: f"{new} {found[1]}" if new else old, cell, count=1)


def answer(notebook: Path, written: str) -> str:
    """What the notebook says when its cells are run in order with this line in its parameter cell."""
    values: dict[str, object] = {"In": [""]}
    with pytest.raises(DiscourseError) as caught:
        for cell in read_cells(notebook):
            if cell["cell_type"] != "code":
                continue
            assert "publish(" not in cell["source"], "the mistake went as far as the figure"
            source = cell["source"]
            if TAG in cell["metadata"].get("tags", []):
                source = with_line(source, written)
            values["In"].append(source)
            exec(compile(source, notebook.name, "exec"), values)  # the project's own code, as JupyterLab runs it
    return str(caught.value)


def test_the_table_has_all_kinds():
    assert len(TRIALS) >= 16 and len({number for number, *_ in TRIALS}) >= 6
    assert {kind for _, written, _ in TRIALS for kind in (" → ", " taken out") if kind in written} == {
        " → ",
        " taken out",
    }


@pytest.mark.parametrize(("number", "written", "told"), TRIALS)
def test_a_mistake_is_answered_with_the_line_that_the_table_promises(number, written, told, monkeypatch):
    (notebook,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    monkeypatch.chdir(ROOT / "notebooks")
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    said = answer(notebook, written)
    assert "\n" not in said
    pattern = ".*".join(re.escape(part) for part in told.split("…"))
    assert re.fullmatch(pattern, said), said
