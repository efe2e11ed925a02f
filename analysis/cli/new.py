"""The command that starts a study of one's own, as a repository of its own."""

from __future__ import annotations

from pathlib import Path

import click

from analysis.errors import DiscourseError


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--title", default="", help="What the study is called  [default: the folder's name]")
@click.option("--author", default="", metavar="NAME", help='By whom it is cited: "Family, Given", or a body\'s name.')
@click.option(
    "--example", is_flag=True, help="With the invented articles and declarations of the tutorial, to try things."
)
def new(folder: Path, title: str, author: str, example: bool) -> None:
    """Start a study in FOLDER: corpus, notebooks with their plan, README, CITATION.cff, Makefile and CI.

    The folder can be pushed to a repository; this package is its dependency. A file that is there stays as it is.
    """
    files = new_files(folder, title, author, example=example)
    taken = [name for name in files if (folder / name).is_dir()]
    if taken:
        raise DiscourseError(
            f"{folder / taken[0]}: is a folder, and nothing was written; a file of that name is needed."
        )
    written = write_new(folder, files)
    (folder / "texts").mkdir(exist_ok=True)
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


def new_files(folder: Path, title: str, author: str, *, example: bool = False) -> dict[str, bytes]:
    """File name -> content of a whole study folder. Raises `DiscourseError` where the package has no notebooks.

    example: with what the tutorial's invented study declares, and its texts, in place of a study that declares nothing.
    """
    from analysis.run.first_plan import first_files
    from analysis.study.example.invented import example_files, example_title
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
    return files | (example_files() if example else {})


def write_new(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Write the files that are not there yet, the plan last: a folder without it is no study yet; returns their names.

    A codebook that has a frame already gets no example.
    """
    from analysis.store.atomic import write_bytes

    is_begun = any((folder / "corpus" / "codebook").glob("*.toml"))
    written = []
    for name in sorted(files, key=lambda name: name == "notebooks/plan.toml"):
        if (folder / name).exists() or (name.startswith("corpus/codebook/") and is_begun):
            continue
        write_bytes(folder / name, files[name])
        written.append(name)
    return written
