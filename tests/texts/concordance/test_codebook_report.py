"""The codebook as a document, its faults, and which counts changed."""

from __future__ import annotations

from analysis.texts.annotate.codebook import Codebook, Entry, Frame
from analysis.texts.concordance.codebook_report import check, compare, document


def book(*entries, **frame):
    base = {"frame": "f", "category": "c", "source": "s", "examples": ()}
    made = tuple(Entry(**(base | {"id": f"e{i}"} | entry)) for i, entry in enumerate(entries))
    return Codebook((Frame("f", "Frame", "About it", made, **frame),))


def test_a_sound_codebook_has_no_faults():
    assert check(book({"pattern": ("iron-clad",), "examples": ("An ironclad bond.",)})) == []


def test_each_fault_is_named():
    faulty = book(
        {"pattern": ("neutral",), "examples": ("A neutral state.",), "not_examples": ("A neutral corner.",)},
        {"pattern": ("neutral",), "examples": ("A neutral state.",)},
        {"pattern": ("hedge*",), "examples": ("A fence.",), "source": ""},
    )
    told = [(f.level, f.entry, f.message) for f in check(faulty)]
    assert any(entry == "e0" and "not_example" in message for _, entry, message in told)
    assert any(entry == "e1" and "stands in f/e0 too" in message for _, entry, message in told)
    assert any(entry == "e1" and "can never win: e0" in message for _, entry, message in told)
    assert any(entry == "e2" and "no source" in message for _, entry, message in told)
    assert any(entry == "e2" and "does not match" in message for _, entry, message in told)
    assert ("error", "e2", "no example; give an invented one") not in told


def test_the_document_shows_patterns_conditions_and_examples():
    text = document(
        book(
            {"pattern": ("a b",), "exclude": ("a b c",), "requires": ("@state",), "examples": ("A b.",)},
            exclude=("x y",),
        )
    )
    for part in (
        "# Codebook",
        "## Frame (`f`)",
        "Never a hit: `x y`",
        "- pattern: `a b`",
        "- exclude: `a b c`",
        "requires",
        "- example: A b.",
    ):
        assert part in text
    assert text.endswith("\n") and not text.endswith("\n\n")


def test_changes_are_listed_with_their_size():
    rows = compare({("f", "a"): 3, ("f", "b"): 1}, {("f", "a"): 3, ("f", "c"): 2})
    assert [(r["entry"], r["old_count"], r["new_count"], r["change"]) for r in rows] == [
        ("b", 1, 0, -1),
        ("c", 0, 2, 2),
    ]
    assert compare({}, {}) == []
