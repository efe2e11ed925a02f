"""docs/figures-read.md has one sentence for every figure of the plan, and a judgement."""

from __future__ import annotations

import re

from analysis.run.plan import load_plan
from analysis.run.project import Project


def test_every_figure_of_the_plan_has_its_sentence(root):
    rows = re.findall(
        r"^\| `(\w+)` \| (.+) \| (.+) \|$", (root / "docs" / "figures-read.md").read_text("utf-8"), re.MULTILINE
    )
    listed = [figure for figure, *_ in rows]
    planned = {figure for run in load_plan(Project(root)).runs for figure in run.figures}
    assert sorted(listed) == sorted(planned)
    assert all(sentence.endswith(".") and len(sentence) >= 20 for _, sentence, _ in rows)
    assert all(re.match(r"(yes|supplement|no)\b", judged) for _, _, judged in rows)
