from __future__ import annotations

from analysis.figures import forest
from analysis.figures.save import render
from analysis.figures.style import COLOURS, ERA_COLOURS, group_styles


def test_eras_keep_their_colour_and_groups_stay_apart():
    found = group_styles(["x", "hun_manet", "y"])
    assert found["hun_manet"].colour == ERA_COLOURS["hun_manet"]
    assert len({(v.colour, v.marker) for v in group_styles([str(i) for i in range(40)]).values()}) == 40
    assert len(set(COLOURS)) == 8


def test_the_readers_settings_do_not_matter(rates):
    import matplotlib as mpl

    part = rates[(rates["era_id"] == "before") & (rates["frame"] == "distance")]
    plain = render(forest(part, label="outlet"))
    with mpl.rc_context({"font.size": 22, "axes.facecolor": "red"}):
        assert render(forest(part, label="outlet")) == plain
