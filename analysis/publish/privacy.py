"""The gate before anything leaves the house: no sentence, no rare word, no private file.

Each check returns findings in words. `discourse release` writes nothing while there is one.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import html
import io
import json
import logging
import re
import sqlite3
import tomllib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.publish.promise import Finding, check_promise
from analysis.run.drift import stored_outputs
from analysis.run.parameters import read_cells
from analysis.store.atomic import sha256_of
from analysis.store.contracts import CONTRACTS, POOLED_TERM_ID

if TYPE_CHECKING:
    from analysis.store import Store

log = logging.getLogger(__name__)
MAX_WORDS = 8
_SUPPRESSED_STAYS_EMPTY = re.compile(r"(^|_)(estimate|low|high|rate|rate_per_\w+|\w*share|p_value|difference|ratio)$")
_NO_TEXT = ("licence", "license", "url", "dataset")  # what a record says about a text is not the text
_LINK = re.compile(r"https?://\S+|www\.\S+")
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


def words(text: str) -> list[str]:
    """Lower-case words of a text, links left out."""
    return _WORD.findall(_LINK.sub(" ", text).lower())


def _spelled(link: re.Match[str]) -> str:
    """The words of a link: an address may spell a headline."""
    return " " + re.sub(r"[\W_]+", " ", link.group().partition("://")[2]) + " "


def check_store(store: Store) -> list[Finding]:
    """What breaks the promise (`promise`), sentence-like strings, exposed rare terms, sums that do not hide the pool."""
    return [
        *check_promise(store),
        *_strings(store),
        *_codings(store),
        *_rare_terms(store),
        *_rare_speakers(store),
        *_sums(store),
    ]


def _strings(store: Store) -> Iterator[Finding]:
    for name, contract in CONTRACTS.items():
        for column in contract.columns:
            if column.dtype != "string" or column.name in ("title", "url") or name == "captures":
                continue
            values = store.arrow(name, [column.name]).column(0).unique().to_pylist()
            if column.name == "licence":  # described in words; the same words stand on many documents
                spread = Counter(store.arrow(name, [column.name]).column(0).to_pylist())
                values = [v for v in values if spread[v] < 2]
            long = sum(1 for v in values if v is not None and len(words(v)) >= MAX_WORDS)
            if long:
                yield Finding(f"{name}.{column.name}", f"{long} values of {MAX_WORDS} words or more")
    terms = store.arrow("vocabulary", ["term", "lemma"])
    for column in terms.column_names:
        spaced = sum(1 for v in terms.column(column).to_pylist() if re.search(r"\s", v))
        if spaced:
            yield Finding(f"vocabulary.{column}", f"{spaced} values with spaces; a term is one word")


def _codings(store: Store) -> Iterator[Finding]:
    """Codings may say who read and what they answered; anything else in them could be a word of a text or a place."""
    codings = store.table("codings")
    if codings.empty:
        return
    frames = {row["frame"] for row in store.manifest["labels"].get("entries", [])}
    named = {name for value in codings["missed_frames"].dropna() for name in value.split()}
    if more := len((named | set(codings["frame"].dropna())) - frames):
        yield Finding("codings", f"{more} names in frame or missed_frames that are no frame of the codebook")
    coders = [label for label in codings["coder"].unique() if len(words(label)) > 2]
    if coders:
        yield Finding("codings.coder", f"{len(coders)} labels of more than two words; a label is short")
    unknown = set(codings["doc_id"]) - set(store.table("documents", ["doc_id"])["doc_id"])
    hits = set(store.table("hits", ["doc_id", "hit_id"]).itertuples(index=False, name=None))
    read = codings.loc[codings["hit_id"].notna(), ["doc_id", "hit_id"]].astype({"hit_id": int})
    lost = set(read.itertuples(index=False, name=None)) - hits
    if unknown or lost:
        yield Finding("codings", f"{len(unknown)} documents and {len(lost)} hits that the store does not have")


def _rare_terms(store: Store) -> Iterator[Finding]:
    threshold = int(store.manifest["info"].get("min_documents") or 0)
    if threshold < 2:
        yield Finding("manifest", f"min_documents is {threshold}; words of a single document would be exposed")
    vocabulary = store.table("vocabulary", ["term_id", "document_count"]).set_index("term_id")["document_count"]
    counts = store.table("counts", ["doc_id", "term_id"])
    found = counts.groupby("term_id").size()
    if not store.collection:
        rare = found[(found < threshold) & (found.index != POOLED_TERM_ID)]
        if len(rare):
            yield Finding("counts", f"{len(rare)} terms occur in fewer than {threshold} documents")
    kept = vocabulary[vocabulary.index != POOLED_TERM_ID]
    if (kept < threshold).any():
        yield Finding("vocabulary", f"{int((kept < threshold).sum())} terms are below {threshold} documents")
    unknown = set(store.arrow("contexts", ["term_id"]).column(0).unique().to_pylist()) - set(vocabulary.index)
    if unknown or set(found.index) - set(vocabulary.index):
        yield Finding("contexts, counts", "term ids that the vocabulary does not know")


def _rare_speakers(store: Store) -> Iterator[Finding]:
    threshold = int(store.manifest["info"].get("min_documents") or 0)
    known = {row["actor_id"] for row in store.manifest["labels"].get("actors", [])}
    hits = store.table("hits", ["doc_id", "speaker"]).dropna()
    spread = hits[~hits["speaker"].isin(known)].groupby("speaker")["doc_id"].nunique()
    if (spread < threshold).any():
        yield Finding(
            "hits.speaker", f"{int((spread < threshold).sum())} names found in fewer than {threshold} documents"
        )


def _sums(store: Store) -> Iterator[Finding]:
    """Totals must be sums of what is shown: a total that counts more would give hidden tokens away by subtraction."""
    counts = store.table("counts", ["doc_id", "term_id", "token_count"])
    totals = store.table("documents", ["doc_id", "token_count"]).set_index("doc_id")["token_count"]
    shown = counts.groupby("doc_id")["token_count"].sum().reindex(totals.index, fill_value=0)
    if (shown != totals).any():
        yield Finding("counts", f"{int((shown != totals).sum())} documents whose counts do not add up to token_count")
    if store.collection:
        return
    by_term = counts.groupby("term_id")["token_count"].sum()
    said = store.table("vocabulary", ["term_id", "token_count"]).set_index("term_id")["token_count"]
    different = by_term.reindex(said.index, fill_value=0) != said
    if different.any():
        yield Finding("vocabulary", f"{int(different.sum())} terms whose token_count is not the sum of counts")


def check_files(files: Mapping[str, Path], texts: Path, canaries: Iterable[str] = ()) -> list[Finding]:
    """Private files by place or content, tables outside the store, sentence-like cells, canaries, suppressed values."""
    found = []
    private = {sha256_of(p): p for p in _files(texts)}
    inside = texts.resolve()
    marks = [" ".join(words(c)) for c in canaries if words(c)]
    for name, path in files.items():
        readme = path.name == "README.md"
        if path.resolve().is_relative_to(inside) and not readme:
            found.append(Finding(name, "lies in the folder of private texts"))
        elif path.stat().st_size and sha256_of(path) in private and not readme:
            found.append(Finding(name, "has the content of a private file"))
        if path.suffix == ".parquet" and not name.startswith("corpus/store/"):
            found.append(Finding(name, "a table outside the store's contracts"))
        if path.suffix == ".ipynb" and (count := stored_outputs(read_cells(path))):
            clear = "clear them (JupyterLab: Edit, Clear Outputs of All Cells)"
            found.append(
                Finding(
                    name, f"holds the outputs of {count} cell{'s' * (count > 1)}, which may show private texts; {clear}"
                )
            )
        text = " ".join(words(readable(path)))
        found += [Finding(name, "contains a canary") for mark in marks if mark in text]
        if path.suffix == ".csv":
            found += _cells(name, path)
    return found


def _cells(name: str, path: Path) -> Iterator[Finding]:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    long = sum(
        1 for row in rows for value in row.values() if value and len(_LINK.sub("", value).split()) > 2 * MAX_WORDS
    )
    if long:
        yield Finding(name, f"{long} cells of more than {2 * MAX_WORDS} words")
    suppressed = [row for row in rows if str(row.get("too_few", "")).lower() == "true"]
    exposed = sum(1 for row in suppressed for k, v in row.items() if v and _SUPPRESSED_STAYS_EMPTY.search(k))
    if exposed:
        yield Finding(name, f"{exposed} values in cells that are marked too few")


def readable(path: Path) -> str:
    """The words of a file: strings of a Parquet table, text of a text file, nothing of a picture."""
    if path.suffix == ".parquet":
        import pyarrow.compute as pc
        import pyarrow.parquet as pq
        import pyarrow.types as types

        table = pq.ParquetFile(path).read(use_threads=False)
        columns = [c for c in table.column_names if types.is_string(table.schema.field(c).type) and c != "title"]
        if {"url", "title"} <= set(table.column_names):  # where a title may be printed, so may its address
            table = table.filter(pc.is_null(table["title"]))
        return "\n".join(str(v) for c in columns for v in table.column(c).unique().to_pylist() if v)
    if path.suffix in (".png", ".pdf", ".zip"):
        return ""
    if path.suffix == ".toml":
        return "\n\n".join(_toml_strings(path))
    if path.suffix in (".svg", ".html"):
        return re.sub(r"<[^>]*>", " ", path.read_text(encoding="utf-8"))
    return path.read_text(encoding="utf-8", errors="replace")


def shared_sequences(files: Mapping[str, Path], texts: Path, length: int = MAX_WORDS) -> list[Finding]:
    """Runs of `length` words that stand both in a file, words of links too, and in a private text; counted, never quoted.

    Names of outlets and actors declared in corpus/*.toml may be longer than that, and so may the titles that the
    codebook cites as `source`; they are no finding. Titles in a store
    are left to `check_store`, which asks for their licence.
    """
    grams: dict[int, set[str]] = {}
    named: set[int] = set()
    for name in {"corpus/outlets.toml", "corpus/actors.toml"} & set(files):
        names = [words(text) for text in _toml_strings(files[name])[1:]]
        named.update(gram for tokens in names if len(tokens) <= 12 for gram in _grams(tokens, length))
    for name in files:  # titles of the public documents that codebook entries cite
        if name.startswith("corpus/codebook/"):
            cited = re.findall(r'^source *= *"(.*)"', files[name].read_text(encoding="utf-8"), re.M)
            named.update(gram for text in cited for gram in _grams(words(text), length))
    for name, path in files.items():
        text = readable(path)
        lines = text.split("\n") if path.suffix == ".parquet" else re.split(r"\n\s*\n|\n(?=[#|*-])", text)
        for line in lines:
            for gram in _grams(words(_LINK.sub(_spelled, line)), length):
                if gram not in named:
                    grams.setdefault(gram, set()).add(name)
    counts: dict[str, int] = {}
    seen: set[int] = set()
    for text in private_texts(texts):
        for gram in _grams(words(text), length):
            if gram in grams and gram not in seen:
                seen.add(gram)
                for name in grams[gram]:
                    counts[name] = counts.get(name, 0) + 1
    return [
        Finding(name, f"{n} runs of {length} words that a private text contains") for name, n in sorted(counts.items())
    ]


def _grams(tokens: list[str], length: int) -> Iterator[int]:
    ids = [hash(token) for token in tokens]
    for i in range(len(ids) - length + 1):
        yield hash(tuple(ids[i : i + length]))


def private_texts(folder: Path) -> Iterator[str]:
    """Every string in the private files: lines of text, values of JSON and CSV, text columns of Parquet, pages of WARC
    files and saved pages without their tags, addresses in the lists of `discourse collect`."""
    for path in _files(folder):
        if path.name.startswith("coverage.") and (path.parent / ".collect").is_dir():
            continue  # counts that `collect plan` wrote
        if path.suffix == ".parquet":
            import pyarrow.parquet as pq

            for batch in pq.ParquetFile(path).iter_batches(batch_size=512, use_threads=False):
                for column in batch.columns:
                    if str(column.type) in ("string", "large_string"):
                        yield from (v for v in column.to_pylist() if v)
        elif path.suffix in (".jsonl", ".ndjson"):
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                yield from _json_strings(line)
        elif path.suffix == ".json":
            yield from _json_strings(path.read_text(encoding="utf-8", errors="replace"))
        elif path.suffix == ".gz":
            yield from map(_without_tags, _pages(path))
        elif path.suffix == ".sqlite":
            yield from _addresses_of(path)
        else:
            text = path.read_text(encoding="utf-8", errors="replace")
            yield text
            if path.suffix in (".html", ".htm", ".warc"):
                yield _without_tags(text)


def _pages(path: Path) -> Iterator[str]:
    """The records of a compressed WARC file one by one; any other compressed file as one text, a broken one up to there."""
    lines: list[bytes] = []
    try:
        with gzip.open(path) as stream:
            for line in stream:
                if line.startswith(b"WARC/1.") and lines:
                    yield b"".join(lines).decode("utf-8", "replace")
                    lines = []
                lines.append(line)
    except (OSError, EOFError, zlib.error):
        log.warning("%s: cannot be unpacked to its end; what comes after is not compared", path.name)
    yield b"".join(lines).decode("utf-8", "replace")


def _without_tags(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", text))


def _addresses_of(path: Path) -> Iterator[str]:
    """The addresses in a list of captures; nothing of a database that holds no such list."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            yield from (row[0] for row in base.execute("SELECT address FROM captures") if row[0])
    except sqlite3.Error:
        log.warning("%s: no list of captures; it is not compared", path.name)


def _toml_strings(path: Path) -> list[str]:
    """Every string of a TOML file by itself, and its comments as one."""
    text = path.read_text(encoding="utf-8")
    comments = "\n".join(line.lstrip("# ") for line in text.splitlines() if line.lstrip().startswith("#"))
    waiting: list[object] = [tomllib.loads(text)]
    found = [comments]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found


def _json_strings(text: str) -> Iterator[str]:
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        yield text
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            waiting += [v for k, v in value.items() if k not in _NO_TEXT]
        elif isinstance(value, list):
            waiting += value


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "README.md") if folder.is_dir() else []
