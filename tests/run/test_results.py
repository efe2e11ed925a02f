"""What the runs of a study on a store of its own came to."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.run.project import Project
from analysis.run.results import FILES, drop_results, read_results, record_result


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path, "mine")


def drawn(project, *names):
    project.figures.mkdir(parents=True, exist_ok=True)
    for name in names:
        for kind in FILES:
            (project.figures / f"{name}.{kind}").write_text(name)


def there(project):
    return {path.name.partition(".")[0] for path in project.figures.iterdir()}


def test_nothing_before_the_first_run_and_then_what_was_recorded(project):
    assert read_results(project) == {}
    record_result(project, "b", ["two", "one"], "", {"tables": {}, "libraries": {"numpy": "9"}})
    record_result(project, "a", [], "nothing.", {"tables": {}})
    assert read_results(project) == {
        "a": {"figures": [], "finding": "nothing.", "inputs": {"tables": {}}},
        "b": {"figures": ["one", "two"], "finding": "", "inputs": {"tables": {}}},
    }


def test_figures_that_a_run_no_longer_draws_are_removed_unless_another_draws_them(project):
    drawn(project, "one", "two", "three")
    record_result(project, "a", ["one", "two"], "", {})
    record_result(project, "b", ["two", "three"], "", {})
    record_result(project, "a", [], "nothing any more.", {})
    assert there(project) == {"two", "three"}


def test_runs_that_are_gone_are_forgotten_with_their_figures(project):
    drawn(project, "one", "two")
    record_result(project, "a", ["one"], "", {})
    record_result(project, "b", ["two"], "", {})
    assert drop_results(project, ["a", "b"]) == []
    assert drop_results(project, ["a"]) == ["b"]
    assert there(project) == {"one"}
    assert set(read_results(project)) == {"a"}


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": 2, "runs": {}}', '{"format": 1, "runs": {"a": {"figures": "x"}}}']
)
def test_a_damaged_file_is_refused_with_the_next_step(project, text):
    project.results.parent.mkdir(parents=True)
    project.results.write_text(text)
    with pytest.raises(DiscourseError, match=r"results\.json.*discourse run --store mine --publish"):
        read_results(project)
