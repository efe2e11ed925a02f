"""What each step of a build costs, for one collection: the next slow thing is seen here.

The build runs in one process while a timer interrupts it every two milliseconds of processor time. The time since the last
interruption goes to the step whose code is at work, the innermost one if one step calls another; so the seconds of the
steps add up to the whole, and a long call into NumPy or Arrow weighs what it took.
"""

from __future__ import annotations

import contextlib
import math
import shutil
import signal
import statistics
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from analysis.study.settings import corpus_folder
from benchmarks.peers import SAMPLE_MB, corpus_file

COLLECTIONS = ("news", "un")
MEGABYTE = 1e6
EVERY = 0.002  # seconds of processor time
OTHER = "start, configuration, imports"
# Where the code of a step stands, below analysis/, and the start of its name there; the first that fits counts.
PLACES: tuple[tuple[str, str, str], ...] = (
    ("texts/read/", "", "read"),
    ("texts/clean/", "", "clean"),
    ("texts/annotate/printed.py", "", "clean"),
    ("texts/annotate/tokens.py", "", "tokens"),
    ("texts/annotate/counting.py", "Tokens", "tokens"),
    ("texts/annotate/counting.py", "", "counts"),
    ("texts/annotate/matcher.py", "", "matching"),
    ("texts/annotate/attribution/people.py", "", "names of people and states"),
    ("texts/annotate/attribution/passage.py", "", "names of people and states"),
    ("texts/annotate/attribution/voice.py", "Speech.exposure", "exposure"),
    ("texts/annotate/attribution/", "", "voice"),
    ("texts/annotate/concern.py", "", "about whom"),
    ("texts/annotate/holders.py", "", "holders"),
    ("texts/annotate/about.py", "", "holders"),
    ("texts/annotate/negation_mention.py", "", "negation and mention"),
    ("texts/annotate/hits.py", "", "hits"),
    ("texts/annotate/engine.py", "", "columns"),
    ("texts/dedupe/", "", "reprints"),
    ("texts/build/part_file.py", "", "part files"),
    ("texts/build/", "", "merge"),
    ("store/", "", "store write"),
)
STEPS = tuple(dict.fromkeys(step for _, _, step in PLACES))
EXPOSURE = "exposure"

Finder = Callable[[Sequence[FrameType]], str | None]


class Spent(Counter[str]):
    """Processor seconds by step. total: all of them, as the process counted."""

    total: float = 0.0  # type: ignore[assignment]


def _place_of(frame: FrameType) -> str | None:
    _, found, inner = frame.f_code.co_filename.replace("\\", "/").rpartition("/analysis/")
    if not found:
        return None
    name = frame.f_code.co_qualname
    return next((step for place, start, step in PLACES if inner.startswith(place) and name.startswith(start)), None)


def step_of(frames: Sequence[FrameType]) -> str | None:
    """The step whose code is at work, innermost frame first. Finding voices is `exposure` where it is done for every
    token of the text (`Speech.exposure` asks), and `voice` where a hit asks."""
    found = [step for frame in frames if (step := _place_of(frame))]
    if not found:
        return None
    return EXPOSURE if found[0] == "voice" and EXPOSURE in found else found[0]


@contextlib.contextmanager
def sampled(find: Finder = step_of) -> Iterator[Spent]:
    """Count processor seconds by step while it lasts. Main thread only; nothing else may use the profiling timer."""
    spent = Spent()
    begun = last = time.process_time()

    def tick(_: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.process_time()
        frames = []
        while frame is not None:
            frames.append(frame)
            frame = frame.f_back
        spent[find(frames) or OTHER] += now - last
        last = now

    before = signal.signal(signal.SIGPROF, tick)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        yield spent
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        spent.total = time.process_time() - begun


def of_build(corpus: Path, texts: Path, out: Path) -> Spent:
    """Processor seconds by step of one build with one process; `out` takes its store and parts."""
    from analysis.texts.build.build import Options, build

    options = Options(corpus=corpus, texts=texts, store=out / "store", work=out / "work", private=out / "private")
    with sampled() as spent:
        build(options)
    return spent


def copy_corpus(corpus: Path, to: Path, collection: str) -> None:
    """The corpus configuration with the sources of one collection only, and without its stores."""
    shutil.copytree(corpus, to, ignore=shutil.ignore_patterns("store", "private"))
    head, *blocks = (corpus / "sources.toml").read_text(encoding="utf-8").split("\n[[source]]\n")
    whole = [f"[[source]]\n{block}" for block in blocks]
    chosen = [block for block in whole if tomllib.loads(block)["source"][0].get("collection") == collection]
    (to / "sources.toml").write_text("\n".join([head, *chosen]), encoding="utf-8")


def prepare(function: str) -> Path:
    """A folder with the scratch study of the collection that the case is named after: `corpus`, and for the speeches
    `texts` with every so many-th, so that about as much is built as there is in the other tables."""
    folder = Path(tempfile.mkdtemp())
    copy_corpus(corpus_folder(), folder / "corpus", function)
    if function == "un":
        import pyarrow as pa
        import pyarrow.parquet as pq

        from benchmarks.private_side import load_documents

        kept = load_documents(corpus_file().parents[1], math.inf, folder / "corpus")[function]
        size = sum(len(document.text) for document in kept) / MEGABYTE
        table = pq.read_table(corpus_file())
        table = table.take(pa.array(range(0, len(table), max(1, round(size / SAMPLE_MB)))))
        (folder / "texts" / "un").mkdir(parents=True)
        pq.write_table(table, folder / "texts" / "un" / corpus_file().name)
    return folder


def _measure(folder: Path) -> dict[str, Any]:
    from benchmarks.private_side import load_documents

    corpus, own = folder / "corpus", folder / "texts"
    texts = own if own.exists() else corpus_file().parents[1]
    try:
        spent = of_build(corpus, texts, folder / "out")
        (read,) = load_documents(texts, math.inf, corpus).values()
        size = sum(len(document.text) for document in read) / MEGABYTE
        return {"spent": dict(spent), "total": spent.total, "documents": len(read), "megabytes": size}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


news = un = _measure


def table(found: Mapping[str, Sequence[Any]]) -> str:
    """Processor seconds, milliseconds a megabyte and share of every step, for each collection. found: the results of
    `harness.run_once` by collection."""
    parts = []
    for name, rounds in found.items():
        notes = [one["note"] for one in rounds if isinstance(one, dict)]
        if not notes:
            parts.append(f"{name}: not run: {rounds[0]}")
            continue
        medians = {step: statistics.median(note["spent"].get(step, 0.0) for note in notes) for step in (*STEPS, OTHER)}
        size, whole = notes[0]["megabytes"], sum(medians.values())
        lines = [
            f"### {name}: {notes[0]['documents']:,} documents, {size:.1f} MB, {whole:.1f} processor seconds\n",
            "| step | processor seconds | ms a MB | share |",
            "|---|--:|--:|--:|",
        ]
        for step, seconds in sorted(medians.items(), key=lambda item: -item[1]):
            lines.append(f"| {step} | {seconds:.2f} | {1000 * seconds / size:.1f} | {seconds / whole:.1%} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)
