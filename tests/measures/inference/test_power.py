"""What the data could have shown."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.measures.inference.power import found_share, minimum_ratio


def test_minimum_ratio_by_hand():
    assert minimum_ratio(0.1) == pytest.approx(np.exp(0.1 * (1.959964 + 0.841621)))
    assert minimum_ratio(np.array([0.1, 0.2]))[1] > minimum_ratio(0.1)
    assert found_share(np.array([0.01, 0.2, np.nan]))[0] == 0.5
