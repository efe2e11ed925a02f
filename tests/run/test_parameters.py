from __future__ import annotations

import pytest
from sample_project import build_store, write_notebook

from analysis.errors import DiscourseError
from analysis.run.parameters import Parameter, check_names, check_values, declared, fits, infer, parse_value

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


def test_values_from_the_command_line_are_json_or_text():
    assert [parse_value(t) for t in ('["a"]', "3", "true", "hun_sen", '"3"')] == [["a"], 3, True, "hun_sen", "3"]
