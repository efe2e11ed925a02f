from __future__ import annotations

import math

import pandas as pd

from analysis.figures import tidy

ERAS = [{"era_id": "late"}, {"era_id": "early"}]
TABLE = pd.DataFrame(
    {
        "frame": ["anchor", "anchor", "sail"],
        "era_id": ["early", "late", "early"],
        "document_count": [1234, 7, 0],
        "rate_per_10000": [12.3456, math.nan, math.inf],
        "hit_share": [0.1234, 0.0, -0.00001],
        "p_adjusted": [0.0001, 0.04, math.nan],
        "is_claim": [True, False, None],
    }
)


def test_names_stand_for_ids_and_eras_in_order_of_time():
    made = tidy(TABLE, ["frame", "era_id", "document_count"], names={"anchor": "Anchors", "late": "Late"}, eras=ERAS)
    assert made.shown.to_dict("list") == {
        "frame": ["Anchors", "Anchors", "sail"],
        "era": ["Late", "early", "early"],
        "documents": ["7", "1,234", "0"],
    }
    assert made.frame is TABLE and made.left_out == "4 more columns in .frame."


def test_numbers_have_the_digits_they_need_and_none_is_nan():
    made = tidy(TABLE)
    assert made.shown["per 10,000 tokens"].tolist() == ["12.3", "", "no bound"]
    assert made.shown["share of hits"].tolist() == ["12.3 %", "0.0 %", "0.0 %"]
    assert made.shown["adjusted p"].tolist() == ["< 0.001", "0.040", ""]
    assert made.shown["a change"].tolist() == ["yes", "no", ""]
    assert "nan" not in repr(made).lower() and "nan" not in made._repr_html_().lower()


def test_long_tables_are_cut_and_say_so():
    long = pd.DataFrame({"word": [f"<b>{i}" for i in range(30)], "value": range(30)})
    made = tidy(long, rows=5)
    assert len(made.shown) == 5 and made.left_out == "25 more rows in .frame."
    assert "<b>" not in made._repr_html_()
    assert tidy(long.head(0)).shown.empty
    eras = tidy(pd.DataFrame({"era_id": ["early", "late"], "n_count": [1, 2]}), eras=ERAS)
    assert eras.shown["era"].tolist() == ["late", "early"]


def test_a_mapping_is_a_table_of_two_columns():
    made = tidy({"token_count": 1234, "token_share": 0.5})
    assert made.shown.to_dict("list") == {"what": ["tokens", "token share"], "value": ["1,234", "0.5"]}


def test_an_index_with_names_becomes_columns():
    sizes = pd.DataFrame({"early": [1, 0], "late": [1, 1]}, index=pd.Index(["x", "y"], name="outlet_id"))
    made = tidy(sizes, names={"x": "The X", "late": "Late"})
    assert made.shown.to_dict("list") == {"outlet": ["The X", "y"], "early": ["1", "0"], "Late": ["1", "1"]}
    assert tidy(sizes.rename_axis(None), names={"x": "The X"}).shown[""].tolist() == ["The X", "y"]
    assert list(tidy(sizes.reset_index(drop=True).iloc[[1]]).shown.columns) == ["early", "late"]


def test_no_rows_are_no_rows():
    made = tidy(TABLE.head(0), names={}, eras=ERAS)
    assert made.shown.empty and list(made.shown.columns)[:2] == ["frame", "era"]


def test_the_interval_of_a_share_is_in_per_cent_and_that_of_a_rate_not_below_zero():
    ends = pd.DataFrame({"outlet_id": ["a", "b"], "low": [-0.2, 0.1], "high": [0.25, 0.5]})
    shares = tidy(ends.assign(document_share=[0.1, 0.3])).shown
    assert shares[["documents with it", "low", "high"]].values.tolist() == [
        ["10.0 %", "-20.0 %", "25.0 %"],
        ["30.0 %", "10.0 %", "50.0 %"],
    ]
    rates = ends.assign(rate_per_10000=[0.1, 0.3])
    made = tidy(rates)
    assert made.shown[["low", "high"]].values.tolist() == [["0", "0.25"], ["0.1", "0.5"]]
    assert made.frame["low"].tolist() == [-0.2, 0.1]
    assert tidy(ends).shown["low"].tolist() == ["-0.2", "0.1"]


def test_columns_of_remarks_are_shown_where_there_is_one():
    table = pd.DataFrame({"x": [1, 2], "too_few": [False, True], "note": ["", "few"]})
    assert tidy(table).shown.columns.tolist() == ["x", "too few", "note"]
    without = tidy(table.head(1))
    assert without.shown.columns.tolist() == ["x"] and without.left_out == "2 more columns in .frame."
