"""`discourse run --choices`: what it says before and after, what it writes, and which options do not go with it."""

from __future__ import annotations

import pytest

from analysis.cli.run import RunOptions, execute
from analysis.errors import DiscourseError

CHOICES = """
[[curve]]
id = "tokens"
label = "Tokens of a document"
run = "tokens_news"
through = "notebook"
figure = "tokens_news"
row = { outlet_id = "daily", era_id = "hun_sen" }
columns = { estimate = "token_count", low = "low", high = "high" }

[curve.choices]
scale = []

[[choice]]
id = "scale"
label = "Scale"
preferred = "as_it_is"

[[choice.alternative]]
id = "as_it_is"
label = "as it is"
reason = "Tokens are tokens."
set = { scale = 1.0 }

[[choice.alternative]]
id = "doubled"
reason = "Two for one."
set = { scale = 2.0 }
"""


@pytest.fixture
def with_choices(project, monkeypatch):
    (project / "notebooks" / "choices.toml").write_text(CHOICES, encoding="utf-8")
    monkeypatch.chdir(project)
    return project


def test_the_estimate_comes_first_and_a_dry_run_ends_there(with_choices, capsys):
    assert execute(RunOptions(choices="tokens", dry_run=True)) == 0
    told = capsys.readouterr().err
    assert "Tokens of a document: 2 of 2 combinations of 1 choices" in told and "2 notebook runs; none of this" in told
    assert not (with_choices / "figures" / "drafts" / "choices").exists()


@pytest.mark.slow
def test_notebooks_are_run_and_one_table_and_figure_written(with_choices, capsys):
    assert execute(RunOptions(choices="tokens")) == 0
    said = capsys.readouterr().out
    folder = with_choices / "figures" / "drafts" / "choices"
    assert {path.name for path in folder.iterdir()} == {f"tokens.{kind}" for kind in ("csv", "svg", "png", "pdf")}
    lines = (folder / "tokens.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("choice_scale,estimate,low,high") and len(lines) == 3
    one, two = (float(line.split(",")[1]) for line in lines[1:])
    assert two == pytest.approx(2 * one)
    assert "2 of 2 combinations have an estimate" in said and "figures/drafts/choices/tokens" in said
    before = (folder / "tokens.svg").read_bytes()
    assert execute(RunOptions(choices="tokens")) == 0
    assert "nothing to run: all results stand" in capsys.readouterr().err
    assert (folder / "tokens.svg").read_bytes() == before


def test_a_sample_draws_the_preferred_one_first(with_choices, capsys):
    assert execute(RunOptions(choices="tokens", sample=1, dry_run=True)) == 0
    assert "1 of 2 combinations" in capsys.readouterr().err


def test_runs_that_fail_are_told_and_counted(with_choices, capsys):
    text = CHOICES.replace('run = "tokens_news"', 'run = "tokens_news"\nparameters = { era_ids = ["nowhere"] }')
    (with_choices / "notebooks" / "choices.toml").write_text(text, encoding="utf-8")
    assert execute(RunOptions(choices="tokens")) == 1
    told = capsys.readouterr().err
    assert "nowhere" in told and "no combination has an estimate" in told


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"sample": 5}, "--sample and --through belong to --choices"),
        ({"through": "store"}, "--sample and --through belong to --choices"),
        ({"choices": "tokens", "only": ("terms",)}, "--choices runs the claim of one curve; --only goes"),
        ({"choices": "tokens", "given": (("scale", "2"),)}, "one curve; -p goes"),
        ({"choices": "tokns"}, r"choices: 'tokns' is not allowed; allowed: tokens\. Did you mean 'tokens'"),
    ],
)
def test_options_that_do_not_go_together_are_refused(with_choices, options, reason):
    with pytest.raises(DiscourseError, match=reason):
        execute(RunOptions(**options))


def test_the_store_itself_is_tabulated_in_one_process(root, monkeypatch, capsys, tmp_path):
    from analysis.run.project import Project

    monkeypatch.chdir(root)
    monkeypatch.setattr(Project, "drafts", property(lambda _: tmp_path))
    assert execute(RunOptions(choices="contrast_un", sample=4)) == 0
    told = capsys.readouterr()
    assert "4 specifications in one process, about" in told.err and "4 specifications, of which" in told.out
    assert (tmp_path / "choices" / "contrast_un.png").stat().st_size > 10_000
