"""A search after a build reads only what can hold a line, and finds the same lines as one that reads everything."""

from __future__ import annotations

import dataclasses

import pytest
from invented_study import cut_parts, options, rare_word, text_of, write_study

from analysis.texts.annotate.codebook import at_word_start
from analysis.texts.annotate.engine import Engine
from analysis.texts.annotate.tokens import WORD, tokenize
from analysis.texts.build.build import build
from analysis.texts.concordance import kwic, library
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
        "U.S.",
        "12.50",
        "#harbour",
        "desk@harbour.*",
        "2,000",
        "İstanbul",
    ),
)
HITS = ("frame:ironclad", "frame:neutrality", "entry:ironclad", "entry:neutrality")


@pytest.fixture(scope="module")
def study(tmp_path_factory, root):
    """A study in pieces of some three documents, and a store built from it."""
    folder = write_study(tmp_path_factory.mktemp("finished"), root, count=COUNT)
    first = folder / "texts" / "news" / "a.jsonl"
    signs = "bridge of the U.S., for 12.50 or 2,000, said #harbour (desk@harbour.example) in İstanbul"
    first.write_text(first.read_text(encoding="utf-8").replace("quiet bridge", signs, 1), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        cut_parts(patch, 2_500)
        plain = dataclasses.replace(options(folder, folder), work=folder / ".cache" / "build" / "invented")
        build(plain)
        yield folder


@pytest.fixture
def read(monkeypatch):
    """The pieces that a search opens, the documents that it reads from them, and those whose voices it asks for."""
    parts, documents, heard = [], [], []
    read_part, listen = reading.read_part, Engine.listen

    def part(piece, *args, **kwargs):
        parts.append(piece)
        for made in read_part(piece, *args, **kwargs):
            documents.append(made.origin)
            yield made

    def document(self, one, page=None):
        heard.append(one.doc_id)
        return listen(self, one, page)

    monkeypatch.setattr(reading, "read_part", part)
    monkeypatch.setattr(Engine, "listen", document)
    return parts, documents, heard


def search(study, pattern, **chosen):
    return library.search(study / "corpus", study / "texts", pattern, **chosen)


def known(study, patterns):
    entries = Engine.from_folder(study / "corpus").codebook.entries
    ids = {f"entry:{e.id}" for e in entries} | {f"frame:{e.frame}" for e in entries}
    return [p for p in patterns if ":" not in p or p in ids]


def line_of(reading, start, end, hit, window=10):
    """A line as a document that was annotated whole gives it."""
    text, document = reading.text, reading.document
    low, high = (0, reading.title_end) if start < reading.title_end else (reading.title_end, len(text))
    before = [m.start() for m in WORD.finditer(text, low, start)]
    after = [m.end() for m in WORD.finditer(text, end, high)]
    left = text[before[-window] if len(before) >= window else low : start]
    right = text[end : after[window - 1] if len(after) >= window else high]
    voice, speaker = (hit.voice, hit.speaker) if hit else reading.speech.voice_at(start)
    facts = (hit.entry.frame, hit.entry.id, hit.is_negated, hit.is_mention, hit.dyad) if hit else (None,) * 5
    where = (document.doc_id, document.outlet_id, document.published, reading.zone_at(start))
    words = (" ".join(left.split()), text[start:end], " ".join(right.split()))
    return kwic.Line(*where, *words, voice, speaker.name if speaker else None, *facts)


def full(study, patterns):
    """What reading and annotating every document whole gives."""
    engine = Engine.from_folder(study / "corpus")
    readings = [engine.read(document) for document in library.documents(study / "corpus", study / "texts")]
    found = {}
    for pattern in patterns:
        sought = Sought.of(pattern, lambda: engine.codebook)
        found[pattern] = lines = []
        for one in readings:
            if sought.is_hit:
                places = [(h.start, h.end, h) for h in one.hits if sought.is_of(h.entry.frame, h.entry.id)]
            else:
                hits, ends = {hit.start: hit for hit in one.hits}, {}
                spans = [m.span(1) for words in sought.words for m in words.regex.finditer(one.low)]
                for start, end in spans:
                    if at_word_start(one.low, start):
                        ends[start] = max(end, ends.get(start, 0))
                places = [(start, end, hits.get(start)) for start, end in sorted(ends.items())]
            lines += [line_of(one, *place) for place in places]
    return found


@pytest.mark.slow
def test_every_word_phrase_and_hit_has_the_lines_of_a_full_scan(study, monkeypatch):
    words = sorted({word for number in range(COUNT) for word in tokenize(text_of(number))})[::4]
    patterns = known(study, (*words, *PHRASES, *HITS))
    expected = full(study, patterns)
    assert {p: search(study, p) for p in patterns} == expected
    assert len([p for p in patterns if expected[p]]) > 30
    assert any(expected[p] for p in patterns if ":" in p)
    monkeypatch.setattr(Finished, "part", lambda *_: None)
    monkeypatch.setattr(Finished, "repeats", lambda *_: None)
    assert {p: search(study, p) for p in patterns} == expected


def test_a_rare_word_costs_one_piece_and_one_document(study, read):
    parts, documents, heard = read
    assert len(search(study, rare_word(3))) == 1
    assert (len(parts), len(documents), len(heard)) == (1, 1, 0)  # the build knows that the words are its own


def test_what_is_nowhere_costs_nothing_and_hits_are_annotated_no_more(study, read):
    assert search(study, "nowhere-found") == []
    assert read == ([], [], [])
    found = len(search(study, "frame:ironclad"))
    assert found >= COUNT
    assert (len(read[1]), read[2]) == (COUNT, [])
    assert [len(search(study, "frame:ironclad", era=era)) for era in ("hun_manet", "hun_sen")] == [0, found]
    assert len(read[1]) == 2 * COUNT  # no document is of the later era, so none was read for it


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
        assert len(read[2]) == 1
    finally:
        for piece, data in kept.items():
            piece.write_bytes(data)
