"""The skeleton of a study is valid as it is."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from analysis.cli.main import main
from analysis.study import sources
from analysis.study.declaration import load_study
from analysis.study.settings import load_eras, load_outlets
from analysis.study.skeleton import skeleton
from analysis.texts.annotate import codebook
from analysis.texts.annotate.attribution import people


@pytest.mark.parametrize("name", ["my_study", 'odd "name" é', ""])
def test_every_file_can_be_read_as_it_is(tmp_path, name):
    for file, text in skeleton(name).items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    study = load_study(tmp_path)
    assert study.name == (name or "study") and study.ids("collections") == ("news",)
    assert list(load_eras(tmp_path / "eras.toml")) == ["before", "after"]
    assert [s.collection for s in sources.load(tmp_path / "sources.toml")] == ["news"]
    assert list(load_outlets(tmp_path / "outlets.toml")) == ["unknown"]
    assert [f.name for f in codebook.load(tmp_path / "codebook").frames] == ["example"]
    assert people.load(tmp_path / "actors.toml").actors == ()


def test_the_commented_examples_are_valid_too(tmp_path):
    for file, text in skeleton("x").items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        lines = [
            line[2:] if line.startswith(("# [[", "# id", "# label", "# date", "# start", "# end", "# kind")) else line
            for line in text.splitlines()
        ]
        (tmp_path / file).write_text("\n".join(lines), encoding="utf-8")
    # groups and frame kinds need lists of their own, so only sides and events are uncommented whole
    study = load_study(tmp_path)
    assert study.transition.date == "2010-05-11" and "home" in study.ids("sides")


def test_init_empty_writes_it_and_leaves_what_is_there(tmp_path):
    folder = tmp_path / "harbours"
    (folder / "corpus").mkdir(parents=True)
    (folder / "corpus" / "eras.toml").write_text("# mine\n")
    done = CliRunner().invoke(main, ["init", "--empty", str(folder)])
    assert done.exit_code == 0, done.output
    assert (folder / "corpus" / "eras.toml").read_text() == "# mine\n"
    assert load_study(folder / "corpus").name == "harbours"
    assert "eras.toml" not in done.output.splitlines()[0] and "docs/own-study.md" in done.output
    again = CliRunner().invoke(main, ["init", "--empty", str(folder)])
    assert "nothing: all files are there" in again.output
