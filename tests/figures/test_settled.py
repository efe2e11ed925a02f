"""A settled figure is measured once, and is the same to the byte as one that is measured at every look."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pandas as pd
import pytest

from analysis.figures import bars, forest, heatmap, save, style
from analysis.figures.settled import settled, solve_layout

TABLE = pd.DataFrame(
    {
        "o": ["The Heron of the North", "Café", "Post"],
        "v": [1, 20, 300],
        "l": [0.5, 15, 200],
        "h": [2, 25, 400],
        "k": "k",
    }
)


def figures():
    yield forest(TABLE, label="o", estimate="v", low="l", high="h", hue="o", axis_label="Rate")
    yield forest(TABLE, label="o", estimate="v", low="l", high="h", log=True)
    yield bars(TABLE, label="o", value="v", panel="k")
    yield heatmap(TABLE, row="o", column="k", value="v")


def naive(figure) -> list[bytes]:
    """The figure as matplotlib alone writes it: a whole drawing for the layout, each text measured at every look."""
    made = []
    with style.drawing():
        figure.set_dpi(style.DPI)
        figure.draw_without_rendering()
        figure.set_layout_engine(None)
        for kind, metadata in (("svg", {"Date": None, "Creator": None}), ("png", {"Software": None})):
            stream = io.BytesIO()
            figure.savefig(stream, format=kind, dpi=style.DPI, metadata=metadata)
            made.append(stream.getvalue())
    return made


@pytest.mark.parametrize("number", range(4))
def test_pictures_are_those_of_matplotlib_alone(number):
    quick = save.render(list(figures())[number], plain=True)
    svg, png = naive(list(figures())[number])
    without_titles = (
        quick["svg"].replace(b"<dc:title></dc:title>", b"").replace(b"<dc:description></dc:description>", b"")
    )
    assert [line for line in without_titles.split(b"\n") if line.strip()][-40:] == [
        line for line in svg.split(b"\n") if line.strip()
    ][-40:]
    import matplotlib.image

    assert np.array_equal(matplotlib.image.imread(io.BytesIO(quick["png"])), matplotlib.image.imread(io.BytesIO(png)))


def looks(monkeypatch, context) -> tuple[int, int]:
    """How often texts are laid out and ticks found while a figure is drawn twice."""
    from matplotlib.axis import Axis
    from matplotlib.text import Text

    counts = {"text": 0, "axis": 0}

    def counting(kind, name, what):
        usual = vars(kind)[name]

        def counted(*args):
            counts[what] += 1
            return usual(*args)

        monkeypatch.setattr(kind, name, counted)

    figure = next(figures())
    with monkeypatch.context() as monkeypatch, style.drawing():
        counting(Text, "_get_layout", "text")
        counting(Axis, "_update_ticks", "axis")
        with context:
            solve_layout(figure)
            figure.savefig(io.BytesIO(), format="png")
    return counts["text"], counts["axis"]


def test_texts_and_ticks_are_looked_at_far_less_often(monkeypatch):
    usual, quick = looks(monkeypatch, contextlib.nullcontext()), looks(monkeypatch, settled())
    assert quick[0] < usual[0] / 2
    assert quick[1] < usual[1] / 2


def test_a_change_of_words_place_or_scale_is_seen_inside():
    from matplotlib.figure import Figure

    with style.drawing(), settled():
        figure = Figure()
        axes = figure.subplots()
        text = axes.set_title("short")
        short = text.get_window_extent().width
        text.set_text("much longer")
        assert text.get_window_extent().width > short
        text.set_fontsize(30)
        assert text.get_window_extent().width > 3 * short
        before = [tick.get_loc() for tick in axes.xaxis._update_ticks()]
        axes.set_xlim(0, 100)
        assert [tick.get_loc() for tick in axes.xaxis._update_ticks()] != before


def test_matplotlib_is_left_as_it_was_also_after_an_error():
    from matplotlib.axis import Axis
    from matplotlib.text import Text

    usual = Text._get_layout, Axis._update_ticks
    with pytest.raises(ZeroDivisionError), settled():
        assert Text._get_layout is not usual[0]
        1 / 0  # noqa: B018
    assert (Text._get_layout, Axis._update_ticks) == usual
