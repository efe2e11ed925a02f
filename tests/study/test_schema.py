"""One reader for all tables: what fits, and the sentence for what does not."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field

import pytest

from analysis.errors import DiscourseError
from analysis.study.schema import record, unique


@dataclass(frozen=True)
class Leaf:
    name: str
    size: int = 1


@dataclass(frozen=True)
class Tree:
    tree_id: str
    height: float
    names: tuple[str, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    evergreen: bool | None = None
    planted: str = ""
    notes: dict[str, str] = field(default_factory=dict)


FULL = """
tree_id = "oak"
height = 12
names = ["Oak", "Quercus"]
evergreen = false
planted = 1901-03-02
notes = { soil = "clay" }
[[leaves]]
name = "green"
size = 3
"""


def test_values_of_every_kind_are_read():
    tree = record(Tree, tomllib.loads(FULL), where="f.toml")
    assert tree == Tree("oak", 12.0, ("Oak", "Quercus"), (Leaf("green", 3),), False, "1901-03-02", {"soil": "clay"})


def test_what_is_left_out_has_its_default():
    assert record(Tree, {"tree_id": "a", "height": 1.5}, where="f") == Tree("a", 1.5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hight": 3}, ["f.toml", "key of tree: 'hight'", "tree_id, height, names", "Did you mean 'height'"]),
        ({"height": "3"}, ["f.toml: height = '3' should be a number"]),
        ({"names": "Oak"}, ["names = 'Oak' should be a list of texts"]),
        ({"names": ["Oak", 3]}, ["names = ['Oak', 3] should be a list of texts"]),
        ({"evergreen": "yes"}, ["evergreen = 'yes' should be true or false"]),
        ({"evergreen": 1}, ["evergreen = 1 should be true or false"]),
        ({"notes": {"soil": 3}}, ["should be a table of key = value"]),
        ({"leaves": [{"name": "a", "size": 1.5}]}, ["leaves 1: size = 1.5 should be a whole number"]),
        ({"leaves": [{"name": "a"}, {"size": 2}]}, ["leaves 2: name is missing", "name, size"]),
        ({"leaves": ["green"]}, ["leaves 1: 'green' should be a table"]),
        ({"tree_id": None}, ["tree_id = None should be text"]),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(change, words):
    with pytest.raises(DiscourseError) as error:
        record(Tree, {"tree_id": "oak", "height": 1} | change, where="f.toml")
    assert all(word in str(error.value) for word in words), str(error.value)


def test_missing_keys_are_all_named():
    with pytest.raises(DiscourseError, match="tree_id, height are missing; keys: tree_id, height, names"):
        record(Tree, {}, where="f.toml")


def test_an_id_stands_once():
    leaves = [Leaf("a"), Leaf("b"), Leaf("a")]
    assert list(unique(leaves[:2], "name", where="f")) == ["a", "b"]
    with pytest.raises(DiscourseError, match="f: name 'a' stands twice"):
        unique(leaves, "name", where="f")
