"""`discourse build`: private texts and corpus configuration in, one public store and a report out.

Reading and annotation run part by part, in parallel and resumable; merging is one pass at the end. The same texts and
configuration give the same bytes, however many processes or machines shared the work and wherever the run was stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError, shown
from analysis.store.atomic import sha256_of, write_json
from analysis.store.gateway import Store, StoreWriter
from analysis.study.declaration import Study, load_study
from analysis.study.settings import as_rows, corpus_folder, load_eras, load_outlets, texts_folder
from analysis.texts.build import assemble_store as merge
from analysis.texts.build.configuration import configuration_digest
from analysis.texts.build.part import Task, annotate_part, context_of, count_repeats, prepare, read_repeats
from analysis.texts.build.part_file import unpack
from analysis.texts.build.public_documents import (
    SMALL,
    closed_texts,
    hidden_documents,
    outside_samples,
    public_documents,
)
from analysis.texts.build.readings import write_codings
from analysis.texts.build.summary import BuildReport, source_rows
from analysis.texts.build.threads import start_in_background
from analysis.texts.build.workers import Workers, check_jobs, end_if_called_again
from analysis.texts.clean.repeated import Repeat, find, marks
from analysis.texts.collect import manifest
from analysis.texts.dedupe.sketches import SketchStore

if TYPE_CHECKING:
    import pyarrow as pa

    from analysis.study.sources import Source
    from analysis.texts.annotate.attribution.people import People
    from analysis.texts.annotate.codebook import Codebook
    from analysis.texts.clean.boilerplate import Marks
    from analysis.texts.read.reading import Part

MIN_DOCUMENTS = 5


MOST = 1_000_000_000  # of anything counted here; a number above it is a slip of the hand


@dataclass(frozen=True)
class Options:
    """What a build needs to know. Paths default to the project's own folders.

    min_documents: terms found in fewer documents are pooled, and rarely named speakers left out. jobs: processes.
    scheduler: address of a Dask scheduler instead. work: the private folder of finished parts. small: tokens below which
    the counts of a document, or the words near one frame in it, are all pooled. private: the folder that keeps the table
    of document ids (default: `private` in the corpus folder). sketch_key: a file with a secret; keyed sketches are then
    written there too.
    """

    name: str = "default"
    corpus: Path | None = None
    texts: Path | None = None
    store: Path | None = None
    work: Path | None = None
    min_documents: int = MIN_DOCUMENTS
    jobs: int = 1
    scheduler: str | None = None
    small: int = SMALL
    private: Path | None = None
    sketch_key: Path | None = None

    def resolved(self) -> Resolved:
        """The same options with every path filled in; refuses values that make no sense."""
        if not 2 <= self.min_documents <= MOST:
            raise DiscourseError(
                f"min_documents: {shown(self.min_documents)} is not allowed; allowed: 2 or more (at most {MOST:,}), so "
                "that no word of a single document is published."
            )
        if not self.name.replace("-", "_").isidentifier():
            raise DiscourseError(f"store name {self.name!r} is not allowed; allowed: letters, digits, '-' and '_'.")
        if not 1 <= self.small <= MOST:
            raise DiscourseError(
                f"small: {shown(self.small)} is not allowed; allowed: 1 (nothing is pooled) or more (at most {MOST:,})."
            )
        check_jobs(self.jobs)
        corpus = (self.corpus or corpus_folder()).resolve()
        return Resolved(
            self.name,
            corpus,
            (self.texts or texts_folder()).resolve(),
            (self.store or corpus / "store" / self.name).resolve(),
            (self.work or corpus.parent / ".cache" / "build" / self.name).resolve(),
            self.min_documents,
            self.jobs,
            self.scheduler,
            self.small,
            (self.private or corpus / "private").resolve(),
            self.sketch_key,
        )


@dataclass(frozen=True, slots=True)
class Resolved(Options):
    """The same with every path filled in."""

    corpus: Path = Path()
    texts: Path = Path()
    store: Path = Path()
    work: Path = Path()
    private: Path = Path()


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the corpus configuration declares and the merge needs."""

    sources: Sequence[Source]
    codebook: Codebook
    people: People
    study: Study


def build(options: Options, *, progress: Callable[[int, int], None] | None = None) -> tuple[Store, BuildReport]:
    """Build the store. progress: called with (parts finished, parts in all). A script that calls this with more than
    one job does so under `if __name__ == "__main__":`, since its processes import it (from standard input: one process).

    Raises `TextsMissing` if the texts are not there and `DiscourseError` for a configuration that is refused. Records
    that cannot be kept are in the report, with file, row and reason; read = kept + refused + filtered for each source.
    """
    from analysis.study import sources
    from analysis.texts.annotate import codebook
    from analysis.texts.annotate.attribution import people
    from analysis.texts.read import reading

    end_if_called_again()
    ready = options.resolved()
    _sweep(ready.work, ready.store)
    declared = sources.load(ready.corpus / "sources.toml")
    parts = reading.plan_parts(declared, ready.texts)
    with Workers(ready.jobs, ready.scheduler) as workers, SketchStore(ready.work) as sketches:
        if not any(ready.work.glob("*.part")):
            workers.start(prepare, len(parts))
        inputs = input_files(parts, threads=ready.jobs)
        frames, known = codebook.load(ready.corpus / "codebook"), people.load(ready.corpus / "actors.toml")
        declarations = Declarations(declared, frames, known, load_study(ready.corpus))
        digest = configuration_digest(ready.corpus)
        finished = 0

        def done(n: int) -> None:
            nonlocal finished
            finished += n
            if progress:
                progress(finished, len(parts))

        repeats = _repeated(ready, parts, inputs, digest, workers)
        repeated = marks(repeats)
        tasks = [
            (
                part_key(part, inputs[part.name], digest, repeated),
                Task(part, ready.corpus, digest, repeated),
            )
            for part in parts
        ]
        # The first pass of the merge reads finished parts while the others are still worked on.
        found = merge.survey(workers.run(annotate_part, tasks, ready.work, done), sketches)
        workers.end()
        documents = finish_documents(found, sketches, ready.corpus, threads=ready.jobs)
    write_json(ready.work / "inputs.json", inputs)  # names of files: for the author, not for the store
    store, report = _merge(ready, declarations, found, documents)
    report.notes += [*notes_on(ready, parts, repeats, digest, documents), *copies_in_words(documents, found)]
    return store, report


def _sweep(*folders: Path) -> None:
    """Remove what a build that was killed while it wrote has left: temporary files that no one will finish."""
    for folder in folders:
        for file in folder.rglob(".*.tmp"):
            file.unlink(missing_ok=True)


def _repeated(
    options: Resolved, parts: Sequence[Part], inputs: dict[str, str], digest: str, workers: Workers
) -> list[Repeat]:
    """First pass: paragraphs that an outlet prints again and again, of the sources that have boilerplate."""
    wanted = _with_boilerplate(parts)
    tasks = [
        (f"repeats-{part_key(part, inputs[part.name], digest, {})}", Task(part, options.corpus, digest))
        for part in wanted
    ]
    return find(read_repeats(path.read_bytes()) for path in workers.run(count_repeats, tasks, options.work))


def _with_boilerplate(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.source.boilerplate != "none"]


def notes_on(
    options: Resolved, parts: Sequence[Part], repeats: Sequence[Repeat], digest: str, documents: pa.Table
) -> list[str]:
    """What the report says besides its tables: repeated paragraphs, files that nobody reads, days after today."""
    from analysis.texts.clean.repeated import in_words
    from analysis.texts.read.check import unclaimed_in_words
    from analysis.texts.read.file_groups import unclaimed
    from analysis.texts.read.overview import future_in_words

    lines = in_words(repeats, _with_boilerplate(parts), context_of(options.corpus, digest, {}))
    if lines:
        lines.insert(0, f"Paragraphs that an outlet prints again and again: {len(repeats)}")
    days = zip(documents["origin"].to_pylist(), documents["published"].to_pylist(), strict=True)
    lines += unclaimed_in_words(unclaimed(options.texts, {part.path for part in parts}))
    return [*lines, *future_in_words(days)]


def copies_in_words(documents: pa.Table, found: merge.Survey) -> list[str]:
    """What the report says of copies of one story: other names than the origin's, or another era. Ids are private."""
    import pyarrow.compute as pc

    from analysis.texts.dedupe import copies

    chosen = documents.filter(pc.greater(documents["cluster_size"], 1))
    columns = ("doc_id", "cluster_id", "published", "era_id", "is_cluster_origin", "token_count", "shared_token_share")
    rows = [copies.Copy(*row) for row in zip(*(chosen[c].to_pylist() for c in columns), strict=True)]
    wanted = {row.doc_id for row in rows}
    named: dict[str, dict[str, int]] = {}
    for path in found.paths if rows else ():
        tables = unpack(path, ("documents", "actors"))
        ids, actors = tables["documents"]["doc_id"].to_pylist(), tables["actors"]
        for index, actor, n in zip(*(actors[c].to_pylist() for c in actors.column_names), strict=True):
            if ids[index] in wanted:
                named.setdefault(ids[index], {})[actor] = n
    return [*copies.names_in_words(copies.with_other_names(rows, named)), *copies.of_other_eras(rows)]


def _merge(
    options: Resolved, declared: Declarations, found: merge.Survey, documents: pa.Table
) -> tuple[Store, BuildReport]:
    from analysis.texts.annotate import lemmas, stopwords

    by_id = {source.source_id: source for source in declared.sources}
    closed = closed_texts(documents, by_id)
    hidden = hidden_documents(documents, closed, options.small)
    outside = outside_samples(documents, by_id, declared.study)
    terms = merge.count_terms(found, hidden | outside)
    kept = merge.vocabulary_of(terms, options.min_documents)
    own_list = options.corpus / "stopwords.txt"
    stop_list = own_list if own_list.exists() else stopwords.DEFAULT

    def described() -> pa.Table:
        return merge.describe(kept, lemmas.lemma, lambda term: stopwords.is_stopword(term, stop_list))

    words = start_in_background(described, options.jobs)
    speakers = merge.frequent_speakers(found, frozenset(declared.people.by_id), options.min_documents)
    writer = StoreWriter(options.store, threads=options.jobs, study=declared.study)
    public = public_documents(documents, by_id, options.private)
    write_keyed(found, public["doc_id"].to_pylist(), options)
    rules = merge.Rules(speakers, closed, options.small, outside)
    tally = merge.write_tables(writer, found, public, kept, rules, threads=options.jobs)
    coded = write_codings(writer, found, public, options.corpus)
    unseen = _sizes(documents, hidden | outside)["tokens"]
    pooled = {"pooled_documents": tally.pooled_documents, "hidden_tokens": unseen}
    writer.add("vocabulary", merge.vocabulary_table(words(), terms, **pooled))
    _add_captures(writer, options, public)
    report = BuildReport(source_rows(documents, found.refusals, found.read), found.refusals)
    report.check()
    info = {
        "min_documents": options.min_documents,
        "small_tokens": options.small,
        "hidden": _sizes(documents, hidden)
        | {"windows": tally.hidden_windows, "window_tokens": tally.hidden_window_tokens},
        "outside_samples": _sizes(documents, outside),
        "document_count": len(documents),
        "codings": coded,
        "refused": dict(sorted(report.kinds().items())),
        "codebook_version": declared.codebook.version,
        "sources": [
            {k: v for k, v in row.items() if k != "characters"} | {"source_id": by_id[row["source_id"]].public_id}
            for row in report.rows
        ],
    }
    return writer.finish(info, _labels(options.corpus, declared, documents) | _published(options.corpus)), report


def _sizes(documents: pa.Table, chosen: np.ndarray) -> dict[str, int]:
    """How many documents are chosen, and their tokens."""
    return {"documents": int(chosen.sum()), "tokens": int(documents["token_count"].to_numpy()[chosen].sum())}


def _add_captures(writer: StoreWriter, options: Resolved, public: pa.Table) -> None:
    """The captures that the study lists, where it has a list."""
    if (options.corpus / manifest.FILE).is_file():
        listed = manifest.read(options.corpus / manifest.FILE)
        writer.add("captures", manifest.table(listed, set(public["doc_id"].to_pylist())))


def _published(corpus: Path) -> dict[str, list[dict[str, Any]]]:
    """How many articles the outlets published by month, where the study has counted them."""
    from analysis.texts.collect import coverage

    counts = coverage.published(corpus / coverage.FILE)
    rows = [{"outlet_id": o, "month": m, "article_count": n} for (o, m), n in sorted(counts.items())]
    return {"published": rows} if rows else {}


def _labels(corpus: Path, declared: Declarations, documents: pa.Table) -> dict[str, list[dict[str, Any]]]:
    """The rows that name the ids of a store."""
    entries, known = declared.codebook.entries, declared.people.actors
    return {
        "outlets": _used(as_rows(load_outlets(corpus / "outlets.toml")), "outlet_id", documents),
        "eras": as_rows(load_eras(corpus / "eras.toml")),
        "entries": [{"frame": e.frame, "category": e.category, "entry": e.id, "source": e.source} for e in entries],
        "actors": [{"actor_id": a.id, "name": a.name, "kind": a.kind, "side": a.side, "state": a.state} for a in known],
        "sources": [
            {
                "source_id": s.public_id,
                "collection": s.collection,
                "licence": s.licence,
                "may_print_title": s.may_print_title,
                "may_print_text": s.may_print_text,
            }
            for s in declared.sources
        ],
    }


def finish_documents(found: merge.Survey, sketches: SketchStore, corpus: Path, *, threads: int = 1) -> pa.Table:
    """Documents with era and syndication cluster, which need all documents or the configuration to be known."""
    import pyarrow as pa

    from analysis.texts.dedupe import clusters
    from analysis.texts.read.dates import era_of

    documents = found.documents
    columns = ("doc_id", "published", "date_precision", "outlet_id", "title_key", "wire")
    ids, published, precision, outlets, titles, wires = (documents[c].to_pylist() for c in columns)
    eras = load_eras(corpus / "eras.toml")
    era_ids = [era_of(d, p, eras) for d, p in zip(published, precision, strict=True)]
    meta = clusters.Meta(ids, published, precision, outlets, titles, wires)
    story = clusters.cluster(sketches, meta, threads=threads)
    characters = pa.array([int(n) for n in documents["character_count"].to_pylist()], pa.int64())
    documents = documents.append_column("era_id", pa.array(era_ids, pa.string()))
    for name in ("cluster_id", "cluster_size", "cluster_position", "is_cluster_origin", "shared_token_share"):
        documents = documents.append_column(name, pa.array(getattr(story, name)))
    return documents.set_column(documents.schema.get_field_index("character_count"), "character_count", characters)


def write_keyed(found: merge.Survey, doc_ids: Sequence[str], options: Resolved) -> None:
    """The keyed sketches of all kept documents, in the private folder as `<store>.sketches`."""
    from analysis.store import sketches as keyed
    from analysis.texts.build.part_file import read_sketches, unpack

    if options.sketch_key is None:
        return
    key = keyed.read_key(options.sketch_key)
    rows: list[tuple[str, list[bytes]]] = []
    for path, mask in zip(found.paths, found.keep, strict=True):
        part = read_sketches(unpack(path, ("sketches",))["sketches"])
        for i in np.flatnonzero(mask).tolist():
            hashes = part.samples[part.offsets[i] : part.offsets[i + 1]]
            rows.append((doc_ids[len(rows)], keyed.keyed_sketch(hashes, key)))
    keyed.write_sketches(options.private / f"{options.name}.sketches", rows)


def input_files(parts: Sequence[Part], *, threads: int = 1) -> dict[str, str]:
    """sha256 of every file that the parts read, by name relative to the texts folder; "unreadable" for what is not."""
    files = {part.name: part for part in parts}
    with ThreadPoolExecutor(threads) as pool:
        return dict(zip(files, pool.map(_sha256_if_readable, files.values()), strict=True))


def _sha256_if_readable(part: Part) -> str:
    from analysis.texts.read.formats.places import refusal_of

    try:
        return sha256_of(part.path) if refusal_of(part) is None else "unreadable"
    except OSError:
        return "unreadable"  # reading it is a refusal that says why


def part_key(part: Part, sha256: str, digest: str, repeated: Mapping[str, Marks]) -> str:
    """The name of a part's result: equal only where everything that determines the result is equal."""
    marked = {outlet: sorted(found.items()) for outlet, found in sorted(repeated.items())}
    text = f"{part.source!r} {part.name} {part.format} {part.unit} {part.start} {part.stop} {sha256} {digest} {marked}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _used(rows: list[dict[str, Any]], key: str, documents: pa.Table) -> list[dict[str, Any]]:
    used = set(documents[key].unique().to_pylist())
    return [row for row in rows if row[key] in used]
