"""What a run did, in words."""

from __future__ import annotations

from analysis.run.outcomes import failures_text
from analysis.run.plan import load_plan
from analysis.run.project import Project
from analysis.run.runner import Outcome


def test_a_refusal_has_no_traceback_and_a_defect_has_one(project):
    run = load_plan(Project(project)).runs[0]

    def told(name):
        error = {"cell": 4, "name": name, "message": "a: 'b' is not allowed", "traceback": ["Traceback", "File x"]}
        return failures_text([Outcome(run, "failed", error=error)])

    assert told("DiscourseError") == f"{run.notebook} (run {run.key}) refused in cell 4: a: 'b' is not allowed"
    assert "Traceback" in told("KeyError")
