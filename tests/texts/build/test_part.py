"""One part of the corpus: read, annotated, packed; one bad document costs itself; repeats travel as arrays."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.study import sources
from analysis.texts.build import part as parts
from analysis.texts.build.configuration import configuration_digest
from analysis.texts.build.part_file import unpack
from analysis.texts.document import Document
from analysis.texts.read import reading

TEXT = "The ironclad friendship was praised in the capital, and the minister spoke of a neutral path for the kingdom."
NOTICE = "Readers find the weather of the week and the times of all boats on page fourteen."


@pytest.fixture(scope="module")
def task(tmp_path_factory, root):
    folder = tmp_path_factory.mktemp("texts")
    for i in range(5):
        (folder / f"{i}.md").write_text(
            f"---\noutlet: unknown\ndate: 2023-08-1{i}\n---\n{TEXT} Part {i}.\n\n{NOTICE}\n"
        )
    (folder / "9.md").write_text("---\noutlet: unknown\ndate: 31 June 2023\n---\nText.\n")
    made = [sources.make({"source_id": "s", "collection": "news", "path": "*.md"})]
    planned = reading.plan_parts(made, folder)
    corpus = root / "corpus"
    return lambda i: parts.Task(planned[i], corpus, configuration_digest(corpus))


def test_a_part_is_read_and_annotated_on_its_own(task):
    tables = unpack(parts.annotate_part(task(0)))
    assert tables["documents"]["doc_id"].to_pylist() == ["s:0"]
    assert tables["documents"]["published"].to_pylist() == ["2023-08-10"]
    assert "ironclad" in tables["hits"]["frame"].to_pylist()
    assert tables["summary"].to_pylist() == [{"source_id": "s", "read": 1}]
    refused = unpack(parts.annotate_part(task(5)))
    assert refused["refusals"]["kind"].to_pylist() == ["impossible-date"] and len(refused["documents"]) == 0


def test_repeats_come_back_as_they_were_counted(task):
    found = parts.read_repeats(parts.count_repeats(task(0)))
    edges = found["unknown"]
    assert edges.documents == 1 and edges.order.tolist() == ["2023-08-10\ns:0"]
    assert len(edges.keys) == 2 and sorted(edges.has_hit.tolist()) == [False, True]
    assert edges.keys.dtype == np.uint64 and edges.owners.tolist() == [0, 0]


def test_a_document_that_breaks_the_engine_is_refused_and_the_others_are_annotated(task):
    first = task(0)
    engine = parts.engine_of(first.corpus, first.digest)
    good = [Document(f"d{i}", "news", "unknown", TEXT, origin=f"o{i}") for i in range(3)]
    bad = Document("bad", "news", "unknown", None, origin="bad.txt")  # no text at all: the engine cannot read it
    batch, refused = parts.annotate_safely(engine, [good[0], bad, *good[1:]])
    assert len(batch.documents["token_count"]) == 3
    assert [(r.doc_id, r.kind) for r in refused] == [("bad", "annotation-failed")]


def test_another_configuration_than_the_builds_is_refused(task):
    first = task(0)
    with pytest.raises(DiscourseError, match="are not the ones that the build was"):
        parts.engine_of(first.corpus, "0" * 16)
