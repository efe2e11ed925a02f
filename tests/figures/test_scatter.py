from __future__ import annotations

import numpy as np
import pandas as pd
from drawn import overlapping
from matplotlib.text import Text

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
        boxes = [Text.get_window_extent(t) for t in figure.axes[0].texts]
    assert 20 < len(boxes) <= 60
    inside = figure.axes[0].get_window_extent()
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])
        assert inside.x0 <= box.x0 + 1 and box.x1 - 1 <= inside.x1


def test_the_words_farthest_up_and_down_have_names_and_both_sides_their_colour():
    rng = np.random.default_rng(5)
    rows = pd.DataFrame(
        {"word": [f"word{i}" for i in range(400)], "x": rng.normal(size=400), "y": rng.normal(size=400) / 3}
    )
    rows["side"] = np.where(rows["y"] > 0.5, "late", np.where(rows["y"] < -0.5, "early", "neither"))
    eras = [{"era_id": "early", "colour": "#0072B2"}, {"era_id": "late", "colour": "#D55E00"}]
    figure = scatter_labelled(rows, x="x", y="y", label="word", hue="side", muted="neither", max_labels=30, eras=eras)
    named = {t.get_text() for t in figure.axes[0].texts}
    assert {rows.loc[rows["y"].idxmax(), "word"], rows.loc[rows["y"].idxmin(), "word"]} <= named
    assert {t.get_color() for t in figure.legends[0].legend_handles for t in [t]} >= {"#0072B2", "#D55E00"}
    names = [pair for pair in overlapping(figure) if pair[0].startswith("word") and pair[1].startswith("word")]
    assert names == []
