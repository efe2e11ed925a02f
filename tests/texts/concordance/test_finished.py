"""A search after a build reads only what can hold a line, and finds the same lines as one that reads everything."""

from __future__ import annotations

import dataclasses

import pytest
from invented_study import cut_parts, options, rare_word, text_of, write_study

from analysis.texts.annotate.engine import Engine
from analysis.texts.annotate.tokens import tokenize
from analysis.texts.build.build import build
from analysis.texts.concordance import library
from analysis.texts.concordance.finished import Finished
from analysis.texts.concordance.sought import Sought
from analysis.texts.read import reading

COUNT = 18
PHRASES = (
    *("ironclad*", "iron-clad friend*", "neutral* OR ironclad", "*ness", "a", "the quiet bridge", "qzx*", "so* said"),
    *(
        "policy {0,2} neutrality",
        "[policy of] neutrality",
        "(deep|quiet) bridge",
        "title 1*",
        "vanna",
        "nowhere-found",
        "Qzx???",
    ),
)
HITS = ("frame:ironclad", "frame:neutrality", "entry:ironclad", "entry:neutrality")


@pytest.fixture(scope="module")
def study(tmp_path_factory, root):
    """A study in pieces of some three documents, and a store built from it."""
    folder = write_study(tmp_path_factory.mktemp("finished"), root, count=COUNT)
    with pytest.MonkeyPatch.context() as patch:
        cut_parts(patch, 2_500)
        plain = dataclasses.replace(options(folder, folder), work=folder / ".cache" / "build" / "invented")
        build(plain)
        yield folder


@pytest.fixture
def read(monkeypatch):
    """The pieces and documents that a search reads: lists that grow."""
    parts, documents = [], []
    read_part, engine_read = reading.read_part, Engine.read

    def part(piece, *args, **kwargs):
        parts.append(piece)
        return read_part(piece, *args, **kwargs)

    def document(self, one):
        documents.append(one.doc_id)
        return engine_read(self, one)

    monkeypatch.setattr(reading, "read_part", part)
    monkeypatch.setattr(Engine, "read", document)
    return parts, documents


def search(study, pattern, **chosen):
    return library.search(study / "corpus", study / "texts", pattern, **chosen)


def known(study, patterns):
    entries = Engine.from_folder(study / "corpus").codebook.entries
    ids = {f"entry:{e.id}" for e in entries} | {f"frame:{e.frame}" for e in entries}
    return [p for p in patterns if ":" not in p or p in ids]


def full(study, patterns, monkeypatch):
    """What reading and annotating everything finds."""
    with monkeypatch.context() as patch:
        patch.setattr(Sought, "may_stand_in", lambda *_: True)
        patch.setattr(Finished, "tables", lambda *_: None)
        patch.setattr(Finished, "repeats", lambda *_: None)
        return {pattern: search(study, pattern) for pattern in patterns}


def test_every_word_phrase_and_hit_has_the_lines_of_a_full_scan(study, monkeypatch):
    words = sorted({word for number in range(COUNT) for word in tokenize(text_of(number))})[::4]
    patterns = known(study, (*words, *PHRASES, *HITS))
    expected = full(study, patterns, monkeypatch)
    assert {p: search(study, p) for p in patterns} == expected
    assert len([p for p in patterns if expected[p]]) > 30
    assert any(expected[p] for p in patterns if ":" in p)
    monkeypatch.setattr(Finished, "tables", lambda *_: None)
    assert {p: search(study, p) for p in patterns} == expected


def test_a_rare_word_costs_one_piece_and_one_document(study, read):
    parts, documents = read
    assert len(search(study, rare_word(3))) == 1
    assert (len(parts), len(documents)) == (1, 1)


def test_what_is_nowhere_costs_nothing(study, read):
    assert search(study, "nowhere-found") == []
    assert read == ([], [])


def test_progress_is_told_by_pieces_to_the_end(study):
    told = []
    search(study, "ironclad*", progress=lambda done, total: told.append((done, total)))
    done, totals = zip(*told, strict=True)
    assert list(done) == list(range(totals[0] + 1))
    assert set(totals) == {totals[0]}


def test_a_word_that_came_after_the_build_is_found(study, read):
    path = study / "texts" / "news" / "a.jsonl"
    before = path.read_text(encoding="utf-8")
    assert search(study, "lighthouse") == []
    path.write_text(before.replace("harbour and window", "lighthouse", 1), encoding="utf-8")
    assert len(search(study, "lighthouse")) == 1
    path.write_text(before, encoding="utf-8")


def test_a_damaged_piece_is_read_instead(study, read):
    pieces = [p for p in (study / ".cache" / "build" / "invented").glob("*.part") if not p.name.startswith("repeats-")]
    kept = {piece: piece.read_bytes() for piece in pieces}
    for piece in pieces:
        piece.write_bytes(kept[piece][:100])
    try:
        assert len(search(study, rare_word(3))) == 1
        assert len(read[0]) == len(pieces) > 3
        assert len(read[1]) == 1
    finally:
        for piece, data in kept.items():
            piece.write_bytes(data)
