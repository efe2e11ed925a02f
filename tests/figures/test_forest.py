from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from drawn import clipped, texts

from analysis.errors import DiscourseError
from analysis.figures import dots, forest
from analysis.figures.style import drawing


def test_a_forest_draws_the_numbers_of_the_table(rates):
    figure = forest(rates, label="outlet", hue="era_id", panel="frame", too_few="too_few")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["ties", "distance"]
    drawn = sorted(x for line in figure.axes[0].lines for x in line.get_xdata())
    kept = rates[(rates["frame"] == "ties") & ~rates["too_few"]]
    assert np.allclose(drawn, sorted(kept["estimate"]))
    assert texts(figure).count("too few") == 4
    assert clipped(figure) == []


def test_forty_five_outlets_with_long_names_fit_on_a_column(rates):
    many = pd.DataFrame(
        {
            "outlet": [f"The {i}th Very Long Newspaper of Phnom Penh and Beyond" for i in range(45)],
            "estimate": range(45),
            "low": range(45),
            "high": range(1, 46),
        }
    )
    figure = forest(many, label="outlet", width=89 / 25.4)
    assert clipped(figure) == []
    with drawing():
        figure.draw_without_rendering()
    heights = [t.get_window_extent() for t in figure.axes[0].get_yticklabels()]
    assert all(a.y0 >= b.y1 - 1 for a, b in itertools.pairwise(heights))


def test_two_rows_for_one_mark_and_unknown_columns_are_refused(rates):
    with pytest.raises(DiscourseError, match="two rows for one mark"):
        forest(rates, label="outlet", hue="era_id")
    with pytest.raises(DiscourseError, match="Did you mean 'outlet'"):
        forest(rates, label="outlets")
    with pytest.raises(DiscourseError, match="no rows"):
        dots(rates.head(0), label="outlet", value="estimate")


def test_many_panels_share_one_axis_label(rates):
    many = pd.concat([rates.assign(frame=f"{frame} {i}") for i in range(3) for frame in ("a", "b")]).drop_duplicates(
        ["outlet", "era_id", "frame"]
    )
    figure = forest(many, label="outlet", hue="era_id", panel="frame", axis_label="hits per 10,000 tokens")
    assert texts(figure).count("hits per 10,000 tokens") == 1
    few = forest(rates, label="outlet", hue="era_id", panel="frame", axis_label="hits per 10,000 tokens")
    assert texts(few).count("hits per 10,000 tokens") == 2
