"""JSON: lines in pieces, lists, answers of services, values one after the other."""

from __future__ import annotations

import json

import pytest
from formats_samples import part_of, read

from analysis.texts.read import formats as readers
from analysis.texts.read.formats.jsons import records_in


def test_json_lines_and_json(tmp_path):
    rows = [{"id": i, "text": f"t{i}"} for i in range(3)]
    lines = "\n".join(map(json.dumps, rows)) + "\n\n[1]\n{bad\n"
    found = read(tmp_path / "a.jsonl", lines)
    assert [r.fields["id"] for r in found[:3]] == [0, 1, 2]
    assert [(r.origin, r.kind) for r in found[3:]] == [("a.jsonl:5", "malformed"), ("a.jsonl:6", "malformed")]
    assert len(read(tmp_path / "a.json", json.dumps(rows))) == 3
    assert len(read(tmp_path / "b.json", json.dumps({"articles": rows, "total": 3}))) == 3
    assert len(read(tmp_path / "c.json", json.dumps(rows[0]))) == 1


def test_json_lines_pieces_give_every_row_once_whatever_their_size(tmp_path):
    from analysis.texts.read.formats import jsons

    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"id": i, "text": "é" * (i % 50)}) + "\n" for i in range(300)), encoding="utf-8")
    whole = [(r.origin, r.fields["id"]) for r in readers.read(part_of(path))]
    for chunk in (1, 97, 5_000):
        pieces = jsons.plan(part_of(path), chunk)
        assert [(r.origin, r.fields["id"]) for piece in pieces for r in readers.read(piece)] == whole


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ({"text": "a", "related": [{"text": "b"}]}, ["a"]),
        ({"response": {"docs": [{"body": "a"}, {"body": "b"}], "facets": [{"n": 1}]}}, ["a", "b"]),
        ({"1": {"text": "a"}, "2": {"text": "b"}}, ["a", "b"]),
        ([{"page": 1, "items": [{"text": "a"}]}, {"page": 2, "items": [{"text": "b"}]}], ["a", "b"]),
        ({"title": "a"}, ["a"]),
    ],
)
def test_records_are_found_at_any_depth(value, texts):
    assert [
        next(iter(v for k, v in row.items() if k in ("text", "body", "title"))) for row in records_in(value)
    ] == texts


def test_a_line_that_is_no_json_is_one_refusal_and_the_next_is_read(tmp_path):
    found = read(tmp_path / "a.json", '{"text": "a"}\n{"text": "b}\n{"text": "c"}\n')
    assert [getattr(made, "kind", "kept") for made in found] == ["kept", "malformed", "kept"]


def test_a_list_that_breaks_off_keeps_what_stands_before(tmp_path):
    found = read(tmp_path / "a.json", '[{"text": "a"}, {"text": "b"}, {"te')
    assert [getattr(made, "kind", "kept") for made in found] == ["kept", "kept", "malformed"]


def test_a_list_over_several_lines_under_the_name_of_json_lines(tmp_path):
    rows = [{"id": i, "text": f"t{i}"} for i in range(3)]
    assert [r.fields["id"] for r in read(tmp_path / "a.jsonl", json.dumps(rows, indent=1))] == [0, 1, 2]
