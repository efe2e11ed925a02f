"""Every kind of figure with long names and many rows: no text beyond the paper, none on another, one page at most."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawn import clipped, overlapping

from analysis.figures import (
    bars,
    before_after,
    dots,
    forest,
    heatmap,
    months_grid,
    network,
    panel_of_lines,
    scatter_labelled,
    series,
)
from analysis.figures.style import MAX_HEIGHT
from analysis.figures.topics import choice_of_k, topic_card_grid

ERAS = [
    {"era_id": "early", "label": "The Early Kingdom", "colour": "#0072B2", "start": "1990-01-01", "end": "2010-01-01"},
    {"era_id": "late", "label": "The Late Kingdom", "colour": "#D55E00", "start": "2010-01-01"},
]
OUTLETS = [f"The {i}th Very Long Newspaper of the Upper Nile and Beyond" for i in range(12)]
FRAMES = ["Alignment", "Dependence", "Hedging", "Ironclad", "Neutrality", "Sovereignty"]


def table(labels=OUTLETS, panels=FRAMES):
    rng = np.random.default_rng(3)
    rows = [(o, f, e, float(rng.gamma(2))) for o in labels for f in panels for e in ("early", "late")]
    made = pd.DataFrame(rows, columns=["outlet", "frame", "era_id", "estimate"])
    made["low"], made["high"] = made["estimate"] * 0.5, made["estimate"] * 1.7
    made["too_few"] = made["outlet"].isin(labels[3:5]) | ((made["era_id"] == "late") & made["outlet"].isin(labels[5:9]))
    return made


def rates():
    given = {"hue": "era_id", "panel": "frame", "too_few": "too_few", "eras": ERAS, "share_axis": False}
    return forest(table(), label="outlet", axis_label="hits per 10,000 tokens", **given)


def differences():
    rows = table()[lambda t: t["era_id"] == "early"].assign(estimate=lambda t: t["estimate"] - 1, low=-1.0, high=1.0)
    given = {"panel": "frame", "reference": 0, "ends": ("The Early Kingdom", "The Late Kingdom"), "percent": True}
    return forest(rows, label="outlet", axis_label="difference of topic share", **given)


def ratios():
    rows = table(panels=FRAMES[:1])[lambda t: t["era_id"] == "early"]
    return forest(rows, label="outlet", reference=1, log=True, ends=("Early", "Late"), axis_label="ratio of rates")


def overview():
    change = {"change": 0.1, "change_low": -0.2, "change_high": 0.3, "is_clear": False}
    rows = table().rename(columns={"estimate": "share"}).assign(n=1234, **change)
    rows[["share", "low", "high"]] /= 20
    rows["too_few"] = (rows["era_id"] == "late") & rows["outlet"].isin(OUTLETS[:2])
    return before_after(rows, label="outlet", panel="frame", n="n", eras=ERAS, axis_label="share of documents")


def many_dots():
    words = pd.DataFrame({"word": [f"Frame {i // 10}: neighbourhood{i}" for i in range(60)], "value": np.arange(60.0)})
    return dots(words, label="word", value="value", axis_label="logDice")


def two_dots():
    rows = table(panels=FRAMES[:1])
    return dots(rows, label="outlet", value="estimate", hue="era_id", eras=ERAS, from_zero=True, axis_label="documents")


def many_bars():
    words = pd.DataFrame(
        {"word": [f"Frame {i // 8}: phrase of its own {i}" for i in range(48)], "share": np.arange(48) / 48}
    )
    return bars(words, label="word", value="share", percent=True, axis_label="share of the frame's hits")


def wide_map():
    rows = pd.DataFrame(
        [(f"{o}", f"quality number {q}", 0.1 * q) for o in OUTLETS for q in range(7)], columns=list("abv")
    )
    return heatmap(rows, row="a", column="b", value="v", percent=True, digits=2, axis_label="share")


def changes():
    rows = pd.DataFrame([(o, f, -0.1 + 0.03 * i) for o in OUTLETS for i, f in enumerate(FRAMES)], columns=list("abv"))
    rows = rows.assign(low=rows["v"] - 0.05, high=rows["v"] + 0.05, few=rows["b"] == FRAMES[0])
    given = {"low": "low", "high": "high", "too_few": "few", "center": 0, "percent": True, "digits": 3}
    return heatmap(rows, row="a", column="b", value="v", axis_label="change of topic share", **given)


def months():
    rows = [(o, f"{y}-{m:02d}", (i + m) % 7) for i, o in enumerate(OUTLETS) for y in range(2005, 2016) for m in (1, 7)]
    grid = pd.DataFrame(rows, columns=["outlet_id", "month", "document_count"])
    return months_grid(grid, breaks={"the border": "2010-01-01", "a flood": "2010-06-01"})


def courses():
    rows = [
        (f, line, f"{y}-01-01", float(y % 5))
        for f in FRAMES
        for line in ("observed", "fitted")
        for y in range(1990, 2020)
    ]
    rows = pd.DataFrame(rows, columns=["frame", "line", "time", "value"])
    breaks = {"transition": "2010-01-01", "a rival event with a long name": "2009-05-01"}
    given = {"hue": "line", "panel": "frame", "breaks": breaks, "columns": 2, "share_axis": False}
    return series(rows, time="time", value="value", axis_label="hits per 10,000 tokens", **given)


def panels():
    rows = pd.DataFrame(
        [(o, str(y), float(y % 7)) for o in OUTLETS for y in range(2000, 2012)], columns=["o", "t", "v"]
    )
    return panel_of_lines(rows, time="t", value="v", hue="o", axis_label="documents")


def words():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame(
        {"word": [f"word{i}" for i in range(300)], "x": rng.gamma(2, size=300), "y": rng.normal(size=300)}
    )
    return scatter_labelled(rows, x="x", y="y", label="word", log_x=True, axis_labels=("uses per million", "log ratio"))


def flows():
    rows = pd.DataFrame([(OUTLETS[i], OUTLETS[(i + 3) % 9], i + 1) for i in range(9)], columns=["a", "b", "n"])
    return network(rows, source="a", target="b", weight="n", axis_label="reprints")


def cards():
    said = pd.DataFrame(
        [(t, r, f"word{r}of{t}") for t in range(8) for r in range(9)], columns=["topic", "rank", "word"]
    )
    trend = pd.DataFrame([(t, y, 0.1, 0.05, 0.2, False) for t in range(8) for y in range(2005, 2016)])
    trend.columns = ["topic", "year", "prevalence_share", "low", "high", "is_too_few"]
    labels = {t: f"community, agreement, cooperation {t}" for t in range(8)}
    return topic_card_grid(said, trend, time="year", labels=labels, eras=ERAS)


def choice():
    names = ("c_npmi", "u_mass", "exclusivity", "stability", "held_out")
    rows = pd.DataFrame({"k": [8, 12, 16, 20], **{n: [0.1, 0.3, 0.2, 0.15] for n in names}})
    return choice_of_k(rows, chosen=12)


KINDS = [rates, differences, ratios, overview, many_dots, two_dots, many_bars, wide_map, changes, months, courses]
KINDS += [panels, words, flows, cards, choice]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_text_is_clipped_or_lies_on_another(kind):
    figure = kind()
    assert clipped(figure) == []
    assert overlapping(figure, slack=4) == []
    assert figure.get_size_inches()[1] <= MAX_HEIGHT + 1e-9
