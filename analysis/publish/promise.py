"""The promise of the public store, checked table by table: nothing in it is a function of word order, nothing identifies
more than its licence allows, and no small text stands alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.store.contracts import CONTRACTS, POOLED_TERM_ID

if TYPE_CHECKING:
    import pandas as pd

    from analysis.store import Store

SMALL = 50
LEAST_SMALL = 20
_CLOSED = re.compile(
    r"\b(?:unknown|unclear|not stated|private|all rights reserved|no licen[cs]e|none|copyright(?!\s+waived))\b|©|\(c\)",
    re.I,
)
_HEX = re.compile(r"[0-9a-f]{12,}\Z")
_HASHES_ALLOWED = ("url_key",)  # keyed, of addresses
_NAME_WORD = re.compile(r"[^\W\d_]{3,}")
_FILE = re.compile(r"\.(?:txt|md|html?|csv|tsv|jsonl?|ndjson|xlsx|parquet|pdf|docx|rtf|warc|zip|gz)\b", re.I)
_ID_WORDS = 3


@dataclass(frozen=True)
class Finding:
    """One reason not to release: where, and what was found there (never the text itself)."""

    place: str
    reason: str


def is_closed(licence: str) -> bool:
    """Whether a licence, as far as it is known, lets nothing be reprinted: empty, unknown, or rights reserved.

    >>> [is_closed(text) for text in ("unknown; outlet copyright", "CC BY-SA 4.0", "public domain", "")]
    [True, False, False, True]
    """
    return not licence.strip() or _CLOSED.search(licence) is not None


def check_promise(store: Store) -> Iterator[Finding]:
    """All that breaks the promise in one store."""
    documents = store.table("documents")
    yield from _undeclared(store)
    yield from _hashes(store)
    yield from _identity(store, documents)
    yield from _licences(documents)
    yield from _small(store, documents)
    yield from _row_order(store)
    yield from _manifest(store)


def _undeclared(store: Store) -> Iterator[Finding]:
    """Columns in the files that no contract declares: readers pass them by, attackers do not."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from analysis.store.gateway import read_part

    for part in store.manifest["tables"]:
        schema = pq.read_schema(pa.BufferReader(read_part(store.path, part)))
        extra = [name for name in schema.names if name not in CONTRACTS[part["table"]].names]
        if extra:
            yield Finding(part["table"], f"columns that no contract declares: {', '.join(extra)}")


def _hashes(store: Store) -> Iterator[Finding]:
    for name, contract in CONTRACTS.items():
        for column in contract.columns:
            # An archive's coordinates, hashes of its whole records among them, are public where they come from.
            if column.dtype != "string" or column.name in _HASHES_ALLOWED or name == "captures":
                continue
            values = [v for v in store.arrow(name, [column.name]).column(0).unique().to_pylist() if v]
            hashes = sum(1 for v in values if _HEX.match(v))
            if hashes > 0.5 * len(values):
                yield Finding(
                    f"{name}.{column.name}", f"{hashes} values look like hashes; a hash confirms what is guessed"
                )


def _identity(store: Store, documents: pd.DataFrame) -> Iterator[Finding]:
    sources = {row["source_id"] for row in store.manifest["labels"].get("sources", [])}
    for column in ("doc_id", "cluster_id"):
        spelled = sum(1 for v in documents[column] if _spells(v, sources))
        if spelled:
            yield Finding(
                f"documents.{column}", f"{spelled} ids spell {_ID_WORDS} words or more, as a file's name would"
            )
    shown = documents["url"].notna() & documents["title"].isna() & documents["licence"].map(is_closed)
    if shown.any():
        yield Finding(
            "documents.url", f"{int(shown.sum())} addresses of documents whose licence does not allow a title"
        )
    longer = documents["host"].dropna().str.contains(r"[/?#\s]")
    if longer.any():
        yield Finding("documents.host", f"{int(longer.sum())} values are more than the name of a site")
    fine = (documents["shared_token_share"] * 10 % 1).between(1e-6, 1 - 1e-6)
    if fine.any():
        yield Finding(
            "documents.shared_token_share", f"{int(fine.sum())} shares finer than tenths; they depend on word order"
        )


def _spells(value: str, sources: set[str]) -> bool:
    head, _, rest = value.rpartition(":")
    return len(_NAME_WORD.findall(rest if head.rpartition(":")[2] in sources else value)) >= _ID_WORDS


def _licences(documents: pd.DataFrame) -> Iterator[Finding]:
    titled = documents[documents["title"].notna()]
    closed = titled["licence"].map(is_closed)
    if closed.any():
        yield Finding("documents.title", f"{int(closed.sum())} titles whose licence does not allow reprinting")


def _small(store: Store, documents: pd.DataFrame) -> Iterator[Finding]:
    """Small documents, and small windows around a frame, whose words are shown."""
    small = int(store.manifest["info"].get("small_tokens") or SMALL)
    if small < LEAST_SMALL:
        yield Finding(
            "manifest", f"small_tokens is {small}; a bag of fewer than {LEAST_SMALL} words is the text up to order"
        )
    free = {row["licence"] for row in store.manifest["labels"].get("sources", []) if row.get("may_print_text")}
    closed = documents[~documents["licence"].isin(free)]
    few = set(closed.loc[closed["token_count"] < small, "doc_id"])
    counts = store.table("counts", ["doc_id", "term_id"])
    shown = counts.loc[counts["term_id"] != POOLED_TERM_ID, "doc_id"].unique()
    if n := len(few.intersection(shown)):
        yield Finding("counts", f"{n} documents under {small} tokens whose words are shown")
    near = store.table("contexts")
    near = near[near["doc_id"].isin(closed["doc_id"])]
    sums = near.groupby(["doc_id", "frame"])["token_count"].transform("sum")
    named = near[(sums < small) & (near["term_id"] != POOLED_TERM_ID)]
    if len(named):
        pairs = len(named[["doc_id", "frame"]].drop_duplicates())
        yield Finding("contexts", f"{pairs} windows of fewer than {small} tokens whose words are shown")
    hits = store.table("hits", ["doc_id", "tenth"]).dropna()
    if n := int(hits["doc_id"].isin(few).sum()):
        yield Finding("hits.tenth", f"{n} places in documents under {small} tokens")


def _row_order(store: Store) -> Iterator[Finding]:
    """Rows in the order of the text would tell it: within a document terms must come in the order of their numbers."""
    for name, by in (("counts", ["doc_id"]), ("contexts", ["doc_id", "frame"])):
        table = store.table(name, [*by, "term_id"])
        same = np.ones(max(len(table) - 1, 0), dtype=bool)
        for column in by:
            values = table[column].to_numpy()
            same &= values[1:] == values[:-1]
        back = same & (np.diff(table["term_id"].to_numpy()) < 0)
        if back.any():
            yield Finding(
                name, f"{int(back.sum())} rows out of the order of term_id; the order of rows may be that of words"
            )


def _manifest(store: Store) -> Iterator[Finding]:
    text = json.dumps({k: store.manifest.get(k) for k in ("info", "labels")}, ensure_ascii=False)
    if files := _FILE.findall(text):
        yield Finding("manifest", f"{len(files)} names of files in the build's information")
