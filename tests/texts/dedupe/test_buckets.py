"""Rows in buckets: what went in comes out, bucket by bucket, in the order it came, in memory or from files."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.texts.dedupe import buckets


@pytest.mark.parametrize("in_memory", [1, 2**20])
def test_each_bucket_gives_its_rows_in_the_order_they_came(monkeypatch, tmp_path, in_memory):
    monkeypatch.setattr(buckets, "IN_MEMORY", in_memory)
    generator = np.random.default_rng(7)
    wanted: list[list[int]] = [[] for _ in range(buckets.BUCKETS)]
    with buckets.Spool(np.dtype(np.int64), tmp_path) as spool:
        for start in range(0, 3000, 700):
            rows = np.arange(start, start + 700)
            numbers = generator.integers(0, buckets.BUCKETS, len(rows))
            spool.add(numbers, rows)
            for number, row in zip(numbers.tolist(), rows.tolist(), strict=True):
                wanted[number].append(row)
        assert [found.tolist() for found in spool] == wanted
        assert [found.tolist() for found in spool] == wanted  # and again
    assert list(tmp_path.iterdir()) == []


def test_nothing_added_gives_empty_buckets():
    with buckets.Spool(np.dtype([("a", np.int32)])) as spool:
        spool.add(np.empty(0, np.int64), np.empty(0, spool.dtype))
        assert [len(found) for found in spool] == [0] * buckets.BUCKETS
