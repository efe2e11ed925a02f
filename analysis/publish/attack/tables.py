"""What an attacker reads: the files of a store as they lie there, whatever form they have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from analysis.errors import DiscourseError
from analysis.publish.attack.reconstruct import Public, Run
from analysis.store.atomic import read_json
from analysis.store.contracts import POOLED_TERM_ID

if TYPE_CHECKING:
    import pandas as pd

_HEX = re.compile(r"[0-9a-f]{12,}\Z")
_SKETCH_DIGITS = 64  # hexadecimal text longer than any digest: several hashes in a row
_IDS = ("doc_id", "cluster_id", "url")


def read_table(folder: Path, name: str, collection: str | None = None) -> pd.DataFrame:
    """All parts of one table, with every column its files have; an empty frame if there is no such table."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    listed = [p for p in _listed(folder) if p["table"] == name]
    if collection is not None:
        listed = [p for p in listed if p["collection"] in (None, collection)]
    parts = [pq.ParquetFile(folder / p["file"]).read(use_threads=False) for p in listed]
    return pa.concat_tables(parts, promote_options="default").to_pandas() if parts else pd.DataFrame()


def _listed(folder: Path) -> list[dict[str, Any]]:
    """The tables that a store's manifest lists, of any version of its form."""
    if not (folder / "manifest.json").is_file():
        raise DiscourseError(f"{folder}: no store there (no manifest.json).")
    again = "build the store anew, or fetch the file again"
    manifest = read_json(folder / "manifest.json", again)
    tables = manifest.get("tables") if isinstance(manifest, dict) else None
    if not isinstance(tables, list) or not all(isinstance(p, dict) and {"table", "file"} <= p.keys() for p in tables):
        raise DiscourseError(f"{folder / 'manifest.json'}: lists no tables; {again}.")
    return [{"collection": None, **p} for p in tables]


def collections_of(folder: Path) -> list[str]:
    """The collections of a store, by name."""
    return sorted({p["collection"] for p in _listed(folder) if p["collection"]})


def public_documents(folder: Path, collection: str | None = None) -> Iterator[Public]:
    """What is published of each document, in the store's order."""
    documents = read_table(folder, "documents", collection)
    if documents.empty:
        return
    terms = read_table(folder, "vocabulary").set_index("term_id")["term"].to_dict()
    counts = read_table(folder, "counts", collection)
    rows: dict[str, list[tuple[int, int]]] = {}
    for doc_id, term, n in zip(counts["doc_id"], counts["term_id"], counts["token_count"], strict=True):
        rows.setdefault(doc_id, []).append((int(term), int(n)))
    sketches, digests = hash_columns(documents)
    lengths = documents.get("title_token_count", documents["token_count"] * 0).tolist()
    columns = {name: documents[name].tolist() for name in documents.columns}
    for i, doc_id in enumerate(columns["doc_id"]):
        bag = dict(rows.get(doc_id, ()))
        pooled = bag.pop(POOLED_TERM_ID, 0)
        own = Counter({terms[t]: n for t, n in bag.items()})
        yield Public(
            doc_id=doc_id,
            bag=own,
            pooled=pooled,
            token_count=int(columns["token_count"][i]),
            title_length=int(lengths[i]),
            address=_best_address([columns[c][i] for c in _IDS if c in columns], own),
            sketch=_first(columns, sketches, i),
            digest=_first(columns, digests, i),
        )


def hash_columns(documents: pd.DataFrame) -> tuple[list[str], list[str]]:
    """(columns that look like sketches, columns that look like digests): hexadecimal text, by its length."""
    sketches, digests = [], []
    for name in documents.columns:
        values = [v for v in documents[name] if isinstance(v, str)]
        if name not in _IDS and values and all(_HEX.match(v) for v in values):
            (sketches if max(map(len, values)) > _SKETCH_DIGITS else digests).append(name)
    return sketches, digests


def _first(columns: dict[str, list], names: list[str], row: int) -> str:
    return next((v for n in names if isinstance(v := columns[n][row], str)), "")


def _best_address(values: list[object], bag: Counter[str]) -> Run:
    """Of all that ids and parts of the address spell: the words that agree best with the document's own."""
    runs = [address_words(part) for v in values if isinstance(v, str) for part in _parts(v)]
    return max(runs, key=lambda run: (sum((bag & Counter(run)).values()), len(run)), default=())


def _parts(value: str) -> list[str]:
    if "://" not in value:
        return re.split(r"[:/]", value)
    split = urlsplit(value)
    return re.split(r"[/&=]", unquote(f"{split.path}&{split.query}"))


def address_words(part: str) -> Run:
    """The words of one part of an address or of an id, lower-cased; long numbers and file endings left out.

    >>> address_words("2023-quiet-harbour_opens-1048576.html")
    ('2023', 'quiet', 'harbour', 'opens')
    """
    part = re.sub(r"\.(?:s?html?|php|aspx?|txt|md|pdf|docx)\Z", "", part.strip().lower())
    pieces = re.split(r"[^\w'\u2019]+|_", part)
    return tuple(w for w in pieces if w and len(w) <= 30 and not (w.isdigit() and len(w) > 4))
