"""How fast the private side is beside a bare `re.findall`, on the same texts, interleaved in one run, one core.

    python -m benchmarks.private_side [--speeches 150] [--rounds 5] [--texts ../shared/corpus/un/ungdc.parquet]
    python -m benchmarks.private_side --peers --folder ../shared/corpus   # all collections of sources.toml, beside others

Ratios are bare time / own time (higher is faster; 1 means as fast as the bare regular expression). Process time is
measured, so a busy machine disturbs less. With --peers scikit-learn's CountVectorizer and spaCy's blank English tokenizer,
which do less, take their turns too, where they are installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.study.settings import corpus_folder
from analysis.texts.annotate.engine import Engine
from analysis.texts.annotate.printed import printed
from analysis.texts.annotate.tokens import lower
from analysis.texts.document import Document
from benchmarks import peers

SPEECHES = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "un" / "ungdc.parquet"
MEGABYTE = 1_000_000


def load_texts(path: Path, number: int) -> list[str]:
    """`number` speeches spread evenly over the corpus."""
    import pyarrow.parquet as pq

    texts = pq.read_table(path, columns=["text"]).column("text").to_pylist()
    step = max(1, len(texts) // number)
    return texts[::step][:number]


def load_documents(folder: Path, megabytes: float, corpus: Path | None = None) -> dict[str, list[Document]]:
    """The study's documents by collection, as its sources read them; of a large collection every so many-th, so that about
    `megabytes` are left. corpus: the configuration of another study."""
    from analysis.study.corrections import load as corrections
    from analysis.study.settings import load_outlets
    from analysis.study.sources import load as sources
    from analysis.texts.read.reading import read_documents

    corpus = corpus or corpus_folder()
    made = read_documents(
        sources(corpus / "sources.toml"),
        folder,
        outlets=load_outlets(corpus / "outlets.toml"),
        corrections=corrections(corpus / "corrections.toml"),
    )
    found: dict[str, list[Document]] = {}
    for document in made:
        if isinstance(document, Document):
            found.setdefault(document.collection, []).append(document)
    sizes = {name: sum(len(d.text) for d in rows) / MEGABYTE for name, rows in found.items()}
    return {name: rows[:: max(1, round(sizes[name] / megabytes))] for name, rows in sorted(found.items())}


def as_documents(texts: Sequence[str]) -> list[Document]:
    """Speeches as documents."""
    return [
        Document(doc_id=str(i), collection="un", outlet_id="UN", text=t, genre="speech") for i, t in enumerate(texts)
    ]


def measure(
    documents: Sequence[Document], rounds: int = 5, *, others: dict[str, Callable[[list[str]], object]] | None = None
) -> dict[str, float | int]:
    """Median ratios over `rounds` interleaved rounds, their spread, and speeds in MB/s (1 MB: a million characters).

    others: further jobs on the texts that take their turns.
    """
    engine = Engine.from_folder(corpus_folder())
    engine.annotate(documents[:3])
    texts = [document.text for document in documents]
    clean = [printed(document)[0] for document in documents]
    jobs: dict[str, Callable[[], object]] = {
        "bare": lambda: [re.findall(r"\w+", text.lower()) for text in texts],
        "matching": lambda: [engine.matcher.scan(text, lower(text)) for text in clean],
        "private_side": lambda: engine.annotate(documents),
        **{name: (lambda job=job: job(texts)) for name, job in (others or {}).items()},
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.process_time()
            job()
            times[name].append(time.process_time() - start)
    size = sum(map(len, texts)) / MEGABYTE
    result: dict[str, float | int] = {"documents": len(texts), "megabytes": round(size, 2), "rounds": rounds}
    for name in jobs:
        result[f"{name}_mb_per_s"] = round(size / statistics.median(times[name]), 2)
    for name in jobs.keys() - {"bare"}:
        ratios = [bare / own for bare, own in zip(times["bare"], times[name], strict=True)]
        result[f"{name}_ratio"] = round(statistics.median(ratios), 3)
        result[f"{name}_ratio_min"] = round(min(ratios), 3)
        result[f"{name}_ratio_max"] = round(max(ratios), 3)
    return result


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--speeches", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=Path, default=SPEECHES, help="speeches, if no folder is given")
    parser.add_argument("--folder", type=Path, help="the texts of sources.toml: each collection is measured")
    parser.add_argument("--megabytes", type=float, default=2.5, help="about how much of each collection")
    parser.add_argument("--peers", action="store_true", help="scikit-learn and spaCy beside, where they are installed")
    given = parser.parse_args(arguments)
    wanted = given.folder or given.texts
    if not wanted.exists():
        print(f"{wanted}: not there; give --texts or --folder.", file=sys.stderr)
        return 2
    others = {"sklearn": peers.sklearn_counts, "spacy": peers.spacy_blank} if given.peers else {}
    others = {name: job for name, job in others.items() if importlib.util.find_spec(name)}
    if given.folder:
        collections = load_documents(given.folder, given.megabytes)
    else:
        collections = {"un": as_documents(load_texts(given.texts, given.speeches))}
    result = {name: measure(rows, given.rounds, others=others) for name, rows in collections.items()}
    print(json.dumps({"python": platform.python_version(), "machine": platform.machine(), **result}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
