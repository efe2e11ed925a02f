from __future__ import annotations

import numpy as np
import pandas as pd
from drawn import clipped, texts

from analysis.figures import heatmap, months_grid


def test_a_heat_map_hatches_what_is_too_few(rates):
    part = rates[rates["era_id"] == "before"]
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
