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
