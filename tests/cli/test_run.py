"""The command that executes the plan."""

from __future__ import annotations

import pytest

from analysis.cli.run import RunOptions, execute, run
from analysis.errors import DiscourseError


def test_a_parameter_without_a_run_lists_the_runs(project, monkeypatch):
    monkeypatch.chdir(project)
    with pytest.raises(DiscourseError) as caught:
        execute(RunOptions(given=(("scale", "2"),), dry_run=True))
    for part in ("--only", "tokens_news", "terms", "--store NAME"):
        assert part in str(caught.value)


def test_every_option_of_the_command_is_a_field_with_its_default():
    assert run.make_context("run", []).params == vars(RunOptions())


def test_a_store_and_published_figures_do_not_go_together(project, monkeypatch):
    monkeypatch.chdir(project)
    with pytest.raises(DiscourseError, match="--publish would overwrite"):
        execute(RunOptions(store="default", publish=True))


def test_a_dry_run_says_what_would_run(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    assert execute(RunOptions(only=("terms",), dry_run=True)) == 0
    assert capsys.readouterr().out == "terms: would run: never run here\n"
