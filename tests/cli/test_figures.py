"""Commands about published figures."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from sample_project import discourse

from analysis.cli.main import main
from analysis.run.project import Project


def test_snippets_for_a_paper_are_added_to_and_never_replace_what_is_of_others(copy, tmp_path):
    paper = tmp_path / "paper"
    for figure in ("terms", "tokens_un"):
        done = discourse(copy, "figures", figure, "--paper", str(paper))
        assert done.returncode == 0, done.stderr
    assert {p.name for p in paper.glob("*.tex")} == {"terms.tex", "tokens_un.tex"}
    assert (paper / "figures.bib").read_text().count("@misc{") == 2
    (paper / "manuscript.tex").write_text("mine")
    done = discourse(copy, "figures", "terms", "--paper", str(paper))
    assert done.returncode == 2
    assert "manuscript.tex" in done.stderr
    assert (paper / "manuscript.tex").read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_paper_with_an_id_writes_that_figure_and_a_slip_in_one_writes_nothing(finished, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("analysis.run.fit.find_project", lambda: Project(finished))

    def figures(*arguments):
        done = CliRunner().invoke(main, ["figures", *arguments])
        return done.exit_code, done.output

    assert figures("--paper", "terms") == (0, "1 figure for LaTeX and Markdown in paper\n")
    assert {path.name for path in Path("paper").glob("*.tex")} == {"terms.tex"}
    code, told = figures("--paper", "tokens_nevs")
    assert (code, "Did you mean 'tokens_news'? A new folder of that name: --paper ./tokens_nevs" in told) == (2, True)
    assert not Path("tokens_nevs").exists()
    assert figures("--paper", "./tokens_nevs")[0] == 0
    assert {path.stem for path in Path("tokens_nevs").glob("*.tex")} == {"terms", "tokens_news", "tokens_un"}
    assert figures("tokens_un", "--paper", "mine")[1] == "1 figure for LaTeX and Markdown in mine\n"


def test_claims_are_judged_over_all_figures(copy):
    plan = copy / "notebooks" / "plan.toml"
    family = '[[family]]\nid = "words"\nrole = "confirmatory"\nquestion = "Is it so?"\nfigures = ["terms"]\n'
    family += 'named_by = ["term_id"]\n'
    plan.write_text(plan.read_text() + "\n" + family + 'p = ["p"]\n')
    (copy / "figures" / "terms.csv").write_text("term_id,p\nfriend,0.001\nbalance,0.7\n")
    done = discourse(copy, "claims")
    assert done.returncode == 0, done.stderr
    assert "words (confirmatory): 1 claim of 2 tests, smallest p 0.002. Is it so?" in done.stdout
    assert "friend" in done.stdout and "balance" not in done.stdout
    assert "balance" in discourse(copy, "claims", "--all").stdout
    (copy / "figures" / "tokens_un.csv").write_text("outlet_id,p\ndaily,0.5\n")
    assert "p-values in no [[family]] of plan.toml: tokens_un" in discourse(copy, "claims").stderr
