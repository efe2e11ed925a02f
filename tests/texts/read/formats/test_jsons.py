"""JSON: lines in pieces, lists, answers of services, values one after the other."""

from __future__ import annotations

import json

import pytest
from formats_samples import part_of, read
from hypothesis import given
from hypothesis import strategies as st

from analysis.texts.document import Refusal
from analysis.texts.read import formats as readers
from analysis.texts.read.formats import jsons
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


PIECES = [
    '{"text":"a long harbour day"}',
    "{bad",
    "12345.5e10",
    "true",
    "NaN",
    "-Infinity",
    '"\\u00e9\\u17d2 x"',
    '"broken',
    "\n",
]
PIECES += ["{", "}", " ", ",\n", '{\n "a": [1,\n 2]\n}\n', "tru", "1e", '"\\u00', "[1, 2]", " " * 30]


def values_with(piece, text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsons, "PIECE", piece)
        try:
            return [repr(value) for value in jsons._values(text)]
        except ValueError as error:
            return str(error)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(lambda found: "{}\n" + "".join(found)))
def test_a_value_is_the_same_from_whatever_piece_of_the_text(text):
    assert values_with(17, text) == values_with(1_000_000, text)


def test_a_line_that_is_no_json_is_named_by_its_line_in_the_file():
    found = list(jsons._values('{"a": 1}\n{"b": 2}\n{bad\n{"c":\n 3}\n  {bad\n{"d": 4}\n'))
    words = [value.reason for value in found if isinstance(value, Refusal)]
    assert [word.rpartition(": ")[2] for word in words] == ["line 3 column 2", "line 6 column 2"]
    assert found[0] == {"a": 1} and found[3] == {"c": 3} and found[5] == {"d": 4}
