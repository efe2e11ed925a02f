"""Hits about the focal state over the tokens that fit, on three invented documents."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.frames.about import (
    describe_about,
    describe_contexts,
    describe_each,
    select_about,
    select_contexts,
)
from analysis.measures.frames.rates import rates
from analysis.measures.inference.resampling import Sampling
from analysis.study.declaration import Study


@pytest.fixture
def documents():
    return pd.DataFrame(
        {
            "doc_id": ["a", "b", "c"],
            "cluster_id": ["a", "b", "c"],
            "cluster_position": 1,
            "token_count": [1000, 1000, 1000],
            "title_token_count": 10,
            "lead_token_count": 50,
            "quoted_token_count": 200,
            "reported_token_count": 100,
            "focal_token_count": [100, 400, 0],
            "focal_quoted_token_count": [50, 0, 0],
            "focal_reported_token_count": [0, 100, 0],
        }
    )


@pytest.fixture
def hits():
    rows = [
        ("a", "focal", "quoted", True),
        ("a", "other", "own", True),
        ("b", "focal", "own", False),
        ("c", "none", "own", True),
    ]
    return pd.DataFrame(rows, columns=["doc_id", "about", "voice", "is_core"]).assign(frame="f", zone="body")


@pytest.mark.parametrize(
    ("about", "core", "hit_count", "token_count", "document_count"),
    [
        ("focal", True, 1, 500, 2),
        ("focal", False, 2, 500, 2),
        ("other", True, 2, 3000, 3),
        ("all", True, 3, 3000, 3),
        ("all", False, 4, 3000, 3),
    ],
)
def test_numerator_and_denominator_fit(documents, hits, about, core, hit_count, token_count, document_count):
    table = rates(
        *select_about(documents, hits, about, core=core), by=[], sampling=Sampling(replicates=20, min_units=2)
    )
    row = table.iloc[0]
    assert (row["hit_count"], row["token_count"], row["document_count"]) == (hit_count, token_count, document_count)


def test_voices_have_the_exposure_of_the_concerned_paragraphs(documents, hits):
    kept, _ = select_about(documents, hits)
    assert kept["quoted_token_count"].tolist() == [50, 0]
    assert kept["reported_token_count"].tolist() == [0, 100]
    assert not {"title_token_count", "lead_token_count"} & set(kept.columns)


def test_the_parts_add_up(documents, hits):
    parts = [len(select_about(documents, hits, about, core=False)[1]) for about in ("focal", "other", "all")]
    assert parts[0] + parts[1] == parts[2]


def test_refusals(documents, hits):
    with pytest.raises(DiscourseError, match="about"):
        select_about(documents, hits, "focle")
    with pytest.raises(DiscourseError, match="name focal_state in study"):
        select_about(documents.assign(focal_token_count=0), hits)
    none = select_about(documents.iloc[:0], hits.iloc[:0])
    assert [len(table) for table in none] == [0, 0]


def test_captions_say_which():
    study = Study(focal_state="LAO", focal_name="Laos")
    assert (
        describe_about("focal", study) == "Counted: hits about Laos, over the tokens of paragraphs that concern Laos."
    )
    assert "not about Laos" in describe_about("other", study)


def test_contexts_are_kept_where_all_hits_of_the_frame_are_about_whom_is_asked():
    contexts = pd.DataFrame(
        {"doc_id": ["a", "a", "b", "c", "d"], "frame": ["x", "y", "x", "x", "x"], "term_id": [1, 2, 3, 4, 5]}
    )
    hits = pd.DataFrame(
        {
            "doc_id": ["a", "a", "a", "b", "b", "c"],
            "frame": ["x", "x", "y", "x", "x", "x"],
            "about": ["focal", "focal", "other", "focal", "none", "none"],
        }
    )
    assert select_contexts(contexts, hits, "focal")["term_id"].tolist() == [1]
    assert select_contexts(contexts, hits, "other")["term_id"].tolist() == [2, 4]  # b has both, d no hit
    assert select_contexts(contexts, hits, "all")["term_id"].tolist() == [1, 2, 3, 4, 5]
    assert select_contexts(contexts.head(0), hits.head(0), "focal").empty
    with pytest.raises(DiscourseError, match="'us' is not allowed; allowed: focal, other, all"):
        select_contexts(contexts, hits, "us")
    study = Study(focal_state="XME", focal_name="Merovia")
    assert describe_contexts("focal", study).endswith("where all of its hits are about Merovia.")
    assert len({describe_contexts(about, study) for about in ("focal", "other", "all")}) == 3


@pytest.mark.parametrize("about", ["focal", "other", "all"])
def test_the_sentence_names_the_denominator_that_is_used(documents, hits, about):
    """Rates divide by tokens, shares by documents, shares of hits by hits; a grid of documents counts no hit."""
    said = describe_each(about, Study(focal_state="LAO", focal_name="Laos"))
    kept, _ = select_about(documents, hits, about)
    assert said["tokens"] == describe_about(about, Study(focal_state="LAO", focal_name="Laos"))
    narrowed = len(kept) < len(documents)
    for form in ("tokens", "documents", "presence"):
        assert ("that concern" in said[form]) == narrowed, form
    assert ("among those with a paragraph that concerns Laos" in said["documents"]) == narrowed
    assert [form for form, words in said.items() if "token" in words] == ["tokens"]
    assert "among all documents" in said["having"] and "hit" not in said["presence"]
    assert not any(word in said["hits"] for word in ("document", "among", "over"))
