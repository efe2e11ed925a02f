"""`discourse collect recall`: how many articles two search strings missed, and how much that could matter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analysis.cli.texts import STUDY, places
from analysis.errors import DiscourseError
from analysis.study.settings import load_eras, load_outlets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analysis.store import Store
    from analysis.study.settings import Era

    Rows = Iterable[tuple[str, bool, bool]]
HEAD = ("period", "first", "second", "both", "there are, about", "95 %", "recall: first", "second", "either")


@click.command()
@STUDY
@click.option("--first", required=True, metavar="SOURCE", help="Source of sources.toml: what one string found.")
@click.option("--second", required=True, metavar="SOURCE", help="Source that the other string found.")
@click.option(
    "--store", metavar="NAME", help="Also say for each frame of this store how unlike the recall of the eras had to be."
)
def recall(study: Path | None, first: str, second: str, store: str | None) -> None:
    """How many articles do two search strings miss? Their exports as two captures of one population (Chapman 1951).

    Export each string by itself and declare each export as a source. An article is in both if its outlet printed the same
    words, or the same title on the same day. Strings that find the same kind of article overlap more: then too few are
    estimated, and the recall is too high.
    """
    corpus, folder = places(study)
    rows = _searched(corpus, folder, first, second)
    eras = load_eras(corpus / "eras.toml")
    _show(rows, eras)
    if store is not None:
        from analysis.store import open_store

        _say_tipping(open_store(corpus / "store" / store), rows, eras)


def _searched(corpus: Path, folder: Path, first: str, second: str) -> list[tuple[str, bool, bool]]:
    from analysis.study import sources
    from analysis.texts.document import Document
    from analysis.texts.read.reading import read_documents
    from analysis.texts.read.search_strings import Found, source_named, two_searches

    if first == second:
        raise DiscourseError(f"--first and --second are both {first}; name the exports of two search strings.")
    declared, outlets = sources.load(corpus / "sources.toml"), load_outlets(corpus / "outlets.toml")
    found = []
    for name, option in ((first, "--first"), (second, "--second")):
        made = read_documents([source_named(declared, name, option)], folder, outlets=outlets)
        found.append([Found.of(one) for one in made if isinstance(one, Document)])
    return two_searches(*found)


def _estimate(rows: Rows) -> dict[str, float] | None:
    """What two strings say of the articles there are; None if neither found one."""
    from analysis.measures.validation.recall import two_strings

    counted = list(rows)
    counts = (sum(one for _, one, _ in counted), sum(two for _, _, two in counted))
    return two_strings(*counts, sum(one and two for _, one, two in counted)) if counted else None


def _parts(rows: Rows, eras: Mapping[str, Era]) -> dict[str, list[tuple[str, bool, bool]]]:
    """The articles of each era that has some, by its label; those whose day lies in none are in the sum alone."""
    from analysis.texts.read.dates import era_of

    precision = {10: "day", 7: "month", 4: "year"}
    parts: dict[str, list[tuple[str, bool, bool]]] = {}
    for row in rows:
        era = era_of(row[0] or None, precision.get(len(row[0]), "none"), eras)
        if era:
            parts.setdefault(era, []).append(row)
    return {era: parts[era] for era in eras if era in parts}


def _show(rows: list[tuple[str, bool, bool]], eras: Mapping[str, Era]) -> None:
    from analysis.run.outcomes import text_table

    if not rows:
        raise DiscourseError("No article was kept of either source; see `discourse check`.")
    body = []
    for name, part in {"all": rows, **{eras[e].label: p for e, p in _parts(rows, eras).items()}}.items():
        found = _estimate(part)
        assert found is not None
        counts = (sum(r[1] for r in part), sum(r[2] for r in part), sum(r[1] and r[2] for r in part))
        shares = [f"{100 * found[f'recall_{which}']:.0f} %" for which in ("first", "second", "either")]
        interval = f"{found['low']:,.0f} to {found['high']:,.0f}"
        body.append([name, *(f"{n:,}" for n in counts), f"{found['estimate']:,.0f}", interval, *shares])
    click.echo(text_table(HEAD, body))


def _say_tipping(store: Store, rows: Rows, eras: Mapping[str, Era]) -> None:
    """For each frame: the change of its rate between the first two eras, and the recall that would undo it."""
    from analysis.measures.frames.selection import select_eras
    from analysis.measures.validation.recall import tipping_point

    documents, hits = store.table("documents"), store.table("hits")
    before, after = select_eras(documents, store.study, compare=True).pair
    parts = _parts(rows, eras)
    seen = [_estimate(parts.get(era, [])) for era in (before, after)]
    names = store.names()
    if all(seen):
        ratio = seen[1]["recall_either"] / seen[0]["recall_either"]
        click.echo(f"Recall of either string in {names.get(after, after)} over that before: {ratio:.2f}.")
    era_of = documents.set_index("doc_id")["era_id"]
    tokens = documents.groupby("era_id")["token_count"].sum()
    exposed = (int(tokens.get(before, 0)), int(tokens.get(after, 0)))
    counts = hits.groupby(["frame", hits["doc_id"].map(era_of)]).size()
    for frame in sorted(set(hits["frame"])):
        pair = (int(counts.get((frame, before), 0)), int(counts.get((frame, after), 0)))
        tipping = tipping_point(pair, exposed)
        if tipping != tipping:
            click.echo(f"{names.get(frame, frame)}: no hit in one of the eras; nothing to undo.")
            continue
        change = (pair[1] / exposed[1]) / (pair[0] / exposed[0])
        missed = "without" if change >= 1 else "with"
        click.echo(
            f"{names.get(frame, frame)}: {change:.2f} times the rate before; undone if the recall of texts {missed} it "
            f"were {1 / tipping:.2f} of what it was before."
        )
