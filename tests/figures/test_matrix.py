from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawn import clipped, texts
from matplotlib.colors import to_rgb

from analysis.figures import heatmap, months_grid
from analysis.figures.style import ALONE, GREY


def test_a_heat_map_hatches_what_is_too_few(rates):
    part = rates[rates["era_id"] == "before"]
    figure = heatmap(part, row="outlet", column="frame", value="estimate", too_few="too_few", axis_label="rate")
    assert [p for p in figure.axes[0].patches if p.get_hatch()] == []  # the whole line is too few: it is listed
    assert any("Too few: outlet 3." in t for t in texts(figure))
    one = part.reset_index(drop=True)
    one.loc[0, "too_few"] = True
    hatched = heatmap(one, row="outlet", column="frame", value="estimate", too_few="too_few").axes[0].patches
    assert len([p for p in hatched if p.get_hatch()]) == 1
    numbers = [t for t in texts(figure.axes[0]) if t.replace(".", "").isdigit()]
    assert len(numbers) == 10
    assert clipped(figure) == []


def test_a_scale_with_a_centre_reaches_as_far_both_ways():
    rows = pd.DataFrame({"a": ["x", "y"], "b": ["u", "u"], "v": [-1.0, 3.0]})
    figure = heatmap(rows, row="a", column="b", value="v", center=0)
    assert figure.axes[0].collections[0].get_clim() == (-3.0, 3.0)


def test_zero_is_white_no_number_is_minus_zero_and_cells_without_evidence_fade():
    rows = pd.DataFrame(
        {"a": list("xyz"), "b": ["u"] * 3, "v": [-0.0001, 0.3, -0.2], "low": [-0.1, 0.2, -0.5], "high": [0.1, 0.4, 0.1]}
    )
    figure = heatmap(rows, row="a", column="b", value="v", low="low", high="high", center=0, percent=True, digits=3)
    mesh = figure.axes[0].collections[0]
    assert mesh.cmap(mesh.norm(0.0))[:3] == (1.0, 1.0, 1.0)
    assert [t.get_text() for t in figure.axes[0].texts] == ["0.0", "30.0", "\u221220.0"]
    assert [t.get_color() in (GREY, ALONE) for t in figure.axes[0].texts] == [True, False, True]
    assert mesh.get_clim() == (-0.3, 0.3)
    fixed = heatmap(rows, row="a", column="b", value="v", center=0, reach=0.5)
    assert fixed.axes[0].collections[0].get_clim() == (-0.5, 0.5)
    amounts = heatmap(rows.assign(v=[0.0, 0.5, 1.0]), row="a", column="b", value="v").axes[0].collections[0]
    assert amounts.cmap(amounts.norm(0.0))[:3] == (1.0, 1.0, 1.0)
    assert sum(amounts.cmap(amounts.norm(1.0))[:3]) < 0.6  # dark means much


def test_numbers_of_cells_without_evidence_can_be_read_on_any_colour():
    values = np.linspace(-1, 1, 11)
    rows = pd.DataFrame({"a": [f"t{i}" for i in range(11)], "b": "u", "v": values, "low": -2.0, "high": 2.0})
    figure = heatmap(rows, row="a", column="b", value="v", low="low", high="high", center=0)
    mesh = figure.axes[0].collections[0]
    grounds = 0.6 + 0.4 * mesh.cmap(mesh.norm(values))[:, :3]
    inks = [np.array(to_rgb(text.get_color())) for text in figure.axes[0].texts]

    def luminance(colour):
        linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722] + 0.05

    contrasts = [luminance(ground) / luminance(ink) for ground, ink in zip(grounds, inks, strict=True)]
    assert min(contrasts) >= 4
    assert to_rgb(GREY) in {tuple(ink) for ink in inks}  # pale cells keep the pale number


def test_months_without_documents_stay_empty():
    rows = pd.DataFrame(
        {"outlet_id": ["a", "a", "b"], "month": ["2023-01", "2023-12", "2023-06"], "document_count": [1, 50, 0]}
    )
    figure = months_grid(rows, breaks={"vote": "2023-08-22"})
    grid = figure.axes[0].collections[0].get_array()
    assert grid.shape == (1, 12)
    assert np.ma.count(np.ma.masked_invalid(grid)) == 2
    assert "vote" in texts(figure)


@pytest.mark.parametrize("lines", [5, 60, 400])
def test_the_numbers_of_many_lines_are_no_larger_than_their_cells(lines):
    rows = pd.DataFrame({"a": [f"outlet {i}" for i in range(lines)], "b": "u", "v": 0.5})
    figure = heatmap(rows, row="a", column="b", value="v")
    axes = figure.axes[0]
    figure.canvas.draw()
    cell = axes.get_window_extent().height / min(lines, 150)
    assert len(axes.texts) == min(lines, 150)
    assert (
        max(text.get_window_extent().height for text in axes.texts) <= cell * 1.3
    )  # with the room above and below digits
    assert max(text.get_fontsize() for text in axes.texts) <= 6.5
