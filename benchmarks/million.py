"""The public side on a generated store of a million short documents: reading, rates and keyness, seconds and peak memory.

    python -m benchmarks.million [--documents 1000000] [--terms 75]

Documents, words and hits are random numbers in the store's own format: a document has 150 words, as a summary of an
article has; two eras, twenty outlets. Each measure runs in a process of its own with one thread, as a notebook does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import environment

DOCUMENTS, TERMS, VOCABULARY, OUTLETS, PER_FILE = 1_000_000, 75, 50_000, 20, 20_000


def generate(folder: Path, documents: int = DOCUMENTS, terms: int = TERMS) -> None:
    """Write the store to `folder`."""
    import pyarrow as pa

    from analysis.store import StoreWriter

    rng = np.random.default_rng(0)
    law = np.cumsum(1 / np.arange(1, VOCABULARY + 1))
    writer = StoreWriter(folder)
    totals, reach = np.zeros(VOCABULARY + 1, np.int64), np.zeros(VOCABULARY + 1, np.int64)
    for start in range(0, documents, PER_FILE):
        number = min(PER_FILE, documents - start)
        drawn = 1 + np.searchsorted(law, rng.random((number, 2 * terms)) * law[-1])
        keys = (np.arange(number)[:, None] * (VOCABULARY + 1) + drawn).ravel()
        cells, count = np.unique(keys, return_counts=True)
        row, term = cells // (VOCABULARY + 1), cells % (VOCABULARY + 1)
        totals += np.bincount(term, weights=count, minlength=VOCABULARY + 1).astype(np.int64)
        reach += np.bincount(term, minlength=VOCABULARY + 1)
        ids = np.char.mod("d%07d", np.arange(start, start + number))
        names = pa.array(ids)
        writer.add("documents", _documents(names, rng, 2 * terms), "news")
        writer.add(
            "counts", pa.table({"doc_id": names.take(pa.array(row)), "term_id": term, "token_count": count}), "news"
        )
        writer.add("hits", _hits(names, rng), "news")
    words = pa.array(["<pooled>", *np.char.mod("w%05d", np.arange(1, VOCABULARY + 1))])
    none = pa.array(np.zeros(VOCABULARY + 1, bool))
    writer.add(
        "vocabulary",
        pa.table(
            {
                "term_id": np.arange(VOCABULARY + 1),
                "term": words,
                "lemma": words,
                "is_stopword": none,
                "document_count": reach,
                "token_count": totals,
            }
        ),
    )
    writer.finish({"min_documents": 2}, {})


def _filled(contract: Any, values: dict[str, Any], n: int) -> Any:
    """A table of the contract's columns: the values given, elsewhere nulls or zeros."""
    import pyarrow as pa

    columns = {}
    for field in contract.schema():
        given = values.get(field.name)
        if given is None:
            given = pa.nulls(n, field.type) if field.nullable else np.zeros(n)
        columns[field.name] = pa.array(given).cast(field.type)
    return pa.table(columns)


def _documents(names: Any, rng: np.random.Generator, tokens: int) -> Any:
    from analysis.store.contracts import DOCUMENTS as CONTRACT

    n = len(names)
    values: dict[str, Any] = {
        "doc_id": names,
        "cluster_id": names,
        "collection": ["news"] * n,
        "date_precision": ["day"] * n,
        "date_basis": ["declared"] * n,
        "outlet_id": np.char.mod("outlet%02d", rng.integers(0, OUTLETS, n)),
        "published": ["2023-08-01"] * n,
        "era_id": np.where(rng.random(n) < 0.5, "before", "after"),
        "genre": ["summary"] * n,
        "language": ["en"] * n,
        "token_count": np.full(n, tokens),
        "cluster_size": np.ones(n),
        "cluster_position": np.ones(n),
        "is_cluster_origin": np.ones(n, bool),
        "licence": ["none"] * n,
    }
    return _filled(CONTRACT, values, n)


def _hits(names: Any, rng: np.random.Generator) -> Any:
    import pyarrow as pa

    from analysis.store.contracts import HITS as CONTRACT

    chosen = np.flatnonzero(rng.random(len(names)) < 0.1)
    n = len(chosen)
    values: dict[str, Any] = {
        "doc_id": names.take(pa.array(chosen)),
        "frame": rng.choice(["ironclad", "neutrality", "hedging"], n),
        "category": ["x"] * n,
        "entry": ["x"] * n,
        "zone": ["body"] * n,
        "voice": ["own"] * n,
        "speaker_side": ["outlet"] * n,
        "about": ["focal"] * n,
        "about_basis": ["clause"] * n,
        "stance": ["ascribed"] * n,
        "is_core": np.ones(n, bool),
        "is_negated": np.zeros(n, bool),
        "is_mention": np.zeros(n, bool),
    }
    return _filled(CONTRACT, values, n)


def count_by_era(folder: Path) -> int:
    """Documents by era: two columns of one table."""
    from analysis.store import open_store

    return len(open_store(folder).table("documents", ["era_id", "outlet_id"]).value_counts())


def frame_rates(folder: Path) -> int:
    """Rates of three frames in 40 cells, 2,000 replicates over clusters."""
    from analysis.measures.frames.rates import rates
    from analysis.measures.inference.resampling import Sampling
    from analysis.store import open_store

    store = open_store(folder)
    columns = ["doc_id", "outlet_id", "era_id", "cluster_id", "published", "token_count"]
    documents = store.table("documents", columns)
    hits = store.table("hits", ["doc_id", "hit_id", "frame"])
    return len(rates(documents, hits, sampling=Sampling()))


def era_keyness(folder: Path) -> int:
    """Keyness of one era against the other, all words, counts read file by file."""
    from analysis.measures.words.keyness.table import contrast_sides, keyness_table
    from analysis.measures.words.matrix import document_term
    from analysis.store import open_store

    store = open_store(folder)
    documents, side = contrast_sides(store.table("documents", ["doc_id", "era_id"]), "era_id", ["after"])
    words = document_term(store.pieces("counts"), documents, store.table("vocabulary"))
    return len(keyness_table(words, side))


def topic_model(folder: Path) -> int:
    """Topic model of 20 topics, three EM steps (memory is the same for any number), counts read file by file."""
    from analysis.measures.topics.fit import TopicSettings, fit_topics
    from analysis.measures.topics.matrix import topic_matrix
    from analysis.store import open_store

    store = open_store(folder)
    matrix = topic_matrix(store.pieces("counts"), store.table("vocabulary"))
    return fit_topics(matrix, TopicSettings(k=20, estimator="em", iterations=3)).doc_topic.shape[0]


CASES: dict[str, Callable[[Path], int]] = {
    case.__name__: case for case in (count_by_era, frame_rates, era_keyness, topic_model)
}


def run_case(name: str, folder: Path) -> dict[str, Any]:
    """One measure in a new process: seconds by the clock and of the processor, and its peak memory."""
    command = [sys.executable, "-m", "benchmarks.million", "--case", name, "--folder", str(folder)]
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True, env=environment())
    return json.loads(done.stdout.splitlines()[-1])


def report(documents: int = DOCUMENTS, terms: int = TERMS) -> str:
    """Generate the store, run every measure, and say what it took."""
    from analysis.store import open_store

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(folder, documents, terms)
        store = open_store(folder)
        size = sum(part["bytes"] for part in store.manifest["tables"]) / 1e6
        lines = [
            f"A generated store: {documents:,} documents, {store.row_count('counts'):,} counts, {size:.0f} MB on disk.\n",
            "| measure | seconds (clock) | seconds (processor) | peak memory, MB | rows |",
            "|---|--:|--:|--:|--:|",
        ]
        for case, function in CASES.items():
            found = run_case(case, folder)
            what = (function.__doc__ or case).strip().rstrip(".")
            seconds = f"{found['seconds']:.1f} | {found['cpu_seconds']:.1f}"
            lines.append(f"| {what} | {seconds} | {found['peak_mb']:.0f} | {found['rows']} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--terms", type=int, default=TERMS)
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if not given.case:
        print(report(given.documents, given.terms))
        return
    from benchmarks.harness import peak_mb

    start, used = time.perf_counter(), time.process_time()
    rows = CASES[given.case](given.folder)
    spent = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - used}
    print(json.dumps({**spent, "peak_mb": peak_mb(), "rows": rows}))


if __name__ == "__main__":
    main()
