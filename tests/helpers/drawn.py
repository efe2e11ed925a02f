"""Tables to draw, and what can be read off a drawn figure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.figures.style import drawing


@pytest.fixture
def rates():
    rng = np.random.default_rng(1)
    rows = [
        (f"outlet {i}", era, frame, v := float(rng.gamma(2)), v * 0.7, v * 1.4, i == 3)
        for i in range(6)
        for era in ("before", "after")
        for frame in ("ties", "distance")
    ]
    return pd.DataFrame(rows, columns=["outlet", "era_id", "frame", "estimate", "low", "high", "too_few"])


@pytest.fixture
def lines():
    months = [f"{y}-{m:02d}" for y in (2022, 2023, 2024) for m in (3, 9)]
    return pd.DataFrame(
        {
            "month": months * 2,
            "type": ["state"] * 6 + ["wire"] * 6,
            "estimate": np.arange(12.0),
            "low": np.arange(12.0) - 1,
            "high": np.arange(12.0) + 1,
        }
    )


def texts(figure):
    return [t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text"))]


def clipped(figure):
    """Texts that reach beyond the paper."""
    with drawing():
        figure.draw_without_rendering()
        width, height = figure.bbox.width, figure.bbox.height
        shown = [
            t for axes in figure.axes for t in (*axes.get_yticklabels(), axes.title, axes.xaxis.label, axes.yaxis.label)
        ]
        boxes = [(t.get_text(), t.get_window_extent()) for t in shown if t.get_text() and t.get_visible()]
    return [text for text, b in boxes if b.x0 < -1 or b.y0 < -1 or b.x1 > width + 1 or b.y1 > height + 1]
