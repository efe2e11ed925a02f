"""Counts drawn anew have the moods and bursts of those they are drawn after."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.measures.inference.moods import Alike, Moods, drawn_counts, lasting_of, moods


def alike(rng: np.random.Generator, held: Moods, blocks: int = 300, count: int = 60) -> Alike:
    """Two outlets of unlike size; the second with documents twice as long."""
    n = rng.integers(2000, 6000, (blocks, 2)).astype(float)
    n[:, 1] *= rng.random(blocks) < 0.5
    mean = np.array([[0.002], [0.004]])
    empty = Alike(
        np.ones((blocks, 2, count)) * n[:, :, None] * mean[None], n, n * [500, 1000], np.arange(blocks) > 200, True
    )
    return Alike(drawn_counts(rng, empty, 1.0, held).astype(float), n, empty.squares, empty.after, True)


@pytest.mark.parametrize("held", [Moods(0.4, 0.0, 0.0, 0.0), Moods(0.3, 1.5, 0.0, 0.0), Moods(0.5, 0.8, 0.2, 0.9)])
def test_moments_are_those_that_were_drawn(held):
    found = moods(alike(np.random.default_rng(4), held))
    assert found.week == pytest.approx(held.week, abs=0.07)
    assert found.burst == pytest.approx(held.burst, abs=0.15)
    assert found.slow == pytest.approx(held.slow, abs=0.06)
    if held.slow:
        assert found.memory == pytest.approx(held.memory, abs=0.07)


def test_a_planted_ratio_changes_the_target_era_alone_and_no_token():
    words = alike(np.random.default_rng(1), Moods(0, 0, 0, 0))
    drawn = drawn_counts(np.random.default_rng(2), words, 3.0, Moods(0.2, 0.5, 0.1, 0.5))
    rate = [drawn[side].sum() / words.n[side].sum() for side in (words.after, ~words.after)]
    assert rate[0] / rate[1] == pytest.approx(3, rel=0.1)
    assert drawn[words.n == 0].sum() == 0


def test_blocks_that_are_no_time_have_no_moods_that_last():
    held = Moods(0.5, 0.8, 0.2, 0.9)
    words = alike(np.random.default_rng(4), held)
    still = Alike(words.x, words.n, words.squares, words.after, False)
    assert lasting_of(still) == (0.0, 0.0) and moods(still).slow == 0
    assert moods(words, (0.1, 0.7)).slow == 0.1 and moods(words, (9.0, 0.7)).slow == moods(words).week
