"""The private side's steps as benchmark cases, on the texts that `peers` gives to the other packages."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.study.settings import corpus_folder
from analysis.texts.annotate.tokens import lower, tokenize
from analysis.texts.document import Document
from benchmarks import samples
from benchmarks.peers import speeches


def prepare(function: str) -> Any:
    """The speeches; for matching and annotation with an engine that is ready, as in a build of many parts."""
    in_use = samples.documents()
    texts = speeches() if in_use is None else [document.text for document in in_use]
    if function in ("tokenise", "count"):
        return texts
    from analysis.texts.annotate.engine import Engine

    engine = Engine.from_folder(corpus_folder())
    documents = in_use or [Document(str(i), "un", "un", text, genre="speech") for i, text in enumerate(texts)]
    engine.annotate(documents[:3])
    return engine, documents


def tokenise(texts: list[str]) -> int:
    """Tokens by the project's definition (inner hyphens and apostrophes kept)."""
    return sum(len(tokenize(text)) for text in texts)


def count(texts: list[str]) -> int:
    """Tokens to numbers, and how often each stands in each document."""
    ids: dict[str, int] = {}
    cells = 0
    for text in texts:
        numbers = [ids.setdefault(token, len(ids)) for token in tokenize(text)]
        cells += len(np.unique(np.array(numbers, dtype=np.int32), return_counts=True)[0])
    return cells


def match(ready: Any) -> int:
    """All codebook patterns found in the raw texts; no tokens are made."""
    engine, documents = ready
    return sum(1 for d in documents for _ in engine.matcher.scan(d.text, lower(d.text)))


def private_side(ready: Any) -> int:
    """Clean, tokens, counts, hits, quotations, voices, speakers, contexts, actors."""
    engine, documents = ready
    return len(engine.annotate(documents).token_ids)
