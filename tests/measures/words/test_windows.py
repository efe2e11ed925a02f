"""Pairs and triples of neighbours: by hand, and against NLTK's own finders and measures."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.measures.words.collocation import association_table
from analysis.measures.words.windows import pair_offsets, triple_measures, window_pairs

TEXT = [
    "the",
    "port",
    "of",
    "the",
    "old",
    "port",
    "and",
    "the",
    "new",
    "port",
    "of",
    "the",
    "coast",
    "near",
    "the",
    "old",
]


def counted(table):
    return {(row.first, row.second): row.o11 for row in table.itertuples()}


def test_pairs_by_hand():
    documents = [["a", "b", "a", "c"], ["b", "a"]]
    assert counted(window_pairs(documents)) == {("a", "b"): 1, ("b", "a"): 2, ("a", "c"): 1}
    assert counted(window_pairs(documents, ordered=False)) == {("a", "b"): 3, ("a", "c"): 1}
    wide = {("a", "b"): 1, ("b", "a"): 2, ("a", "c"): 1, ("a", "a"): 1, ("b", "c"): 1}
    assert counted(window_pairs(documents, window=2)) == wide
    near = counted(window_pairs(documents, window=2, count="distance"))
    assert near == wide | {("a", "a"): 0.5, ("b", "c"): 0.5}
    once = counted(window_pairs(documents, window=3, ordered=False, count="once"))
    assert once == {("a", "b"): 2, ("a", "a"): 1, ("a", "c"): 1, ("b", "c"): 1}
    row = window_pairs(documents).iloc[0]
    assert row.tolist() == ["b", "a", 2, 2, 3, 6]
    assert window_pairs([]).empty and window_pairs([["a"]]).empty


@pytest.mark.parametrize("window", [1, 2, 4])
def test_ordered_pairs_and_their_scores_are_those_of_nltk(window):
    from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder

    finder = BigramCollocationFinder.from_words(TEXT, window_size=window + 1)
    table = window_pairs([TEXT], window=window)
    assert counted(table) == dict(finder.ngram_fd)
    divided = association_table(table.assign(o11=table["o11"] / window), measures=["mi", "dice"])
    for measure, name in ((BigramAssocMeasures.pmi, "mi"), (BigramAssocMeasures.dice, "dice")):
        theirs = dict(finder.score_ngrams(measure))
        ours = {(r.first, r.second): getattr(r, name) for r in divided.itertuples()}
        assert ours == pytest.approx(theirs)


def test_triples_are_scored_as_nltk_scores_them():
    from nltk.collocations import TrigramAssocMeasures as Theirs

    given = (8, (20, 15, 30), (120, 90, 300), 5000)
    ours = triple_measures(*given)
    names = {"t": "student_t", "mi": "pmi", "poisson_stirling": "poisson_stirling", "raw_frequency": "raw_freq"}
    names |= {"chi2": "chi_sq", "mi_like": "mi_like", "jaccard": "jaccard"}
    for name, theirs in names.items():
        assert ours[name] == pytest.approx(getattr(Theirs, theirs)(*given), rel=1e-6), name
    assert set(ours) == {"t", "mi", "g2", "chi2", "poisson_stirling", "raw_frequency", "mi_like", "jaccard"}
    # G2 from the definition
    cells = np.array([8, 12, 7, 22, 93, 48, 263, 5000 - 453])
    a, b, c = 120 / 5000, 90 / 5000, 300 / 5000
    shares = [a * b * c, a * b * (1 - c), a * (1 - b) * c, (1 - a) * b * c, a * (1 - b) * (1 - c)]
    shares += [(1 - a) * b * (1 - c), (1 - a) * (1 - b) * c, (1 - a) * (1 - b) * (1 - c)]
    assert ours["g2"] == pytest.approx(2 * (cells * np.log(cells / (5000 * np.array(shares)))).sum())


def test_what_cannot_be_is_refused():
    with pytest.raises(DiscourseError, match="window is 0"):
        window_pairs([["a", "b"]], window=0)
    with pytest.raises(DiscourseError, match="one list of tokens a document"):
        window_pairs(["a b"])
    with pytest.raises(DiscourseError, match="pairs, once, distance"):
        window_pairs([["a", "b"]], count="twice")
    with pytest.raises(DiscourseError, match="leave a cell of"):
        triple_measures(9, (8, 15, 30), (120, 90, 300), 5000)


def test_offsets_of_knock_and_door_are_those_of_manning_and_schuetze():
    """Section 5.2: "door" 3, 3, 5 and 5 words behind "knock": mean 4.0, deviation 1.15. The words between are invented."""
    far = {3: ["a", "b"], 5: ["a", "b", "c", "d"]}
    documents = [["x", "knock", *far[d], "door", *["y"] * 9, "knock"] for d in (3, 3, 5, 5)]
    found = pair_offsets(documents, "knock", "door", window=5)
    assert (found["count"], found["mean"]) == (4, 4.0) and found["deviation"] == pytest.approx(1.1547, abs=1e-4)
    assert pair_offsets([["door", "a", "knock"]], "knock", "door", window=5)["mean"] == -2
    assert pair_offsets([["knock", "a", "b", "door"]], "knock", "door", window=2) == pytest.approx(
        {"count": 0, "mean": np.nan, "deviation": np.nan}, nan_ok=True
    )
    with pytest.raises(DiscourseError, match="window is 0"):
        pair_offsets(documents, "knock", "door", window=0)
