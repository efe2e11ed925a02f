"""One rule for hits and tokens: properties of voice that hold for any text."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quick import sample
from timing import STRICT, grows_at_most

from analysis.texts.annotate.codebook import Codebook
from analysis.texts.annotate.engine import Engine
from analysis.texts.document import Document

SENTENCES = (
    "Hun Manet said that Cambodia would stay neutral.",
    "“China is our ironclad friend,” Hun Sen told reporters.",
    "The kingdom, analysts say, is hedging between China and Japan.",
    "Critics call it a client state, and one “debt trap” is enough.",
    "The ministry denied that the country had become a vassal.",
    "According to Lee Bora, neutrality is old.",
    "‘We are neutral,’ she added",
    "We believe that neutrality is old.",
    "The so-called “ironclad” bond is old.",
    "He began: “Our neutrality.",
    "The two sides stressed their neutrality and noted that nobody takes sides.",
    "The claim that Cambodia is a proxy was rejected by Hun Sen.",
    "Q Is Cambodia neutral?",
    "MS. LEE: It is neutral, as the minister said, “in every way”.",
    "Hun Sen: Cambodia is nobody's satellite.",
    "Rain fell on the market in the evening.",
)
TEXTS = st.lists(st.sampled_from(SENTENCES), max_size=7).flatmap(
    lambda s: st.sampled_from([" ".join(s), "\n\n".join(s), "\n".join(s)])
)
TITLES = st.one_of(st.none(), st.sampled_from(SENTENCES))
QUIET = settings(max_examples=25, deadline=None)
COUNTS = ("token_count", "quoted_token_count", "reported_token_count")


@pytest.fixture(scope="module")
def without_frames(engine) -> Engine:
    return Engine(Codebook(()), engine.people, engine.study, engine.official)


@pytest.fixture(scope="module")
def with_one_more(engine) -> Engine:
    """The engine with a frame more, whose only entry stands in nearly every sentence above."""
    frame = engine.codebook.frames[0]
    entry = replace(
        frame.entries[0],
        id="any",
        frame="zz",
        pattern=("is", "that", "said", "neutrality"),
        requires=(),
        forbids=(),
        exclude=(),
    )
    return Engine(
        Codebook((*engine.codebook.frames, replace(frame, name="zz", entries=(entry,), exclude=()))),
        engine.people,
        engine.study,
        engine.official,
    )


def doc(text: str, title: str | None = None) -> Document:
    return Document("d", "news", "o", text, title)


def exposures(engine: Engine, text: str, title: str | None) -> tuple[int, ...]:
    counts = engine.annotate([doc(text, title)]).documents
    return tuple(counts[name][0] for name in COUNTS)


def voices(reading) -> list[str]:
    """The voice of every token, asked at its first character."""
    starts = reading._tokens.starts.tolist()
    return [reading.speech.voice_at(start)[0] for start in starts]


@QUIET
@given(TEXTS, TITLES)
def test_the_tokens_of_the_voices_add_up(engine, text, title):
    reading = engine.read(doc(text, title))
    found = voices(reading)
    assert len(found) == reading.token_count
    assert found.count("quoted") == reading.quoted_tokens
    assert found.count("reported") == reading.reported_tokens
    assert found.count("own") == reading.token_count - reading.quoted_tokens - reading.reported_tokens


@QUIET
@given(TEXTS, TITLES)
def test_a_hit_has_the_voice_of_its_first_token(engine, text, title):
    reading = engine.read(doc(text, title))
    found = voices(reading)
    assert [hit.voice for hit in reading.hits] == [found[reading.index[hit.start]] for hit in reading.hits]


@QUIET
@given(TEXTS, TITLES)
def test_frames_change_no_exposure(engine, without_frames, with_one_more, text, title):
    assert exposures(engine, text, title) == exposures(without_frames, text, title)
    assert exposures(engine, text, title) == exposures(with_one_more, text, title)


@QUIET
@given(TEXTS)
def test_spans_of_exposure_are_disjoint_and_in_order(engine, text):
    quoted, reported = engine.read(doc(text)).speech.exposure()
    spans = sorted([*quoted, *reported])
    assert all(a < b for a, b in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))


HOSTILE = {
    "said between quotations": lambda n: '"a" said Hun Sen, "b" ' * n,
    "curly, said between": lambda n: "“a” said Hun Sen, “b” " * n,
    "paragraphs never closed": lambda n: "\n\n".join(["“We stay neutral."] * n),
    "straight, never closed": lambda n: "\n\n".join(['"We stay neutral.'] * n),
    "one sentence of verbs": lambda n: "Hun Sen said and " * n,
    "verbs with that": lambda n: "he said that " * n,
    "nested for ever": lambda n: "“a ‘b " * n,
    "attributed hits": lambda n: "the ironclad friendship, Hun Sen said, " * n,
    "hits only": lambda n: "neutral " * n,
    "scare quotes": lambda n: "“ironclad” ‘debt trap’ " * n,
    "turns": lambda n: "Q Is it neutral?\n\nMR. LEE: It is neutral.\n\n" * n,
    "labels": lambda n: "Ann Lee: neutral\n" * n,
    "according to": lambda n: "according to Hun Sen, " * n,
    "passives": lambda n: "was described by " * n,
    "nouns of saying": lambda n: "claims that " * n,
    "negators": lambda n: "is not neutral and is not neutral, " * n,
    "running quotation": lambda n: "“We are neutral today.” " * n,
}


@pytest.mark.parametrize("name", sample(HOSTILE, ("said between quotations", "turns", "verbs with that")))
def test_time_grows_with_the_text(engine, name):
    """From some 5 to 20 KB, where it needs more to be seen from 20 to 80."""
    piece = HOSTILE[name]
    size = 20_000 if "never closed" in name else 5_000  # of these every quotation continues the one before
    grows_at_most(lambda number: lambda: engine.annotate([doc(piece(number))]), size // len(piece(1)), bound=STRICT)


def test_many_unclosed_quotations_are_read(engine):
    batch = engine.annotate([doc("\n\n".join(["“We stay neutral."] * 500))])
    assert set(batch.hits["voice"]) == {"quoted"} or batch.documents["odd_quote_count"][0] > 0
    assert len(batch.hits["voice"]) == 500
