"""Tables to draw, and what can be read off a drawn figure."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.figures.style import DPI, drawing


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


def boxes(figure):
    """(text, its place on the paper) of every text that is drawn, at the resolution of print."""
    from matplotlib.text import Text

    with drawing():
        figure.set_dpi(DPI)
        figure.draw_without_rendering()
        ticks = {}  # labels of ticks, which are made beyond the ends of an axis as well
        for axes in figure.axes:
            for axis in (axes.xaxis, axes.yaxis):
                low, high = sorted(axis.get_view_interval())
                slack = (high - low) * 1e-9
                for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                    inside = axes.get_visible() and low - slack <= tick.get_loc() <= high + slack
                    ticks |= {tick.label1: inside, tick.label2: inside}
        shown = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible() and ticks.get(t, True)]
        hidden = {t for axes in figure.axes if not axes.get_visible() for t in axes.findobj(Text)}
        # Without the leader lines that belong to some names: a line may pass beside another name.
        return [(t.get_text(), Text.get_window_extent(t)) for t in shown if t not in hidden]


def clipped(figure):
    """Texts that reach beyond the paper."""
    found = boxes(figure)
    width, height = figure.bbox.width, figure.bbox.height
    return [text for text, b in found if b.x0 < -2 or b.y0 < -2 or b.x1 > width + 2 or b.y1 > height + 2]


def overlapping(figure, slack=2):
    """Pairs of texts that lie on each other by more than `slack` dots of print (a hair) both ways."""
    found = [(text, b) for text, b in boxes(figure) if b.width and b.height]
    return [
        (one, two)
        for (one, a), (two, b) in itertools.combinations(found, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > slack and min(a.y1, b.y1) - max(a.y0, b.y0) > slack
    ]
