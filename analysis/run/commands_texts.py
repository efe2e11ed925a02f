"""Commands of the private side: from a folder of texts to a public store."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from analysis.store.errors import DiscourseError, TextsMissing
from analysis.store.settings import corpus_folder, load_outlets, texts_folder

COPIED = ("outlets.toml", "eras.toml", "actors.toml")
STUDY = click.argument("study", required=False, type=click.Path(file_okay=False, path_type=Path))


def places(study: Path | None) -> tuple[Path, Path]:
    """(corpus configuration, texts) of a study folder made by `init`, or of this project without one."""
    if study is None:
        return corpus_folder(), texts_folder()
    if not (study / "corpus" / "sources.toml").is_file():
        raise DiscourseError(f"{study}: no corpus/sources.toml there. Write one with `discourse init {study}`.")
    return study / "corpus", study


@click.command()
@click.argument("study", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Write sources.toml again; the old one is kept as sources.toml.old.")
def init(study: Path, force: bool) -> None:
    """Look at the texts in the folder STUDY and write STUDY/corpus/, with a guessed sources.toml."""
    from analysis.store.atomic import write_text
    from analysis.texts import guess

    if not study.is_dir():
        raise TextsMissing(
            f"{study}: no such folder. Make it and put the texts into it, in any format and sub-folders."
        )
    target = study / "corpus"
    if (target / "sources.toml").exists():
        if not force:
            raise DiscourseError(f"{target / 'sources.toml'} is there already; edit it, or write it anew with --force.")
        (target / "sources.toml").replace(target / "sources.toml.old")
    ours = corpus_folder()
    text = guess.write_sources(study, outlets=load_outlets(ours / "outlets.toml"))
    for name in COPIED:
        if not (target / name).exists():
            write_text(target / name, (ours / name).read_text(encoding="utf-8"))
    if not (target / "codebook").exists():
        shutil.copytree(ours / "codebook", target / "codebook")
    write_text(target / "sources.toml", text)
    click.echo(
        f"Wrote {target / 'sources.toml'} with a comment on each guess: read it, then `discourse check {study}`."
    )


@click.command()
@STUDY
@click.option("--limit", type=int, default=None, help="Look at this many records of each piece only.")
def check(study: Path | None, limit: int | None) -> None:
    """Read all texts as `build` would, without building: what would be kept, refused, undated, unknown."""
    from analysis.texts import corrections, guess

    corpus, texts = places(study)
    given = corpus / "corrections.toml"
    rows, messages = guess.check(
        corpus / "sources.toml",
        texts,
        outlets=load_outlets(corpus / "outlets.toml"),
        corrections=corrections.load(given) if given.exists() else None,
        limit=limit,
    )
    if rows:
        from analysis.run.report import text_table

        columns = list(rows[0])
        click.echo(text_table(columns, [[str(row[c]) for c in columns] for row in rows]))
    for message in messages:
        click.echo(message)


@click.command()
@STUDY
@click.option("--name", default=None, help="Name of the store  [default: 'default', or the study folder's name]")
@click.option("--min-documents", default=5, show_default=True, help="Words in fewer documents are pooled.")
@click.option("--jobs", default=0, help="Processes on this machine  [default: the number of cores]")
@click.option("--scheduler", default=None, help="Address of a Dask scheduler that shares the work instead.")
def build(study: Path | None, name: str | None, min_documents: int, jobs: int, scheduler: str | None) -> None:
    """Build the public store from the private texts; a build that was stopped goes on where it was."""
    from analysis.run.progress import counting
    from analysis.texts import build as building
    from analysis.texts import report

    corpus, texts = places(study)
    name = name or ("default" if study is None else study.resolve().name.lower())
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
    )
    with counting("pieces") as progress:
        store, told = building.build(options, progress=progress)
    page = work / "report.html"
    report.write_html(told, page)
    click.echo(report.as_text(told))
    click.echo(f"\nStore {store.path} ({store.store_hash[:12]}). Report with every refusal: {page}")


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option(
    "-o", "--output", type=click.File("w", encoding="utf-8", atomic=True), default="-", help="[default: the terminal]"
)
def annotate(file, output) -> None:
    """Annotate FILE (JSON lines with id, title, text; - for standard input) and write JSON lines with id and hits."""
    from analysis.texts.annotate import annotate_file
    from analysis.texts.engine import Engine

    outcome = annotate_file(file, output, Engine.from_folder(corpus_folder()))
    click.echo(f"{outcome.line_count} texts, {outcome.hit_count} hits, {len(outcome.errors)} bad lines", err=True)
    for error in outcome.errors:
        click.echo(error, err=True)
    sys.exit(2 if outcome.errors else 0)
