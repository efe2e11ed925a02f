"""The archive of a part: what goes in comes out, in order, with the types of the contracts."""

from __future__ import annotations

import zipfile

import numpy as np
import pyarrow as pa
import pytest

from analysis.store.contracts import CONTRACTS
from analysis.texts.annotate.engine import Engine
from analysis.texts.build import part_file
from analysis.texts.dedupe import sketches as sketching
from analysis.texts.document import Document, Refusal

TEXTS = ["Zebra stays neutral. Apples are neutral.", "", "An ironclad friend of the apples."]


@pytest.fixture(scope="module")
def packed(root):
    documents = [
        Document(f"d{i}", "news", "unknown", text, title="T" * i, origin=f"f:{i}") for i, text in enumerate(TEXTS)
    ]
    batch = Engine.from_folder(root / "corpus").annotate(documents)
    marks = sketching.sketches(sketching.hash_terms(batch.terms), batch.token_ids, batch.offsets)
    refusals = [Refusal("f:9", "r", "empty"), *(Refusal(f"f:{i}", "r", part_file.FILTERED) for i in range(4))]
    extra: dict = {}
    return batch, marks, part_file.pack(documents, batch, refusals, extra, sketches=marks, source_id="s")


def test_terms_are_in_order_and_counts_point_to_them(packed):
    batch, _, data = packed
    tables = part_file.unpack(data)
    terms = tables["terms"]["term"].to_pylist()
    assert terms == sorted(batch.terms)
    counts = tables["counts"].to_pylist()
    found = {(row["doc_index"], terms[row["term_index"]]): row["token_count"] for row in counts}
    assert found[0, "neutral"] == 2 and found[0, "zebra"] == 1 and found[2, "apples"] == 1
    assert [(r["doc_index"], r["term_index"]) for r in counts] == sorted(
        (r["doc_index"], r["term_index"]) for r in counts
    )
    totals = dict(zip(terms, tables["terms"]["token_count"].to_pylist(), strict=True))
    assert totals["apples"] == 2 and tables["terms"]["document_count"].to_pylist()[terms.index("apples")] == 2


def test_columns_have_the_types_of_the_contract(packed):
    tables = part_file.unpack(packed[2])
    for name in ("hits", "contexts", "actors"):
        declared = {c.name: pa.type_for_alias(c.dtype) for c in CONTRACTS[name].columns}
        for field in tables[name].schema:
            if field.name in declared:
                assert field.type == declared[field.name], (name, field.name)


def test_rows_left_out_by_a_filter_are_one_row_and_all_are_counted(packed):
    tables = part_file.unpack(packed[2], ("refusals", "summary"))
    assert list(tables) == ["refusals", "summary"]
    assert [(r["kind"], r["rows"]) for r in tables["refusals"].to_pylist()] == [("empty", 1), (part_file.FILTERED, 4)]
    assert tables["summary"]["read"].to_pylist() == [8]


def test_sketches_come_back(packed):
    _, marks, data = packed
    found = part_file.read_sketches(part_file.unpack(data)["sketches"])
    for name in ("samples", "offsets", "counts", "limits", "digests"):
        assert np.array_equal(getattr(found, name), getattr(marks, name)), name


def test_equal_parts_give_equal_bytes_and_what_is_no_archive_is_said(root):
    engine = Engine.from_folder(root / "corpus")
    documents = [Document("a", "news", "unknown", TEXTS[0], origin="f")]
    first, second = (part_file.pack(documents, engine.annotate(documents), [], {}) for _ in range(2))
    assert first == second
    with pytest.raises(zipfile.BadZipFile):
        part_file.unpack(b"no archive")


def test_some_columns_are_unpacked_alone(packed, tmp_path):
    path = tmp_path / "x.part"
    path.write_bytes(packed[2])
    some = part_file.unpack_columns(path, "counts", ("term_index", "doc_index"))
    assert set(some.column_names) == {"doc_index", "term_index"}
    assert some["term_index"].equals(part_file.unpack(packed[2], ("counts",))["counts"]["term_index"])


def test_a_hit_has_a_place_and_a_record_that_shares_its_row_that_row(root):
    text = "“Neutrality is ours,” Hun Sen said. An ironclad friend."
    documents = [Document(f"d{i}", "news", "post", text, origin=f"f:7.{i}", number=f"7.{i}") for i in (1, 2)]
    tables = part_file.unpack(
        part_file.pack(documents, Engine.from_folder(root / "corpus").annotate(documents), [], {})
    )
    assert tables["documents"]["number"].to_pylist() == [7, 7]
    places, hits = tables["places"].to_pylist(), tables["hits"].to_pylist()
    assert [text[p["start"] : p["end"]] for p in places[: len(places) // 2]] == ["Neutrality", "ironclad friend"]
    assert [p["speaker_name"] for p in places] == ["Hun Sen", None] * 2
    assert len(places) == len(hits) == 4
    spoken = [(row["doc_index"], text[row["start"] : row["end"]], row["voice"]) for row in tables["voices"].to_pylist()]
    assert spoken == [(0, "“Neutrality is ours,”", "quoted"), (1, "“Neutrality is ours,”", "quoted")]
