"""Concordances: seconds of a whole `discourse kwic`, of a second search in one process, and of a search without a build.

    python -m benchmarks.concordance [--megabytes 11 199] [--patterns ...] [--work FOLDER]
    python -m benchmarks.concordance --own [--patterns ...]     # this project's own texts, built before

The speeches of `scale` are cut to so many megabytes, built in a scratch folder, and searched. Seconds are processor seconds
(user and system), those of the whole process with the clock's beside them. "same lines": the lines found with and without a
build are compared.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.scale import build_once, make_study

MEGABYTES = (11.0, 199.0)
PATTERNS = ("sovereignty", "bridge*", "take* side*", "mosquito*", "zzzz")


def patterns_of(corpus: Path) -> tuple[str, ...]:
    """A word of many texts, an ordinary one, a phrase, a rare word, one that is nowhere, and two frames of the codebook."""
    frames = sorted(path.stem for path in (corpus / "codebook").glob("[!_]*.toml"))
    return (*PATTERNS, *(f"frame:{name}" for name in frames[:2]))


def search(corpus: Path, texts: Path, pattern: str, times: int) -> dict[str, Any]:
    """Searches in this process, one or more: processor seconds of each, and the lines as CSV."""
    from analysis.texts.concordance import kwic, library

    seconds, lines = [], []
    for _ in range(times):
        start = time.process_time()
        lines = library.search(corpus, texts, pattern)
        seconds.append(time.process_time() - start)
    return {"seconds": seconds, "lines": len(lines), "csv": kwic.to_csv(lines)}


def in_a_process(corpus: Path, texts: Path, *arguments: str) -> tuple[str, float, float]:
    """What a new process of a study printed, its processor seconds, and the clock's."""
    study = {**os.environ, "DISCOURSE_CORPUS": str(corpus), "DISCOURSE_TEXTS": str(texts)}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=root, env=study, check=True, stdout=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, used, time.perf_counter() - start


def measure(corpus: Path, texts: Path, work: Path, patterns: Sequence[str]) -> list[dict[str, Any]]:
    """One row for each pattern. work: where the builds' parts lie; it is moved away for the searches without one."""
    rows = []
    aside = work.with_name(f"{work.name}.aside")
    for pattern in patterns:
        command = "from analysis.cli.main import main; main()"
        with tempfile.TemporaryDirectory() as name:
            out = Path(name) / "lines.csv"
            _, used, clock = in_a_process(corpus, texts, "-c", command, "kwic", pattern, "-o", str(out))
            found = out.read_text(encoding="utf-8")
        again = ["-m", "benchmarks.concordance", "--search", pattern, str(corpus), str(texts)]
        second = json.loads(in_a_process(corpus, texts, *again, "2")[0].splitlines()[-1])
        work.rename(aside)
        try:
            plain = json.loads(in_a_process(corpus, texts, *again, "1")[0].splitlines()[-1])
        finally:
            aside.rename(work)
        rows.append(
            {
                "pattern": pattern,
                "lines": sum(1 for _ in csv.reader(io.StringIO(found))) - 1,
                "process": used,
                "clock": clock,
                "second": second["seconds"][1],
                "plain": plain["seconds"][0],
                "same": found == second["csv"] == plain["csv"],
            }
        )
    return rows


def table(title: str, rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""
    lines = [
        f"{title}\n",
        "| asked for | lines | whole process, s | by the clock, s | second search, s | without a build, s | same lines |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    lines += [
        f"| {r['pattern']} | {r['lines']:,} | {r['process']:.2f} | {r['clock']:.2f} | {r['second']:.2f} | {r['plain']:.2f} "
        f"| {'yes' if r['same'] else 'NO'} |"
        for r in rows
    ]
    return "\n".join(lines)


def report(megabytes: Sequence[float] = MEGABYTES, work: Path | None = None, patterns: Sequence[str] = ()) -> str:
    """The tables of invented studies of so many megabytes of speeches, each built and searched in a scratch folder."""
    made = []
    for size in megabytes:
        with tempfile.TemporaryDirectory(dir=work) as name:
            folder = Path(name)
            size = make_study(folder, 1, size)
            parts = folder / ".cache" / "build" / "scale"
            parts.mkdir(parents=True)
            (folder / "work").symlink_to(parts)
            build_once(folder, 1)
            corpus = folder / "corpus"
            rows = measure(corpus, folder / "texts", parts.parent, patterns or patterns_of(corpus))
            made.append(table(f"{size:.0f} MB of speeches.", rows))
    return "\n\n".join(made)


def report_own(patterns: Sequence[str] = ()) -> str:
    """The table of this project's texts, as they were built last."""
    from analysis.study.settings import corpus_folder, texts_folder

    corpus, texts = corpus_folder().resolve(), texts_folder().resolve()
    rows = measure(corpus, texts, corpus.parent / ".cache" / "build", patterns or patterns_of(corpus))
    return table("The study's own texts.", rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=float, nargs="+", default=MEGABYTES)
    parser.add_argument("--own", action="store_true", help="this project's texts, as they were built last")
    parser.add_argument("--patterns", nargs="+", default=())
    parser.add_argument("--work", type=Path)
    parser.add_argument("--search", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.search:
        pattern, corpus, texts, times = given.search
        print(json.dumps(search(Path(corpus), Path(texts), pattern, int(times))))
    else:
        print(report_own(given.patterns) if given.own else report(given.megabytes, given.work, given.patterns))


if __name__ == "__main__":
    main()
