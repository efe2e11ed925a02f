from __future__ import annotations

import json
import os

import pytest
from sample_project import build_store, write_notebook

from analysis.errors import DiscourseError
from analysis.run.parameters import (
    Parameter,
    check_names,
    check_values,
    declared,
    fits,
    infer,
    manifest_in,
    parse_value,
    samples_of,
)
from analysis.store import open_store

KNOWN = {
    "outlet_ids": Parameter("outlet_ids", ["a"], "list[str]"),
    "seed": Parameter("seed", 1, "int"),
    "share": Parameter("share", 0.5, "float"),
}


def test_literals_of_the_tagged_cell_are_read(tmp_path):
    write_notebook(
        tmp_path / "n.ipynb",
        "x = 1",
        parameters='"""Words."""\nstore_name = "default"\nera_ids: list[str] = []\nlow = -1.5',
    )
    found = declared(tmp_path / "n.ipynb")
    assert {name: (p.default, p.kind) for name, p in found.items()} == {
        "store_name": ("default", "str"),
        "era_ids": ([], "list[str]"),
        "low": (-1.5, "float"),
    }


def test_two_tagged_cells_are_one_too_many(tmp_path):
    path = tmp_path / "n.ipynb"
    write_notebook(path, "x = 1", parameters="ok = 1")
    notebook = json.loads(path.read_text())
    tagged = next(cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", []))
    path.write_text(json.dumps(notebook | {"cells": [*notebook["cells"], tagged]}))
    with pytest.raises(DiscourseError, match=r"n\.ipynb: 2 cells are tagged 'parameters'; one is expected"):
        declared(path)


@pytest.mark.parametrize("cell", ["import os", "x = open('f')", "x = y = 1", "a, b = 1, 2", "x += 1", "def f(): pass"])
def test_a_parameter_cell_holds_only_literals(tmp_path, cell):
    write_notebook(tmp_path / "n.ipynb", parameters=f"ok = 1\n{cell}")
    with pytest.raises(DiscourseError, match=r"n\.ipynb"):
        declared(tmp_path / "n.ipynb")


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (1, "int", True),
        (True, "int", False),
        (1.0, "int", False),
        (1, "float", True),
        ("1", "float", False),
        (["a"], "list[str]", True),
        ([1], "list[str]", False),
        ([], "list[int]", True),
        ("a", "list[str]", False),
        (None, "int | None", True),
        (3, "int | None", True),
        ("x", "int | None", False),
        ({"a": [1]}, "dict[str, list[int]]", True),
        ({"a": ["b"]}, "dict[str, list[int]]", False),
    ],
)
def test_types(value, kind, expected):
    assert fits(value, kind) is expected


def test_kinds_are_inferred_from_defaults():
    assert [infer(v) for v in ("a", 1, 1.0, True, [], ["a"], [1, 2.5], {"a": 1}, None)] == [
        "str",
        "int",
        "float",
        "bool",
        "list",
        "list[str]",
        "list[float]",
        "dict",
        "scalar",
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"outlets": ["a"]}, "Did you mean 'outlet_ids'"),
        ({"seed": "1"}, "not of type int"),
        ({"outlet_ids": "a"}, "list\\[str\\]"),
        ({"seed\nimport os": 1}, "not a Python identifier"),
        ({"class": 1}, "not a Python identifier"),
        ({"outlet_ids": ["{seed}"]}, "braces"),
        ({"outlet_ids": ["/etc/passwd"]}, "absolute paths"),
        ({"outlet_ids": ["C:\\temp"]}, "absolute paths"),
        ({"outlet_ids": ["../up"]}, "absolute paths"),
        ({"outlet_ids": ["a\nb"]}, "control characters"),
    ],
)
def test_unsafe_or_unknown_parameters_are_refused(given, words):
    with pytest.raises(DiscourseError, match=words):
        check_names("run x", given, KNOWN)


def test_ids_are_checked_against_the_labels_of_the_store(tmp_path):
    build_store(tmp_path / "default")
    check_values(
        "run x", {"store_name": "default", "collection": "news", "era_ids": ["hun_sen"], "frames": []}, tmp_path
    )
    for values, word in [
        ({"era_ids": ["hun_many"]}, "Did you mean 'hun_manet'"),
        ({"outlet_ids": ["dayly"]}, "allowed: daily, weekly, agency"),
        ({"reference_outlet_id": "none"}, "reference_outlet_id"),
        ({"frames": ["hedgin"]}, "hedging"),
        ({"collection": "new"}, "allowed: news, un"),
        ({"store_name": "defalt"}, "Did you mean 'default'"),
    ]:
        with pytest.raises(DiscourseError, match=word):
            check_values("run x", {"store_name": "default", **values}, tmp_path)


def test_a_list_of_outlets_may_name_a_sample_of_the_stores_study():
    manifest = {"study": {"samples": [{"id": "few", "outlets": ["a"]}, {"id": "gone", "outlets": ["z"]}]}}
    assert samples_of(manifest, ["a", "b"]) == ["few"]
    assert samples_of({}, ["a"]) == []


def test_values_from_the_command_line_are_json_or_text():
    assert [parse_value(t) for t in ('["a"]', "3", "true", "hun_sen", '"3"')] == [["a"], 3, True, "hun_sen", "3"]


FORMS = {
    "min_units": Parameter("min_units", 10, "int"),
    **{
        name: Parameter(name, 10, "int")
        for name in ("seed", "replicates", "permutations", "dates", "max_words", "max_entries")
    },
    "share": Parameter("share", 0.5, "float"),
    "min_share": Parameter("min_share", 0.5, "float"),
    "min_ratio": Parameter("min_ratio", 1.5, "float"),
    "ks": Parameter("ks", [6], "list[int]"),
    "break_date": Parameter("break_date", "2023-08-22", "str"),
    "estimator": Parameter("estimator", "em", "str"),
    "figure_id": Parameter("figure_id", "a", "str"),
    "frames": Parameter("frames", ["hedging"], "list[str]"),
}


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("min_units", -1, "-1 is negative"),
        ("ks", [6, -2], "-2 is negative"),
        ("min_units", 1, "1 is too small; give 2 or more"),
        ("ks", [1, 200_000], "1 is too small"),
        ("ks", [10, 201], "201 is too large; give 200 or less"),
        ("seed", 2**32, "4294967296 is too large; give 4294967295 or less"),
        ("replicates", 10**9, "give 100000 or less"),
        ("permutations", 10**9, "give 100000 or less"),
        ("dates", 10**6, "give 1000 or less"),
        ("max_words", 0, "0 is too small; give 1 or more"),
        ("max_entries", 0, "0 is too small; give 1 or more"),
        ("share", 7, "7 is not allowed; allowed: a share, from 0 to 1"),
        ("min_share", -0.1, "-0.1 is not allowed"),
        ("share", float("nan"), "nan is no number; give a finite one"),
        ("min_ratio", float("inf"), "inf is no number"),
        ("min_ratio", 0.0, "allowed: a number above 0"),
        ("min_ratio", -1.5, "allowed: a number above 0"),
        ("frames", ["a", "b", "a"], '"a" stands twice; name each one once'),
        ("seed", True, "not of type int"),
        ("share", True, "not of type float"),
        ("frames", "hedging", """-p frames '["a", "b"]'"""),
        ("break_date", "2023-22-08", "year-month-day"),
        ("estimator", "ldaa", "'ldaa' is not allowed; allowed: em, lda, lda_online, nmf, dmr"),
        ("figure_id", "A b", "joined by underscores"),
    ],
)
def test_values_that_no_notebook_can_use_are_refused_before_it_starts(name, value, part):
    with pytest.raises(DiscourseError) as caught:
        check_names("run x", {name: value}, FORMS)
    assert part in str(caught.value)
    assert name in str(caught.value)


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"baseline": "hun_san"}, "Did you mean 'hun_sen'"),
        ({"outlet_pair": ["daily", "dayly"]}, "'dayly'"),
        ({"contrast": "era_id", "target": ["hun_mane"]}, "parameter target"),
        ({"contrast": "outlet_id", "reference": ["dail"]}, "parameter reference"),
        ({"contrast": "outlett_id"}, "Did you mean 'outlet_id'"),
    ],
)
def test_sides_and_contrasts_are_checked_against_the_store(tmp_path, values, part):
    build_store(tmp_path / "default")
    with pytest.raises(DiscourseError) as caught:
        check_values("run x", {"store_name": "default", **values}, tmp_path)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("name", "bad", "good", "part"),
    [
        ("counting", "once", "cluster_once", "allowed: as_printed, cluster_once"),
        ("period", "week", "quarter", "allowed: month, quarter, year"),
        ("test", "welsh", "welch", "Did you mean 'welch'"),
        ("order", "dice", "log_dice", "log_dice"),
        ("frequency", "W", "Y", "allowed: M, Q, Y"),
        ("outlet_pair", ["daily"], ["daily", "weekly"], "name two outlets, or none"),
    ],
)
def test_ways_to_count_and_test_are_checked_before_anything_starts(name, bad, good, part):
    known = {name: Parameter(name, good, "list[str]" if isinstance(good, list) else "str")}
    check_names("run x", {name: good}, known)
    with pytest.raises(DiscourseError) as caught:
        check_names("run x", {name: bad}, known)
    for words in (part, f"parameter {name}", repr(bad)):
        assert words in str(caught.value)


def test_an_empty_list_of_frames_is_refused_with_the_frames_there_are(tmp_path):
    build_store(tmp_path / "default")
    check_values("run x", {"store_name": "default", "frames": []}, tmp_path)
    with pytest.raises(DiscourseError, match=r"parameter frames .*the list is empty; allowed: hedging\. Name one"):
        check_values("run x", {"store_name": "default", "frames": []}, tmp_path, ["frames"])


def test_other_contrasts_take_any_value(tmp_path):
    build_store(tmp_path / "default")
    check_values("run x", {"store_name": "default", "contrast": "genre", "target": ["opinion"]}, tmp_path)


def test_a_damaged_manifest_is_named(tmp_path):
    build_store(tmp_path / "default")
    for text in ("{", "[]", '{"format": 1}'):
        (tmp_path / "default" / "manifest.json").write_text(text)
        with pytest.raises(DiscourseError, match=r"manifest\.json.*rebuild"):
            check_values("run x", {"store_name": "default"}, tmp_path)
        with pytest.raises(DiscourseError, match=r"rebuild|this version reads"):
            open_store(tmp_path / "default")


def test_a_manifest_edited_in_the_same_moment_is_seen_and_one_that_is_not_is_checked_once(tmp_path, root, monkeypatch):
    text = (root / "corpus" / "store" / "default" / "manifest.json").read_text(encoding="utf-8")
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    stat = (tmp_path / "manifest.json").stat()
    whole = manifest_in(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("analysis.run.parameters.load_manifest", lambda folder: 1 / 0)
        assert manifest_in(tmp_path) is whole
    other = text.replace(whole["store_hash"], "0" * len(whole["store_hash"]))
    (tmp_path / "manifest.json").write_text(other, encoding="utf-8")
    os.utime(tmp_path / "manifest.json", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(DiscourseError, match="edited after the store was written"):
        manifest_in(tmp_path)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(DiscourseError, match=r"manifest\.json"):
        manifest_in(tmp_path)
