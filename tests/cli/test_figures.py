"""Commands about published figures."""

from __future__ import annotations

from sample_project import discourse


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
