from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from drawn import clipped, overlapping, texts

from analysis.errors import DiscourseError, NothingFound
from analysis.figures import dots, forest, heatmap, publish
from analysis.figures.style import GREY, drawing


def test_a_forest_draws_the_numbers_of_the_table(rates):
    figure = forest(rates, label="outlet", hue="era_id", panel="frame", too_few="too_few")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["ties", "distance"]
    drawn = sorted(x for line in figure.axes[0].lines if line.get_marker() in "os" for x in line.get_xdata())
    kept = rates[(rates["frame"] == "ties") & ~rates["too_few"]]
    assert np.allclose(drawn, sorted(kept["estimate"]))
    assert len([line for line in figure.axes[0].lines if line.get_color() == GREY]) == 5  # joined, early to late
    assert "outlet 3" not in {t.get_text() for t in figure.axes[0].get_yticklabels()}
    assert any("Too few: outlet 3." in t for t in texts(figure)) and not figure.nothing_drawn
    assert all(axes.get_xlim()[0] <= 0 < 0.05 * axes.get_xlim()[1] - axes.get_xlim()[0] for axes in figure.axes)
    assert clipped(figure) == [] and overlapping(figure) == []


def test_what_has_no_mark_is_listed_by_era_panel_and_reason(rates):
    gone = (rates["era_id"] == "after") & rates["outlet"].isin(["outlet 1", "outlet 2"])
    rows = rates.assign(why="not read", estimate=rates["estimate"].mask(gone))
    rows.loc[rows["frame"] == "distance", "estimate"] = np.nan
    figure = forest(rows, label="outlet", hue="era_id", panel="frame", too_few="too_few", why="why")
    said = "\n".join(texts(figure))
    assert "Not read: outlet 3." in said and "Not read: distance." in said
    assert "after, not read: outlet 1, outlet 2." in said
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["ties"]
    late = rows.assign(estimate=rows["estimate"].mask(rows["era_id"] == "after"))
    figure = forest(late, label="outlet", hue="era_id", panel="frame", too_few="too_few")
    assert "after, too few: everywhere." in "\n".join(texts(figure))
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["before"]


def test_a_mark_missing_in_one_panel_only_is_said_in_its_place(rates):
    rows = rates[rates["outlet"] != "outlet 3"].reset_index(drop=True)
    rows.loc[0, "estimate"] = np.nan
    figure = forest(rows, label="outlet", hue="era_id", panel="frame")
    assert texts(figure).count("too few") == 1


def test_differences_reach_as_far_to_either_side_and_say_whose_side_it_is(rates):
    rows = rates[rates["era_id"] == "before"].assign(estimate=lambda t: t["estimate"] - 1, low=-2.0, high=1.5)
    figure = forest(
        rows, label="outlet", panel="frame", reference=0, ends=("Early", "Late"), axis_label="change", percent=True
    )
    for axes in figure.axes:
        low, high = axes.get_xlim()
        assert low == -high
    assert any("\u2190 Early" in t and "Late \u2192" in t for t in texts(figure))
    ratios = rows.assign(estimate=2.0, low=0.5, high=3.0)
    low, high = forest(ratios, label="outlet", panel="frame", reference=1, log=True).axes[0].get_xlim()
    assert low * high == pytest.approx(1) and high > 3


def test_a_table_without_any_estimate_is_drawn_and_not_published(rates, tmp_path, monkeypatch):
    monkeypatch.setenv("DISCOURSE_FIGURES", str(tmp_path))
    empty = rates.assign(too_few=True)
    for figure in (
        forest(empty, label="outlet", hue="era_id", panel="frame", too_few="too_few"),
        heatmap(empty[empty["era_id"] == "before"], row="outlet", column="frame", value="estimate", too_few="too_few"),
    ):
        with pytest.raises(NothingFound, match="figure a_b: every cell has too few documents"):
            publish(figure, "a_b", empty, title="T", caption="C", alt="A")
    assert list(tmp_path.iterdir()) == []


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


def test_names_of_fifty_letters_stand_whole_beside_a_single_panel_and_not_beside_many(rates):
    long = "without story of Turkmenistan (UN delegation), 2024"
    named = rates[rates["era_id"] == "before"].assign(outlet=rates["outlet"].replace("outlet 0", long))
    one = forest(named[named["frame"] == "ties"], label="outlet", estimate="estimate", low="low", high="high")
    many = forest(named, label="outlet", estimate="estimate", low="low", high="high", panel="frame")
    assert long in texts(one)
    assert long not in texts(many) and any(text.startswith("without story of") for text in texts(many))


def test_many_panels_share_one_axis_label(rates):
    many = pd.concat([rates.assign(frame=f"{frame} {i}") for i in range(3) for frame in ("a", "b")]).drop_duplicates(
        ["outlet", "era_id", "frame"]
    )
    figure = forest(many, label="outlet", hue="era_id", panel="frame", axis_label="hits per 10,000 tokens")
    assert texts(figure).count("hits per 10,000 tokens") == 1
    few = forest(rates, label="outlet", hue="era_id", panel="frame", axis_label="hits per 10,000 tokens")
    assert texts(few).count("hits per 10,000 tokens") == 2


def test_of_very_many_only_what_can_be_read_is_drawn_and_the_rest_is_said():
    rows = pd.DataFrame({"label": [f"outlet {i}" for i in range(2000)], "estimate": 1.0, "low": 0.5, "high": 2.0})
    figure = forest(rows.assign(n=range(2000)), label="label", n="n")
    assert len(figure.axes[0].get_yticklabels()) == 150
    assert "1,850 of 2,000 are left out" in figure.get_supxlabel()


@pytest.mark.parametrize(
    ("upper", "arrows"), [([8, 9, 10, 11], 0), ([2, 2, 2, 90], 1), ([2, 2, 80, 90], 0), ([8, 9, 10, 89], 1)]
)
def test_most_intervals_are_seen_to_their_ends_and_a_wild_one_gets_an_arrow(upper, arrows):
    table = pd.DataFrame({"outlet": ["a", "b", "c", "d"], "estimate": 1.0, "low": 0.5, "high": upper})
    axes = forest(table, label="outlet").axes[0]
    right = axes.get_xlim()[1]
    assert sum(high > right for high in upper) == arrows
    assert sum(line.get_marker() == ">" for line in axes.lines) == arrows
    assert right < 90 or not arrows


def test_marks_say_which_tests_a_row_passes(rates):
    rows = rates[(rates["era_id"] == "before") & ~rates["too_few"]].reset_index(drop=True)
    rows["passes"] = (["both tests", "one test", "neither test"] * len(rows))[: len(rows)]
    figure = forest(rows, label="outlet", panel="frame", passes="passes")
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["passes both tests", "one test", "neither test"]
    fills = {}
    for axes, name in zip(figure.axes, rows["frame"].unique(), strict=True):
        for line in axes.lines:
            for x in line.get_xdata() if line.get_marker() == "o" else []:
                row = rows[(rows["frame"] == name) & np.isclose(rows["estimate"], x)].iloc[0]
                fills.setdefault(row["passes"], set()).add((line.get_markerfacecolor(), line.get_markeredgecolor()))
    assert set(fills) == set(rows["passes"]) and all(len(found) == 1 for found in fills.values())
    faces = {name: next(iter(found))[0] for name, found in fills.items()}
    assert faces["neither test"] == "white" and len(set(faces.values())) == 3
    edges = [next(iter(fills[name]))[1] for name in ("one test", "neither test")]
    assert edges == [faces["both tests"]] * 2
    assert clipped(figure) == [] and overlapping(figure) == []
    alone = forest(rows.assign(passes="one test"), label="outlet", panel="frame", passes="passes")
    assert len(alone.legends[0].get_texts()) == 3  # what full and open marks would mean


def test_a_mark_of_no_known_test_is_refused_and_one_that_was_not_tested_is_named(rates):
    rows = rates[(rates["era_id"] == "before") & ~rates["too_few"]].assign(passes="")
    figure = forest(rows, label="outlet", panel="frame", passes="passes")
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["not tested"]
    with pytest.raises(DiscourseError, match="'half of them' is not allowed; allowed: both tests, one test"):
        forest(rows.assign(passes="half of them"), label="outlet", panel="frame", passes="passes")


def test_words_of_tests_passed_are_those_of_the_measures():
    from analysis.figures.style import FILLS
    from analysis.measures.frames.contrasts import PASSES

    assert tuple(FILLS) == (*PASSES, "")


def test_long_words_in_place_of_a_mark_are_folded_and_push_no_panel(rates):
    rows = rates[(rates["era_id"] == "before") & ~rates["too_few"]].reset_index(drop=True)
    rows.loc[0, "estimate"] = np.nan
    why = "no hit in any of the years that both sides have"
    figure = forest(rows.assign(why=why), label="outlet", panel="frame", why="why")
    figure.canvas.draw()
    said = next(t for t in figure.axes[0].texts if "no hit" in t.get_text())
    assert "\n" in said.get_text() and not said.get_in_layout()
