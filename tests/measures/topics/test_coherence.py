from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from analysis.errors import DiscourseError
from analysis.measures.topics.coherence import MEASURES, document_coherence, window_coherence

WORDS = st.sampled_from("abcdef")
TEXTS = st.lists(st.lists(WORDS, max_size=12), min_size=1, max_size=6)


def windows(texts, size):
    return [set(t[i : i + size]) for t in texts if t for i in range(max(len(t) - size + 1, 1))]


def test_repeated_words_by_hand():
    # "a b a c d e" in windows of 3: aba bac acd cde. a is in 3 of 4, c in 3, together in 2; gensim says a is in 1.
    text = [["a", "b", "a", "c", "d", "e"]]
    exact = window_coherence(text, [["a", "c"]], "c_uci", window=3)
    assert exact[0] == pytest.approx(np.log((2 / 4 + 1e-12) / (3 / 4 * 3 / 4)))
    like_gensim = window_coherence(text, [["a", "c"]], "c_uci", window=3, mode="gensim")
    assert like_gensim[0] == pytest.approx(np.log(1e-12 / (1 / 4 * 3 / 4)))


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(1, 14))
def test_exact_windows_equal_plain_counting(texts, size):
    sets = windows(texts, size)
    if not all(any(w in s for s in sets) for w in "ab"):
        return
    a, b, both = (np.mean([set(words) <= s for s in sets]) for words in ("a", "b", "ab"))
    value = window_coherence(texts, [["a", "b"]], "c_uci", window=size)[0]
    assert value == pytest.approx(np.log((both + 1e-12) / (a * b)))


@settings(max_examples=25, deadline=None)
@given(TEXTS.filter(lambda texts: len({w for t in texts for w in t}) >= 3), st.integers(1, 8))
def test_gensim_mode_repeats_gensim(texts, size):
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    words = sorted({w for t in texts for w in t})[:4]
    dictionary = Dictionary(texts)
    for measure in ("u_mass", "c_uci", "c_npmi", "c_v"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = CoherenceModel(
                topics=[words],
                texts=texts,
                corpus=[dictionary.doc2bow(t) for t in texts],
                dictionary=dictionary,
                coherence=measure,
                window_size=None if measure == "u_mass" else size,
                processes=1,
            ).get_coherence_per_topic()
        ours = window_coherence(texts, [words], measure, window=size, mode="gensim")
        np.testing.assert_allclose(ours, theirs, atol=1e-9, err_msg=measure)


def test_documents_of_bags_equal_windows_as_long_as_the_texts():
    texts = [t.split() for t in ("a b c", "a b", "b c d", "d a", "c c d")]
    words = list("abcd")
    counts = sparse.csr_matrix([[t.count(w) for w in words] for t in texts])
    for measure in MEASURES:
        by_window = window_coherence(texts, [words], measure, window=50)
        assert document_coherence(counts, [[0, 1, 2, 3]], measure) == pytest.approx(by_window)


def test_words_found_everywhere_say_nothing():
    assert document_coherence(sparse.csr_matrix(np.ones((4, 2), dtype=int)), [[0, 1]])[0] == 0.0


def test_unknown_words_short_topics_and_refusals():
    texts = [["a", "b"], ["b"]]
    assert np.isnan(window_coherence(texts, [["a", "zz"], ["a"]], "c_npmi")).all()
    with pytest.raises(DiscourseError, match="c_npmi"):
        window_coherence(texts, [["a", "b"]], "npmi")
    with pytest.raises(DiscourseError, match="no tokens"):
        window_coherence([[]], [["a", "b"]])
    with pytest.raises(DiscourseError, match="at least 1"):
        window_coherence(texts, [["a", "b"]], window=0)


@pytest.mark.shared
def test_reference_values(reference):
    cases = {c["id"]: c for c in json.loads((reference / "A_coherence_stability.json").read_text())["cases"]}
    case = cases["gensim_deerwester_topics1"]
    texts = case["input"]["texts"]
    for name, expected in case["expected"].items():
        measure = "u_mass_mimno" if name == "mimno_sum_plus1" else name
        for mode in ("exact", "gensim"):
            values = window_coherence(texts, case["input"]["topics"], measure, mode=mode)
            np.testing.assert_allclose(values, expected, atol=case["tolerance_abs"], err_msg=f"{name} {mode}")
    case = cases["gensim_ordering"]
    for measure in case["expected"]["topics1_mean_greater_than_topics2"]:
        first, second = (window_coherence(texts, case["input"][t], measure).mean() for t in ("topics1", "topics2"))
        assert first > second


def test_topics_given_as_strings_are_refused():
    with pytest.raises(DiscourseError, match="list of words"):
        window_coherence([["a", "b"]], ["a b"])
