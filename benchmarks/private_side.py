"""How fast the private side is beside a bare `re.findall`, on the same UN speeches, interleaved in one run, one core.

    python -m benchmarks.private_side [--speeches 150] [--rounds 5] [--texts ../shared/corpus/un/ungdc.parquet]

Ratios are bare time / own time (higher is faster; 1 means as fast as the bare regular expression). Process time is
measured, so a busy machine disturbs less.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from analysis.study.settings import corpus_folder
from analysis.texts.annotate.engine import Engine
from analysis.texts.annotate.tokens import lower
from analysis.texts.document import Document

SPEECHES = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "un" / "ungdc.parquet"


def load_texts(path: Path, number: int) -> list[str]:
    """`number` speeches spread evenly over the corpus."""
    import pyarrow.parquet as pq

    texts = pq.read_table(path, columns=["text"]).column("text").to_pylist()
    step = max(1, len(texts) // number)
    return texts[::step][:number]


def measure(texts: list[str], rounds: int = 5) -> dict[str, float | int]:
    """Median ratios over `rounds` interleaved rounds, their spread, and speeds in MB/s (1 MB: a million characters)."""
    engine = Engine.from_folder(corpus_folder())
    documents = [
        Document(doc_id=str(i), collection="un", outlet_id="UN", text=t, genre="speech") for i, t in enumerate(texts)
    ]
    engine.annotate(documents[:3])
    jobs: dict[str, Callable[[], object]] = {
        "bare": lambda: [re.findall(r"\w+", text.lower()) for text in texts],
        "matching": lambda: [engine.matcher.scan(text, lower(text)) for text in texts],
        "private_side": lambda: engine.annotate(documents),
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.process_time()
            job()
            times[name].append(time.process_time() - start)
    size = sum(map(len, texts)) / 1e6
    result: dict[str, float | int] = {"speeches": len(texts), "megabytes": round(size, 2), "rounds": rounds}
    for name in jobs:
        result[f"{name}_mb_per_s"] = round(size / statistics.median(times[name]), 2)
    for name in ("matching", "private_side"):
        ratios = [bare / own for bare, own in zip(times["bare"], times[name], strict=True)]
        result[f"{name}_ratio"] = round(statistics.median(ratios), 3)
        result[f"{name}_ratio_min"] = round(min(ratios), 3)
        result[f"{name}_ratio_max"] = round(max(ratios), 3)
    return result


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--speeches", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=Path, default=SPEECHES)
    given = parser.parse_args(arguments)
    if not given.texts.is_file():
        print(f"{given.texts}: not there; give --texts.", file=sys.stderr)
        return 2
    result = measure(load_texts(given.texts, given.speeches), given.rounds)
    print(json.dumps({"python": platform.python_version(), "machine": platform.machine(), **result}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
