"""The picker: what is clicked stands in the parameter cell that is to be copied, and the cell is one that runs."""

from __future__ import annotations

import json
from html import unescape

import pytest

from analysis.errors import DiscourseError
from analysis.run.here import check_parameters
from analysis.run.parameters import declared
from analysis.run.picker import LISTS, Picker, parameter_cell
from analysis.run.project import Project
from analysis.store import open_store


@pytest.fixture
def picker(root, monkeypatch):
    pytest.importorskip("ipywidgets")
    monkeypatch.chdir(root / "notebooks")
    monkeypatch.setenv("DISCOURSE_CORPUS", str(root / "corpus"))
    return Picker(project=Project(root))


def values(text):
    found: dict[str, object] = {}
    exec(compile(text, "cell", "exec"), found)  # what the picker wrote
    return found


def write(path, source):
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source, "outputs": []}
    path.write_text(json.dumps({"cells": [cell]}))
    return path


def test_only_the_values_change_and_comments_stay(tmp_path):
    source = '# top\na: list[str] = [\n    "x",\n]  # which\nb: int = 1  # höw\n"""text"""\nc: str = "é"  # é\n'
    path = write(tmp_path / "1.ipynb", source)
    assert parameter_cell(path, {}) == source.rstrip("\n")
    made = parameter_cell(path, {"a": ["y", "ü"], "c": "z", "d": 1, "b": 1})
    assert made == '# top\na: list[str] = ["y", "ü"]  # which\nb: int = 1  # höw\n"""text"""\nc: str = "z"  # é'


def test_a_notebook_without_such_a_cell_is_refused(tmp_path):
    path = tmp_path / "1.ipynb"
    path.write_text(json.dumps({"cells": []}))
    with pytest.raises(DiscourseError, match="no cell is tagged 'parameters'"):
        parameter_cell(path, {})


def test_what_is_clicked_stands_in_a_cell_that_is_right(picker):
    collection = picker.store.collections[-1]
    picker.choose(collection=collection)
    outlets = [name for _, name in picker.outlets.options][:2]
    eras = [name for _, name in picker.eras.options]
    frames = [name for _, name in picker.frames.options][1:2]
    picker.choose(outlets=outlets, eras=eras, frames=frames)
    documents = open_store("default", collection=collection).table("documents")
    chosen = documents[documents["outlet_id"].isin(outlets) & documents["era_id"].isin(eras)]
    assert f"{len(chosen):,} documents of 2 outlets" in picker.told.value
    for _, path in picker.notebook.options:
        picker.choose(path.stem)
        found = values(picker.text)
        wanted = {"outlet_ids": outlets, "era_ids": eras, "frames": frames, "collection": collection}
        for name in wanted.keys() & declared(path).keys():
            assert found[name] == wanted[name], (path.stem, name)
        left_out = [name for name in LISTS if name not in declared(path)]
        assert all(name in picker.told.value for name in left_out), path.stem
        assert unescape(picker.lines.value).count(picker.text) == 1
        if path.stem[:2] in ("20", "23"):
            assert check_parameters(found) is None


def test_another_collection_has_other_outlets_and_nothing_chosen_means_all(picker):
    first, last = picker.store.collections[0], picker.store.collections[-1]
    picker.choose(collection=first)
    before = [name for _, name in picker.outlets.options]
    picker.choose(outlets=before[:1])
    assert picker.outlets.value == tuple(before[:1])
    picker.choose(collection=last)
    assert picker.outlets.value == () and values(picker.text).get("outlet_ids", []) == []
    assert before != [name for _, name in picker.outlets.options]


def test_what_is_not_there_is_refused_with_what_is(picker):
    with pytest.raises(DiscourseError, match="frames: 'nothing' is not allowed; allowed: "):
        picker.choose(frames=["nothing"])
    with pytest.raises(DiscourseError, match="notebook: '99' is not allowed"):
        picker.choose("99")
    with pytest.raises(DiscourseError, match="store: 'none' is not allowed"):
        Picker("none")
