"""From annotated parts to one public store: canonical vocabulary, pooled rare terms, clusters, tables in bounded size.

Two passes over the archives. The first reads only what must be known of all documents at once (metadata, terms,
speakers, sketches); the second rewrites one archive after the other with final ids. The result depends on the
documents and their order, not on how they were cut into parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError
from analysis.store.contracts import CONTRACTS, POOLED_TERM, POOLED_TERM_ID
from analysis.texts.build.part_file import read_sketches, unpack
from analysis.texts.build.threads import in_order

if TYPE_CHECKING:
    import pyarrow as pa

    from analysis.store.gateway import StoreWriter
    from analysis.texts.dedupe.sketches import SketchStore

DOCUMENTS_PER_FILE = 8192
TERMS_AT_ONCE = 2_000_000
TOKENS_PER_FILE = 4_000_000
PIECES = 64  # archives whose tables wait as they came: a small table costs far more memory than its rows


@dataclass(slots=True)
class Survey:
    """What the first pass found: kept documents in reading order, and which rows of each archive these are."""

    documents: pa.Table
    paths: list[Path]
    keep: list[np.ndarray]
    refusals: list[dict[str, Any]]
    read: dict[str, int]


def survey(paths: Iterable[Path], sketches: SketchStore | None = None) -> Survey:
    """Read the documents of all archives; a second document with an id already seen is refused, with the reason.

    paths: the archives in reading order, perhaps of a build that is still under way.
    sketches: gets the sketches of the kept documents, in their order."""
    import pyarrow as pa

    seen: dict[str, str] = {}
    read: Counter[str] = Counter()
    tables, keep, refusals, read_paths = [], [], [], []
    for path in paths:
        read_paths.append(path)
        part = unpack(path, ("documents", "refusals", "summary", "sketches"))
        for row in part["summary"].to_pylist():
            read[row["source_id"]] += row["read"]
        refusals += part["refusals"].to_pylist()
        ids, origins, sources = (part["documents"][c].to_pylist() for c in ("doc_id", "origin", "source_id"))
        mask = np.ones(len(ids), dtype=bool)
        for row, (doc_id, origin) in enumerate(zip(ids, origins, strict=True)):
            first = seen.setdefault(doc_id, origin)
            if first is not origin:
                mask[row] = False
                reason = f"doc_id {doc_id!r} stands already at {first}; ids are unique, the first is kept. Two "
                reason += "sources that number their texts need an id_prefix in sources.toml."
                refusals.append(
                    {
                        "origin": origin,
                        "reason": reason,
                        "kind": "duplicate-id",
                        "doc_id": doc_id,
                        "rows": 1,
                        "source_id": sources[row],
                    }
                )
        tables.append(part["documents"].filter(pa.array(mask)))
        if sketches is not None:
            sketches.add(read_sketches(part["sketches"].filter(pa.array(mask))))
        keep.append(mask)
    if not any(len(table) for table in tables):
        raise DiscourseError("no document could be kept; see the refusals in the build report.")
    return Survey(pa.concat_tables(tables), read_paths, keep, refusals, dict(read))


def count_terms(survey: Survey, hidden: np.ndarray) -> pa.Table:
    """Every term of the documents that are shown, in code point order, with its document_count and token_count.

    hidden: for each kept document, in order, whether all its words go into the pool.
    """
    import pyarrow as pa

    found: list[pa.Table] = []
    starts = [0, *np.cumsum([int(mask.sum()) for mask in survey.keep]).tolist()]
    for path, mask, start in zip(survey.paths, survey.keep, starts[:-1], strict=True):
        shown = mask.copy()
        shown[mask] = ~hidden[start : start + int(mask.sum())]
        if shown.all():
            found.append(unpack(path, ("terms",))["terms"])
        else:
            part = unpack(path, ("terms", "counts"))
            kept = shown[part["counts"]["doc_index"].to_numpy()]
            index = part["counts"]["term_index"].to_numpy()[kept]
            weight = part["counts"]["token_count"].to_numpy()[kept]
            size = len(part["terms"])
            columns = [part["terms"]["term"], *_sums(index, weight, size)]
            found.append(pa.table(dict(zip(part["terms"].column_names, columns, strict=True))))
        # Folded whenever as many rows are new as the sum has: memory follows the vocabulary, not the archives.
        if sum(map(len, found[1:])) >= max(len(found[0]), TERMS_AT_ONCE):
            found = [_sum_terms(found)]
    terms = _sum_terms(found)
    return terms.sort_by("term")  # UTF-8 sorts by its bytes as code points do


def _sums(index: np.ndarray, weight: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """How often each number below `size` stands in `index`, and the sum of its weights."""
    return np.bincount(index, minlength=size), np.bincount(index, weights=weight, minlength=size).astype(np.int64)


def _sum_terms(tables: Sequence[pa.Table]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    counts = ("document_count", "token_count")
    grouped = pa.concat_tables(tables).group_by("term").aggregate([(name, "sum") for name in counts])
    table = pa.table({"term": grouped["term"], **{name: grouped[f"{name}_sum"] for name in counts}})
    return table.filter(pc.greater(table["document_count"], 0))


def vocabulary_of(terms: pa.Table, min_documents: int) -> pa.Table:
    """The terms found in at least `min_documents` documents. Row i has the term id i + 1; 0 is the pool."""
    import pyarrow.compute as pc

    return terms.filter(pc.greater_equal(terms["document_count"], min_documents)).combine_chunks()


def describe(kept: pa.Table, lemma_of: Callable[[str], str], is_stopword: Callable[[str], bool]) -> pa.Table:
    """The kept terms with lemma and is_stopword."""
    import pyarrow as pa

    names = kept["term"].to_pylist()
    lemmas = pa.array([lemma_of(name) for name in names], pa.string())
    stop = pa.array([is_stopword(name) for name in names], pa.bool_())
    return kept.append_column("lemma", lemmas).append_column("is_stopword", stop)


def vocabulary_table(
    described: pa.Table, terms: pa.Table, *, pooled_documents: int, hidden_tokens: int = 0
) -> pa.Table:
    """The vocabulary table: the pool, then the kept terms as `describe` gives them.

    terms: all terms, of which those not kept are in the pool. pooled_documents: how many documents contain one.
    hidden_tokens: the tokens of small documents, which are all in the pool."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # The sum of nothing is None.
    pooled = (pc.sum(terms["token_count"]).as_py() or 0) - (pc.sum(described["token_count"]).as_py() or 0)
    pooled += hidden_tokens
    pool = {
        "term": POOLED_TERM,
        "document_count": pooled_documents,
        "token_count": pooled,
        "lemma": POOLED_TERM,
        "is_stopword": False,
    }
    table = pa.concat_tables([pa.Table.from_pylist([pool], schema=described.schema), described])
    table = table.append_column("term_id", pa.array(np.arange(len(table), dtype=np.int32)))
    return table.select(CONTRACTS["vocabulary"].names)


def frequent_speakers(survey: Survey, known: frozenset[str], min_documents: int) -> frozenset[str]:
    """Speakers that may be named: people of the actors file, and names found in at least `min_documents` documents."""
    found: Counter[str] = Counter()
    for path, mask in zip(survey.paths, survey.keep, strict=True):
        hits = unpack(path, ("hits",))["hits"].select(["doc_index", "speaker"]).to_pydict()
        pairs = {(i, s) for i, s in zip(hits["doc_index"], hits["speaker"], strict=True) if s is not None and mask[i]}
        found.update(speaker for _, speaker in pairs)
    return known | {name for name, n in found.items() if n >= min_documents}


@dataclass(frozen=True)
class Rules:
    """What may be named and shown. speakers: names that may be printed. closed: for each kept document whether its text
    may not be reprinted. small: tokens below which a closed document's counts, or its words near one frame, are pooled.
    outside: for each kept document whether all its words are pooled, whatever its size (None: of no document)."""

    speakers: frozenset[str]
    closed: np.ndarray
    small: int
    outside: np.ndarray | None = None


@dataclass(slots=True)
class Tally:
    """What writing the tables counted. pooled_documents: with a pooled term. hidden_windows, hidden_window_tokens: pairs
    of document and frame whose words near the frame are all pooled, and the tokens of these."""

    pooled_documents: int = 0
    hidden_windows: int = 0
    hidden_window_tokens: int = 0

    def add(self, other: Tally) -> None:
        """Add what was counted in another part."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def write_tables(
    writer: StoreWriter, found: Survey, documents: pa.Table, vocabulary: pa.Table, rules: Rules, *, threads: int = 1
) -> Tally:
    """Second pass: write every document-level table, split by collection into files of bounded size.

    A file ends at `DOCUMENTS_PER_FILE` documents, or with the document that completes `TOKENS_PER_FILE` tokens.
    documents: the finished documents table, rows as in `found`. vocabulary: see `vocabulary_of`. threads: archives read
    and rewritten at once; the bytes are the same.
    """
    tally = Tally()
    waiting: dict[str, _Waiting] = {}
    starts = [0, *np.cumsum([int(mask.sum()) for mask in found.keep]).tolist()]
    terms = vocabulary["term"].combine_chunks()
    documents = documents.combine_chunks()  # one piece an archive until here: each slice would look for its own

    def rewritten(one: tuple[Path, np.ndarray, int]) -> tuple[list[tuple[str, dict[str, pa.Table]]], Tally]:
        return _rewrite(*one, documents, terms, rules)

    for pieces, counted in in_order(rewritten, zip(found.paths, found.keep, starts[:-1], strict=True), threads):
        tally.add(counted)
        for collection, tables in pieces:
            held = waiting.setdefault(collection, _Waiting())
            held.add(tables)
            while held.fills_a_file():
                held.write_file(writer, collection)
    for collection, held in waiting.items():
        if held.documents:
            held.write_file(writer, collection)
    return tally


class _Waiting:
    """The tables of one collection that no file holds yet. There may be an archive for each text: their pieces are packed
    together some at a time, and joined when they fill a file."""

    def __init__(self) -> None:
        self._packed: list[dict[str, pa.Table]] = []
        self._pieces: list[dict[str, pa.Table]] = []
        self.documents = self._tokens = 0

    def add(self, tables: dict[str, pa.Table]) -> None:
        """Tables whose rows are in order of `_order`, and come behind what is there."""
        self._pieces.append(tables)
        self.documents += len(tables["documents"])
        self._tokens += int(tables["documents"]["token_count"].to_numpy().sum(dtype=np.int64))
        if len(self._pieces) == PIECES:
            self._packed.append({name: table.combine_chunks() for name, table in _joined(self._pieces).items()})
            self._pieces = []

    def fills_a_file(self) -> bool:
        """Whether there are `DOCUMENTS_PER_FILE` documents or `TOKENS_PER_FILE` tokens."""
        return self.documents >= DOCUMENTS_PER_FILE or (self.documents > 0 and self._tokens >= TOKENS_PER_FILE)

    def write_file(self, writer: StoreWriter, collection: str) -> None:
        """Write as many of the documents as one file takes, and keep the rest."""
        held = _joined([*self._packed, *self._pieces])
        tokens = np.cumsum(held["documents"]["token_count"].to_numpy(), dtype=np.int64)
        number = min(int(np.searchsorted(tokens, TOKENS_PER_FILE)) + 1, DOCUMENTS_PER_FILE, len(tokens))
        last = held["documents"]["_order"][number - 1].as_py()
        rest = {}
        for name, table in held.items():
            cut = int(np.searchsorted(table["_order"].to_numpy(), last, side="right"))
            writer.add(name, table.slice(0, cut).drop_columns("_order").combine_chunks(), collection)
            rest[name] = table.slice(cut)
        self._packed, self._pieces, self.documents, self._tokens = [], [], 0, 0
        self.add(rest)


def _joined(pieces: list[dict[str, pa.Table]]) -> dict[str, pa.Table]:
    import pyarrow as pa

    return {name: pa.concat_tables([piece[name] for piece in pieces]) for name in pieces[0]}


def _rewrite(
    path: Path, mask: np.ndarray, start: int, documents: pa.Table, terms: pa.Array, rules: Rules
) -> tuple[list[tuple[str, dict[str, pa.Table]]], Tally]:
    """The finished tables of one archive, split by collection, and what was hidden; `_order` is the document's place in
    reading order.

    mask: which of its documents are kept. start: the reading order of the first of these."""
    import pyarrow as pa
    import pyarrow.compute as pc

    part = unpack(path, ("terms", "counts", "hits", "contexts", "actors"))
    n_kept = int(mask.sum())
    rows = documents.slice(start, n_kept).append_column("_order", pa.array(np.arange(start, start + n_kept)))
    order = np.full(len(mask), -1, dtype=np.int64)
    order[mask] = np.arange(start, start + n_kept)
    doc_ids = rows["doc_id"].combine_chunks()
    at = pc.index_in(part["terms"]["term"].combine_chunks(), value_set=terms)
    to_id = pc.fill_null(pc.add(at, POOLED_TERM_ID + 1), POOLED_TERM_ID).to_numpy(zero_copy_only=False)
    counts, hits, near = (_in_order(part[name], order) for name in ("counts", "hits", "contexts"))
    closed = rules.closed[start : start + n_kept]
    small = closed & (rows["token_count"].to_numpy() < rules.small)
    few, tally = _few_words(near, closed[near["_order"].to_numpy() - start], rules.small)
    outside = np.zeros(n_kept, dtype=bool) if rules.outside is None else rules.outside[start : start + n_kept]
    few = few | outside[near["_order"].to_numpy() - start]
    tables = {
        "counts": _with_terms(counts, to_id, (), (small | outside)[counts["_order"].to_numpy() - start]),
        "hits": _public_hits(hits, rules.speakers, small[hits["_order"].to_numpy() - start]),
        "contexts": _with_terms(near, to_id, ("frame",), few),
        "actors": _in_order(part["actors"], order),
    }
    tally.pooled_documents = int(np.count_nonzero(tables["counts"]["term_id"].to_numpy() == POOLED_TERM_ID))
    for name, table in tables.items():
        table = table.append_column("doc_id", doc_ids.take(pa.array(table["_order"].to_numpy() - start)))
        tables[name] = table.select([*CONTRACTS[name].names, "_order"])
    tables = {"documents": rows, **tables}
    collections = pc.unique(rows["collection"]).to_pylist()
    if len(collections) == 1:
        return [(collections[0], tables)], tally
    chosen = {c: rows.filter(pc.equal(rows["collection"], c))["_order"].combine_chunks() for c in collections}
    split = [(c, {n: t.filter(pc.is_in(t["_order"], own)) for n, t in tables.items()}) for c, own in chosen.items()]
    return split, tally


def _in_order(table: pa.Table, order: np.ndarray) -> pa.Table:
    """Rows of kept documents only, with `_order` in place of `doc_index`, sorted by it (and as they were within)."""
    import pyarrow as pa

    where = order[table["doc_index"].to_numpy()] if len(table) else np.empty(0, dtype=np.int64)
    rows = np.flatnonzero(where >= 0)
    rows = rows[np.argsort(where[rows], kind="stable")]
    return table.drop_columns("doc_index").take(pa.array(rows)).append_column("_order", pa.array(where[rows]))


def _few_words(near: pa.Table, closed: np.ndarray, small: int) -> tuple[np.ndarray, Tally]:
    """For each row of the contexts whether the words near its frame in its document are too few to be shown alone."""
    if not len(near):
        return closed, Tally()
    frames = np.unique(near["frame"].to_numpy().astype(object), return_inverse=True)[1]
    pairs, group = np.unique(np.stack([near["_order"].to_numpy(), frames]), axis=1, return_inverse=True)
    tokens = near["token_count"].to_numpy()
    sums = np.bincount(group.ravel(), weights=tokens, minlength=pairs.shape[1])
    few = closed & (sums[group.ravel()] < small)
    return few, Tally(0, len(np.unique(group.ravel()[few])), int(tokens[few].sum()))


def _with_terms(table: pa.Table, to_id: np.ndarray, by: tuple[str, ...], hidden: np.ndarray) -> pa.Table:
    """Final term ids, the pool summed, sorted by document, `by` and term; rows of `hidden` are all in the pool."""
    import pyarrow as pa

    where = table["_order"].to_numpy()
    key = where - (where.min() if len(where) else 0)  # one number for document, `by` and term, sorted once
    columns: dict[str, pa.Array] = {}
    for column in by:
        names, codes = np.unique(table[column].to_numpy().astype(object), return_inverse=True)
        key = key * len(names) + codes
        columns[column] = pa.array(names[codes], pa.string())
    terms = to_id[table["term_index"].to_numpy().astype(np.int64)]
    terms = np.where(hidden, POOLED_TERM_ID, terms).astype(terms.dtype)
    key = key * (int(to_id.max(initial=0)) + 1) + terms
    # Archives are sorted and ids keep the order of terms: only pooled terms are out of place, so sorting is cheap.
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    summed = np.add.reduceat(table["token_count"].to_numpy()[order], first) if len(first) else first
    first = order[first]
    columns |= {"_order": pa.array(where, pa.int64()), "term_id": pa.array(terms, pa.int32())}
    return pa.table(
        {name: values.take(pa.array(first)) for name, values in columns.items()}
        | {"token_count": pa.array(summed, pa.int64())}
    )


def _public_hits(hits: pa.Table, speakers: frozenset[str], small: np.ndarray) -> pa.Table:
    """Hits with the names of rarely named people left out (their role and side stay), and in small documents the place:
    a tenth of a headline is one word."""
    import pyarrow as pa

    names = [name if name in speakers else None for name in hits["speaker"].to_pylist()]
    hits = hits.set_column(hits.schema.get_field_index("speaker"), "speaker", pa.array(names, pa.string()))
    tenths = pa.array(hits["tenth"].to_numpy(), pa.int32(), mask=small)
    return hits.set_column(hits.schema.get_field_index("tenth"), "tenth", tenths)
