"""How a build grows: seconds a megabyte and peak memory of parent and children, at one copy of the UN speeches and at five.

    python -m benchmarks.scale [--copies 1 5] [--jobs 1 2] [--rounds 3] [--work FOLDER] [--megabytes N] [--article 3000]

The UN speeches (200 MB) are repeated with changed ids into a scratch folder, one Parquet file a copy, and built there by
the public function `build`, every build in a process of its own. `--article` cuts the speeches into documents of so many
characters, since memory grows with documents and an article is much shorter than a speech.

The builds of one size take turns, round after round, and how much faster one is than another is the median of the
rounds' ratios, since a machine may change its speed. What a machine gives two processes is measured beside it: two
builds of one process each that run at the same time and know nothing of each other. Both wall clock and processor time
are given. Memory is given twice: the sum of the resident sets of all processes of the build, sampled ten times a second,
which counts pages that they share more than once, and, once a second and on Linux alone, that of their proportional sets,
which counts each page once: what the machine must have.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.study.settings import corpus_folder
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
SAMPLES_PROPORTIONAL = 10  # every so many-th sample: the system walks all pages for it
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
    from analysis.texts.build.build import Options, build

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


def start(folder: Path, jobs: int) -> subprocess.Popen[str]:
    """`build_once` in a new process."""
    for name in ("work", "store"):
        shutil.rmtree(folder / name, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.scale", "--build", str(folder), "--jobs", str(jobs)]
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=env, cwd=Path(__file__).resolve().parents[1]
    )


def watched(folder: Path, jobs: int) -> dict[str, Any]:
    """One build, with the peak memory of its process and that one's children; once_mb is 0 where it cannot be seen."""
    import psutil

    with start(folder, jobs) as process:
        peak = once = sample = 0
        parent = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, memory(parent))
            if sample % SAMPLES_PROPORTIONAL == 0:
                once = max(once, memory(parent, proportional=True))
            sample += 1
            time.sleep(0.1)
        return _result(process) | {"peak_mb": peak / 2**20, "once_mb": once / 2**20}


def two_at_once(folder: Path) -> float:
    """Seconds of two builds with one process each that run at the same time, until the slower one is done."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        other = Path(name)
        for part in ("texts", "corpus"):
            (other / part).symlink_to(folder / part)
        with start(folder, 1) as one, start(other, 1) as two:
            return max(_result(one)["seconds"], _result(two)["seconds"])


def _result(process: subprocess.Popen[str]) -> dict[str, Any]:
    out = process.communicate()[0]
    if process.returncode:
        raise RuntimeError(f"a build ended with status {process.returncode}: {process.args}")
    return json.loads(out.splitlines()[-1])


def memory(parent: Any, *, proportional: bool = False) -> int:
    """Bytes of a process and all below it: resident sets, or proportional ones (0 where the system tells none)."""
    import psutil

    total = 0
    try:
        for process in [parent, *parent.children(recursive=True)]:
            if proportional:
                total += getattr(process.memory_full_info(), "pss", 0)
            else:
                total += process.memory_info().rss
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
    return total


def measure(
    copies: Sequence[int],
    jobs: Sequence[int],
    work: Path,
    megabytes: float | None = None,
    article: int | None = None,
    rounds: int = 1,
    ceiling: bool = False,
) -> tuple[list[dict[str, Any]], str]:
    """One row per number of copies and jobs, and a note. Every round makes each build once.

    ceiling: also two builds at once, of the first number of copies."""
    with tempfile.TemporaryDirectory(dir=work) as name:
        folders = {number: Path(name) / f"study{number}" for number in copies}
        sizes = {}
        for number, folder in folders.items():
            folder.mkdir()
            sizes[number] = make_study(folder, number, megabytes, article)
        found: dict[tuple[int, int], list[dict[str, Any]]] = {(c, j): [] for c in copies for j in jobs}
        pairs = []
        before = _stolen()
        for _ in range(rounds):
            for (number, n_jobs), of_rounds in found.items():
                of_rounds.append(watched(folders[number], n_jobs))
                print(json.dumps(of_rounds[-1] | {"jobs": n_jobs}), file=sys.stderr, flush=True)
            if ceiling:
                pairs.append(two_at_once(folders[copies[0]]))
                print(f"two at once: {pairs[-1]:.1f} s", file=sys.stderr, flush=True)
        after = _stolen()
    alone = {number: [one["seconds"] for one in found[number, jobs[0]]] for number in copies}
    rows = [row_of(c, j, sizes[c], of_rounds, alone[c]) for (c, j), of_rounds in found.items()]
    note = f"{rounds} round{'s' if rounds > 1 else ''}."
    if pairs:
        both = [2 * one / two for one, two in zip(alone[copies[0]], pairs, strict=True)]
        note += (
            f" Two independent builds of {sizes[copies[0]]:.0f} MB at the same time, one process each, did "
            f"{statistics.median(both):.2f} times the work of one alone in the same round "
            f"({min(both):.2f}-{max(both):.2f}): the yardstick for two jobs on this machine."
        )
    if len(copies) > 1:
        first, last = copies[0], copies[-1]
        grown = [
            (large / sizes[last]) / (small / sizes[first])
            for small, large in zip(alone[first], alone[last], strict=True)
        ]
        note += (
            f" Seconds a MB at {sizes[last]:.0f} MB were {statistics.median(grown):.2f} times those at "
            f"{sizes[first]:.0f} MB ({min(grown):.2f}-{max(grown):.2f})."
        )
    if before and after:
        share = (after[0] - before[0]) / (after[1] - before[1])
        note += f" Other guests of the host took {share:.0%} of the processors' time meanwhile."
    return rows, note


def _stolen() -> tuple[int, int] | None:
    """Processor time taken by other guests of a virtual machine's host, and all processor time, in ticks; Linux only."""
    try:
        ticks = [int(n) for n in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    except (OSError, ValueError):
        return None
    return ticks[7], sum(ticks)


def row_of(copies: int, jobs: int, size: float, of_rounds: list[dict[str, Any]], alone: list[float]) -> dict[str, Any]:
    """Medians of the rounds. alone: the seconds of the first number of jobs in the same rounds."""
    seconds = [one["seconds"] for one in of_rounds]
    hashes = {one["store_hash"] for one in of_rounds}
    if len(hashes) > 1:
        raise RuntimeError(f"the rounds gave different stores: {sorted(hashes)}")
    return {
        "copies": copies,
        "jobs": jobs,
        "megabytes": size,
        "documents": of_rounds[0]["documents"],
        "seconds": statistics.median(seconds),
        "least": min(seconds),
        "most": max(seconds),
        "speed": statistics.median(one / this for one, this in zip(alone, seconds, strict=True)),
        "merge_seconds": statistics.median(one["merge_seconds"] for one in of_rounds),
        "cpu_seconds": statistics.median(one["cpu_seconds"] for one in of_rounds),
        "peak_mb": max(one["peak_mb"] for one in of_rounds),
        "once_mb": max(one["once_mb"] for one in of_rounds),
        "store_hash": hashes.pop(),
    }


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| text, MB | documents | jobs | seconds (median) | least-most | speed / first jobs | after the last part, s "
        "| ms a MB (clock) | ms a MB (processor) | peak memory, MB | of it, shared pages once | store |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for r in rows:
        told = f"{r['once_mb']:.0f}" if r["once_mb"] else "not told"
        lines.append(
            f"| {r['megabytes']:.0f} | {r['documents']:,} | {r['jobs']} | {r['seconds']:.1f} "
            f"| {r['least']:.1f}-{r['most']:.1f} | {r['speed']:.2f} | {r['merge_seconds']:.1f} "
            f"| {1000 * r['seconds'] / r['megabytes']:.0f} | {1000 * r['cpu_seconds'] / r['megabytes']:.0f} "
            f"| {r['peak_mb']:.0f} | {told} | {r['store_hash'][:8]} |"
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
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--ceiling", action="store_true", help="also two builds of one process at the same time")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--build", type=Path, default=None, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.build:
        print(json.dumps(build_once(given.build, given.jobs[0])))
        return
    rows, note = measure(
        given.copies, given.jobs, given.work, given.megabytes, given.article, given.rounds, given.ceiling
    )
    print(f"{table(rows)}\n\n{note}")


if __name__ == "__main__":
    main()
