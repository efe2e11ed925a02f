"""The command that starts a study of one's own, as a repository of its own."""

from __future__ import annotations

import os
from pathlib import Path
from unicodedata import category

import click

from analysis.errors import DiscourseError


@click.command()
@click.argument("folder", type=click.Path(file_okay=False))
@click.option("--title", default="", help="What the study is called  [default: the folder's name]")
@click.option("--author", default="", metavar="NAME", help='By whom it is cited: "Family, Given", or a body\'s name.')
@click.option(
    "--example", is_flag=True, help="With the invented articles and declarations of the tutorial, to try things."
)
def new(folder: str, title: str, author: str, example: bool) -> None:
    """Start a study in FOLDER: corpus, notebooks with their plan, README, CITATION.cff, Makefile and CI.

    The folder can be pushed to a repository; this package is its dependency. A file that is there stays as it is.
    """
    if not folder.strip():
        raise DiscourseError("FOLDER is empty; give the study's folder a name, or . for the one you are in.")
    for name, text in (("FOLDER", folder), ("--title", title), ("--author", author)):
        if odd := next((letter for letter in text if letter == "\0" or category(letter) == "Cs"), None):
            raise DiscourseError(
                f"{name} holds {odd!r}, which no file of text can hold; write it in UTF-8 without that."
            )
    write_study(Path(folder), title, author, example=example)


def write_study(folder: Path, title: str, author: str, *, example: bool = False) -> None:
    """Write what is not there yet of a study's folder, and say what was written and what is next."""
    check_folder(folder)
    files = new_files(folder, title, author, example=example)
    taken = [name for name in files if (folder / name).is_dir()]
    if taken:
        raise DiscourseError(
            f"{folder / taken[0]}: is a folder, and nothing was written; a file of that name is needed."
        )
    parents = {parent for name in (*files, "texts/x") for parent in (folder / name).relative_to(folder).parents}
    for parent in sorted(folder / one for one in parents):
        if parent.is_symlink() or parent.exists():
            check_folder(parent)
    try:
        written = write_new(folder, files)
        (folder / "texts").mkdir(exist_ok=True)
    except FileNotFoundError as error:
        raise DiscourseError(f"{error.filename}: nothing can be made there; choose another place.") from error
    if not written:
        click.echo(f"Wrote nothing: all files of a study are in {folder} already.")
        return
    kept = len(files) - len(written)
    click.echo(
        f"Wrote {len(written)} files in {folder}{f'; {kept} were there and stayed as they are' if kept else ''}."
    )
    if example:
        click.echo(f"Next, in {folder}: `discourse build`, `discourse run`.")
        return
    click.echo(
        f"Next, in {folder}: say in corpus/*.toml what the study asks (README.md goes through it), put the texts into "
        "texts/, then `discourse init --force .`, `discourse check`, `discourse build`, `discourse run`."
    )


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be made, before anything is written."""
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists() or one.is_symlink())
    if not there.is_dir():
        raise DiscourseError(f"{there}: is no folder, and nothing was written; move it away, or choose another place.")
    if not os.access(there, os.W_OK):
        raise DiscourseError(f"{there}: nothing may be written there; choose another place.")


def new_files(folder: Path, title: str, author: str, *, example: bool = False) -> dict[str, bytes]:
    """File name -> content of a whole study folder. Raises `DiscourseError` where the package has no notebooks.

    example: with what the tutorial's invented study declares, and its texts, in place of a study that declares nothing.
    """
    from analysis.run.first_plan import first_files
    from analysis.study.example.invented import example_choices, example_files, example_title
    from analysis.study.skeleton import CORRECTIONS, skeleton
    from analysis.study.study_folder import COLLECTION, study_folder

    name = folder.resolve().name
    words = " ".join(title.split()) or (example_title() if example else "")
    words = words or name.replace("_", " ").replace("-", " ").strip().capitalize() or "Study"
    corpus = {f"corpus/{key}": text for key, text in skeleton(name, words).items()}
    corpus["corpus/corrections.toml"] = CORRECTIONS
    corpus["corpus/sources.toml"] = corpus["corpus/sources.toml"].replace('"texts/', '"')  # seen from texts/
    texts = study_folder(words, author) | (corpus if not example else {})
    files = {key: text.encode() for key, text in texts.items()} | first_files([COLLECTION])
    return files | ({**example_files(), "notebooks/choices.toml": example_choices()} if example else {})


def write_new(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Write the files that are not there yet, the plan last: a folder without it is no study yet; returns their names.

    A codebook that has a frame already gets no example. What a killed command left half written is taken away.
    """
    from analysis.store.atomic import sweep, write_bytes

    is_begun = any((folder / "corpus" / "codebook").glob("*.toml"))
    written = []
    for name in sorted(files, key=lambda name: name == "notebooks/plan.toml"):
        sweep(folder / name)
        if (folder / name).exists() or (name.startswith("corpus/codebook/") and is_begun):
            continue
        write_bytes(folder / name, files[name])
        written.append(name)
    return written
