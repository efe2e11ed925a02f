"""Commands of the private side: from a folder of texts to a public store."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.errors import DiscourseError, TextsMissing
from analysis.study.places import folders_of, is_repository, texts_of
from analysis.study.settings import corpus_folder, is_there, load_eras, load_outlets, texts_folder
from analysis.study.skeleton import CORRECTIONS, GITIGNORE, skeleton

if TYPE_CHECKING:
    from analysis.store import Store
    from analysis.texts.build.build import Options
    from analysis.texts.read.check import Checked

SHOWN = 5
SHOWN_FILES = 40
# eras.toml first: a corpus folder without it is taken for one of texts.
COPIED = ("eras.toml", "study.toml", "outlets.toml", "actors.toml")
STUDY = click.argument("study", required=False, type=click.Path(file_okay=False, path_type=Path))


def places(study: Path | None) -> tuple[Path, Path]:
    """(corpus configuration, texts) of a study folder made by `init`, or of this project without one."""
    if study is None:
        return corpus_folder(), texts_folder()
    return folders_of(study)


@click.command()
@click.argument("study", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Write sources.toml again; the old one is kept as sources.toml.old.")
@click.option("--empty", is_flag=True, help="Declare nothing yet: no outlet, era, actor or frame of this project.")
def init(study: Path, force: bool, empty: bool) -> None:
    """Look at the texts in the folder STUDY and write STUDY/corpus/, with a guessed sources.toml."""
    from analysis.store.atomic import keep_old, write_text
    from analysis.store.folders import replacing_folder
    from analysis.texts.read import first_sources as guess

    if empty:
        _init_empty(study)
        return
    if not study.is_dir():
        raise TextsMissing(
            f"{study}: no such folder. Make it and put the texts into it, in any format and sub-folders."
        )
    target = study / "corpus"
    if is_there(target / "sources.toml") and not force:
        raise DiscourseError(f"{target / 'sources.toml'} is there already; edit it, or write it anew with --force.")
    ours = corpus_folder()
    if not (ours / "outlets.toml").is_file():
        raise DiscourseError(
            f"there is no study here to copy outlets and eras from: `discourse new {study}` starts one."
        )
    for leftover in (*study.glob(".*.tmp"), *target.glob(".*.tmp")):  # of a command that was killed
        leftover.unlink(missing_ok=True)
    text = guess.write_sources(texts_of(study), outlets=load_outlets(ours / "outlets.toml"))
    if not is_repository(study):
        ignore_private(
            study
        )  # first of what is written: a command that is killed leaves nothing that git would take up
    for name in COPIED:
        if not (target / name).exists():
            write_text(target / name, (ours / name).read_text(encoding="utf-8"))
    if not is_there(target / "codebook"):
        with replacing_folder(target / "codebook", "codebook", target / "private", marked=False) as folder:
            shutil.copytree(ours / "codebook", folder, dirs_exist_ok=True)
    if not (target / "corrections.toml").exists():
        write_text(target / "corrections.toml", CORRECTIONS)
    kept = keep_old(target / "sources.toml")
    write_text(target / "sources.toml", text)
    click.echo(
        f"Wrote {target / 'sources.toml'} with a comment on each guess: read it, then `discourse check {study}`."
        + (f" The old one is kept as {kept.name}." if kept else "")
    )


def ignore_private(study: Path) -> None:
    """Write STUDY/.gitignore, unless there is one, and say what may be committed."""
    from analysis.store.atomic import write_text

    place = study / ".gitignore"
    if not place.exists():
        write_text(place, GITIGNORE)
    elif place.read_text(encoding="utf-8", errors="replace") != GITIGNORE:
        click.echo(
            f"{place} was there already and was left alone: see to it that it ignores the texts and corpus/private."
        )
    click.echo(
        "May be committed: study.toml, outlets.toml, eras.toml, actors.toml, codebook/ and codings/ in corpus/. Stay "
        "private, and are ignored by git: the texts; corpus/private, which leads from ids to files; sources.toml and "
        "corrections.toml, since they name files and folders."
    )


def _init_empty(study: Path) -> None:
    """Write the skeleton of a study that declares nothing; a file that is there already stays as it is."""
    from analysis.store.atomic import write_text

    written = []
    for name, text in {**skeleton(study.resolve().name), "corrections.toml": CORRECTIONS}.items():
        place = study / "corpus" / name
        if not place.exists() and not (name.startswith("codebook/") and place.parent.exists()):
            write_text(place, text)
            written.append(name)
    click.echo(f"Wrote {', '.join(written) or 'nothing: all files are there'} in {study / 'corpus'}.")
    ignore_private(study)
    click.echo(f"Next: fill them in (docs/own-study.md), put the texts into {study}, then `discourse check {study}`.")


@click.command()
@STUDY
@click.option("--limit", type=click.IntRange(1, 10**9), help="Look at this many records of each piece only.")
@click.option(
    "--records",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every record, kept or refused, to this private file: .jsonl or .csv.",
)
@click.option("--fill-in", type=click.Path(dir_okay=False, path_type=Path), help="[default: STUDY/corpus/fill_in.txt]")
@click.option("--details", is_flag=True, help="List every file and every message, however many there are.")
def check(study: Path | None, limit: int | None, records: Path | None, fill_in: Path | None, details: bool) -> None:
    """Read all texts as `build` would, without building: what would be kept, refused, undated, unknown.

    Of many files those of which something would be left out are listed, after a summary. A block to fill in for each
    document without date or outlet is written to the --fill-in file.
    """
    from analysis.study import corrections
    from analysis.texts.annotate.matcher import hit_test
    from analysis.texts.read import check as checking
    from analysis.texts.read.records import record_file

    corpus, texts = places(study)
    given = corpus / "corrections.toml"
    with record_file(records, texts, corpus) if records else contextlib.nullcontext() as each:
        found = checking.check(
            corpus / "sources.toml",
            texts,
            checking.Declared(
                load_outlets(corpus / "outlets.toml"), load_eras(corpus / "eras.toml"), corrections.load(given)
            ),
            limit=limit,
            each=each,
            carries_hit=hit_test(corpus / "codebook"),
            every=details,
        )
    told = _check_in_words(found, study, corpus, fill_in)
    if len(found.rows) > SHOWN_FILES:
        click.echo("\n".join([*told, ""]))
    _show_files(found.rows, details)
    for message in found.messages:
        click.echo(message)
    if found.repeated:
        click.echo("\nParagraphs that an outlet prints again and again:\n" + "\n".join(found.repeated))
    if records:
        click.echo(f"\nEvery record, with its text and what became of it: {records} (private: do not pass it on).")
    click.echo("\n" + "\n".join(told[-1:] if len(found.rows) > SHOWN_FILES else told))


def _check_in_words(found: Checked, study: Path | None, corpus: Path, fill_in: Path | None) -> list[str]:
    """The sentences that a check ends with; writes the file of blocks to fill in."""
    from analysis.store.atomic import write_text
    from analysis.texts.read.check import unclaimed_in_words

    view = found.overview
    lines = [*view.lines(), *unclaimed_in_words(found.unclaimed), *found.why_left_out()]
    target = fill_in or (corpus / "fill_in.txt" if study else None)
    if target is not None and target.is_file() and (view.blocks or fill_in is None):
        lines += _filled_in_kept(target)
    if target is not None and view.blocks:
        write_text(target, view.fill_in())
        lines.append(
            f"{len(view.blocks):,} without date or outlet: {target} holds a block to fill in for each, "
            "for corrections.toml."
        )
    elif target is not None and fill_in is None:
        target.unlink(missing_ok=True)
    elif view.blocks:
        lines.append(f"{len(view.blocks):,} without date or outlet: --fill-in FILE writes a block to fill in for each.")
    read, kept = (sum(row[c] for row in found.rows) for c in ("read", "kept"))
    command = f"discourse build {study}" if study else "discourse build"
    mend = f"mend {corpus / 'sources.toml'} and check again, or " if kept < read else ""
    eras = f", {view.eras_in_words()}" if view.no_era else ""
    return [*lines, f"{kept:,} of {read:,} records would be kept{eras}. Next: {mend}`{command}`."]


def _filled_in_kept(target: Path) -> list[str]:
    """Keep a copy of a file of blocks that somebody filled in. Raises `DiscourseError` where a file of other words is."""
    from analysis.store.atomic import keep_old
    from analysis.texts.read.overview import FILL_IN, is_filled_in

    text = target.read_text(encoding="utf-8", errors="replace")
    if not text.startswith(FILL_IN[:40]):
        raise DiscourseError(f"{target}: is there already and holds no blocks to fill in; choose another name.")
    kept = keep_old(target) if is_filled_in(text) else None
    return [f"{target} was filled in: it is kept as {kept.name}, and is written anew."] if kept else []


def _show_files(rows: list[dict[str, Any]], details: bool = False) -> None:
    """The table of files; of very many, those of which most would be left out."""
    from analysis.run.outcomes import text_table

    many = len(rows) > SHOWN_FILES and not details
    chosen = rows
    if many:
        faulty = [row for row in rows if row["kept"] < row["read"] or row["undated"]]
        chosen = sorted(faulty, key=lambda row: (-row["refused"], -row["undated"], row["file"]))[:SHOWN_FILES]
    if chosen:
        columns = list(rows[0])
        shown = [{**row, "kinds": ", ".join(f"{n} {kind}" for kind, n in row["kinds"].items())} for row in chosen]
        click.echo(text_table(columns, [[str(row[c]) for c in columns] for row in shown]))
    if many:
        faultless = len(rows) - len(faulty)
        parts = [f"{len(faulty) - len(chosen):,} more files with something left out"] * (len(faulty) > len(chosen))
        parts += [f"{faultless:,} files whole and dated"] * (faultless > 0)
        if parts:
            click.echo(f"{'... and ' if chosen else ''}{' and '.join(parts)}: --details lists every file.")


@click.command()
@STUDY
@click.option("--name", default=None, help="Name of the store  [default: 'default', or the study folder's name]")
@click.option("--min-documents", default=5, show_default=True, help="Words in fewer documents are pooled.")
@click.option(
    "--jobs", type=click.IntRange(0, 256), default=0, help="Processes on this machine  [default: the number of cores]"
)
@click.option("--scheduler", default=None, help="Address of a Dask scheduler that shares the work instead.")
@click.option("--small", default=50, show_default=True, help="Tokens below which a document's words are all pooled.")
@click.option(
    "--sketch-key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with a secret: also write keyed sketches, for joining with who shares it.",
)
def build(
    study: Path | None, name: str | None, min_documents: int, jobs: int, scheduler: str | None, small: int, sketch_key
) -> None:
    """Build the public store from the private texts; a build that was stopped goes on where it was."""
    from analysis.run.progress import counting
    from analysis.texts.build import build as building
    from analysis.texts.build import summary as report
    from analysis.texts.concordance.codebook_report import compare

    corpus, texts = places(study)
    if study is not None and is_repository(study) and corpus.resolve() == corpus_folder().resolve():
        study = None  # its own repository: the store is the one that its plan opens
    name = store_name(study) if name is None else name
    if study is not None and name == "default":
        raise DiscourseError("store 'default' is the embedded one; give yours another name: --name my-study.")
    work = corpus_folder().parent / ".cache" / "build" / name
    options = building.Options(
        name,
        corpus,
        texts,
        corpus_folder() / "store" / name,
        work,
        min_documents,
        jobs or os.cpu_count() or 1,
        scheduler,
        small,
        sketch_key=sketch_key,
    )
    options = options.resolved()  # before anything is written: a name may not lead out of the folder
    before = entry_counts(options.store)
    with alone(work), counting("pieces") as progress:
        store, told = building.build(options, progress=progress)
    page = work / "report.html"
    report.write_html(told, page)
    click.echo(report.as_text(told))
    if before:
        changed = compare(before, entry_counts(options.store))
        click.echo(f"\nCodebook entries whose number of hits changed since the last build: {len(changed)}")
        for row in changed:
            click.echo(
                f"  {row['frame']}/{row['entry']}: {row['old_count']} -> {row['new_count']} ({row['change']:+d})"
            )
    click.echo(f"\nStore {store.path} ({store.store_hash[:12]}). Report with every refusal: {page}")
    told_privacy(store, options.resolved())
    if study is None:
        click.echo("Next: `discourse run` draws every figure of the plan that this store can carry.")
    else:
        click.echo(f"Next: `discourse run --store {name}` draws every figure of the plan that this store can carry.")


def told_privacy(store: Store, options: Options) -> None:
    """Say what was pooled and where the private table of ids is, and check the new store as a release would be."""
    from analysis.publish.privacy import check_store
    from analysis.texts.build.public_ids import MAP

    info = store.manifest["info"]
    hidden = info["hidden"]
    click.echo(
        f"Documents under {info['small_tokens']} tokens, whose words are all pooled: {hidden['documents']:,} "
        f"({hidden['tokens']:,} tokens); frames in a document whose neighbouring words are: {hidden['windows']:,}. "
        f"Which id is which file: {options.private / MAP} (private: never commit it, keep a copy). Public as well is the "
        f"store's name, {store.path.name!r}; `--name` gives another."
    )
    if (outside := info.get("outside_samples", {})).get("documents"):
        click.echo(
            f"Documents outside the samples whose words are kept (words_of in sources.toml): {outside['documents']:,} "
            f"({outside['tokens']:,} tokens); of these the store has the document, its hits and its actors."
        )
    found = check_store(store)
    for finding in found:
        click.echo(f"discourse: not fit to be published: {finding.place}: {finding.reason}", err=True)
    if found:
        raise DiscourseError(
            f"store {store.path.name} must not be published: {len(found)} findings of the privacy check."
        )


@contextlib.contextmanager
def alone(work: Path) -> Iterator[None]:
    """One build of a store at a time: two would remove each other's unfinished files."""
    import fcntl

    work.mkdir(parents=True, exist_ok=True)
    with (work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DiscourseError(
                f"another `discourse build` of store {work.name!r} is at work; wait for it or stop it."
            ) from error
        yield


class Lines(click.File):
    """A file of lines to read, or - for standard input; one that is closed is named."""

    name = "filename"

    def __init__(self) -> None:
        super().__init__("rb")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "-" and sys.stdin is None:
            raise DiscourseError("standard input is closed; name a file of JSON lines instead of -.")
        return super().convert(value, param, ctx)


@contextlib.contextmanager
def output_stream(output: Path | None) -> Iterator[Any]:
    """The terminal, or a new file that is in its place when all is written."""
    from analysis.store.atomic import replacing, sweep

    if output is None or str(output) == "-":
        if sys.stdout is None:
            raise DiscourseError("standard output is closed; name a file to write to with -o.")
        with click.open_file("-", "w", encoding="utf-8") as terminal:
            yield terminal
        return
    sweep(output)
    with replacing(output) as temporary, temporary.open("w", encoding="utf-8") as stream:
        yield stream


@click.command()
@click.argument("file", type=Lines())
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="[default: -, which is the terminal]"
)
def annotate(file: Any, output: Path | None) -> None:
    """Annotate FILE (JSON lines with id, title, text; - for standard input) and write JSON lines with id and hits."""
    from analysis.texts.annotate.engine import Engine
    from analysis.texts.concordance.annotate_file import annotate_file

    name = getattr(file, "name", "-")  # standard input has none, a number, or "-"
    given = Path(name) if isinstance(name, str) and name != "-" else None
    if output is not None and given and output.exists() and given.exists() and output.samefile(given):
        raise DiscourseError(f"{output}: holds the texts, and the hits would take their place; choose another name.")
    with output_stream(output) as stream:
        outcome = annotate_file(file, stream, Engine.from_folder(corpus_folder()))
    click.echo(f"{outcome.line_count} texts, {outcome.hit_count} hits, {len(outcome.errors)} bad lines", err=True)
    for error in outcome.errors[:SHOWN]:
        click.echo(error, err=True)
    if len(outcome.errors) > SHOWN:
        click.echo(f"... and {len(outcome.errors) - SHOWN} more, each in its place in the output", err=True)
    if outcome.errors and not outcome.line_count:
        click.echo('FILE holds one JSON object on each line: {"id": "a1", "title": "...", "text": "..."}', err=True)
    sys.exit(2 if outcome.errors else 0)


@click.group()
def codebook() -> None:
    """Check the codebook, or write it as a document."""


@codebook.command("check")
@STUDY
def check_codebook(study: Path | None) -> None:
    """Unreachable entries, overlaps, missing sources, examples that do not match. Exit status 1 if there are faults."""
    from analysis.texts.annotate import codebook as books
    from analysis.texts.concordance.codebook_report import check as faults_of

    corpus = study / "corpus" if study else corpus_folder()
    found = faults_of(books.load(corpus / "codebook"))
    for fault in found:
        click.echo(f"{fault.level}: {fault.frame}/{fault.entry}: {fault.message}")
    errors = sum(fault.level == "error" for fault in found)
    click.echo(f"{errors} errors, {len(found) - errors} notes", err=True)
    sys.exit(1 if errors else 0)


@codebook.command("document")
def write_codebook() -> None:
    """Write docs/codebook.md from corpus/codebook/*.toml and what readers found (corpus/codings)."""
    from analysis.store.atomic import write_text
    from analysis.texts.annotate import codebook as books
    from analysis.texts.coding.codings import by_entry, load
    from analysis.texts.concordance.codebook_report import document

    path = corpus_folder().parent / "docs" / "codebook.md"
    readings = by_entry(load(corpus_folder() / "codings"))
    write_text(path, document(books.load(corpus_folder() / "codebook"), readings))
    click.echo(f"Wrote {path}")


def store_name(study: Path | None) -> str:
    """The store of a study folder: its name in lower case, with - for what no store name may hold."""
    if study is None:
        return "default"
    name = re.sub(r"[^a-z0-9_]+", "-", study.resolve().name.lower()).strip("-")
    if not name:
        raise DiscourseError(f"{study}: no store can be named after this folder; give a name: --name my-study.")
    return name


def entry_counts(store_folder: Path) -> dict[tuple[str, str], int]:
    """(frame, entry) -> hits of a store; empty if there is none yet, or none that this version can read."""
    from analysis.store import open_store

    if not (store_folder / "manifest.json").is_file():
        return {}
    try:
        hits = open_store(store_folder).table("hits", columns=["frame", "entry"])
    except DiscourseError:
        return {}  # an older or damaged store is what a build mends
    return {(str(f), str(e)): int(n) for (f, e), n in hits.value_counts(["frame", "entry"]).items()}
