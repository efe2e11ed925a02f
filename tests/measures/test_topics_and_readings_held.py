"""Topics, company of words and scores of readings on invented tables, held number by number (see test_tables_held.py)."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from held import held_cases, lines_of, unlike
from topic_corpora import planted, store_tables

from analysis.measures.inference.resampling import Sampling
from analysis.measures.topics import alignment, choice, coherence, em, labels, matrix, stability
from analysis.measures.topics.fit import TopicSettings, fit_topics
from analysis.measures.topics.frames import topic_frames
from analysis.measures.topics.prevalence import era_contrasts, prevalence, prevalence_draws
from analysis.measures.topics.study import Around, study_topics
from analysis.measures.validation import coded, correction, scoring
from analysis.measures.words import collocation, company
from analysis.measures.words.matrix import document_term

SAMPLING = Sampling(replicates=60, min_units=5)
SIDES = {"before": "before_it", "after": "after_it"}
TEXTS = [list("abacde"), list("bbca"), list("edcba"), [], list("abx"), list("ceedab")]
TOPICS = [list("abc"), list("de"), list("ax"), ["q", "a"], ["b"]]


@functools.cache
def corpus() -> Any:
    return planted(4, shift=0.8, n_docs=64, k=3, n_terms=40)


@functools.cache
def fitted(seed: int = 1, k: int = 3) -> Any:
    return fit_topics(corpus().matrix, TopicSettings(k=k, estimator="em", iterations=30, seed=seed))


@functools.cache
def studied() -> Any:
    return study_topics(
        corpus().matrix, TopicSettings(k=3, estimator="em", iterations=30), Around(seeds=(1, 2, 3), steps=(0, 1))
    )


@functools.cache
def draws(unit: str = "cluster") -> Any:
    shares = stability.aligned_shares(fitted(), [fitted(2), fitted(3)])
    dated = corpus().documents.assign(published=np.where(np.arange(64) % 2, "2021-03-01", "2020-03-01"))
    sampling = dataclasses.replace(SAMPLING, unit=unit)
    return prevalence_draws(shares, fitted(), dated, sampling=sampling)


def rules(**more: Any) -> Any:
    counts, vocabulary = store_tables(corpus().matrix)
    plain = {"min_documents": 12, "max_document_share": 0.9, "min_tokens": 40, "max_outlet_share": 0.4}
    three = corpus().documents.assign(outlet_id=np.array(["a", "b", "c"])[np.arange(64) % 3])
    made = matrix.topic_matrix(counts, vocabulary, three, rules=matrix.VocabularyRules(**plain | more))
    return [made.report(), list(made.terms), list(made.left_out), np.asarray(made.counts.sum(axis=1)).ravel()]


def frame_hits() -> pd.DataFrame:
    ids = np.array(fitted().doc_ids)
    rich = ids[np.argsort(-fitted().doc_topic[:, 1])[:20]]
    return pd.concat(
        [pd.DataFrame({"doc_id": rich, "frame": "calm"}), pd.DataFrame({"doc_id": ids[::3], "frame": "storm"})],
        ignore_index=True,
    )


@functools.cache
def spoken() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Words near a frame and in all of 24 documents, in clusters of two; the second word is new in the later era."""
    rng = np.random.default_rng(3)
    terms = ["<pooled>", *(f"word{i}" for i in range(8))]
    vocabulary = pd.DataFrame({"term_id": range(9), "term": terms, "lemma": terms, "is_stopword": False})
    vocabulary.loc[8, "is_stopword"] = True
    near, whole = [], []
    for number in range(24):
        weight = np.ones(8)
        weight[[0 if number < 12 else 1]] += 5
        for rows, drawn in (
            (near, rng.multinomial(9, weight / weight.sum())),
            (whole, rng.multinomial(60, np.full(8, 1 / 8))),
        ):
            rows += [(f"d{number:02d}", term + 1, n) for term, n in enumerate(drawn.tolist()) if n]
    names = ["doc_id", "term_id", "token_count"]
    documents = pd.DataFrame(
        {
            "doc_id": [f"d{i:02d}" for i in range(24)],
            "cluster_id": [f"c{i // 2}" for i in range(24)],
            "outlet_id": ["post", "times"] * 12,
            "era_id": ["before_it"] * 12 + ["after_it"] * 12,
        }
    )
    return (
        pd.DataFrame(near, columns=names).assign(frame="calm"),
        pd.DataFrame(whole, columns=names),
        vocabulary,
        documents,
    )


@functools.cache
def found(by: str = "era_id") -> Any:
    near, whole, vocabulary, documents = spoken()
    return company.associations(near, whole, vocabulary, documents, by=by, min_count=3, sampling=SAMPLING)


@functools.cache
def windows() -> tuple[Any, Any]:
    near, whole, vocabulary, documents = spoken()
    made = collocation.frame_windows(near, documents, vocabulary, frame="calm", drop_stopwords=True)
    return made, document_term(whole, documents, vocabulary, drop_stopwords=True)


def eras_of_windows() -> np.ndarray:
    return np.where(np.isin(windows()[0].doc_ids, spoken()[3]["doc_id"].head(12)), "before_it", "after_it")


@functools.cache
def read() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Codings by two coders of 30 hits and 6 paragraphs; settled, joined with hits; hits; documents."""
    rng = np.random.default_rng(12)
    rows = []
    for number in range(36):
        plain = number >= 30
        for coder in ("A", "B") if number % 3 else ("A",):
            blank = plain or rng.random() < 0.03
            rows.append(
                {
                    "doc_id": f"d{number:02d}",
                    "draw": "x",
                    "passage_id": number,
                    "coder": coder,
                    "coder_kind": "person",
                    "kind": "plain" if plain else "hit",
                    "hit_id": None if plain else 0,
                    "frame": None if plain else ("calm" if number % 2 else "storm"),
                    "entry": None if plain else f"e{number % 3}",
                    "probability": 0.2 if plain else 0.5 + 0.5 * (number % 2),
                    "frame_right": None if blank else rng.choice(["yes", "yes", "no", "borderline"]),
                    "about": None if blank else rng.choice(["focal", "focal", "other"]),
                    "voice": None if blank else rng.choice(["own", "quoted"]),
                    "negated": None if blank else rng.choice(["no", "no", "yes"]),
                    "mention": None if blank else "no",
                    "missed_frames": ("calm" if number % 2 else "") if plain else None,
                }
            )
    codings = pd.DataFrame(rows)
    ids = [f"d{i:02d}" for i in range(36)]
    hits = pd.DataFrame(
        {
            "doc_id": ids[:30],
            "hit_id": 0,
            "frame": ["storm", "calm"] * 15,
            "entry": [f"e{i % 3}" for i in range(30)],
            "about": np.where(np.arange(30) % 5 == 4, "other", "focal"),
            "voice": np.where(np.arange(30) % 4 == 1, "quoted", "own"),
            "is_core": True,
        }
    )
    documents = pd.DataFrame(
        {
            "doc_id": ids,
            "token_count": 300 + 10 * np.arange(36),
            "unit": [f"u{i // 2}" for i in range(36)],
            "era_id": np.where(np.arange(36) % 3 == 0, "after_it", "before_it"),
        }
    )
    settled = scoring.settle(codings, borderline=0.5)
    return codings, settled, scoring.read_hits(settled, hits, documents), hits, documents


CONTRAST = ("era_id", "before_it", "after_it")
CASES: dict[str, Callable[[], Any]] = {
    "vocabulary": rules,
    "vocabulary, rare words and formulae left out": lambda: rules(min_residual_idf=0.1, drop=("w001",), min_length=4),
    "residual idf": lambda: matrix.residual_idf(corpus().matrix.counts),
    "fit": lambda: [fitted().topic_word[:, :12], fitted().doc_topic[:6]],
    "inferred": lambda: em.infer_em(corpus().matrix.counts[:5], fitted().topic_word, iterations=10),
    "study": lambda: [studied().stable, studied().unstable, studied().labels()],
    "survival": lambda: stability.topic_survival(fitted(), [fitted(2), fitted(3), fitted(1, 4)]),
    "matched": lambda: stability.match_topics(fitted(), fitted(2)),
    "similarities": lambda: [
        stability.similarity_table(fitted(), fitted(2), kind, n=8) for kind in stability.SIMILARITIES
    ],
    "lists": lambda: [
        [f(list("abcd"), list("badx")), f(list("ab"), list("abcd")), f([], list("a"))]
        for f in (stability.jaccard, stability.overlap, stability.average_jaccard, stability.rbo)
    ],
    "aligned models": lambda: alignment.align_models({"one": fitted(), "two": fitted(2, 4)}, n=8),
    "across models": lambda: alignment.similarity_rows(fitted(), fitted(2), n=8),
    "number of topics": lambda: choice.choose_k(
        corpus().matrix, (2, 3), seeds=(1, 2), settings=TopicSettings(k=2, estimator="em", iterations=15)
    ),
    "exclusivity": lambda: [choice.exclusivity(fitted(), 6, kind=kind) for kind in ("share", "stm")],
    "label words": lambda: labels.label_words(fitted(), corpus().matrix, n=4),
    "word scores": lambda: [
        labels.word_scores(fitted(), corpus().matrix, method, min_count=40)[:, :10] for method in labels.METHODS
    ],
    "nearest documents": lambda: labels.nearest_documents(fitted(), corpus().documents, n=3),
    "prevalence": lambda: prevalence(draws(), confidence=0.9),
    "prevalence by month": lambda: prevalence(draws("month")),
    "prevalence between eras": lambda: era_contrasts(draws(), **SIDES, sampling=SAMPLING, plant=False),
    "topics and frames": lambda: topic_frames(
        fitted().doc_topic, fitted(), corpus().documents, frame_hits(), sampling=SAMPLING
    ),
    "topics and frames, outlets together": lambda: topic_frames(
        fitted().doc_topic, fitted(), corpus().documents, frame_hits(), within=None, topics=[1], sampling=SAMPLING
    ),
    "coherence in windows": lambda: [
        coherence.window_coherence(TEXTS, TOPICS, measure, mode=mode, window=window)
        for measure in coherence.MEASURES
        for mode in coherence.MODES
        for window in (None, 2)
    ],
    "coherence in documents": lambda: [
        coherence.document_coherence(corpus().matrix.counts, [[0, 3, 5], [1, 2], [7]], measure)
        for measure in ("c_npmi", "u_mass")
    ],
    "company": lambda: company.neighbours(found(), n=3),
    "company by outlet": lambda: company.neighbours(found("outlet_id"), words=["word0", "word1"]),
    "shifts": lambda: company.association_shifts(found(), **SIDES, shuffles=199, confidence=0.9),
    "likeness": lambda: company.vector_similarity(found(), **SIDES, shuffles=60),
    "collocates": lambda: collocation.frame_collocates(*windows(), min_count=6, min_documents=4),
    "collocates by era": lambda: collocation.frame_collocates(
        *windows(), groups=eras_of_windows(), min_count=3, order="g2", measures=["g2", "mi", "log_dice"]
    ),
    "settled": lambda: read()[1],
    "precision": lambda: [
        scoring.precision(read()[2], by, target=target, min_read=8)
        for by in (["frame"], ["frame", "era_id"])
        for target in ("meaning", "study")
    ],
    "recall": lambda: scoring.recall(read()[1], read()[2]),
    "unevenness": lambda: scoring.uneven(read()[2], "era_id", replicates=99),
    "confusion": lambda: scoring.confusion(read()[2]),
    "lessons": lambda: [scoring.lessons(read()[2], min_read=n) for n in (1, 10, 11)],
    "agreement of coders": lambda: scoring.coder_agreement(read()[0]),
    "agreement of coders by frame": lambda: scoring.coder_agreement(read()[0], ["frame"]),
    "corrected frames": lambda: coded.correct_frames(read()[4], read()[3], read()[1], ["calm", "storm"], "era_id"),
    "corrected contrasts": lambda: coded.correct_contrasts(
        read()[4], read()[3], read()[1], ["calm", "storm", "fog"], CONTRAST
    ),
    "corrected contrasts, for a figure": lambda: [
        coded.in_long_form(coded.correct_contrasts(read()[4], read()[3], read()[1], ["calm", "fog"], CONTRAST)),
        coded.beside(coded.correct_contrasts(read()[4], read()[3], read()[1], ["calm", "fog"], CONTRAST)),
    ],
    "corrected rates, for a figure": lambda: coded.rates_in_long_form(
        coded.correct_frames(read()[4], read()[3], read()[1], ["calm"], "era_id"), "era_id", min_units=7
    ),
    "rates by readings": lambda: [
        correction.corrected_rates(coded.passages_of("calm", read()[3], read()[1]), read()[4], ["era_id"], tuning=t)
        for t in ("full", "tuned", "none")
    ],
    "ratio by readings": lambda: correction.corrected_ratio(
        coded.passages_of("calm", read()[3], read()[1], misses=True), read()[4], CONTRAST, tuning="tuned", level=0.9
    ),
}
held = held_cases("tables_topics.txt", CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_are_those_that_were_approved(name, held):
    assert unlike(list(lines_of(CASES[name]())), held[name]) == []


def test_nothing_is_held_that_nobody_computes(held):
    assert list(held) == list(CASES)
