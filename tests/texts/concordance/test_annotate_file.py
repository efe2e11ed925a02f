"""JSON lines in, JSON lines out; every bad line is answered."""

from __future__ import annotations

import io
import json

import pytest

from analysis.store.contracts import contract_of
from analysis.texts.annotate.engine import HIT_COLUMNS, Engine
from analysis.texts.concordance.annotate_file import annotate_file


@pytest.fixture(scope="module")
def engine(root) -> Engine:
    return Engine.from_folder(root / "corpus")


def run(engine, lines):
    stream = io.StringIO()
    outcome = annotate_file(lines, stream, engine)
    return outcome, [json.loads(line) for line in stream.getvalue().splitlines()]


def test_hits_have_all_columns_and_names_in_words(engine):
    line = json.dumps({"id": "a", "title": None, "text": "Hun Manet said China and Cambodia were ironclad friends."})
    outcome, rows = run(engine, [line])
    assert outcome.line_count == outcome.hit_count == 1 and outcome.errors == ()
    hit = rows[0]["hits"][0]
    assert set(hit) == {*HIT_COLUMNS, "surface", "holder_name"}
    assert {*contract_of("hits").names} - {"doc_id"} <= set(hit)
    assert (hit["about"], hit["stance"]) == ("focal", "claimed")
    assert (hit["surface"], hit["speaker"], hit["dyad"]) == ("ironclad friends", "Hun Manet", "CHN-KHM")
    assert rows[0]["id"] == "a"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2: not valid JSON"),
        ("[1]", "line 2: a JSON object is expected"),
        ('{"text": "x"}', "line 2: id is missing"),
        ('{"id": 1}', "line 2: neither text nor title"),
        ('{"id": 1, "text": 5}', "line 2: text should be text, not int"),
        (b"\xff\xfe", "line 2: not UTF-8"),
    ],
)
def test_a_bad_line_is_answered_with_number_and_reason(engine, line, reason):
    good = '{"id": 7, "title": "Cambodia stays neutral", "text": ""}'
    outcome, rows = run(engine, [good, line, "\n", good])
    assert [row.get("id") for row in rows][0::2] == [7, 7]
    assert rows[1]["error"].startswith(reason) and rows[1]["line"] == 2
    assert outcome.line_count == 2 and len(outcome.errors) == 1
    assert rows[0]["hits"][0]["zone"] == "title"
