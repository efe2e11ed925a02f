"""How a build grows: seconds a megabyte and peak memory of parent and children, at one copy of the UN speeches and at five.

    python -m benchmarks.scale [--copies 1 5] [--jobs 1 2] [--work FOLDER] [--megabytes N] [--article 3000]

The UN speeches (200 MB) are repeated with changed ids into a scratch folder, one Parquet file a copy, and built there by
the public function `build`, every build in a process of its own. `--article` cuts the speeches into documents of so many
characters, since memory grows with documents and an article is much shorter than a speech.

Both wall clock and processor time are given: on a busy machine the processor time is the fairer figure. Memory is the
sum of the resident sets of all processes of the build, sampled ten times a second, so pages that they share are counted
more than once.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.store.settings import corpus_folder
from benchmarks.peers import corpus_file

SOURCES = """[[source]]
source_id = "un"
path = "un/*.parquet"
format = "parquet"
collection = "un"
genre = "speech"
language = "en"
boilerplate = "none"
columns = { id = "doc_id", text = "text", date = "{year}-09", outlet = "un_{iso3:lower}", author = "speaker" }
"""
OUTLET = '[[outlet]]\noutlet_id = "un_{0}"\nname = "Delegation {0}"\ncountry = "{1}"\ntype = "delegation"\n\n'


def make_study(folder: Path, copies: int, megabytes: float | None = None, article: int | None = None) -> float:
    """Write `copies` of the speeches and a corpus configuration to `folder`; the megabytes of text (UTF-8) written.

    megabytes: use only about that much of the speeches (every k-th one). article: cut them into documents of so many
    characters.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(corpus_file(), columns=["doc_id", "iso3", "year", "text", "speaker"])
    if megabytes:
        whole = pc.sum(pc.binary_length(table["text"])).as_py() / 1e6
        table = table.take(pa.array(range(0, len(table), max(1, round(whole / megabytes)))))
    if article:
        table = _cut(table, article)
    (folder / "texts" / "un").mkdir(parents=True)
    ids = table["doc_id"].to_pylist()
    for copy in range(copies):
        names = pa.array([f"{doc_id}.{copy}" for doc_id in ids])
        pq.write_table(table.set_column(0, "doc_id", names), folder / "texts" / "un" / f"copy{copy}.parquet")
    shutil.copytree(corpus_folder(), folder / "corpus", ignore=shutil.ignore_patterns("store", "private"))
    codes = sorted(set(table["iso3"].to_pylist()))
    (folder / "corpus" / "outlets.toml").write_text("".join(OUTLET.format(c.lower(), c) for c in codes))
    (folder / "corpus" / "sources.toml").write_text(SOURCES)
    (folder / "corpus" / "corrections.toml").write_text("")
    return copies * pc.sum(pc.binary_length(table["text"])).as_py() / 1e6


def _cut(table: Any, characters: int) -> Any:
    """Each speech as documents of so many characters."""
    import pyarrow as pa

    rows = [
        {**row, "doc_id": f"{row['doc_id']}.p{start // characters}", "text": row["text"][start : start + characters]}
        for row in table.to_pylist()
        for start in range(0, len(row["text"]), characters)
    ]
    return pa.Table.from_pylist(rows, schema=table.schema)


def build_once(folder: Path, jobs: int) -> dict[str, Any]:
    """Build the study in `folder` in this process; seconds of the two stages, processor seconds, and the store's hash."""
    from analysis.texts.build import Options, build

    start = time.perf_counter()
    last = [start]
    options = Options("scale", folder / "corpus", folder / "texts", folder / "store", folder / "work", jobs=jobs)
    store, report = build(options, progress=lambda *_: last.append(time.perf_counter()))
    end = time.perf_counter()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "seconds": end - start,
        "parts_seconds": last[-1] - start,
        "merge_seconds": end - last[-1],
        "cpu_seconds": sum(u.ru_utime + u.ru_stime for u in used),
        "documents": report.totals()["kept"],
        "store_hash": store.store_hash,
    }


def watched(folder: Path, jobs: int) -> dict[str, Any]:
    """`build_once` in a new process, with the peak memory of it and its children."""
    import psutil

    for name in ("work", "store"):
        shutil.rmtree(folder / name, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.scale", "--build", str(folder), "--jobs", str(jobs)]
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, cwd=root) as process:
        peak = 0
        parent = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, _resident(parent))
            time.sleep(0.1)
        out = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"the build in {folder} ended with status {process.returncode}")
    return json.loads(out.splitlines()[-1]) | {"peak_mb": peak / 2**20}


def _resident(parent: Any) -> int:
    import psutil

    total = 0
    try:
        for process in [parent, *parent.children(recursive=True)]:
            total += process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0
    return total


def measure(
    copies: Sequence[int],
    jobs: Sequence[int],
    work: Path,
    megabytes: float | None = None,
    article: int | None = None,
) -> list[dict[str, Any]]:
    """One row per number of copies and jobs: megabytes, seconds, seconds a megabyte, memory, hash of the store."""
    rows = []
    for number in copies:
        with tempfile.TemporaryDirectory(dir=work) as name:
            folder = Path(name)
            size = make_study(folder, number, megabytes, article)
            for n_jobs in jobs:
                found = watched(folder, n_jobs)
                rows.append({"copies": number, "jobs": n_jobs, "megabytes": size, **found})
                print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    return rows


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| text, MB | documents | jobs | seconds | of these, merge | ms a MB (clock) | ms a MB (processor) "
        "| peak memory, MB | store |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for r in rows:
        lines.append(
            f"| {r['megabytes']:.0f} | {r['documents']:,} | {r['jobs']} | {r['seconds']:.1f} | {r['merge_seconds']:.1f} "
            f"| {1000 * r['seconds'] / r['megabytes']:.0f} | {1000 * r['cpu_seconds'] / r['megabytes']:.0f} "
            f"| {r['peak_mb']:.0f} | {r['store_hash'][:8]} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 5])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--megabytes", type=float, default=None, help="megabytes of speeches in one copy")
    parser.add_argument(
        "--article", type=int, default=None, help="characters of a document; whole speeches if not given"
    )
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--build", type=Path, default=None, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.build:
        print(json.dumps(build_once(given.build, given.jobs[0])))
        return
    print(table(measure(given.copies, given.jobs, given.work, given.megabytes, given.article)))


if __name__ == "__main__":
    main()
