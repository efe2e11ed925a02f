"""Whether the committed figures are what the plan would make."""

from __future__ import annotations

import json

import pytest
from sample_project import discourse

from analysis.figures.save import write_sidecar
from analysis.publish.stale import stale_reasons
from analysis.run.plan import load_plan
from analysis.run.project import Project


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_stale_figures_are_named(copy):
    def stale():
        done = discourse(copy, "figures", "--check")
        return done.returncode, done.stderr

    assert stale() == (0, "")
    edit(copy / "figures" / "tokens_un.json", "Mean tokens of", "Average tokens of")
    assert stale() == (1, "tokens_un: tokens_un.json was edited by hand (caption, title or another field)\n")
    edit(copy / "figures" / "tokens_un.json", "Average tokens of", "Mean tokens of")
    edit(copy / "notebooks" / "20_terms.ipynb", "Mean tokens of", "Average tokens of")
    assert stale() == (1, "terms: the notebook's code changed\n")
    edit(copy / "notebooks" / "20_terms.ipynb", "Average tokens of", "Mean tokens of")
    edit(copy / "notebooks" / "plan.toml", 'collection = "un"', 'collection = "un", scale = 2.0')
    assert stale() == (1, "tokens_un: parameter scale: 1.0 is now 2.0\n")
    edit(copy / "notebooks" / "plan.toml", ", scale = 2.0", "")
    edit(copy / "figures" / "README.md", "# Figures", "# Pictures")
    assert "README.md: does not list" in stale()[1]


def test_library_versions_do_not_make_a_figure_stale(copy):
    sidecar = json.loads((copy / "figures" / "terms.json").read_text())
    sidecar["versions"]["matplotlib"] = "3.9.0"
    write_sidecar(copy / "figures" / "terms.json", sidecar)
    assert discourse(copy, "figures", "--check").returncode == 0


@pytest.mark.slow
def test_an_edited_and_a_broken_sidecar(copy):
    plan = load_plan(Project(copy))
    run = plan.owner("terms")
    path = copy / "figures" / "terms.json"
    path.write_text(path.read_text().replace("Tokens by term", "Words by term"))
    (copy / "figures" / "terms.csv").write_text("a\n1\n")
    reasons = stale_reasons(plan, run, "terms", copy / "figures")
    assert "edited by hand" in reasons[0]
    assert any("terms.csv" in reason for reason in reasons[1:])
    path.write_text("{")
    for arguments in (["cite", "terms"], ["figures"], ["figures", "--check"]):
        done = discourse(copy, *arguments)
        assert done.returncode in (1, 2)
        assert "terms.json is not valid JSON" in done.stderr
        assert "Traceback" not in done.stderr
