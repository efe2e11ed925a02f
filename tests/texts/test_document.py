"""What travels through the private side."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from analysis.store.contracts import DATE_BASES
from analysis.texts.document import Document, Refusal


def test_a_document_cannot_be_changed_and_travels_to_other_processes():
    made = Document("a", "news", "post", "words", notes=(("navigation", 1),))
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.text = "other"
    assert pickle.loads(pickle.dumps(made)) == made
    assert (made.published, made.date_precision, made.date_basis, made.language) == (None, "none", "none", "en")
    assert made.date_basis in DATE_BASES and DATE_BASES[-1] == "none"


def test_a_refusal_says_where_why_and_of_which_kind():
    made = Refusal("a.csv:3", "no text", "empty")
    assert (made.origin, made.reason, made.kind, made.doc_id) == ("a.csv:3", "no text", "empty", None)
