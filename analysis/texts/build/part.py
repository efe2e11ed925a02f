"""The work done on one part of the corpus, in whatever process: read, clean, annotate, sketch, pack."""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError
from analysis.texts.build.part_file import pack
from analysis.texts.dedupe import clusters
from analysis.texts.dedupe import sketches as duplicates
from analysis.texts.dedupe.credits import Credits
from analysis.texts.document import Batch, Document, Refusal

if TYPE_CHECKING:
    from analysis.texts.annotate.engine import Engine
    from analysis.texts.clean.boilerplate import Marks
    from analysis.texts.clean.repeated import Edges
    from analysis.texts.read.reading import Context, Part


@dataclass(frozen=True)
class Task:
    """One part and what its annotation depends on; picklable. digest names the configuration (see `build`)."""

    part: Part
    corpus: Path
    digest: str
    repeated: dict[str, Marks] = field(default_factory=dict)

    def __str__(self) -> str:
        """The file, and which piece of it, for messages."""
        part = self.part
        return part.name if part.unit == "file" else f"{part.name}, {part.unit} {part.start} to {part.stop}"


def prepare() -> None:
    """Import what `annotate_part` needs, so that a process is ready when its first part comes."""
    from analysis.texts.annotate import engine  # noqa: F401
    from analysis.texts.read import reading  # noqa: F401


def annotate_part(task: Task) -> bytes:
    """The archive of one part. Depends on nothing but the task, the texts it names and the corpus configuration."""
    documents, refusals = read_all(task)
    read = len(documents) + len(refusals)
    batch, bad = annotate_safely(engine_of(task.corpus, task.digest), documents)
    if bad:
        failed = {r.origin for r in bad}
        documents = [d for d in documents if d.origin not in failed]
        refusals += bad
    credits = credits_of(task.corpus, task.digest)
    titles = np.asarray(batch.documents["title_token_count"], dtype=np.int64)
    hashes = duplicates.hash_terms(batch.terms)
    marks = duplicates.sketches(hashes, batch.token_ids, batch.offsets, title_counts=titles)
    extra: dict[str, list[Any]] = {
        "content_key": [content_key(d) for d in documents],
        "wire": [credits.find(d.text) for d in documents],
        "title_key": [clusters.title_key(d.title) for d in documents],
        "character_count": [str(len(d.text)) for d in documents],
    }
    return pack(documents, batch, refusals, extra, sketches=marks, source_id=task.part.source.source_id, read=read)


def content_key(document: Document) -> str:
    """A private mark of a document's title and text, by which it is known again when its row or file has moved."""
    return hashlib.sha256(f"{document.title or ''}\n\n{document.text}".encode("utf-8", "replace")).hexdigest()[:24]


def count_repeats(task: Task) -> bytes:
    """The edge paragraphs of one part by outlet, for finding those that come back (see `repeated`)."""
    from analysis.texts.annotate.matcher import carries_hit
    from analysis.texts.clean.repeated import count_part

    matcher = engine_of(task.corpus, task.digest).matcher
    counts = count_part(task.part, context_of(task.corpus, task.digest, {}), functools.partial(carries_hit, matcher))
    sink = io.BytesIO()
    arrays = {f"{name}:{outlet}": array for outlet, edges in counts.items() for name, array in edges._asdict().items()}
    np.savez(sink, allow_pickle=False, **{name: np.asarray(array) for name, array in arrays.items()})
    return sink.getvalue()


def read_repeats(data: bytes) -> dict[str, Edges]:
    """What `count_repeats` packed: outlet_id -> its edge paragraphs."""
    from analysis.texts.clean.repeated import Edges

    found: dict[str, dict[str, Any]] = {}
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        for key in arrays.files:
            name, _, outlet = key.partition(":")
            found.setdefault(outlet, {})[name] = arrays[key]
    return {outlet: Edges(**{**columns, "documents": int(columns["documents"])}) for outlet, columns in found.items()}


def read_all(task: Task) -> tuple[list[Document], list[Refusal]]:
    """Documents and refusals of the task's part, in order."""
    from analysis.texts.read.reading import read_part

    documents: list[Document] = []
    refusals: list[Refusal] = []
    for made in read_part(task.part, context_of(task.corpus, task.digest, task.repeated)):
        if isinstance(made, Document):
            documents.append(made)
        else:
            refusals.append(made)
    return documents, refusals


def annotate_safely(engine: Engine, documents: Sequence[Document]) -> tuple[Batch, list[Refusal]]:
    """Annotate all documents; one that makes the engine fail is refused by id, and the others are annotated."""
    try:
        return engine.annotate(documents), []
    except Exception:  # noqa: BLE001 (whatever one document does to the engine, the others must get through)
        bad = [refusal for d in documents if (refusal := _refusal_of(engine, d))]
        failed = {r.origin for r in bad}
        return engine.annotate([d for d in documents if d.origin not in failed]), bad


def _refusal_of(engine: Engine, document: Document) -> Refusal | None:
    try:
        engine.annotate([document])
    except Exception as error:  # noqa: BLE001
        reason = f"annotation failed: {type(error).__name__}: {error}"
        return Refusal(document.origin, reason, "annotation-failed", document.doc_id)
    return None


@functools.lru_cache(maxsize=1)
def engine_of(corpus: Path, digest: str) -> Engine:
    """The engine for this configuration, made once in each process.

    Raises `DiscourseError` if the configuration, code or libraries of this process are not those of `digest`.
    """
    from analysis.texts.annotate.engine import Engine
    from analysis.texts.build.configuration import configuration_digest

    if (found := configuration_digest(corpus)) != digest:
        raise DiscourseError(
            f"{corpus}: corpus configuration, code or library versions here ({found}) are not the ones that the build was "
            f"started with ({digest}). Leave them alone while a build runs, and give all workers the same versions."
        )
    return Engine.from_folder(corpus)


@functools.lru_cache(maxsize=1)
def credits_of(corpus: Path, digest: str) -> Credits:
    """Who may be credited, by this configuration."""
    from analysis.study.settings import load_outlets

    return Credits.of(load_outlets(corpus / "outlets.toml"))


@functools.lru_cache(maxsize=1)
def _base_context(corpus: Path, digest: str) -> Context:
    from analysis.study import corrections
    from analysis.study.settings import load_outlets
    from analysis.texts.read import reading

    given = corpus / "corrections.toml"
    return reading.context(load_outlets(corpus / "outlets.toml"), corrections.load(given) if given.exists() else None)


def context_of(corpus: Path, digest: str, repeated: Mapping[str, Marks]) -> Context:
    """What reading needs besides the part: outlets, corrections and the repeated paragraphs."""
    return replace(_base_context(corpus, digest), repeated=repeated)
