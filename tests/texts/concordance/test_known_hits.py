"""What a build knows of a document for the lines of a concordance."""

from __future__ import annotations

from analysis.texts.annotate.engine import Engine
from analysis.texts.concordance.known_hits import Known, KnownHit
from analysis.texts.document import Document


def test_a_hit_is_taken_over_with_place_and_speaker(root):
    text = "“Neutrality is ours,” Hun Sen said."
    (hit,) = Engine.from_folder(root / "corpus").read(Document("a", "news", "post", text)).hits
    known = KnownHit.of(hit)
    assert (text[known.start : known.end], known.speaker, known.voice) == ("Neutrality", "Hun Sen", "quoted")
    assert (known.frame, known.entry) == (hit.entry.frame, hit.entry.id)


def test_words_outside_all_spans_are_the_documents_own():
    known = Known([], [(3, 5, "quoted"), (5, 9, "reported")])
    assert [known.voice_at(at) for at in (0, 3, 4, 5, 8, 9)] == [
        "own",
        "quoted",
        "quoted",
        "reported",
        "reported",
        "own",
    ]
    assert Known([], []).voice_at(0) == "own"
