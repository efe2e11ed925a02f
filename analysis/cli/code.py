"""Commands for reading passages: draw them, settle what coders differ on, publish codings without text, score them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.cli.texts import STUDY, places, store_name
from analysis.errors import DiscourseError, require
from analysis.store.contracts import CODER_KINDS
from analysis.study.reserved import OTHERS
from analysis.study.settings import corpus_folder

if TYPE_CHECKING:
    import pandas as pd

    from analysis.store import Store

_LABEL = re.compile(r"[\w-]{1,40}")
NAMED = click.option("--name", default="first", show_default=True, help="Name of the draw.")
ALSO = click.option(
    "--with",
    "also",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Public codings of the same draw by other coders (a file of corpus/codings); may be given more than once.",
)
FOLDER = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))


@click.group()
def code() -> None:
    """Draw passages, have people code them, and see how right the codebook is."""


def private_folder(study: Path | None, name: str) -> Path:
    """The private folder of a draw."""
    if not name.replace("-", "_").isidentifier():
        raise DiscourseError(f"name of a draw {name!r} is not allowed; allowed: letters, digits, '-' and '_'.")
    return places(study)[0] / "private" / "coding" / name


@code.command("sample")
@STUDY
@NAMED
@click.option("--coder", "coders", multiple=True, default=("A", "B"), show_default=True, help="Label; one each.")
@click.option("--size", "sizes", multiple=True, help="KIND=N passages of each cell, e.g. hit=20 or plain=0.")
@click.option("--kind", type=click.Choice(CODER_KINDS), default="person", show_default=True, help="Who will read.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True)
@click.option("--dry-run", is_flag=True, help="Only show the cells, and what sizes would show.")
def sample_command(
    study: Path | None, name: str, coders: tuple[str, ...], sizes: tuple[str, ...], kind: str, seed: int, dry_run: bool
) -> None:
    """Draw passages by kind, frame, era and outlet group, and write a sheet for each coder. Needs the private texts."""
    from analysis.store import open_store
    from analysis.texts.coding import folder as folders
    from analysis.texts.coding import passages, sample

    folder = private_folder(study, name)
    check_coders(coders)
    wanted = sample.SIZES | dict(_size(text) for text in sizes)
    corpus, texts = places(study)
    store = open_store(corpus_folder() / "store" / store_name(study))
    there, codebook = passages.of_study(corpus, texts, store)
    cells = sample.sizes_table(there, wanted)
    _show(cells)
    _show_power(cells)
    drawn = sample.draw(there, wanted, seed)
    click.echo(f"{len(drawn)} of {len(there):,} passages in {len(cells)} cells would be drawn.")
    if dry_run:
        return
    facts: dict[str, Any] = {
        "draw": name,
        "seed": seed,
        "codebook_version": codebook.version,
        "store_hash": store.store_hash,
        "sizes": wanted,
        "cells": cells,
        "guide": passages.meanings(codebook),
    }
    paths = folders.write(folder, drawn, facts, dict.fromkeys(coders, kind))
    click.echo(f"Wrote {', '.join(p.name for p in paths)} and the key into {folder} (private: they hold texts).")
    click.echo(f'Next: fill them in, or in JupyterLab `Coder("{paths[0]}")`; then `discourse code score {folder}`.')


def check_coders(labels: Sequence[str]) -> None:
    """Refuse labels that could not be part of a file's name, or that stand twice: each coder has a sheet of their own."""
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise DiscourseError(
                f"--coder {label!r} is not allowed; allowed: letters, digits, '-' and '_', at most 40 of them."
            )
        if labels.count(label) > 1:
            raise DiscourseError(f"--coder {label!r} stands twice; each coder has a label, and a sheet, of their own.")


def _size(text: str) -> tuple[str, int]:
    from analysis.store.contracts import CODING_KINDS

    kind, _, number = text.partition("=")
    require("kind of passage", kind, CODING_KINDS)
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise DiscourseError(f"--size {text!r} is not allowed; write KIND=NUMBER, as in hit=20.")
    return kind, int(number)


def _show(rows: list[dict[str, Any]]) -> None:
    from analysis.run.outcomes import text_table

    if rows:
        click.echo(text_table(list(rows[0]), [[str(v) for v in row.values()] for row in rows]))


def _show_power(cells: list[dict[str, Any]]) -> None:
    from analysis.store.contracts import HIT_KINDS
    from analysis.texts.coding.sample import power_table

    hits: dict[tuple[str, str], int] = {}
    for row in cells:
        if row["kind"] in HIT_KINDS:
            key = (str(row["frame"]), str(row["era_id"]))
            hits[key] = hits.get(key, 0) + int(row["passages"])
    if hits:
        usual = sorted(hits.values())[len(hits) // 2]
        click.echo(f"\nWhat sizes show, for a frame with {usual} hits an era (the middle one) and a precision of .8:")
        _show(power_table(usual))


@code.command("sheet")
@click.argument("codings", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@STUDY
@click.option("--name", required=True, help="Name of the new folder, and of what it publishes.")
@click.option("--coder", required=True, help="Label of the new coder.")
@click.option("--kind", type=click.Choice(CODER_KINDS), default="person", show_default=True, help="Who will read.")
@ALSO
@click.option(
    "--decide",
    type=click.IntRange(0, 10**9),
    help="Only the passages that coders answered differently, among this many that they answered alike.",
)
def sheet_command(
    codings: Path, study: Path | None, name: str, coder: str, kind: str, also: tuple[Path, ...], decide: int | None
) -> None:
    """Write an empty sheet of the passages that CODINGS (a file of corpus/codings) were read from, for another coder.

    Needs the texts, and no key: the passages are found again in them.
    """
    from analysis.store import open_store
    from analysis.texts.coding import again, passages
    from analysis.texts.coding import folder as folders
    from analysis.texts.coding.codings import load_file

    check_coders([coder])
    public = [one for path in (codings, *also) for one in load_file(path)]
    if coder in {one.coder for one in public}:
        raise DiscourseError(f"--coder {coder!r}: {codings} has codings of that label; choose another.")
    if decide is not None and not (public := again.to_decide(public, agreed=decide, seed=1)):
        raise DiscourseError(f"--decide: no passage has two coders in {codings}; add the other's file by --with.")
    folder = private_folder(study, name)
    corpus, texts = places(study)
    store = open_store(corpus_folder() / "store" / store_name(study))
    there, codebook = passages.of_study(corpus, texts, store)
    drawn, lost = again.drawn_again(public, there)
    facts: dict[str, Any] = {
        "draw": public[0].draw,
        "made_from": [path.name for path in (codings, *also)],
        "passages_not_found": lost,
        "codebook_version": codebook.version,
        "store_hash": store.store_hash,
        "guide": passages.meanings(codebook),
    }
    paths = folders.write(folder, drawn, facts, {coder: kind})
    click.echo(f"{len(drawn)} passages, {lost} not found in the texts and codebook of today: {paths[0]}.")
    others = " ".join(f"--with {path}" for path in (codings, *also))
    click.echo(f"Next: fill it in, then `discourse code adjudicate {folder} {others}`.")


@code.command("adjudicate")
@FOLDER
@ALSO
def adjudicate(folder: Path, also: tuple[Path, ...]) -> None:
    """Write sheet_settled.xlsx in FOLDER: the passages that coders answered differently, to be settled between them.

    What more than half of the coders say is filled in.
    """
    from analysis.texts.coding.codings import load_file
    from analysis.texts.coding.folder import add_public, write_adjudication

    for public in also:
        if added := add_public(folder, load_file(public)):
            click.echo(f"Filled in from {public}: sheets of {', '.join(added)}.")
    path, count = write_adjudication(folder)
    click.echo(f"{count} passages to settle: {path}. Who said what stands in the column remark.")


@code.command("publish")
@FOLDER
@STUDY
def publish(folder: Path, study: Path | None) -> None:
    """Write the codings of FOLDER without text to corpus/codings; `discourse build` then puts them into the store.

    What another file there holds already (of the same draw, passage and coder) is left out.
    """
    from analysis.texts.coding import codings
    from analysis.texts.coding import folder as folders

    path = places(study)[0] / "codings" / f"{folder.resolve().name}.jsonl"
    public = [one for other in sorted(path.parent.glob("*.jsonl")) if other != path for one in codings.load_file(other)]
    rows = folders.without(folders.public_rows(folder), public)
    codings.save(rows, path)
    click.echo(f"{len(rows)} codings without text: {path}. Next: `discourse build` puts them into the store.")


@code.command("score")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--store", "name", default="default", show_default=True, help="The store whose hits were read.")
@click.option("--draw", default="", help="Name of a draw in the store  [default: the one with most passages]")
def score(folder: Path | None, name: str, draw: str) -> None:
    """Agreement of coders, precision, recall, and where the codebook errs: of the codings in the store, or of FOLDER."""
    from analysis.store import open_store
    from analysis.texts.coding import codings as records
    from analysis.texts.coding.folder import public_rows

    store = open_store(name)
    codings = store.table("codings")
    if folder is not None:
        hits = store.table("hits", ["doc_id", "hit_id", "entry"]).sort_values(["doc_id", "hit_id"])
        entries = hits.groupby("doc_id")["entry"].apply(list).to_dict()
        documents = store.table("documents", ["doc_id"])["doc_id"]
        codings = records.table(public_rows(folder), entries, documents).to_pandas()
    if codings.empty:
        raise DiscourseError(
            f"store {name}: nothing is coded, so nothing of it is validated. Draw passages with `discourse code sample`."
        )
    from analysis.measures.validation.scoring import of_draw

    for title, table in report(store, of_draw(codings, draw)):
        click.echo(f"\n{title}")
        click.echo(table.to_string(index=table.index.name is not None, float_format="%.3f") if len(table) else "none")


def report(store: Store, codings: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The tables of a score with their titles."""
    from analysis.measures.validation import scoring

    documents = store.table("documents", ["doc_id", "collection", "era_id", "outlet_id"])
    groups = store.outlet_groups()
    documents["group"] = documents["outlet_id"].map(groups).fillna(OTHERS)
    settled = scoring.settle(codings)
    read = scoring.read_hits(settled, store.table("hits"), documents)
    found = [("Agreement of coders", scoring.coder_agreement(codings))]
    wide = codings.merge(documents, on="doc_id")
    found += [(f"Agreement by {by}", scoring.coder_agreement(wide, [by])) for by in ("frame", "era_id", "group")]
    cuts = (["frame"], ["frame", "collection", "era_id"], ["frame", "group"], ["voice_machine"], ["frame", "entry"])
    found += [(f"Precision (meaning) by {', '.join(by)}", scoring.precision(read, by)) for by in cuts]
    counted = scoring.counted(read)
    found.append(
        ("Precision of what is counted (meaning, and about)", scoring.precision(counted, ["frame"], target="study"))
    )
    found.append(("Recall about the focal state, by frame", scoring.recall(settled, read)))
    found.append(("Voice: machine (rows) and readers (columns)", scoring.confusion(read)))
    for by in ("era_id", "group"):
        found.append(
            (f"Does precision of what is counted differ by {by}?", scoring.uneven(counted, by, target="study"))
        )
    return [*found, ("Entries, worst first", scoring.lessons(read))]
