from __future__ import annotations

import pyarrow as pa
import pytest

from analysis.errors import DiscourseError
from analysis.texts.annotate import codebook as books
from analysis.texts.concordance.sought import Sought


@pytest.fixture(scope="module")
def codebook(root):
    return books.load(root / "corpus" / "codebook")


def tables(terms, counts, hits=()):
    columns = list(zip(*hits, strict=True)) or [[], [], []]
    return {
        "documents": pa.table({"doc_id": ["a", "b", "c"]}),
        "terms": pa.table({"term": terms}),
        "counts": pa.table(dict(zip(("doc_index", "term_index"), map(list, zip(*counts, strict=True)), strict=True))),
        "hits": pa.table(
            {
                "doc_index": pa.array(columns[0], pa.int32()),
                "frame": pa.array(columns[1], pa.string()),
                "entry": pa.array(columns[2], pa.string()),
            }
        ),
    }


WORDS = tables(["aside", "sides", "take", "take-sides"], [(0, 2), (0, 1), (1, 0), (2, 3)])


@pytest.mark.parametrize(
    ("pattern", "elsewhere"),
    [
        ("take* side*", "b"),  # a hyphen may join what the pattern parts
        ("sides", "b"),
        ("side", ""),  # "aside" cannot hold it, but nothing here says so: its text is read
        ("nothing", "abc"),
        ("nothing OR aside", "ac"),
        ("(take|aside) sides", "b"),
    ],
)
def test_documents_without_a_part_of_any_match_are_elsewhere(codebook, pattern, elsewhere):
    assert Sought.of(pattern, codebook).elsewhere(WORDS) == frozenset(elsewhere)


@pytest.mark.parametrize("pattern", ["*ness", "x*", "?", "ខ្មែរ", "nothing OR *ness"])
def test_a_pattern_without_a_word_to_go_by_leaves_all_to_be_read(codebook, pattern):
    if pattern == "?":
        with pytest.raises(DiscourseError):
            Sought.of(pattern, codebook)
        return
    assert Sought.of(pattern, codebook).elsewhere(WORDS) is None


def test_hits_are_looked_up_as_they_were_counted(codebook):
    entry = codebook.entries[0]
    given = tables(["x"], [(0, 0)], [(1, entry.frame, entry.id), (2, entry.frame, "another")])
    assert Sought.of(f"entry:{entry.id}", codebook).elsewhere(given) == frozenset("ac")
    assert Sought.of(f"frame:{entry.frame}", codebook).elsewhere(given) == frozenset("a")


def test_an_unknown_frame_is_refused_with_all_there_are(codebook):
    with pytest.raises(DiscourseError, match=codebook.frames[0].name):
        Sought.of("frame:nothing", codebook)


def test_an_entry_that_is_called_as_its_frame_is_that_entry_alone(codebook):
    frame = next(f for f in codebook.frames if f.name in {e.id for e in f.entries})
    asked = {kind: Sought.of(f"{kind}:{frame.name}", codebook) for kind in ("entry", "frame")}
    assert [e.id for e in frame.entries if asked["entry"].is_of(e)] == [frame.name]
    assert all(asked["frame"].is_of(e) for e in frame.entries)
