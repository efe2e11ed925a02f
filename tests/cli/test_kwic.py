"""`discourse kwic`: lines, and pairs of words."""

from __future__ import annotations

from click.testing import CliRunner

from analysis.cli.main import main
from analysis.texts.concordance.kwic import Line


def test_concordance_lines_are_chosen_and_shown(tmp_path, monkeypatch):
    study, given = tmp_path, {}

    def search(corpus, texts, pattern, **chosen):
        given.update(chosen, pattern=pattern)
        return []

    monkeypatch.setattr("analysis.texts.concordance.library.search", search)
    (study / "corpus").mkdir()
    (study / "corpus" / "sources.toml").write_text("")
    done = CliRunner().invoke(main, ["kwic", "friend*", "--study", str(study), "--era", "late", "--window", "4"])
    assert done.exit_code == 0, done.output
    assert "No line matches 'friend*'" in done.output
    assert callable(given.pop("progress"))
    assert given == {"pattern": "friend*", "outlet": None, "era": "late", "voice": None, "window": 4}


def test_pairs_that_recur_in_the_lines_are_shown_or_written(tmp_path, monkeypatch):
    lines = [
        Line("a", "post", None, "body", left, "friends", right, "own", None, None, None, None, None, None)
        for left, right in (("they are iron", "and brothers"), ("as iron", "and brothers"), ("old", "of iron"))
    ]
    monkeypatch.setattr("analysis.texts.concordance.library.search", lambda *_, **__: lines)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "sources.toml").write_text("")
    ask = ["kwic", "friends", "--study", str(tmp_path), "--pairs"]
    done = CliRunner().invoke(main, ask)
    assert done.exit_code == 0, done.output
    rows = [line.split()[:6] for line in done.output.splitlines()[1:4]]
    assert rows == [
        ["and", "brothers", "2", "2", "and", "2"],
        ["friends", "and", "2", "3", "and", "2"],
        ["iron", "friends", "2", "3", "and", "3"],
    ]
    assert CliRunner().invoke(main, [*ask, "-o", str(tmp_path / "pairs.csv")]).exit_code == 0
    assert (tmp_path / "pairs.csv").read_text().splitlines()[1].startswith("and,brothers,2,2,2,15,14,")
    assert "ends in .csv" in str(CliRunner().invoke(main, [*ask, "-o", str(tmp_path / "pairs.xlsx")]).output)
