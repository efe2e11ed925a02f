"""The words a topic model does without, kept by hand in corpus/topics_words.toml, as vocabulary rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.errors import DiscourseError, not_allowed
from analysis.measures.topics.matrix import VocabularyRules
from analysis.study.topic_words import topic_words

KEYS = ("collection", "reason", "words")
LIMITS = ("min_documents", "max_document_share", "max_outlet_share", "min_residual_idf", "min_length", "min_tokens")


def topic_rules(
    collection: str | None = None, *, drop: Iterable[str] = (), words: Mapping[str, Any] | None = None, **limits: float
) -> VocabularyRules:
    """The rules for the topic models of a collection: its limits and lists of `words`, and those of all collections.

    drop: further words to leave out. limits: instead of the file's (fields of `VocabularyRules`). words: the content
    of topics_words.toml (None: the corpus folder's; none there: the defaults). Raises `DiscourseError` for a limit or
    a key of a list that is unknown.
    """
    words = topic_words() if words is None else words
    wanted = {**words.get("limits", {}).get("all", {}), **words.get("limits", {}).get(collection, {}), **limits}
    for name in wanted:
        if name not in LIMITS:
            raise DiscourseError(not_allowed("limit of topic words", name, LIMITS))
    dropped = set(drop)
    for entry in words.get("drop", ()):
        for key in entry:
            if key not in KEYS:
                raise DiscourseError(not_allowed("key of a list of topic words", key, KEYS))
        if entry.get("collection") in (None, collection):
            dropped.update(str(entry.get("words", "")).split())
    fixes = tuple(sorted(words.get("lemmas", {}).items()))
    return VocabularyRules(**wanted, lemma_fixes=fixes, drop=tuple(sorted(dropped)))
