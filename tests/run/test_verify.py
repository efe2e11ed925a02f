from __future__ import annotations

import json

from sample_project import build_store, discourse

from analysis.run import compare as verdicts


def test_one_count_flipped_in_the_store_is_found(copy):
    build_store(copy / "corpus" / "store" / "default", extra=1)
    done = discourse(copy, "verify", "--figure", "terms", "--format", "json")
    assert done.returncode == 1
    (row,) = json.loads(done.stdout)
    assert row["status"] == verdicts.DATA_DIFFER
    assert row["changed inputs"] == "default/counts[news] changed"
    assert "NOT verified" in done.stderr


def test_a_table_that_is_not_its_manifests_is_named(copy):
    part = next((copy / "corpus" / "store" / "default" / "counts" / "collection=news").glob("*.parquet"))
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(bytes(data))
    done = discourse(copy, "verify", "--figure", "terms", "--format", "csv")
    assert done.returncode == 1
    assert "default/counts[news] does not match its manifest" in done.stdout
    assert "was changed after the store was written" in done.stdout
