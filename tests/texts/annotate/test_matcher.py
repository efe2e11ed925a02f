"""The matcher: candidates, exclusions, conditions, overlap."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from analysis.texts.annotate.codebook import Codebook, Entry, Frame
from analysis.texts.annotate.matcher import Matcher
from analysis.texts.annotate.tokens import lower
from analysis.texts.document import Document


def entry(name: str, *patterns: str, frame: str = "f", **more) -> Entry:
    return Entry(id=name, frame=frame, pattern=patterns, category="c", **more)


def matcher(*entries: Entry, exclude: tuple[str, ...] = (), scope: str = "frame") -> Matcher:
    frames: dict[str, list[Entry]] = {}
    for one in entries:
        frames.setdefault(one.frame, []).append(one)
    return Matcher(
        Codebook(
            tuple(
                Frame(name, name, "", tuple(rows), exclude=exclude, nested_scope=scope)
                for name, rows in sorted(frames.items())
            )
        )
    )


def found(made: Matcher, text: str, **given) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.entry.id) for m in made.scan(text, lower(text), **given)]


def test_words_are_matched_whole_and_hyphens_do_not_matter():
    made = matcher(entry("a", "long term"), entry("b", "bond*"))
    assert found(made, "Long-term bonds, a long term bond; longterms, vagabond.") == [
        ("Long-term", "a"),
        ("bonds", "b"),
        ("long term", "a"),
        ("bond", "b"),
    ]


def test_the_longest_wins_within_a_frame_and_frames_may_share():
    one, two = entry("short", "firm"), entry("long", "firm friend")
    assert found(matcher(one, two), "A firm friend.") == [("firm friend", "long")]
    other = replace(two, frame="g")
    assert [i for _, i in found(matcher(one, other), "A firm friend.")] == ["short", "long"]
    assert found(matcher(one, other, scope="codebook"), "A firm friend.") == [("firm friend", "long")]


def test_exclusions_of_entry_and_frame():
    assert found(matcher(entry("a", "firm", exclude=("law firm",))), "A law firm is firm.") == [("firm", "a")]
    assert found(matcher(entry("a", "firm"), exclude=("law firm",)), "A law firm is.") == []


@pytest.mark.parametrize(
    ("text", "number"), [("A firm port.", 0), ("A firm friend in town.", 1), ("A firm x x x x friend.", 0)]
)
def test_required_words_stand_within_reach(text, number):
    made = matcher(entry("a", "firm", requires=("friend",), requires_within=3))
    assert len(found(made, text)) == number


def test_forbidden_words_and_actors():
    assert found(matcher(entry("a", "firm", forbids=("ground",))), "On firm ground. A firm bond.") == []
    assert (
        len(found(matcher(entry("a", "firm", forbids=("ground",), forbids_within=1)), "A firm bond on the ground."))
        == 1
    )
    made = matcher(entry("a", "firm", requires=("@state",)))
    assert found(made, "A firm bond.", has_actor=lambda a, b, kind: False) == []
    assert len(found(made, "A firm bond.", has_actor=lambda a, b, kind: kind == "@state")) == 1
    assert len(found(made, "A firm bond.")) == 1


def test_case_matters_where_the_entry_says_so():
    made = matcher(entry("a", "ARF", case_sensitive=True))
    assert found(made, "ARF and arf") == [("ARF", "a")]


def test_pickles_as_the_codebook():
    made = pickle.loads(pickle.dumps(matcher(entry("a", "firm"))))
    assert found(made, "firm") == [("firm", "a")]


@pytest.mark.parametrize("before", ["'", "‘", "“", "(", "—", "…", "\n", "ក ", "é ", "x’ "])
def test_a_word_begins_behind_any_sign(before):
    codebook = Codebook((Frame("f", "", "", (Entry("a", "f", ("iron-clad",), "c"), Entry("b", "f", ("мир",), "c"))),))
    matches = Matcher(codebook).scan(f"so {before}iron–clad and {before}мир")
    assert [match.entry.id for match in matches] == ["a", "b"]


@pytest.mark.parametrize("before", ["x", "é", "ក", "7", "x-", "x'"])
def test_no_word_begins_within_another(before):
    codebook = Codebook((Frame("f", "", "", (Entry("a", "f", ("anchor",), "c"),)),))
    assert Matcher(codebook).scan(f"so {before}anchor") == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The tailor and his pupil praised neutrality beside a lamp.", 0),
        ("The tailor and his pupil struck the word neutrality beside a lamp.", 1),
        ("The tailor and his pupil praised Lao neutrality beside a lamp.", 1),
        ("The tailor and his pupil praised Laos's neutrality beside a lamp.", 1),
    ],
)
def test_who_stands_beside_a_word_that_is_talked_about_or_is_a_states_does_not_matter(engine, text, number):
    hits = engine.read(Document("d", "news", "o", text)).hits
    assert sum(hit.entry.frame == "neutrality" for hit in hits) == number
