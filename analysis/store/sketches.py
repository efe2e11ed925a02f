"""Keyed sketches: marks of a document's runs of words that only those who share a secret key can compare.

They are written on the private side (`discourse build --sketch-key`), never into a store. Without the key a mark
confirms nothing; with it, who holds a text can tell whether its runs are among the marks, so files and key stay between
colleagues.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError

if TYPE_CHECKING:
    import pandas as pd

SIZE = 64
ALIKE = 0.2  # one changed word changes five runs: an edited reprint shares far fewer runs than words
MIN_SHARED = 8
MIN_KEY = 16


def read_key(path: Path) -> bytes:
    """The secret of a file: its bytes without white space at the ends. Fewer than 16 are refused."""
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise DiscourseError(f"{path}: the key cannot be read: {error}.") from error
    if len(key) < MIN_KEY:
        raise DiscourseError(
            f"{path}: a key of {len(key)} bytes can be guessed; give {MIN_KEY} or more, such as the output of "
            "`python -c 'import secrets; print(secrets.token_hex(32))'`."
        )
    return key


def keyed_sketch(hashes: np.ndarray, key: bytes) -> list[bytes]:
    """The marks of one document: HMAC-SHA256 (8 bytes) of its `SIZE` smallest run hashes, sorted.

    hashes: the different 64-bit hashes of its runs of words, uint64, ascending. No runs give no marks.
    """
    return sorted(hmac.new(key, int(h).to_bytes(8, "big"), "sha256").digest()[:8] for h in hashes[:SIZE])


def write_sketches(path: Path, rows: Iterable[tuple[str, list[bytes]]]) -> int:
    """Write (doc_id, marks) of documents to a private Parquet file; returns how many."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from analysis.store.atomic import replacing

    ids, marks = zip(*rows, strict=True) if (rows := list(rows)) else ((), ())
    table = pa.table({"doc_id": pa.array(ids, pa.string()), "marks": pa.array(marks, pa.list_(pa.binary(8)))})
    with replacing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")
    return len(ids)


def read_sketches(path: Path) -> dict[str, frozenset[bytes]]:
    """doc_id -> marks of a file of `write_sketches`; any other file is refused."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, columns=["doc_id", "marks"])
    except (OSError, pa.ArrowException, KeyError) as error:
        raise DiscourseError(f"{path}: not a file of keyed sketches: {error}.") from error
    return {d: frozenset(m) for d, m in zip(table["doc_id"].to_pylist(), table["marks"].to_pylist(), strict=True)}


def keyed_pairs(first: dict[str, frozenset[bytes]], second: dict[str, frozenset[bytes]]) -> pd.DataFrame:
    """Pairs of documents of which a fifth of the marks agree: columns first_id, second_id, share.

    share is the Jaccard index of the marks, 0 to 1, which estimates that of the runs of words (Broder 1997); a pair needs
    0.2 and eight common marks, or all marks of a text with fewer.
    """
    import pandas as pd

    holders: dict[bytes, list[str]] = {}
    for doc_id, marks in second.items():
        for mark in marks:
            holders.setdefault(mark, []).append(doc_id)
    rows = [(a, b, share) for a, marks in first.items() for b, share in _partners(marks, holders, second)]
    table = pd.DataFrame(rows, columns=["first_id", "second_id", "share"])
    return table.sort_values(["first_id", "second_id"], kind="stable").reset_index(drop=True)


def _partners(
    marks: frozenset[bytes], holders: dict[bytes, list[str]], second: dict[str, frozenset[bytes]]
) -> Iterator[tuple[str, float]]:
    common: dict[str, int] = {}
    for mark in marks:
        for doc_id in holders.get(mark, ()):
            common[doc_id] = common.get(doc_id, 0) + 1
    for doc_id, n in common.items():
        share = n / (len(marks) + len(second[doc_id]) - n)
        if share >= ALIKE and n >= min(MIN_SHARED, len(marks), len(second[doc_id])):
            yield doc_id, share
