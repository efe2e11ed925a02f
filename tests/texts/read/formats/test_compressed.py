"""Files packed with gzip."""

from __future__ import annotations

import gzip
import os

import pytest
from formats_samples import LONG, PAGE, read, zipped


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", '{"id": 1, "text": "One"}\n{"id": 2, "text": "Two"}\n'),
        ("a.csv", "id;text\n1;One\n2;Two\n"),
        ("a.tsv", "id\ttext\n1\tOne\n"),
        ("a.txt", "---\ntitle: T\n---\nOne"),
        ("a.json", '[{"id": 1, "text": "One"}]'),
        ("a.html", PAGE % (LONG, LONG)),
    ],
)
def test_files_packed_with_gzip_are_read_as_if_they_were_not(tmp_path, name, data):
    plain = [r.fields for r in read(tmp_path / name, data)]
    packed = gzip.compress(data.encode())
    assert [r.fields for r in read(tmp_path / f"{name}.gz", packed)] == plain
    assert [r.fields for r in read(tmp_path / "b.zip", zipped({f"{name}.gz": packed}))] == plain
    # A browser unpacks some downloads and keeps the name.
    assert [r.fields for r in read(tmp_path / f"{name}.gz", data)] == plain


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv.gz", "a.txt.gz"])
def test_a_damaged_or_harmful_gzip_file_is_refused_and_what_was_read_before_is_kept(tmp_path, name):
    lines = b"".join(b'{"id": %d, "text": "%s"}\n' % (i, os.urandom(40).hex().encode()) for i in range(9000))
    data = b"id,text\n" + lines if "csv" in name else lines
    *kept, refusal = read(tmp_path / name, gzip.compress(data)[:-2000])
    assert refusal.kind == "malformed"
    assert "damaged gzip file" in refusal.reason
    assert (len(kept) > 1000) == ("txt" not in name)
    refusal = read(tmp_path / name, gzip.compress(b"0" * (20 * 1024 * 1024)))[-1]
    assert refusal.kind in ("hostile", "too-large")
    assert read(tmp_path / name, b"")[-1].kind == "empty"
