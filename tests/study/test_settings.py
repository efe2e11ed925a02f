"""Outlets and eras as the configuration declares them, and where it lies."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.study.settings import (
    Era,
    as_rows,
    corpus_folder,
    declared,
    load_eras,
    load_outlets,
    read_tables,
    study_file,
    texts_folder,
)

ERA = '[[era]]\nera_id = "{}"\nlabel = "L"\nstart = {}\nreason = "r"\nsource = "s"\n'


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_eras_are_sorted_by_their_start(tmp_path):
    text = ERA.format("b", "2010-01-01") + ERA.format("a", "2000-01-01") + "end = 2005-01-01\n"
    eras = load_eras(write(tmp_path / "eras.toml", text))
    assert list(eras) == ["a", "b"] and eras["a"] == Era("a", "L", "2000-01-01", "2005-01-01", reason="r", source="s")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('colour = "red"\n', "era a: colour = 'red' is no colour; write it as #0072b2"),
        ('shade = "#12345"\n', "shade = '#12345' is no colour"),
        ("order = 2\n", "order = 2, but it is number 1 in time"),
        ("order = true\n", "order = True should be a whole number"),
        ("end = 1999-01-01\n", "end 1999-01-01 is not after start"),
        (ERA.format("a", "2001-01-01"), "era_id 'a' stands twice"),
        (ERA.format("b", "2001-01-01"), r"era a \(end None\) runs into b"),
    ],
)
def test_eras_that_cannot_be_are_refused(tmp_path, more, words):
    with pytest.raises(DiscourseError, match=words):
        load_eras(write(tmp_path / "eras.toml", ERA.format("a", "2000-01-01") + more))


def test_types_of_outlets_are_those_of_the_study(tmp_path):
    outlet = '[[outlet]]\noutlet_id = "a"\nname = "A"\ncountry = "FRA"\ntype = "locla"\n'
    path = write(tmp_path / "outlets.toml", outlet)
    write(tmp_path / "study.toml", '[study]\nname = "x"\ntitle = "X"\n')
    assert load_outlets(path)["a"].type == "locla"
    write(tmp_path / "study.toml", '[study]\nname = "x"\ntitle = "X"\n[[outlet_type]]\nid = "local"\n')
    with pytest.raises(DiscourseError, match=r"outlet a: type: 'locla'.*Did you mean 'local'"):
        load_outlets(path)


def test_the_study_beside_a_file_comes_before_the_projects_own(tmp_path, monkeypatch):
    own, project = tmp_path / "own", tmp_path / "project"
    own.mkdir()
    project.mkdir()
    monkeypatch.setenv("DISCOURSE_CORPUS", str(project))
    assert study_file(own) is None and declared(own / "x.toml", "genre") == ()
    write(project / "study.toml", '[[genre]]\nid = "poem"\n')
    assert declared(own / "x.toml", "genre") == ("poem",)
    write(own / "study.toml", '[[genre]]\nid = "essay"\n')
    assert study_file(own) == own / "study.toml" and declared(own / "x.toml", "genre") == ("essay",)


def test_folders_come_from_the_environment_or_lie_around(tmp_path, monkeypatch):
    for name in ("DISCOURSE_CORPUS", "DISCOURSE_TEXTS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "corpus").mkdir()
    write(tmp_path / "corpus" / "eras.toml", "")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert corpus_folder() == tmp_path / "corpus" and texts_folder() == tmp_path / "corpus" / "private"
    monkeypatch.setenv("DISCOURSE_TEXTS", "/t")
    assert str(texts_folder()) == "/t"


def test_a_table_of_another_name_is_refused_with_the_one_allowed(tmp_path):
    path = write(tmp_path / "eras.toml", "[[eras]]\n")
    with pytest.raises(DiscourseError, match=r"table: 'eras'.*Did you mean 'era'.*Write \[\[era\]\]"):
        read_tables(path, "era")
    with pytest.raises(DiscourseError, match="no such file"):
        read_tables(tmp_path / "none.toml", "era")


def test_rows_for_a_store_say_what_an_era_means_not_how_it_is_drawn():
    era = Era("a", "A", "2000-01-01", reason="r", source="s", colour="#000000")
    row = {"era_id": "a", "label": "A", "start": "2000-01-01", "end": None, "reason": "r", "source": "s"}
    assert as_rows({"a": era}) == [row]
