"""What `make test` leaves out, `make ci` runs, and CI runs that; a sample names rows that there are."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from quick import sample


def steps_of(root, target: str) -> str:
    """What `make target` would start, whatever the make that these tests run under was told."""
    told = {"MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "SLOW"}
    env = {name: value for name, value in os.environ.items() if name not in told}
    return subprocess.run(["make", "-n", target], cwd=root, env=env, capture_output=True, text=True, check=True).stdout


def pytest_of(root, target: str) -> str:
    """The line with which `make target` would start pytest."""
    (line,) = [line for line in steps_of(root, target).splitlines() if "-m pytest" in line]
    return line


def test_ci_leaves_out_no_test(root):
    assert '-m "not slow"' in pytest_of(root, "test")
    assert re.findall(r"-m \S+", pytest_of(root, "ci")) == ["-m pytest"]
    assert (root / ".ci" / "run").read_text().splitlines()[-1].startswith("exec make test SLOW=too")
    assert "      - run: make ci\n" in (root / ".github" / "workflows" / "ci.yml").read_text()


@pytest.mark.parametrize("target", ["test", "ci"])
def test_both_execute_the_whole_plan(root, target):
    steps = steps_of(root, target)
    for words in ("-m ruff check", "-m mypy", "analysis.cli figures --check", "analysis.cli verify"):
        assert words in steps


def test_a_sample_keeps_its_rows_unmarked_and_all_others_are_there():
    rows = sample([("a", 1), ("b", 2), ("c", 3)], [("b", 2)])
    assert rows[1] == ("b", 2)
    assert [(row.values, [mark.name for mark in row.marks]) for row in (rows[0], rows[2])] == [
        (("a", 1), ["slow"]),
        (("c", 3), ["slow"]),
    ]


@pytest.mark.parametrize("quick", [[], ["d"]])
def test_a_sample_of_nothing_is_an_error(quick):
    with pytest.raises(ValueError, match="the rows are"):
        sample(["a", "b"], quick)
