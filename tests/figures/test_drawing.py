from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.figures import (
    bars,
    dots,
    forest,
    heatmap,
    months_grid,
    network,
    panel_of_lines,
    scatter_labelled,
    series,
)
from analysis.figures.matrix import month_number
from analysis.figures.save import render
from analysis.figures.series import position
from analysis.figures.style import COLOURS, ERA_COLOURS, drawing, looks

ERAS = [
    {"era_id": "hun_sen", "label": "Hun Sen", "start": "1985-01-14", "end": "2023-08-22"},
    {"era_id": "hun_manet", "label": "Hun Manet", "start": "2023-08-22", "end": None},
]


@pytest.fixture
def rates():
    rng = np.random.default_rng(1)
    rows = [
        (f"outlet {i}", era, frame, v := float(rng.gamma(2)), v * 0.7, v * 1.4, i == 3)
        for i in range(6)
        for era in ERA_COLOURS
        for frame in ("ironclad", "hedging")
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


def test_a_forest_draws_the_numbers_of_the_table(rates):
    figure = forest(rates, label="outlet", hue="era_id", panel="frame", too_few="too_few")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["ironclad", "hedging"]
    drawn = sorted(x for line in figure.axes[0].lines for x in line.get_xdata())
    kept = rates[(rates["frame"] == "ironclad") & ~rates["too_few"]]
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


def test_a_heat_map_hatches_what_is_too_few(rates):
    part = rates[rates["era_id"] == "hun_sen"]
    figure = heatmap(part, row="outlet", column="frame", value="estimate", too_few="too_few", axis_label="rate")
    hatched = [p for p in figure.axes[0].patches if p.get_hatch()]
    assert len(hatched) == 2
    numbers = [t for t in texts(figure.axes[0]) if t.replace(".", "").isdigit()]
    assert len(numbers) == 10
    assert clipped(figure) == []


def test_a_scale_with_a_centre_reaches_as_far_both_ways():
    rows = pd.DataFrame({"a": ["x", "y"], "b": ["u", "u"], "v": [-1.0, 3.0]})
    figure = heatmap(rows, row="a", column="b", value="v", center=0)
    assert figure.axes[0].collections[0].get_clim() == (-3.0, 3.0)


def test_months_without_documents_stay_empty():
    rows = pd.DataFrame(
        {"outlet_id": ["a", "a", "b"], "month": ["2023-01", "2023-12", "2023-06"], "document_count": [1, 50, 0]}
    )
    figure = months_grid(rows, breaks={"vote": "2023-08-22"})
    grid = figure.axes[0].collections[0].get_array()
    assert grid.shape == (1, 12)
    assert np.ma.count(np.ma.masked_invalid(grid)) == 2
    assert "vote" in texts(figure)


def test_a_line_is_broken_where_there_is_too_little(lines):
    lines["few"] = lines["month"] == "2023-03"
    figure = series(
        lines,
        time="month",
        low="low",
        high="high",
        hue="type",
        too_few="few",
        eras=ERAS,
        breaks={"vote": "2023-08-22"},
        axis_label="rate",
    )
    first = figure.axes[0].lines[0]
    assert np.isnan(first.get_ydata()).tolist() == [False, False, True, False, False, False]
    assert {"Hun Sen", "Hun Manet", "state", "wire", "vote"} <= set(texts(figure))


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2023", 2023.5),
        ("2023-01", 2023 + 0.5 / 12),
        ("2023-01-01", 2023.0),
        ("2024-12-31", 2024 + 365 / 366),
        (2020, 2020.0),
    ],
)
def test_partial_dates_stand_in_their_middle(date, expected):
    assert position(date) == pytest.approx(expected)


@pytest.mark.parametrize("date", ["soon", "2023-13-01", "20230101"])
def test_impossible_dates_are_refused(date):
    with pytest.raises(DiscourseError, match="date"):
        position(date)
    with pytest.raises(DiscourseError, match="month"):
        month_number("2023-13")


def test_panels_show_each_group_before_all_others(lines):
    figure = panel_of_lines(lines, time="month", hue="type")
    assert [axes.get_title(loc="left") for axes in figure.axes if axes.get_visible()] == ["state", "wire"]
    assert len(figure.axes[0].lines) == 2


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


def test_bars_start_at_zero_and_stack(rates):
    part = rates[rates["era_id"] == "hun_sen"]
    figure = bars(part, label="outlet", value="estimate", hue="frame", stacked=True)
    widths = sum(p.get_width() for p in figure.axes[0].patches)
    assert widths == pytest.approx(part["estimate"].sum())
    assert len({p.get_hatch() for p in figure.axes[0].patches}) == 2


def test_a_network_leaves_out_loops_and_is_the_same_in_any_order():
    edges = pd.DataFrame({"s": ["a", "a", "b", "c"], "t": ["b", "a", "c", "a"], "n": [5, 9, 2, 1]})
    group = {"a": "state", "b": "wire", "c": "wire"}
    first = network(edges, source="s", target="t", weight="n", group=group)
    again = network(edges.iloc[::-1], source="s", target="t", weight="n", group=group)
    assert len(first.axes[0].patches) == 3
    assert render(first)["svg"] == render(again)["svg"]


def test_eras_keep_their_colour_and_groups_stay_apart():
    found = looks(["x", "hun_manet", "y"])
    assert found["hun_manet"].colour == ERA_COLOURS["hun_manet"]
    assert len({(v.colour, v.marker) for v in looks([str(i) for i in range(40)]).values()}) == 40
    assert len(set(COLOURS)) == 8


def test_the_readers_settings_do_not_matter(rates):
    import matplotlib as mpl

    part = rates[(rates["era_id"] == "hun_sen") & (rates["frame"] == "hedging")]
    plain = render(forest(part, label="outlet"))
    with mpl.rc_context({"font.size": 22, "axes.facecolor": "red"}):
        assert render(forest(part, label="outlet")) == plain
