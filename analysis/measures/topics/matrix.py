"""From the store's bags of words to the matrix a topic model is fitted on, with an account of every token left out.

Documents are sorted by doc_id and words by code point, so the matrix (and its content hash) does not depend on the
order in which rows or files were read.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, NothingFound
from analysis.store.contracts import POOLED_TERM_ID

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

REASONS = (
    "kept",
    "pooled",
    "stop word",
    "dropped by name",
    "too short",
    "too rare",
    "too common",
    "one outlet's own",
    "spread evenly",
    "short document",
)
KEPT = REASONS.index("kept")


@dataclass(frozen=True)
class VocabularyRules:
    """Which words and documents a topic model sees.

    min_documents: a word occurs in at least so many documents. max_document_share: and in at most this share of them.
    max_outlet_share: no outlet accounts for more than this share of a word's use, use being the sum over outlets of its
    rate there (names of countries and of papers: a topic made of them says who speaks, not what about); 1 keeps all;
    applied only when there are at least three outlets. min_residual_idf: a word stands in so much fewer documents than
    its tokens thrown at random would, in bits (`residual_idf`): formulae stand once in every document, words of a
    subject several times in few; None keeps all. lemmas: forms of one lemma are one word; lemma_fixes: form -> lemma,
    instead of the store's. drop: words left out by name. min_length: characters of a word. min_tokens: kept tokens that
    a document needs.
    """

    min_documents: int = 5
    max_document_share: float = 0.6
    max_outlet_share: float = 0.5
    min_residual_idf: float | None = None
    lemmas: bool = True
    lemma_fixes: tuple[tuple[str, str], ...] = ()
    drop: tuple[str, ...] = ()
    min_length: int = 3
    min_tokens: int = 10


@dataclass(frozen=True, eq=False)
class TopicMatrix:
    """Counts of topic words by document.

    doc_ids: D ids in ascending order. terms: V words in code point order. counts: D x V sparse int32, rows sorted.
    mass: tokens by reason (`REASONS`), which together are all tokens of the counts given.
    left_out: ids of documents with fewer than the minimum of topic words.
    """

    doc_ids: tuple[str, ...]
    terms: tuple[str, ...]
    counts: sparse.csr_matrix
    mass: dict[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        return (len(self.doc_ids), len(self.terms))

    @functools.cached_property
    def content_hash(self) -> str:
        """sha256 over documents, words and counts; equal for equal matrices whatever produced them."""
        digest = hashlib.sha256()
        for part in ("\x1f".join(self.doc_ids), "\x1f".join(self.terms)):
            digest.update(part.encode("utf-8") + b"\x1e")
        for array in (self.counts.indptr, self.counts.indices, self.counts.data):
            digest.update(np.ascontiguousarray(array, dtype=np.int64).tobytes())
        return digest.hexdigest()

    def report(self) -> pd.DataFrame:
        """One row per reason: `reason`, `token_count`, `token_share` (of all tokens given; 0 to 1)."""
        import pandas as pd

        total = sum(self.mass.values())
        rows = [(reason, self.mass.get(reason, 0)) for reason in REASONS]
        table = pd.DataFrame(rows, columns=["reason", "token_count"])
        table["token_share"] = table["token_count"] / max(total, 1)
        return table

    def rows(self, chosen: Collection[int] | np.ndarray) -> TopicMatrix:
        """The matrix of some documents (row numbers), words unchanged; rows stay in ascending order of doc_id."""
        index = np.unique(np.asarray(list(chosen), dtype=np.int64))
        return TopicMatrix(tuple(self.doc_ids[i] for i in index), self.terms, self.counts[index], {}, ())


def topic_matrix(
    counts: pd.DataFrame | Iterable[pd.DataFrame],
    vocabulary: pd.DataFrame,
    documents: pd.DataFrame | None = None,
    *,
    rules: VocabularyRules | None = None,
) -> TopicMatrix:
    """Build the matrix from the store's `counts` (doc_id, term_id, token_count) and `vocabulary`.

    counts: one frame, or several (`store.pieces("counts")`), of which one is in memory at a time. documents: use only
    these (doc_id), and their outlet_id for `max_outlet_share`; None: every document of `counts`. A lemma is a stop word
    if any of its forms is. The pooled row (term_id 0) is never a word; its mass is reported with that of every other
    reason. Documents with too few kept tokens are left out and listed. Raises `DiscourseError` if nothing is left, or
    if a column is missing.
    """
    import pandas as pd

    rules = rules or VocabularyRules()
    _require_columns("vocabulary", vocabulary, ("term_id", "term", "lemma", "is_stopword"))
    words, word_of_term, reason = _words(vocabulary, rules)
    frames = [counts] if isinstance(counts, pd.DataFrame) else counts
    wanted = None if documents is None else pd.Index(documents["doc_id"])
    docs, matrix = _joined([_piece(frame, wanted, word_of_term, len(words)) for frame in frames], len(words))
    known = _known(matrix, reason)
    hidden, pooled = docs[~known].tolist(), int(matrix[~known].sum())
    docs, matrix = docs[known], matrix[known]
    _close_by_use(reason, matrix, _outlets(docs, documents), rules)
    by_word = np.asarray(matrix.sum(axis=0)).ravel()
    mass = {name: int(by_word[reason == i].sum()) for i, name in enumerate(REASONS)}
    mass["pooled"] += pooled
    kept = np.flatnonzero(reason == KEPT)
    matrix = matrix[:, kept]
    length = np.asarray(matrix.sum(axis=1)).ravel()
    enough = length >= max(rules.min_tokens, 1)
    mass["short document"] = int(length[~enough].sum())
    mass["kept"] -= mass["short document"]
    matrix = matrix[enough]
    used = np.asarray(matrix.sum(axis=0)).ravel() > 0
    if not used.any():
        raise NothingFound(
            f"topic_matrix: no word is left of {len(words)} in {len(docs)} documents under {rules}; lower its limits."
        )
    matrix = matrix[:, used].tocsr()
    matrix.sort_indices()
    left_out = tuple(sorted([*docs[~enough].tolist(), *hidden]))
    return TopicMatrix(tuple(docs[enough].tolist()), tuple(words[kept][used].tolist()), matrix, mass, left_out)


def _known(matrix: sparse.csr_matrix, reason: np.ndarray) -> np.ndarray:
    """The documents of which any word is known: those of small documents are all pooled, and whether they hold a word is
    not known, so they count in no share of documents."""
    return np.asarray(matrix[:, np.flatnonzero(reason != REASONS.index("pooled"))].sum(axis=1)).ravel() > 0


def _piece(
    counts: pd.DataFrame, wanted: pd.Index | None, word_of_term: np.ndarray, n_words: int
) -> tuple[np.ndarray, sparse.csr_matrix]:
    """The ids of one frame's documents in code point order, and their counts by word."""
    _require_columns("counts", counts, ("doc_id", "term_id", "token_count"))
    table = counts[["doc_id", "term_id", "token_count"]]
    if wanted is not None:
        table = table[table["doc_id"].isin(wanted)]
    docs, doc_index = _sorted_ids(table["doc_id"])
    term_ids = table["term_id"].to_numpy(dtype=np.int64)
    if len(term_ids) and (term_ids.max() >= len(word_of_term) or (word_of_term[term_ids] < 0).any()):
        raise DiscourseError(
            "topic_matrix: counts name a term_id that vocabulary does not have; take both of one store."
        )
    return docs, _sum_counts(doc_index, word_of_term[term_ids], table["token_count"].to_numpy(), (len(docs), n_words))


def _joined(pieces: list[tuple[np.ndarray, sparse.csr_matrix]], n_words: int) -> tuple[np.ndarray, sparse.csr_matrix]:
    """All pieces as one: ids in code point order, and the sum of their rows."""
    from scipy import sparse

    if len(pieces) == 1:
        return pieces[0]
    ids = np.concatenate([docs for docs, _ in pieces] or [np.empty(0, dtype=str)])
    docs, place = np.unique(ids, return_inverse=True)
    gather = sparse.csr_matrix((np.ones(len(ids), np.int32), (place, np.arange(len(ids)))), (len(docs), len(ids)))
    stacked = sparse.vstack([matrix for _, matrix in pieces] or [sparse.csr_matrix((0, n_words), dtype=np.int32)])
    pieces.clear()
    summed = (gather @ stacked).tocsr()
    summed.sort_indices()
    return docs, summed


def _sorted_ids(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """The distinct ids in code point order, and the number of each row's."""
    import pandas as pd

    codes, found = pd.factorize(column)
    ids = np.array(found.tolist(), dtype=str)
    order = np.argsort(ids)
    place = np.empty(len(ids), dtype=np.int64)
    place[order] = np.arange(len(ids))
    return ids[order], place[codes]


def _close_by_use(
    reason: np.ndarray, matrix: sparse.csr_matrix, outlets: np.ndarray | None, rules: VocabularyRules
) -> None:
    """Mark, in place, the words that are still open and too rare, too common or one outlet's own."""
    open_ = reason == KEPT
    found = np.asarray((matrix > 0).sum(axis=0)).ravel()
    if outlets is not None and rules.max_outlet_share < 1:
        reason[open_ & (_outlet_share(matrix, outlets) > rules.max_outlet_share)] = REASONS.index("one outlet's own")
    if rules.min_residual_idf is not None:
        spread = np.zeros(len(reason), dtype=bool)
        some = np.flatnonzero(open_ & (found >= rules.min_documents))
        spread[some] = residual_idf(matrix[:, some]) < rules.min_residual_idf
        reason[(reason == KEPT) & spread] = REASONS.index("spread evenly")
    reason[open_ & (found > rules.max_document_share * matrix.shape[0])] = REASONS.index("too common")
    reason[open_ & (found < rules.min_documents)] = REASONS.index("too rare")


def residual_idf(counts: sparse.csr_matrix) -> np.ndarray:
    """For each word log2 of the documents expected by chance over the documents it stands in (Church and Gale 1995).

    Expected: its tokens thrown at random over documents in proportion to their length. Near 0: spread like chance;
    higher: more tokens in fewer documents. A word without tokens gives 0.
    """
    length = np.asarray(counts.sum(axis=1)).ravel().astype(float)
    found = np.asarray((counts > 0).sum(axis=0)).ravel()
    rate = np.asarray(counts.sum(axis=0)).ravel() / max(length.sum(), 1.0)
    # Lengths in steps of one per cent: the sum over documents becomes one over some hundred steps.
    steps, number = np.unique(np.round(np.log(np.maximum(length, 1)) * 100) / 100, return_counts=True)
    expected = (1 - np.exp(-np.outer(rate, np.exp(steps)))) @ number
    return np.where(found > 0, np.log2(np.maximum(expected, 1e-12) / np.maximum(found, 1)), 0.0)


def _outlets(docs: np.ndarray, documents: pd.DataFrame | None) -> np.ndarray | None:
    """The outlet number of each document, or None when unknown or fewer than three."""
    if documents is None or "outlet_id" not in documents.columns:
        return None
    known = dict(zip(documents["doc_id"], documents["outlet_id"], strict=True))
    names, index = np.unique(np.array([known[d] for d in docs.tolist()], dtype=str), return_inverse=True)
    return index if len(names) >= 3 else None


def _outlet_share(matrix: sparse.csr_matrix, outlets: np.ndarray) -> np.ndarray:
    """For each word the largest outlet's rate over the sum of all outlets' rates (0 to 1; 1: one outlet's own)."""
    from scipy import sparse

    n_outlets = int(outlets.max()) + 1
    member = sparse.csr_matrix((np.ones(len(outlets)), (outlets, np.arange(len(outlets)))), (n_outlets, len(outlets)))
    tokens = (member @ matrix).toarray()
    # One document's worth of tokens is added to every outlet, so that an outlet of one document owns no word by chance.
    rate = tokens / (tokens.sum(axis=1, keepdims=True) + matrix.sum() / max(matrix.shape[0], 1))
    return rate.max(axis=0) / np.maximum(rate.sum(axis=0), 1e-300)


def _require_columns(name: str, table: pd.DataFrame, wanted: Sequence[str]) -> None:
    missing = [column for column in wanted if column not in table.columns]
    if missing:
        raise DiscourseError(f"topic_matrix: {name} has no column {missing}; needed: {', '.join(wanted)}.")


def _words(vocabulary: pd.DataFrame, rules: VocabularyRules) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The words in code point order, the word of each term_id (-1: unknown), and why a word is out before counting."""
    ids = vocabulary["term_id"].to_numpy(dtype=np.int64)
    forms = vocabulary["lemma" if rules.lemmas else "term"].to_numpy(dtype=str)
    terms = vocabulary["term"].to_numpy(dtype=str)
    if rules.lemmas and rules.lemma_fixes:
        fixes = dict(rules.lemma_fixes)
        forms = np.array([fixes.get(t, f) for t, f in zip(terms.tolist(), forms.tolist(), strict=True)], dtype=str)
    words, inverse = np.unique(forms, return_inverse=True)
    word_of_term = np.full(int(ids.max(initial=0)) + 1, -1, dtype=np.int64)
    word_of_term[ids] = inverse
    reason = np.full(len(words), KEPT, dtype=np.int8)
    short = np.array([len(w) < rules.min_length or not any(c.isalpha() for c in w) for w in words], dtype=bool)
    named = np.isin(words, sorted(rules.drop))
    named[inverse[np.isin(terms, sorted(rules.drop))]] = True
    stop = np.zeros(len(words), dtype=bool)
    stop[inverse[vocabulary["is_stopword"].to_numpy(dtype=bool)]] = True
    reason[short] = REASONS.index("too short")
    reason[named] = REASONS.index("dropped by name")
    reason[stop] = REASONS.index("stop word")
    reason[inverse[ids == POOLED_TERM_ID]] = REASONS.index("pooled")
    return words, word_of_term, reason


def _sum_counts(rows: np.ndarray, columns: np.ndarray, values: np.ndarray, shape: tuple[int, int]) -> sparse.csr_matrix:
    from scipy import sparse

    matrix = sparse.coo_matrix((values.astype(np.int32), (rows, columns)), shape=shape).tocsr()
    matrix.sum_duplicates()
    return matrix
