"""Passages drawn at random from the parts that a text can be made of, kept because a changed rule read them otherwise.

tests/golden/drawn.jsonl holds them, one a line, with the digest of the reading: sentences of who, how it is said and what,
with words of every table of the lexicon, of one to three sentences, some with a title or as a transcript, many with a small
accident (a mark, a comma or a word lost). No author would write them so; what counts is that no reading changes unnoticed.
To approve a change of the engine: `pytest tests/texts/annotate/test_readings_drawn.py --rewrite-golden`.
"""

from __future__ import annotations

import json

import pytest
from passages import Passage
from readings import digest, own_outlets


@pytest.fixture(scope="module")
def path(root):
    return root / "tests" / "golden" / "drawn.jsonl"


@pytest.fixture(scope="module")
def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.slow
def test_no_reading_of_a_drawn_passage_changes_unnoticed(engine, rows, path, request):
    outlets = ["o", *own_outlets(engine)]
    found = []
    for number, row in enumerate(rows):
        passage = Passage(str(number), row["genre"], row["title"], row["text"], row["published"])
        found.append(row | {"reading": digest(engine, passage, outlets[row["outlet"]])})
    if request.config.getoption("--rewrite-golden"):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in found]
        path.write_text("".join(lines), encoding="utf-8")
        return
    different = [row["text"] for row, old in zip(found, rows, strict=True) if row != old]
    assert not different, f"{len(different)} of {len(rows)} readings differ, such as those of: {different[:9]}"


def test_the_drawn_passages_are_of_many_kinds(rows):
    assert len({row["text"] for row in rows}) == len(rows) > 900
    assert {row["outlet"] for row in rows} >= {0, 1, 2}
    assert any(row["title"] for row in rows)
    assert {row["genre"] for row in rows} >= {"news", "speech", "other"}
