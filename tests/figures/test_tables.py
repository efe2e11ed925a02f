from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import DiscourseError, NothingFound
from analysis.figures.tables import columns_present, one_row_each, readable, rows_with

ROWS = pd.DataFrame({"a": ["x", "x", "y"], "b": [1, 2, 1]})


def test_columns_not_asked_for_are_no_columns():
    assert columns_present(ROWS, ["a", None, "b", None]) == ["a", "b"]


def test_a_missing_column_is_refused_with_all_that_are_there():
    with pytest.raises(DiscourseError, match=r"'c'.*a.*b"):
        columns_present(ROWS, ["a", "c"])


def test_a_table_without_rows_says_what_to_do():
    with pytest.raises(DiscourseError, match=r"no rows.*choose more"):
        columns_present(ROWS.head(0), ["a"])


def test_two_rows_for_one_mark_are_named():
    one_row_each(ROWS, ["a", "b"])
    with pytest.raises(DiscourseError, match=r"'a': 'x'"):
        one_row_each(ROWS, ["a"])


def test_rows_without_a_value_are_left_out_and_their_reasons_told():
    rows = pd.DataFrame({"f": ["a", "b"], "x": [1.0, None], "note": ["", "too short"]})
    assert rows_with(rows, "x").to_dict("list") == {"f": ["a"], "x": [1.0]}
    with pytest.raises(NothingFound, match=r"no row has a x\. too short"):
        rows_with(rows.iloc[1:], "x")
    with pytest.raises(NothingFound, match="Choose more"):
        rows_with(rows.drop(columns=["note", "x"]), "x")


def test_what_cannot_be_read_is_left_out_and_said():
    rows = pd.DataFrame({"name": [f"n{i}" for i in range(200)] * 2, "value": 1.0, "n": list(range(200)) * 2})
    same, nothing = readable(rows, "name", most=200)
    assert same is rows and nothing == ""
    kept, said = readable(rows, "name", weight="n", most=50)
    assert kept["name"].unique().tolist() == [f"n{i}" for i in range(150, 200)]
    assert said == (
        "150 of 200 are left out for want of room, those with the least behind them; the data of the figure hold all."
    )
    rows.loc[rows["name"] != "n3", "value"] = None
    kept, said = readable(rows, "name", estimate="value", most=2)
    assert kept["name"].unique().tolist() == ["n0", "n3"] and "those with" not in said
