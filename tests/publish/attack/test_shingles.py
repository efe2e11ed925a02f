from __future__ import annotations

import numpy as np

from analysis.publish.attack.shingles import confirmed, read_sketch, run_hash, word_hashes

WORDS = [f"word{i}" for i in range(9)]
HASHES = word_hashes(WORDS)


def sketch_of(*runs):
    return read_sketch("".join(f"{run_hash([int(HASHES[i]) for i in run]):08x}" for run in runs))


def test_only_the_runs_of_the_sketch_are_confirmed_in_their_order():
    wanted = [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (8, 8, 8, 8, 8)]
    runs, values = confirmed([HASHES] * 5, sketch_of(*wanted))
    assert sorted(map(tuple, runs.tolist())) == sorted(wanted)
    assert values.tolist() == [run_hash([int(HASHES[i]) for i in run]) for run in runs]


def test_places_of_unequal_size_and_of_none():
    runs, _ = confirmed([HASHES[:2], HASHES[1:], HASHES, HASHES[:1], HASHES[5:]], sketch_of((1, 3, 7, 0, 6)))
    assert runs.tolist() == [[1, 2, 7, 0, 1]]
    assert len(confirmed([HASHES[:0], *[HASHES] * 4], sketch_of((0, 1, 2, 3, 4)))[0]) == 0


def test_the_hash_is_the_one_that_was_published():
    """Worked out by hand-written integers from the published definition, not by the module."""
    total = 0
    for value in HASHES[:5].tolist():
        total = (total * 0x9E3779B97F4A7C15 + value) % 2**64
    total = ((total ^ (total >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    total = ((total ^ (total >> 27)) * 0x94D049BB133111EB) % 2**64
    assert run_hash(HASHES[:5].tolist()) == (total ^ (total >> 31)) >> 32


def test_a_sketch_is_read_in_order_without_doubles():
    assert read_sketch("0000000a0000000100000001").tolist() == [1, 10]
    assert read_sketch("0000000a").dtype == np.uint32
