"""Warnings about copies: other names than the origin's, and days on the other side of a border."""

from __future__ import annotations

from analysis.texts.dedupe.copies import Copy, names_in_words, of_other_eras, with_other_names


def copy(doc_id, story="a", **given):
    base = {"published": "2023-08-01", "era_id": "first", "is_origin": doc_id == story, "tokens": 100, "share": 0.8}
    return Copy(doc_id, story, **{**base, **given})


def test_a_copy_that_lacks_the_names_of_its_origin_is_warned_of():
    rows = [copy("a", share=1.0), copy("b"), copy("c"), copy("d", tokens=20), copy("e", share=0.2), copy("f")]
    named = {"a": {"x": 3, "y": 2, "z": 1}, "b": {"x": 1, "y": 1}, "c": {"x": 2}, "f": {"x": 1, "y": 1}}
    found = with_other_names(rows, named)
    assert found == [("c", "a", ("y",))]  # d is a cut, e shares too little; z is named once only
    (line,) = names_in_words(found)
    assert "c" in line and "y" in line and "machine translation" in line
    assert names_in_words([]) == []


def test_an_origin_without_names_and_single_documents_give_no_warning():
    assert with_other_names([copy("a"), copy("b")], {}) == []
    assert with_other_names([copy("a")], {"a": {"x": 9}}) == []


def test_copies_in_another_era_than_their_origin_are_counted_with_its_day():
    rows = [
        copy("a"),
        copy("b", published="2023-09-01", era_id="second"),
        copy("c", published="2023-10-01", era_id="second"),
        copy("d", published=None, era_id=None),
        copy("e", "e", published="2023-09-09", era_id="second"),
        copy("f", "e", published="2023-09-10", era_id="second"),
    ]
    (line,) = of_other_eras(rows)
    assert "2 later copies" in line and "a (2023-08-01)" in line and "b (2023-09-01)" in line and "e (" not in line
    assert of_other_eras(rows[4:]) == []
