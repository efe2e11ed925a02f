"""What a reading comes to: eras, where dates come from, days after today, blocks to fill in."""

from __future__ import annotations

import datetime as dt
import tomllib

from analysis.study import corrections
from analysis.study.settings import Era
from analysis.texts.document import Document, Refusal
from analysis.texts.read.overview import Overview, block

ERAS = {
    "first": Era("first", "First", "2000-01-01", "2023-08-22", reason="r", source="s"),
    "second": Era("second", "Second", "2023-08-22", None, reason="r", source="s"),
}


def document(name, day=None, basis="none", outlet="times", text="words"):
    precision = "none" if day is None else {4: "year", 7: "month", 10: "day"}[len(day)]
    return Document(name, "news", outlet, text, published=day, date_precision=precision, date_basis=basis, origin=name)


def filled(*made):
    view = Overview(ERAS, dt.date(2024, 1, 1))
    for item in made:
        view.add(item)
    return view


def test_the_kept_without_an_era_are_counted_with_the_reason():
    view = filled(
        document("a", "2023-08-22", "declared"),
        document("b"),
        document("c", "2023-08", "file name"),
        document("d", "1999-01-01", "page"),
        Refusal("e", "r", "empty"),
        Refusal("f", "r", "filtered"),
    )
    assert (view.kept, view.refused, view.no_era, view.undated) == (4, 1, 3, 1)
    words = view.eras_in_words()
    assert words.startswith("3 of them with no era: 1 undated, 2 of a day outside")
    assert filled(document("a", "2023-08-22", "declared")).eras_in_words() == ""


def test_where_dates_come_from_and_days_after_today_are_said():
    view = filled(
        document("a", "2023-08-22", "crawl"), document("b", "2033-08-22", "text"), document("c", "2024-01-01", "text")
    )
    where, crawl, future = view.lines()
    assert "2 text" in where and "1 crawl" in where and "none" not in where
    assert "1 are dated by when they were fetched" in crawl
    assert "after today" in future and "b (2033-08-22)" in future and "c (" not in future
    assert filled().lines() == []


def test_a_block_is_a_correction_once_it_is_filled_in(tmp_path):
    text = 'The "talks" of 9 September 2023 were long.'
    made = document('n:"a"', None, outlet="unknown", text=text)
    view = filled(made, document("b", "2023-01-01", "declared", outlet="unknown"), document("c", "2023-01-01", "text"))
    assert len(view.blocks) == 2
    assert "the text speaks of 2023-09-09" in view.blocks[0]
    assert 'expect = { outlet = "unknown" }' in view.blocks[1] and "date" not in view.blocks[1]
    path = tmp_path / "corrections.toml"
    path.write_text(view.fill_in(), encoding="utf-8")
    (found,) = corrections.load(path)['n:"a"']
    assert (found.expect, found.set) == ({"date": ""}, {"date": "", "outlet": "unknown"})
    assert tomllib.loads(block(made))["correction"][0]["action"] == "set"
    assert filled().fill_in() == ""
