"""`discourse collect`: fetch a study's texts from open web archives, so that anyone can fetch the same again."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.cli.recall import recall
from analysis.cli.texts import STUDY
from analysis.errors import DiscourseError
from analysis.study.settings import corpus_folder, load_outlets, texts_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.study.collection import Collection
    from analysis.texts.collect.ledger import Ledger

FOLDER = "collected"
SOURCE = """
[[source]]
source_id = "collected"
path = "collected/*.warc.gz"
collection = "{collection}"
format = "warc"
public_ids = true
licence = "unknown; captured by a web archive"
"""


@click.group()
def collect() -> None:
    """Fetch texts from open web archives (Common Crawl, Internet Archive): plan, fetch, verify.

    What is fetched stays private; the list of captures is public, and leads anyone to the same bytes.
    """


collect.add_command(recall)


@collect.command()
@STUDY
@click.option("--outlet", "outlets", multiple=True, help="Outlet of outlets.toml to collect; may be repeated.")
@click.option("--from", "start", help="First day of the study's period, as in 2014-01-01.")
@click.option("--to", "end", help="Last day of the period.")
@click.option("--until", default="", help="Last day of capture that is asked for  [default: no limit]")
@click.option("--contact", default="", help="Your e-mail address or web page; sent to the archives.")
@click.option(
    "--archive", "archives", multiple=True, help="cc (Common Crawl) or ia (Internet Archive)  [default: both]"
)
@click.option("--again", is_flag=True, help="Ask the indexes again for what they have answered before.")
def plan(study: Path | None, again: bool, **wanted: Any) -> None:
    """Ask the archives what they hold, and list what would be fetched; nothing is fetched.

    The first time, --outlet, --from, --to and --contact write STUDY/corpus/collection.toml; edit that file afterwards.
    """
    from analysis.texts.collect import plan as planning
    from analysis.texts.collect.endpoints import endpoints
    from analysis.texts.collect.polite import Client

    corpus, folder = _places(study)
    collection = _collection(corpus, wanted)
    ends = endpoints()
    with Client(collection.settings.contact, interval=ends.interval) as client, _ledger(folder) as ledger:
        if again:
            ledger.forget_questions()
        with _progress("asking the indexes") as tell:
            planning.ask(client, ends, collection, ledger, tell)
        planning.decide(collection, ledger)
        _show(ledger, folder, corpus, ends.interval)
    click.echo(f"Requests sent: {sum(client.asked.values()):,}. Next: `discourse collect fetch{_of(study)}`.")


@collect.command()
@STUDY
@click.option(
    "--from",
    "manifest_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Fetch what this public list of captures names (captures.csv of a release).",
)
@click.option("--contact", default="", help="Your e-mail address or web page  [default: the one of collection.toml]")
@click.option("--limit", type=click.IntRange(1), help="Fetch at most so many captures now.")
@click.option("--again", is_flag=True, help="Ask again for captures that came wrong before.")
def fetch(study: Path | None, manifest_file: Path | None, contact: str, limit: int | None, again: bool) -> None:
    """Fetch what is planned, one request at a time; goes on where it stopped."""
    from analysis.texts.collect import fetch as fetching
    from analysis.texts.collect import manifest
    from analysis.texts.collect.endpoints import endpoints
    from analysis.texts.collect.polite import Client

    corpus, folder = _places(study)
    collection = None if manifest_file else _collection(corpus, {})
    settings = collection.settings if collection else None
    listed = manifest.read(manifest_file) if manifest_file else []
    ends = endpoints()
    name = contact or (settings.contact if settings else "")
    with Client(name, interval=ends.interval) as client, _ledger(folder) as ledger:
        if listed:
            _plan_list(listed, ledger)
        if again:
            ledger.plan_again([row["capture_id"] for row in ledger.rows("state = 'mismatch'")])
        with _progress("fetching") as tell:
            done = fetching.fetch(client, ends, ledger, folder, collection=collection, limit=limit, progress=tell)
        public = corpus / manifest.FILE
        if settings is None:
            count = manifest.write_again(public, listed, ledger)
        else:
            count = manifest.write(public, ledger, addresses=settings.publish_addresses)
        left = ledger.count("state = 'planned'")
    counted = ", ".join(f"{n:,} {state}" for state, n in sorted(done.states.items()) if n) or "nothing to fetch"
    click.echo(f"{counted}; {left:,} left. {sum(done.requests.values()):,} requests.")
    click.echo(f"Public list: {public} ({count:,} rows).")
    _say_source(corpus, folder)
    if done.stopped:
        raise DiscourseError(done.stopped)


@collect.command()
@STUDY
def status(study: Path | None) -> None:
    """What is planned, fetched, gone and skipped, and what fetching the rest would take."""
    from analysis.texts.collect.endpoints import endpoints

    corpus, folder = _places(study)
    if not (folder / ".collect").is_dir():
        raise DiscourseError(f"{folder}: nothing is collected there; begin with `discourse collect plan{_of(study)}`.")
    with _ledger(folder) as ledger:
        _show(ledger, folder, corpus, endpoints().interval)


@collect.command()
@click.argument("manifest_file", metavar="MANIFEST", type=click.Path(dir_okay=False, path_type=Path))
@STUDY
@click.option(
    "--online", type=click.IntRange(0), default=0, help="Ask the archives for so many captures, drawn at random."
)
@click.option("--seed", type=int, default=1, help="Of the draw.")
@click.option("--contact", default="", help="Your e-mail address or web page, with --online.")
def verify(manifest_file: Path, study: Path | None, online: int, seed: int, contact: str) -> None:
    """Compare what lies here, or what the archives send, with a public list of captures (exit status 1 if it differs)."""
    from analysis.texts.collect import manifest
    from analysis.texts.collect import verify as verifying
    from analysis.texts.collect.endpoints import endpoints
    from analysis.texts.collect.polite import Client

    rows = manifest.read(manifest_file)
    if online:
        ends = endpoints()
        with Client(contact, interval=ends.interval) as client:
            verdict = verifying.ask_again(client, ends, rows, online, seed)
    else:
        verdict = verifying.compare(rows, _places(study)[1])
    for fault in verdict.faults:
        click.echo(fault)
    click.echo(", ".join(f"{n:,} {what}" for what, n in sorted(verdict.counts.items())) or "the list is empty")
    sys.exit(1 if verdict.faults else 0)


def _places(study: Path | None) -> tuple[Path, Path]:
    """(corpus configuration, folder of what is collected)."""
    corpus = corpus_folder() if study is None else study / "corpus"
    if not (corpus / "outlets.toml").is_file():
        raise DiscourseError(
            f"{corpus / 'outlets.toml'}: no such file. Start with `discourse init --empty{_of(study)}`."
        )
    return corpus, (texts_folder() if study is None else study) / FOLDER


def _collection(corpus: Path, wanted: dict[str, Any]) -> Collection:
    """The declared collection; written from the options if there is none yet."""
    from analysis.store.atomic import write_text
    from analysis.study.collection import FILE, CollectedOutlet, Settings, load_collection, written

    path, known = corpus / FILE, load_outlets(corpus / "outlets.toml")
    given = [f"--{'outlet' if n == 'outlets' else 'from' if n == 'start' else n}" for n, v in wanted.items() if v]
    if path.is_file():
        if given:
            raise DiscourseError(f"{path} is there already: change it there instead of with {', '.join(given)}.")
        return load_collection(path, known)
    if not (wanted.get("outlets") and wanted.get("start") and wanted.get("end") and wanted.get("contact")):
        raise DiscourseError(
            f"{path}: no such file. Write it with `discourse collect plan --outlet ID --from DAY --to DAY --contact YOU`; "
            f"outlets with an address: {', '.join(sorted(o.outlet_id for o in known.values() if o.domains)) or 'none'}."
        )
    outlets = []
    for outlet_id in dict.fromkeys(wanted["outlets"]):
        domains = known[outlet_id].domains if outlet_id in known else ()
        outlets.append(CollectedOutlet(outlet_id, tuple(domains)))
    archives = tuple(wanted["archives"]) or Settings("", "").archives
    settings = Settings(wanted["start"], wanted["end"], wanted["contact"], wanted["until"], archives)
    write_text(path, written(settings, outlets))
    try:
        return load_collection(path, known)
    except DiscourseError:
        path.unlink()  # made a moment ago, from options that do not fit
        raise


def _ledger(folder: Path) -> Ledger:
    from analysis.texts.collect.ledger import Ledger

    return Ledger(folder / ".collect")


@contextmanager
def _progress(what: str) -> Iterator[Any]:
    from analysis.run.progress import counting

    with counting(what) as tell:
        yield tell


def _plan_list(listed: list[dict[str, str]], ledger: Ledger) -> None:
    from analysis.texts.collect import verify

    planned, unreachable = verify.list_from(listed, ledger)
    click.echo(f"{planned:,} captures of the list to fetch.")
    if unreachable:
        click.echo(
            f"{len(unreachable):,} captures of the Internet Archive cannot be asked for, since the list does not "
            "tell their addresses (publish_addresses in the author's collection.toml)."
        )


def _show(ledger: Ledger, folder: Path, corpus: Path, interval: float) -> None:
    """The table and the figure of a plan, and what fetching it would take."""
    from analysis.run.outcomes import text_table
    from analysis.texts.collect import coverage
    from analysis.texts.collect import plan as planning

    head = ("outlet", "archive", "captures", "addresses", "planned", "fetched", "skipped", "why skipped")
    click.echo(text_table(head, planning.table(ledger)))
    e = planning.estimate(ledger, interval)
    click.echo(
        f"To fetch: {e.captures:,} captures, {e.requests:,} requests, about {e.hours:.1f} hours at one request in "
        f"{interval:g} s, {e.gigabytes:.2f} GB as the indexes say. Months are those of capture; when a page was published "
        "is known only after reading it."
    )
    rows = coverage.rows(ledger, coverage.published(corpus / coverage.FILE))
    if len(rows):
        _draw(rows, folder)


def _draw(rows: Any, folder: Path) -> None:
    from analysis.figures import months_grid
    from analysis.figures.save import render, table_bytes
    from analysis.store.atomic import write_bytes

    figure = months_grid(rows, value="capture_count", axis_label="captures to read")
    title = "Captures by outlet and month of capture"
    write_bytes(folder / "coverage.png", render(figure, title=title, description=title)["png"])
    write_bytes(folder / "coverage.csv", table_bytes(rows))
    click.echo(f"Drawn: {folder / 'coverage.png'}, rows: {folder / 'coverage.csv'}.")


def _say_source(corpus: Path, folder: Path) -> None:
    """Make sure that `build` will read what was fetched: write the first sources.toml, or say what to put into it."""
    from analysis.store.atomic import write_text
    from analysis.study.declaration import load_study

    if not any(folder.glob("*.warc.gz")):
        return
    path = corpus / "sources.toml"
    block = SOURCE.format(collection=(load_study(corpus).ids("collections") or ("news",))[0])
    if not path.is_file():
        write_text(path, "# Where the texts come from; paths are relative to the texts folder.\n" + block)
        click.echo(f"Wrote {path}. Next: `discourse check`, then `discourse build`.")
    elif f"{FOLDER}/" not in path.read_text(encoding="utf-8"):
        click.echo(f"Put this into {path}, so that `discourse build` reads what was fetched:\n{block}")


def _of(study: Path | None) -> str:
    return f" {study}" if study else ""
