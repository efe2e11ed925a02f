from __future__ import annotations

import pytest

from benchmarks import million


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("million") / "store"
    million.generate(made, 400, 20)
    return made


@pytest.mark.parametrize("case", million.CASES)
def test_each_measure_runs_on_the_generated_store(folder, case):
    assert million.CASES[case](folder) > 0
