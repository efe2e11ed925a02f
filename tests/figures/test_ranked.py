from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawn import boxes, clipped, overlapping, texts

from analysis.errors import DiscourseError
from analysis.figures import ranked

ROWS = pd.DataFrame(
    {
        "frame": ["ties"] * 3 + ["distance"] * 2,
        "term": ["ties", "friend", "a word that is much longer than others", "ties", "apart"],
        "score": [9.0, 7.5, 4.0, 8.0, np.nan],
    }
)


def draw(rows=ROWS, **options):
    return ranked(rows, label="term", value="score", panel="frame", **options)


def labels(axes):
    return [t.get_text() for t in axes.get_yticklabels()]


def test_each_panel_has_its_own_labels_in_the_order_given_and_all_have_one_scale():
    figure = draw(names={"ties": "Ties", "distance": "Distance"}, axis_label="score", from_zero=False)
    first, second = figure.axes
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Ties", "Distance"]
    assert labels(first)[:2] == ["ties", "friend"] and labels(second) == ["ties"]  # a word, no name of a frame
    assert first.get_xlim() == second.get_xlim() and first.get_xlim()[0] < 4.0 and first.get_xlim()[1] > 9.0
    (marks,) = [line for line in first.lines if line.get_marker() == "o"]
    assert marks.get_xdata().tolist() == [9.0, 7.5, 4.0] and first.get_ylim() == (2.5, -0.5)
    assert "score" in texts(figure) and not clipped(figure) and not overlapping(figure)


def test_bars_begin_at_zero_and_shares_are_in_per_cent():
    figure = draw(ROWS.assign(score=[0.5, 0.25, 0.1, 0.3, 0.2]), percent=True)
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    assert widths == [0.5, 0.25, 0.1] and all(axes.get_xlim()[0] == 0 for axes in figure.axes)
    assert any(text.endswith(" %") for text, _ in boxes(figure))


def test_more_panels_than_columns_go_on_below_with_an_axis_under_the_last_of_each_column():
    rows = pd.concat([ROWS.assign(frame=f"f{i}") for i in range(4)]).drop_duplicates(["frame", "term"])
    figure = draw(rows, columns=3)
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert len(shown) == 4 and len(figure.axes) == 6
    assert [bool(axes.xaxis.get_tick_params()["labelbottom"]) for axes in shown] == [False, True, True, True]


def test_refusals():
    with pytest.raises(DiscourseError, match="two rows for one mark"):
        draw(pd.concat([ROWS, ROWS]))
    with pytest.raises(DiscourseError, match="colour"):
        draw(colour="red")
    with pytest.raises(DiscourseError, match="the table has no rows"):
        draw(ROWS.head(0))
