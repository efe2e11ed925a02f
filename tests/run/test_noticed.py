"""Events of a kernel become one error, and warnings counted."""

from __future__ import annotations

import json

import pytest

from analysis.errors import DiscourseError
from analysis.run.noticed import Harmless, check_harmless, counted, first_error, judged, read_events


def event(kind="warning", name="UserWarning", message="not converged", where="warnings", count=2):
    return {"kind": kind, "name": name, "message": message, "where": where, "count": count, "traceback": ["a", "b"]}


def test_lines_cut_short_are_left_out_and_the_folder_too(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps(event(message="/x/y/notebooks/a: odd")) + '\n{"kind": "err')
    assert [e["message"] for e in read_events(path, "/x/y")] == ["notebooks/a: odd"]
    assert read_events(tmp_path / "none") == []


def test_the_first_error_names_its_cell_and_what_swallowed_it(tmp_path):
    path = tmp_path / "executed.ipynb"
    tags = [["parameters"], ["injected-parameters"], []]
    cells = [{"cell_type": "code", "metadata": {"tags": t}, "execution_count": n} for n, t in enumerate(tags, start=1)]
    path.write_text(json.dumps({"cells": cells}))
    found = first_error([event(), event("error", "KeyError", "'x'", "thread", 3), event("error")], path)
    assert found == {
        "cell": 2,
        "name": "KeyError",
        "message": "'x' (an error ended a thread)",
        "traceback": ["a", "b"],
    }
    assert first_error([event()], path) is None
    assert first_error([event("error", count=None)], tmp_path / "none")["cell"] is None


def test_warnings_are_counted_once_each_in_an_order_of_their_own():
    events = [event(message="b"), event(message="a"), event(message="b"), event("error")]
    assert [(w["message"], w["count"]) for w in counted(events)] == [("a", 1), ("b", 2)]
    assert counted(events[::-1]) == counted(events)


def test_a_declared_warning_carries_its_reason_and_no_other():
    harmless = check_harmless([Harmless("UserWarning", "^not", "a limit of ours")])
    found = judged(counted([event(), event(name="Other"), event(message="is not")]), harmless)
    assert [w["harmless"] for w in found] == ["", "", "a limit of ours"]


@pytest.mark.parametrize(
    ("match", "reason", "words"), [("(", "x", "no pattern"), ("", "x", "match and reason"), ("a", " ", "reason")]
)
def test_a_declaration_needs_a_pattern_and_a_reason(match, reason, words):
    with pytest.raises(DiscourseError, match=words):
        check_harmless([Harmless("W", match, reason)])
