from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.figures import scatter_labelled
from analysis.figures.style import drawing


def test_names_of_points_do_not_cover_each_other():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame(
        {"word": [f"word{i}" for i in range(200)], "x": rng.normal(size=200), "y": rng.normal(size=200)}
    )
    figure = scatter_labelled(rows, x="x", y="y", label="word", max_labels=60)
    with drawing():
        figure.draw_without_rendering()
        boxes = [t.get_window_extent() for t in figure.axes[0].texts]
    assert 20 < len(boxes) <= 60
    inside = figure.axes[0].get_window_extent()
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])
        assert inside.x0 <= box.x0 + 1 and box.x1 - 1 <= inside.x1
