"""The command that executes the plan."""

from __future__ import annotations

import pytest

from analysis.cli.run import run as run_command
from analysis.errors import DiscourseError


def test_a_parameter_without_a_run_lists_the_runs(project, monkeypatch):
    monkeypatch.chdir(project)
    with pytest.raises(DiscourseError) as caught:
        run_command.callback(
            only=(), given=[("scale", "2")], sweep=(), store=None, dry_run=True, force=False, jobs=1, publish=False
        )
    for part in ("--only", "tokens_news", "terms", "--store NAME"):
        assert part in str(caught.value)
