"""Concordances of annotated documents."""

from __future__ import annotations

import csv
import io

import pytest

from analysis.errors import DiscourseError
from analysis.texts.annotate.engine import Engine
from analysis.texts.concordance import kwic
from analysis.texts.document import Document

TEXTS = (
    ("a", "post", "2023-01-05", "“Neutrality is ours,” Hun Sen said. The town stayed neutral."),
    ("b", "times", "2024-03", "Analysts say neutrality is old. =neutral"),
    ("c", "post", None, "No date, but neutral."),
)


@pytest.fixture(scope="module")
def engine(root) -> Engine:
    return Engine.from_folder(root / "corpus")


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [Document(i, "news", outlet, text, published=day) for i, outlet, day, text in TEXTS]


def test_lines_carry_voice_and_speaker(engine, documents):
    lines = kwic.concordance(documents, engine, "neutral*", window=2)
    assert [(x.doc_id, x.left, x.keyword, x.right, x.voice, x.speaker) for x in lines] == [
        ("a", "“", "Neutrality", "is ours", "quoted", "Hun Sen"),
        ("a", "town stayed", "neutral", ".", "own", None),
        ("b", "Analysts say", "neutrality", "is old", "reported", None),
        ("b", "is old. =", "neutral", "", "reported", None),
        ("c", "date, but", "neutral", ".", "own", None),
    ]


def test_filters(engine, documents):
    def ids(**given):
        return [x.doc_id for x in kwic.concordance(documents, engine, "neutral*", **given)]

    assert ids(outlet="times") == ["b", "b"]
    assert ids(published=("2023-08-22", None)) == ["b", "b"]
    assert ids(published=("2024-03-10", None)) == []
    assert ids(voice="quoted") == ["a"]
    assert [x.keyword for x in kwic.concordance(documents, engine, "entry:stay_neutral")] == ["stayed neutral"]
    assert len(kwic.concordance(documents, engine, "frame:neutrality")) == 5
    assert kwic.concordance(documents, engine, "ironclad*") == []


def test_sorting_and_refusals(engine, documents):
    lines = kwic.concordance(documents, engine, "neutral*", window=2)
    assert [x.keyword for x in kwic.sort_lines(lines, "left")][:2] == ["Neutrality", "neutral"]
    assert [x.doc_id for x in kwic.sort_lines(lines, "outlet", reverse=True)][:2] == ["b", "b"]
    with pytest.raises(DiscourseError, match="own, quoted, reported"):
        kwic.concordance(documents, engine, "neutral", voice="spoken")
    with pytest.raises(DiscourseError, match="left, right"):
        kwic.sort_lines(lines, "lft")
    with pytest.raises(DiscourseError, match="neutrality"):
        kwic.concordance(documents, engine, "frame:neutralty")


LONG = "One two three four five six. " * 60
RULE = "........ " * 80
UNSPACED = "នយោបាយ " * 400


@pytest.mark.parametrize(
    ("before", "after", "window", "left", "right"),
    [
        ("z" * 60 + " ", " " + "y" * 60 + " after.", 1, "z" * 60, "y" * 60),  # a word is never cut
        ("first " + LONG, " " + LONG, 3, "four five six.", "One two three"),
        (
            "first " + RULE,
            " " + RULE + "after.",
            3,
            None,
            None,
        ),  # dots are no words: the side ends before the text does
        ("first " + UNSPACED, " " + UNSPACED + "after.", 5, None, None),
        ("a b " + RULE[:200], " " + RULE[:200] + "c d", 3, "a b " + RULE[:200], RULE[:200] + "c d"),
    ],
)
def test_a_side_of_a_line_is_whole_words_and_never_the_whole_text(engine, before, after, window, left, right):
    [line] = kwic.concordance(
        [Document("a", "news", "o", f"{before}neutral{after}", title="Title")], engine, "neutral", window=window
    )
    if left is None:
        assert 300 < len(line.left) <= 400 and before.strip().endswith(line.left)
        assert 300 < len(line.right) <= 400 and after.strip().startswith(line.right)
    else:
        assert (line.left, line.right) == (left.strip(), right.strip())


def test_exports_hold_no_formulas(engine, documents, tmp_path):
    from openpyxl import load_workbook

    lines = kwic.concordance([Document("=x", "news", "o", "=1 neutral =2")], engine, "neutral")
    rows = list(csv.DictReader(io.StringIO(kwic.to_csv(lines))))
    assert rows[0]["doc_id"] == "'=x" and rows[0]["left"] == "'=1" and rows[0]["keyword"] == "neutral"
    kwic.to_xlsx(lines, tmp_path / "lines.xlsx")
    book = load_workbook(tmp_path / "lines.xlsx")
    assert [c.value for c in next(iter(book.active.iter_rows(min_row=2)))][:1] == ["'=x"]
    book.close()


def test_the_words_of_lines_stand_in_order_with_the_keyword(engine, documents):
    lines = kwic.concordance(documents, engine, "neutral*", window=2)
    assert kwic.tokens_of(lines)[:2] == [["neutrality", "is", "ours"], ["town", "stayed", "neutral"]]
    assert kwic.tokens_of([]) == []
