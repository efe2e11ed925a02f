"""A store in the form of before the promise was attacked, made from invented texts: hashes of ordered words, file names.

Written without the package's own writers, so that the form stays as it was published.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from pathlib import Path

_C = 0x9E3779B97F4A7C15
_M = 2**64 - 1
PARTS = ("ba", "co", "du", "fe", "gi", "ho", "ju", "ka", "le", "mi", "no", "pu")
WORDS = tuple(a + b for a in PARTS for b in PARTS[:5])
RARE = tuple(f"{w}ster" for w in WORDS[:40])


def invented(n: int = 40, *, seed: int = 1, tokens: int = 30) -> list[dict[str, str]]:
    """Texts of invented words with a title of six; each has one word that no other text has, in the middle."""
    draw = random.Random(seed)
    texts = []
    for i in range(n):
        words = draw.sample(WORDS, tokens + 6 + i % 5)
        body = words[6:]
        body[len(body) // 2] = RARE[i % len(RARE)]
        texts.append({"title": " ".join(words[:6]), "text": " ".join(body)})
    return texts


def _word(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def _mixed(value: int) -> int:
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _M
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _M
    return value ^ (value >> 31)


def old_sketch(body: list[str]) -> str | None:
    """16 smallest hashes of the five-word runs of a text, the upper 32 bits of each, in hexadecimal."""
    values = set()
    for i in range(len(body) - 4):
        total = 0
        for word in body[i : i + 5]:
            total = (total * _C + _word(word)) & _M
        values.add(_mixed(total))
    return "".join(f"{v >> 32:08x}" for v in sorted(values)[:16]) if len(values) >= 16 else None


def write_old_store(folder: Path, texts: list[dict[str, str]], *, min_documents: int = 5) -> Path:
    """The old form's tables and manifest; documents are called after files that are called after headlines."""
    tokens = [(t["title"].split(), t["text"].split()) for t in texts]
    bags = [Counter(title + body) for title, body in tokens]
    spread = Counter(w for bag in bags for w in bag)
    kept = sorted(w for w, n in spread.items() if n >= min_documents)
    number = {w: i for i, w in enumerate(kept, start=1)}
    ids = [f"pages:{'-'.join(title)}" for title, _ in tokens]
    counts = []
    for doc_id, bag in zip(ids, bags, strict=True):
        row: Counter[int] = Counter()
        for word, n in bag.items():
            row[number.get(word, 0)] += n
        counts += [{"doc_id": doc_id, "term_id": t, "token_count": row[t]} for t in sorted(row)]
    documents = [
        {
            "doc_id": doc_id,
            "collection": "news",
            "url": f"https://paper.invalid/2023/{'-'.join(title)}.html",
            "token_count": len(title) + len(body),
            "title_token_count": len(title),
            "content_hash": hashlib.sha256(" ".join(title + body).encode()).hexdigest()[:16],
            "sketch": old_sketch(body),
        }
        for doc_id, (title, body) in zip(ids, tokens, strict=True)
    ]
    terms = [{"term_id": 0, "term": "<pooled>"}] + [{"term_id": number[w], "term": w} for w in kept]
    return write_raw(folder, {"documents": documents, "counts": counts, "vocabulary": terms}, min_documents)


def write_raw(folder: Path, tables: dict[str, list[dict]], min_documents: int = 5) -> Path:
    """Tables as files and a manifest that lists them, checked by nobody."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True)
    listed = []
    for name, rows in tables.items():
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
        collection = None if name == "vocabulary" else "news"
        listed.append({"table": name, "collection": collection, "file": f"{name}.parquet", "row_count": len(rows)})
    manifest = {"format": 1, "tables": listed, "info": {"min_documents": min_documents}, "labels": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
