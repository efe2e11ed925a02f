"""Families of tests in the plan: read, checked, and said in captions."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.run.families import JOINT, SEPARATE, read_families

ROW = {
    "id": "frames",
    "role": "confirmatory",
    "question": "Did a frame change?",
    "figures": ["contrast"],
    "named_by": ["frame"],
}
FIGURES = ["contrast", "topics", "topics_again"]


def test_a_family_says_which_rows_of_which_figures_are_its_tests():
    topics = ROW | {"id": "topics", "role": "exploratory", "figures": ["topics"], "also": ["topics_again"]}
    rows = {"outlet_id": "all", "is_real": True, "frame": ["a", "b"]}
    frames, other = read_families([ROW | {"rows": rows, "p": list(JOINT)}, topics], FIGURES)
    assert frames.is_joint and frames.p == JOINT and not other.is_joint and other.p == SEPARATE
    assert frames.rows == {"outlet_id": ("all",), "is_real": ("true",), "frame": ("a", "b")}
    assert "confirmatory (named before" in frames.sentence and "family frames" in frames.sentence
    assert "exploratory (hints" in other.sentence
    assert read_families([], FIGURES) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"role": "confirmed"}, "role: 'confirmed' is not allowed; allowed: confirmatory, exploratory"),
        ({"figures": ["contrasts"]}, "Did you mean 'contrast'"),
        ({"also": ["topic"]}, "Did you mean 'topics'"),
        ({"figures": []}, "figures is empty; a family needs id, role"),
        ({"figures": "contrast"}, "figures = 'contrast' should be a list of texts"),
        ({"question": ""}, "question is empty"),
        ({"id": "Frames"}, "lower-case words"),
        ({"roles": "x"}, "Did you mean 'role'"),
        ({"rows": {"outlet_id": 1.5}}, "neither a value nor a list"),
        ({"p": ["p_joint"], "figures": ["contrast", "topics"]}, "belong to a family with one figure"),
    ],
)
def test_a_family_that_cannot_be_read_is_refused(change, words):
    with pytest.raises(DiscourseError, match=words):
        read_families([ROW | change], FIGURES)


def test_what_is_missing_or_stands_twice_is_named():
    with pytest.raises(DiscourseError, match="named_by is missing; keys: id, role"):
        read_families([{k: v for k, v in ROW.items() if k != "named_by"}], FIGURES)
    with pytest.raises(DiscourseError, match=r"figure 'contrast' stands in .* twice"):
        read_families([ROW, ROW | {"id": "other"}], FIGURES)
    with pytest.raises(DiscourseError, match=r"family 'frames' stands in .* twice"):
        read_families([ROW, ROW | {"figures": ["topics"]}], FIGURES)
    with pytest.raises(DiscourseError, match="should be a table"):
        read_families(["frames"], FIGURES)
