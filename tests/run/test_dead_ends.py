"""Parameters that lead nowhere together are refused in words, on a store of twelve news of 2021 to 2024."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.run.dead_ends import check_together
from analysis.run.plan import load_plan
from analysis.run.project import Project
from analysis.run.variants import vary


def check(project, **values):
    check_together("notebook", {"store_name": "default", "collection": "news", **values}, project / "corpus" / "store")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"target": ["a", "b"], "reference": ["b"]}, "b stands in target and in reference"),
        ({"outlet_groups": {"one": ["a", "b"], "two": ["b"]}}, "outlet_groups: b stands twice"),
        ({"outlet_groups": {"one": ["a", "a"]}}, "outlet_groups: a stands twice"),
        ({"bins": [-8, 4]}, r"parameter bins: \[-8, 4\]; give the first steps"),
        ({"bins": [0, 4]}, "0 among them and one before it"),
        ({"bins": [-4, 0, -8]}, "in ascending order"),
        ({"control_frame": "hedging", "control_outlet_ids": ["a"]}, "give one"),
        ({"period": "year", "season": 1, "break_date": "2022-06-01"}, "years have no season"),
        ({"period": "year", "break_date": "2023-06-01"}, r"too few years.*2 years before 2023-06-01 and 1 after"),
        ({"period": "year", "break_date": "2021-06-01"}, r"0 years before .* and 3 after.*month, quarter"),
        ({"period": "quarter", "break_date": "2024-03-20"}, r"too few quarters.*3 quarters before .* and 0 after"),
    ],
)
def test_what_leads_nowhere_is_refused(project, values, words):
    with pytest.raises(DiscourseError, match=words):
        check(project, **values)


@pytest.mark.parametrize(
    "values",
    [
        {"target": ["a"], "reference": ["b"]},
        {"target": [], "reference": []},
        {"bins": [-8, 0, 4], "control_frame": "", "control_outlet_ids": ["a"]},
        {"period": "month", "break_date": "2024-03-20"},
        {
            "period": "year",
            "break_date": "2022-12-31",
            "collection": "news",
            "outlet_ids": ["daily", "weekly", "agency"],
        },
        {"period": "month", "season": 2, "break_date": "2022-06-01"},
    ],
)
def test_what_can_be_drawn_passes(project, values):
    if values.get("period") == "year":  # 2021 before, 2023 and 2024 after: one too few
        with pytest.raises(DiscourseError, match="1 years before"):
            check(project, **values)
        values = {**values, "break_date": "2023-01-01", "period": "month"}
    check(project, **values)


def test_a_plan_with_such_a_run_refuses_that_run_alone(project):
    notebook = project / "notebooks" / "10_tokens.ipynb"
    notebook.write_text(notebook.read_text().replace("scale = 1.0", "scale = 1.0\\ntarget = []\\nreference = []"))
    plan = load_plan(Project(project))
    (run,) = vary(plan, plan.runs[:1], {"target": ["a"], "reference": ["a"]}, {})
    assert "on one side only" in run.refused
    assert not any(run.refused for run in plan.runs)
