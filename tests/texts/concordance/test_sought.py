from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.texts.annotate import codebook as books
from analysis.texts.annotate.engine import Engine
from analysis.texts.build.part_file import pack
from analysis.texts.concordance.finished import FinishedPart
from analysis.texts.concordance.sought import Among, Sought
from analysis.texts.document import Document


@pytest.fixture(scope="module")
def codebook(root):
    return books.load(root / "corpus" / "codebook")


TEXTS = {
    "a": "Take the sides. The friendship is ironclad, and we stay neutral.",
    "b": "Aside, they said.",
    "c": "A take-sides attitude, and a policy of neutrality.",
    "d": "The U.S. paid 2,000 for 3.25 of #harbour news from desk@harbour.example and Baru/Lama. İstanbul stood by.",
}


@pytest.fixture(scope="module")
def part(root, tmp_path_factory):
    """The finished part of three invented documents."""
    documents = [Document(key, "news", "post", text, origin=f"{key}.txt") for key, text in TEXTS.items()]
    path = tmp_path_factory.mktemp("part") / "x.part"
    path.write_bytes(pack(documents, Engine.from_folder(root / "corpus").annotate(documents), [], {}))
    return FinishedPart(path)


def holding(pattern, part, codebook):
    return "".join(np.array(part.doc_ids)[Sought.of(pattern, lambda: codebook).holding(part)])


@pytest.mark.parametrize(
    ("pattern", "held_by"),
    [
        ("take* side*", "ac"),  # a hyphen may join what the pattern parts
        ("sides", "ac"),
        ("side", "ac"),  # "sides" may; "aside" cannot
        ("nothing", ""),
        ("saidtake OR esthe", ""),  # no word, but the end of one and the beginning of the next in the table
        ("nothing OR aside", "b"),
        ("(take|aside) sides", "ac"),
        ("take* friendship OR they said", "ab"),  # every word of an alternative, in the same document
        ("#harbour", "d"),  # signs are in no table of words
        ("desk@harbour*", "d"),
        ("3.25", "d"),
        ("baru/lama", "d"),
        ("baru/l*", "d"),
        ("desk@harbour OR #nowhere", "d"),
        ("İstanbul", "d"),  # a letter that grows where it is made small
    ],
)
def test_documents_without_a_part_of_any_match_are_left_out(part, codebook, pattern, held_by):
    assert holding(pattern, part, codebook) == held_by


@pytest.mark.parametrize(
    "pattern", ["*ness", "x*", "?", "ខ្មែរ", "nothing OR *ness", "U.S.", "u.s. OR nothing", "#*ship"]
)
def test_a_pattern_without_a_word_to_go_by_leaves_all_to_be_read(part, codebook, pattern):
    if pattern == "?":
        with pytest.raises(DiscourseError):
            Sought.of(pattern, lambda: codebook)
        return
    assert Sought.of(pattern, lambda: codebook).holding(part) is None


def test_hits_are_looked_up_as_they_were_counted(part, codebook):
    found = {index: known.hits for index, known in part.known([0, 2]).items()}
    assert [TEXTS["a"][hit.start : hit.end] for hit in found[0]] == ["ironclad", "stay neutral"]
    assert [hit.voice for hit in found[0]] == ["own", "own"]
    assert holding(f"entry:{found[0][0].entry}", part, codebook) == "a"
    assert holding(f"frame:{found[0][1].frame}", part, codebook) == "ac"


@pytest.mark.parametrize(
    "pattern",
    [
        "take* side*",
        "a",
        "(the|sides) {0,3} friend*",
        "[policy of] neutrality",
        "*utral*",
        "x OR th* {0,1} *ship",
        "th* th*",
    ],
)
def test_looking_for_the_opening_of_a_match_finds_what_the_expression_finds(codebook, pattern):
    low = "the the the then take the sides, a friendship of the-the; policy of neutrality. neutral ".lower() * 2
    for words in Sought.of(pattern, lambda: codebook).words:
        assert [m.span() for m in words.matches(low)] == [m.span() for m in words.regex.finditer(low)]


def test_among_documents_those_of_an_outlet_and_of_some_days():
    assert Among().has("post", None)
    assert Among("post").has("post", None) and not Among("times").has("post", "2023")
    days = Among(published=("2023-08-22", None))
    assert days.has("post", "2024-03") and not days.has("post", "2023") and not days.has("post", None)


def test_an_unknown_frame_is_refused_with_all_there_are(codebook):
    with pytest.raises(DiscourseError, match=codebook.frames[0].name):
        Sought.of("frame:nothing", lambda: codebook)


def test_an_entry_that_is_called_as_its_frame_is_that_entry_alone(codebook):
    frame = next(f for f in codebook.frames if f.name in {e.id for e in f.entries})
    asked = {kind: Sought.of(f"{kind}:{frame.name}", lambda: codebook) for kind in ("entry", "frame")}
    assert [e.id for e in frame.entries if asked["entry"].is_of(e.frame, e.id)] == [frame.name]
    assert all(asked["frame"].is_of(e.frame, e.id) for e in frame.entries)
