"""Parquet in pieces."""

from __future__ import annotations

from formats_samples import part_of

from analysis.texts.read import formats as readers


def test_parquet_pieces_give_every_row_once_whatever_their_size(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    from analysis.texts.read.formats import parquet

    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": range(1000), "text": ["x" * 100] * 1000}), path, row_group_size=700)
    for chunk in (1_000, 20_000, 10**9):
        pieces = parquet.plan(part_of(path), chunk)
        found = [record.fields["id"] for piece in pieces for record in readers.read(piece)]
        assert found == list(range(1000))
        assert [r.fields["id"] for r in readers.read(pieces[-1])] == found[pieces[-1].start :]


def test_a_value_longer_than_any_document_is_refused_by_its_row(tmp_path, monkeypatch):
    import pyarrow as pa
    import pyarrow.parquet as pq

    from analysis.texts.read.formats import parquet

    monkeypatch.setattr(parquet, "LONGEST", 1_000)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": range(4), "text": ["short", "x" * 1_001, None, "x" * 1_000]}), path)
    found = list(readers.read(part_of(path)))
    refused = [made for made in found if made not in [m for m in found if hasattr(m, "fields")]]
    assert [(r.origin, r.kind) for r in refused] == [("a.parquet:2", "too-large")]
    assert [made.fields["id"] for made in found if hasattr(made, "fields")] == [0, 2, 3]
