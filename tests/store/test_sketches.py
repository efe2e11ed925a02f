from __future__ import annotations

import hmac

import numpy as np
import pytest

from analysis.errors import DiscourseError
from analysis.store.sketches import keyed_pairs, keyed_sketch, read_key, read_sketches, write_sketches

KEY = b"a secret of sixteen bytes"


def marks(start, stop):
    return frozenset(bytes([i]) * 8 for i in range(start, stop))


def test_marks_are_hmacs_of_the_smallest_runs():
    hashes = np.arange(1, 101, dtype=np.uint64)
    found = keyed_sketch(hashes, KEY)
    assert len(found) == 64
    assert set(found) == {hmac.new(KEY, i.to_bytes(8, "big"), "sha256").digest()[:8] for i in range(1, 65)}
    assert not set(found) & set(keyed_sketch(hashes, b"another secret key"))
    assert keyed_sketch(hashes[:0], KEY) == []


def test_pairs_agree_in_a_fifth_of_their_marks():
    first = {"a": marks(0, 40), "b": marks(100, 140)}
    second = {"x": marks(0, 30), "y": marks(30, 80), "z": marks(90, 140)}
    assert keyed_pairs(first, second).to_numpy().tolist() == [["a", "x", 0.75], ["b", "z", 0.8]]


def test_a_short_text_needs_all_its_marks():
    assert len(keyed_pairs({"a": marks(0, 3)}, {"x": marks(0, 3)})) == 1
    assert keyed_pairs({"a": marks(0, 12)}, {"x": marks(0, 7) | marks(50, 52)}).empty
    assert keyed_pairs({"a": frozenset()}, {"x": frozenset()}).empty


def test_files_come_back_and_others_are_refused(tmp_path):
    rows = [("a", sorted(marks(0, 3))), ("b", [])]
    assert write_sketches(tmp_path / "s", rows) == 2
    assert read_sketches(tmp_path / "s") == {"a": marks(0, 3), "b": frozenset()}
    (tmp_path / "t").write_text("no")
    with pytest.raises(DiscourseError, match="not a file of keyed sketches"):
        read_sketches(tmp_path / "t")


def test_a_key_that_can_be_guessed_is_refused(tmp_path):
    (tmp_path / "k").write_bytes(b"secret\n")
    with pytest.raises(DiscourseError, match="can be guessed"):
        read_key(tmp_path / "k")
    (tmp_path / "k").write_bytes(KEY + b"\n")
    assert read_key(tmp_path / "k") == KEY
    with pytest.raises(DiscourseError, match="cannot be read"):
        read_key(tmp_path / "none")
