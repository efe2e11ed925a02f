"""Commands about public stores."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from analysis.study.settings import corpus_folder


@click.group()
def store() -> None:
    """Look at public stores and join them."""


@store.command(name="merge")
@click.argument("first")
@click.argument("second")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the joined store (new).")
@click.option(
    "--sketches",
    nargs=2,
    type=click.Path(exists=True, path_type=Path),
    default=None,
    help="Files of keyed sketches of both, from `discourse build --sketch-key` with one key.",
)
def merge(first, second, out, sketches) -> None:
    """Join two public stores (names in corpus/store, or folders) into one."""
    from analysis.store import open_store
    from analysis.store.join import merge_stores

    opened = [open_store(first), open_store(second)]
    joined = merge_stores(*opened, out, sketches=sketches or None)
    info = joined.manifest["info"]
    for part, store_of in zip(info["merged"], opened, strict=True):
        tokens = int(store_of.table("documents", columns=["token_count"])["token_count"].sum())
        if 2 * part["tokens_pooled_by_joining"] > tokens:
            click.echo(
                f"discourse: warning: {part['tokens_pooled_by_joining'] / tokens:.0%} of the tokens of {part['name']} lost "
                f"their words, since the other store does not name them (a store names words of {info['min_documents']} "
                "documents or more). Rates of frames are as before; key words, collocates and topics see few words. Join "
                "stores of a like size, or compare the two side by side.",
                err=True,
            )
        click.echo(
            f"{part['name']}: {part['document_count']:,} documents, {part['tokens_pooled_by_joining']:,} tokens pooled"
        )
    click.echo(
        f"{out}: {info['document_count']:,} documents, {info['joined_clusters']:,} stories found in both"
        + (f"; ids of {second} start with {info['id_prefix']!r}" if info["id_prefix"] else "")
    )


@store.command(name="attack")
@click.argument("name", default="default")
@click.option("--collection", default=None, help="Attack only this collection.")
@click.option(
    "--words",
    "lists",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="More word lists, one word a line.",
)
@click.option(
    "--types",
    type=click.IntRange(0, 10_000),
    default=60,
    show_default=True,
    help="Search texts of up to this many different words.",
)
@click.option("--jobs", type=click.IntRange(1, 256), default=2, show_default=True, help="Documents attacked at once.")
def attack(name, collection, lists, types, jobs) -> None:
    """Try to put texts of a store together again from its public tables alone (exit status 1 if any came back)."""
    from analysis.publish.attack import attack_store, public_words
    from analysis.store.atomic import read_utf8

    folder = Path(name) if (Path(name) / "manifest.json").is_file() else corpus_folder() / "store" / name
    own = [w for path in lists for w in read_utf8(path).split()]
    found = attack_store(folder, words=[*own, *public_words()], collection=collection, max_types=types, threads=jobs)
    for line in found.lines():
        click.echo(line)
    sys.exit(1 if found.in_order or found.pooled or found.exposed else 0)


@store.command(name="upgrade")
@click.argument("name")
def upgrade(name) -> None:
    """Give an older store (a name in corpus/store, or a folder) the columns needed now, where they may be empty."""
    from analysis.errors import DiscourseError, not_allowed
    from analysis.store.manifest import MANIFEST
    from analysis.store.upgrade import upgrade_store
    from analysis.study.settings import corpus_folder

    stores = corpus_folder() / "store"
    folder = next((path for path in (Path(name), stores / name) if (path / MANIFEST).is_file()), None)
    if folder is None:
        raise DiscourseError(not_allowed("store", name, sorted(p.parent.name for p in stores.glob(f"*/{MANIFEST}"))))
    opened, words = upgrade_store(folder)
    for line in words:
        click.echo(line)
    click.echo(
        f"{name}: {'store hash ' + opened.store_hash if words else 'has the columns of today; nothing was changed'}"
    )


@store.command(name="show")
@click.argument("name", default="default")
@click.option(
    "--ids", is_flag=True, help="List instead what parameters of notebooks may name: outlets, eras, frames, ..."
)
def show(name, ids) -> None:
    """List a store's tables with rows and hashes, and whether each file is as the manifest says (else exit status 1)."""
    from analysis.errors import DiscourseError
    from analysis.run.outcomes import text_table
    from analysis.store import open_store
    from analysis.store.gateway import read_part

    opened = open_store(name)
    if ids:
        from analysis.run.parameters import names_allowed

        for what, names in names_allowed(opened.manifest).items():
            click.echo(f"{what}: {', '.join(names) or 'none'}")
        return
    rows, faults = [], []
    for p in opened.manifest["tables"]:
        try:
            read_part(opened.path, p)
        except DiscourseError as error:
            faults.append(str(error))
        state = "damaged" if faults and p["file"] in faults[-1] else "whole"
        rows.append(
            (p["table"], p["collection"] or "all", f"{p['row_count']:,}", f"{p['bytes']:,}", p["sha256"][:12], state)
        )
    click.echo(text_table(("table", "collection", "rows", "bytes", "sha256", "file"), rows))
    click.echo(f"store hash {opened.store_hash}")
    for fault in faults:
        click.echo(f"discourse: {fault}", err=True)
    sys.exit(1 if faults else 0)
