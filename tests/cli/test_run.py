"""The command that executes the plan."""

from __future__ import annotations

import pytest
from own_stores import store_of

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


def test_what_a_store_of_its_own_does_without_is_said_in_one_line(project, monkeypatch, capsys):
    store_of(project, "mine", "news")
    monkeypatch.chdir(project)
    assert execute(RunOptions(store="mine", publish=True, dry_run=True)) == 0
    told = capsys.readouterr()
    assert told.err == "Left out: 1 runs for collections that store mine does not hold (un).\n"
    assert told.out.splitlines() == [
        "tokens_news: would run: never run here",
        "terms: would run: never run here; needs tokens_news, which runs",
    ]


def test_a_run_that_a_store_does_without_is_named_with_those_it_has(project, monkeypatch):
    store_of(project, "mine", "news")
    monkeypatch.chdir(project)
    with pytest.raises(
        DiscourseError, match=r"--only tokens_un: store mine holds no collection un; .*tokens_news, terms"
    ):
        execute(RunOptions(store="mine", only=("tokens_un",)))
    with pytest.raises(DiscourseError, match=r"'mien' is not allowed.*mine"):
        execute(RunOptions(store="mien"))


def test_a_dry_run_says_what_would_run(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    assert execute(RunOptions(only=("terms",), dry_run=True)) == 0
    assert capsys.readouterr().out == "terms: would run: never run here\n"


def test_the_list_of_figures_is_written_anew_also_when_nothing_runs(project, monkeypatch):
    monkeypatch.chdir(project)
    monkeypatch.setattr("analysis.run.runner.run_all", lambda plan, runs, settings, tell: [])
    listed = project / "figures" / "README.md"
    listed.parent.mkdir(exist_ok=True)
    listed.write_text("a figure that the plan no longer has")
    assert execute(RunOptions()) == 0
    assert "no longer has" not in listed.read_text()
