from __future__ import annotations

import pytest

from analysis.figures import bars


def test_bars_start_at_zero_and_stack(rates):
    part = rates[rates["era_id"] == "before"]
    figure = bars(part, label="outlet", value="estimate", hue="frame", stacked=True)
    widths = sum(p.get_width() for p in figure.axes[0].patches)
    assert widths == pytest.approx(part["estimate"].sum())
    assert len({p.get_hatch() for p in figure.axes[0].patches}) == 2
