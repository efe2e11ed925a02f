"""Captions of readings say who read which draw, and what a borderline hit counts."""

from __future__ import annotations

import pytest

from analysis.figures.captions import of_codings
from analysis.study.declaration import Study


class Nile:
    study = Study(focal_state="EGY", focal_name="Egypt")

    def labels(self, _):
        return {"frame": ["flood"]}

    def names(self):
        return {"old": "Old Kingdom", "new": "New Kingdom"}


@pytest.mark.parametrize(("borderline", "part"), [(0.0, ""), (0.5, "A borderline hit counts 0.5 of a hit.")])
def test_draw_reader_and_borderline_are_said(borderline, part):
    reading = {"draw_name": "first", "who": "Read by A.", "borderline": borderline, "min_read": 5}
    said = of_codings.score_codings(reading, [], store=Nile(), frames=["flood"])
    assert "Read by A. Draw: first." in said.caption and part in said.caption
    assert ("borderline" in said.caption) == bool(part)
    assert "counted as about Egypt" in said.caption
    assert said.test.endswith("no difference found")
    assert "Fewer than 5" in said.limits


def test_corrected_ratios_say_which_era_is_over_which():
    reading = {"draw_name": "", "who": "Not validated.", "borderline": 0}
    said = of_codings.correct_rates(
        ("old", "new"), reading, ["Uneven."], store=Nile(), frames=["flood"], min_units=9, outlet_ids=[]
    )
    assert "New Kingdom over Old Kingdom" in said["ratios"].caption
    assert said["ratios"].axis == "ratio of rates, New Kingdom / Old Kingdom"
    assert said["rates"].test == "95 % interval, t over units, coding included. Uneven."
    assert "fewer than 9 units" in said["rates"].limits
