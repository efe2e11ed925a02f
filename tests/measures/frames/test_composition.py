from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import DiscourseError
from analysis.measures.frames.composition import (
    PARTS,
    _pooled_within,
    arrivals,
    composition,
    compositions,
    decompose,
    marks,
    months_of,
    reading,
)
from analysis.study.declaration import Study
from analysis.study.settings import Era

COUNT = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9000), st.booleans()), min_size=1, max_size=8)


def test_four_outlets_worked_out_by_hand():
    """Outlets 0 and 1 in both times, 2 left, 3 came."""
    found = decompose([12, 3, 0, 6], [6000, 3000, 0, 2000], [5, 4, 2, 0], [5000, 2000, 4000, 0])
    assert found == pytest.approx(
        {"total": 100 / 11, "within": 30 / 11, "mix": 10 / 121, "entry": 340 / 121, "exit": 420 / 121}, abs=1e-9
    )


def test_das_gupta_1993_example_5_3(golden):
    """Twenty-two cells by race and age: household headship, 1985 minus 1970, per 1,000."""
    for case in golden("composition"):
        given_ = {k: np.array(v) for k, v in case["input"].items()}
        n1, n0 = given_["size1"], given_["size0"]
        found = decompose(given_["rate1"] * n1 / 1000, n1, given_["rate0"] * n0 / 1000, n0, per=1000)
        expected = case["expected"]
        assert found["total"] == pytest.approx(expected["difference"], abs=case["tolerance_abs"])
        assert found["within"] == pytest.approx(expected["rates"], abs=case["tolerance_abs"])
        assert found["mix"] == pytest.approx(expected["composition"], abs=case["tolerance_abs"])


@given(COUNT, COUNT)
def test_the_parts_add_up(after, before):
    size = min(len(after), len(before))
    n1 = np.array([n if there else 0 for _, n, there in after[:size]])
    n0 = np.array([n if there else 0 for _, n, there in before[:size]])
    x1, x0 = (np.array([x for x, _, _ in rows[:size]]) * (n > 0) for rows, n in ((after, n1), (before, n0)))
    if n1.sum() and n0.sum():
        found = decompose(x1, n1, x0, n0)
        assert sum(found[part] for part in PARTS) == pytest.approx(found["total"], abs=1e-8)


def test_equal_shares_have_no_mix_and_equal_rates_nothing_within():
    assert decompose([4, 1], [600, 300], [2, 2], [1200, 600])["mix"] == pytest.approx(0)
    assert decompose([6, 3], [600, 300], [3, 6], [300, 600])["within"] == pytest.approx(0)


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        (([1], [0], [1], [10]), "without tokens"),
        (([0], [0], [1], [10]), "needs both"),
        (([1, 2], [10, 10], [1], [10]), "one value for each outlet"),
    ],
)
def test_what_cannot_be_split_is_refused(given_, reason):
    with pytest.raises(DiscourseError, match=reason):
        decompose(*given_)


def cells(rate_before, rate_after, seed=1):
    rng = np.random.default_rng(seed)
    rows = []
    for side, rate, outlets in (("before", rate_before, "ab"), ("after", rate_after, "abc")):
        for week in range(60):
            for outlet in outlets:
                tokens = int(rng.integers(2000, 6000))
                rows.append((outlet, f"{side}-{week:02d}", side, int(rng.poisson(tokens * rate[outlet] / 1e4)), tokens))
    return pd.DataFrame(rows, columns=["outlet_id", "unit", "era_id", "hit_count", "token_count"])


def test_a_new_outlet_that_says_it_more_is_entry_and_not_change_within():
    rate = {"a": 5, "b": 5, "c": 30}
    rows = composition(cells(rate, rate), ("era_id", "before", "after"), replicates=300).set_index("part")
    assert rows.loc["entry", "low"] > 1
    assert rows.loc["within", "low"] < 0 < rows.loc["within", "high"]
    assert rows["unit_count"].unique().tolist() == [120]
    again = composition(cells(rate, rate), ("era_id", "before", "after"), replicates=300).set_index("part")
    pd.testing.assert_frame_equal(rows, again)


def test_a_side_without_documents_is_refused():
    one = cells({"a": 5, "b": 5}, {"a": 5, "b": 5, "c": 5})
    with pytest.raises(DiscourseError, match="no documents of 'later'"):
        composition(one, ("era_id", "before", "later"))
    with pytest.raises(DiscourseError, match="column 'unit'"):
        composition(one.drop(columns="unit"), ("era_id", "before", "after"))


WEEKS = ["2020-01-06", "2020-01-13", "2020-06-01", "2020-06-08"]


def press() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The four outlets worked out by hand above: 0 and 1 in both eras, 2 left, 3 came; two weeks a side."""
    after, before = [(12, 6000), (3, 3000), None, (6, 2000)], [(5, 5000), (4, 2000), (2, 4000), None]
    documents, hits = [], []
    for era, sides, weeks in (("old", before, WEEKS[:2]), ("new", after, WEEKS[2:])):
        for outlet, cell in enumerate(sides):
            for place, week in enumerate(weeks if cell else []):
                doc_id = f"{era}{outlet}{place}"
                documents.append((doc_id, doc_id, 1, f"outlet_{outlet}", era, week, cell[1] // 2))
                hits += [(doc_id, "flood")] * (cell[0] // 2 + (place == 0 and cell[0] % 2))
    columns = ["doc_id", "cluster_id", "cluster_position", "outlet_id", "era_id", "published", "token_count"]
    return pd.DataFrame(documents, columns=columns), pd.DataFrame(hits, columns=["doc_id", "frame"])


SIDES = ("era_id", "old", "new")


def test_the_parts_of_each_frame_from_documents_and_hits():
    documents, hits = press()
    table = compositions(documents, hits, SIDES, ["flood", "drought"], unit="week", replicates=50)
    by = table[table["frame"] == "flood"].set_index("part")
    expected = {"total": 100 / 11, "within": 30 / 11, "mix": 10 / 121, "entry": 340 / 121, "exit": 420 / 121}
    assert by["change"].to_dict() == pytest.approx(expected)
    assert by["outlet_count"].to_dict() == {"total": 4, "within": 2, "mix": 2, "entry": 1, "exit": 1}
    assert (table[table["frame"] == "drought"]["change"] == 0).all()
    assert (table["unit_count_baseline"] == 2).all() and not table["too_few"].any()
    assert (by["low"] <= by["change"] + 1e-9).all() and (by["high"] >= by["change"] - 1e-9).all()


def test_a_story_may_count_once_and_few_units_are_too_few():
    documents, hits = press()
    copied = documents.assign(cluster_id=documents["cluster_id"].replace("new31", "new30"))
    copied.loc[copied["doc_id"] == "new31", "cluster_position"] = 2
    once = compositions(copied, hits, SIDES, ["flood"], unit="week", counting="cluster_once", replicates=5)
    without = documents[documents["doc_id"] != "new31"]
    alone = compositions(without, hits[hits["doc_id"] != "new31"], SIDES, ["flood"], unit="week", replicates=5)
    pd.testing.assert_frame_equal(once, alone)
    few = compositions(documents, hits, SIDES, ["flood"], unit="week", min_units=3, replicates=5)
    assert few["too_few"].all() and few["change"].isna().all()
    with pytest.raises(DiscourseError, match="'once' is not allowed; allowed: as_printed, cluster_once"):
        compositions(documents, hits, SIDES, ["flood"], counting="once")


def test_who_came_and_who_left_with_their_months_and_shares():
    documents, _ = press()
    table = arrivals(documents, SIDES).set_index("outlet_id")
    assert table["kind"].to_dict() == {"outlet_2": "exit", "outlet_3": "entry", "outlet_0": "both", "outlet_1": "both"}
    assert table.loc["outlet_2", ["share_baseline", "share_compared", "month"]].tolist() == [
        pytest.approx(4 / 11),
        0,
        "2020-01",
    ]
    assert table.loc["outlet_3", "month"] == "2020-06" and pd.isna(table.loc["outlet_0", "month"])
    assert list(table.index[:2]) == ["outlet_2", "outlet_3"]  # most tokens first
    grid = months_of(documents, table.reset_index())
    assert grid["document_count"].sum() == 12 and grid.iloc[0]["outlet_id"] == "outlet_0"
    assert list(dict.fromkeys(grid["kind"])) == ["both", "exit", "entry"]
    coarse = documents.assign(published="2020")
    assert arrivals(coarse, SIDES)["month"].isna().all() and not len(months_of(coarse, arrivals(coarse, SIDES)))


def test_months_and_border_are_marked_and_said():
    documents, hits = press()
    moves = arrivals(documents, SIDES)
    eras = tuple(
        Era(name, name.title(), start, reason="r", source="s")
        for name, start in (("old", "2020-01-01"), ("new", "2020-05-01"))
    )
    found = marks(moves, {"outlet_2": "The Heron", "new": "New Era"}, Study(eras=eras), ("old", "new"))
    assert found == {"New Era": "2020-05-01", "The Heron leaves": "2020-01-15", "outlet_3 enters": "2020-06-15"}
    told = reading(
        compositions(documents, hits, SIDES, ["flood"], unit="week", replicates=20), moves, {"flood": "Flood"}
    )
    assert (
        told[0].startswith("Flood: +9.09 hits per 10,000 tokens (")
        and "+2.73 within outlets, +0.08 mix of outlets" in told[0]
    )
    assert told[1].startswith("2 outlets wrote in both eras (64% of the tokens before, 82% after), 1 came (18% after)")
    few = compositions(documents, hits, SIDES, ["flood"], unit="week", min_units=3, replicates=5)
    assert "too few units" in reading(few, moves, {})[0]


def test_limits_lie_farther_away_where_neighbouring_units_are_alike():
    """Waves of eight weeks in both outlets; in another order of the weeks nothing lasts."""
    weeks = np.arange(80)
    hits = np.random.default_rng(2).poisson(np.where(weeks // 8 % 2, 8, 2)[:, None], (80, 2))
    cells = pd.DataFrame(
        {
            "outlet_id": np.tile(["a", "b"], 80),
            "unit": np.repeat([f"{2000 + w}" for w in weeks], 2),
            "hit_count": hits.ravel(),
            "token_count": 1000,
            "era_id": np.where(np.repeat(weeks, 2) < 50, "old", "new"),
        }
    )
    cells.loc[(cells["outlet_id"] == "b") & (cells["unit"] > "2070"), "token_count"] = 500
    plain, lasting = (
        composition(cells, ("era_id", "old", "new"), in_time=on).set_index("part") for on in (False, True)
    )
    for part in ("total", "within", "mix"):
        below = (lasting["change"] - lasting["low"])[part] / (plain["change"] - plain["low"])[part]
        above = (lasting["high"] - lasting["change"])[part] / (plain["high"] - plain["change"])[part]
        assert below == pytest.approx(above) and (below > 1.5 or part == "mix")
    assert (lasting.loc[["entry", "exit"], ["low", "high"]] == 0).all(axis=None)
    mixed = cells.assign(
        unit=cells["unit"].map(
            dict(
                zip(
                    cells["unit"].unique(),
                    np.random.default_rng(1).permutation(cells["unit"].unique()[:50]).tolist()
                    + cells["unit"].unique()[50:].tolist(),
                    strict=True,
                )
            )
        )
    )
    again = composition(mixed, ("era_id", "old", "new"), in_time=True).set_index("part")
    assert again["high"]["total"] - again["low"]["total"] < lasting["high"]["total"] - lasting["low"]["total"]


@pytest.mark.parametrize("weeks", [(1, 1), (1, 6), (6, 1)])
def test_a_side_of_one_unit_says_nothing_of_how_long_moods_last_and_warns_of_nothing(weeks):
    before, after = weeks
    units = [f"{2000 + number}" for number in range(before + after)]
    cells = pd.DataFrame(
        {
            "outlet_id": "a",
            "unit": units,
            "hit_count": np.arange(len(units)) % 3 + 1,
            "token_count": 1000,
            "era_id": ["old"] * before + ["new"] * after,
        }
    )
    plain, lasting = (composition(cells, ("era_id", "old", "new"), replicates=50, in_time=on) for on in (False, True))
    assert np.isfinite(lasting[["change", "low", "high"]]).all(axis=None)
    assert lasting["change"].equals(plain["change"])
    assert ((lasting["low"] <= plain["low"]) & (lasting["high"] >= plain["high"])).all()


def test_within_outlets_moods_last_as_its_own_units_and_all_units_say_together():
    """The square of the factor is the mean of both squares: 1 and 7 give 5; the other parts keep theirs."""
    wider = np.array([7.0, 1.0, 2.0, 1.5, 3.0])
    assert _pooled_within(wider).tolist() == [7.0, 5.0, 2.0, 1.5, 3.0]
    assert wider[1] == 1.0
    assert _pooled_within(np.ones(5)).tolist() == [1.0] * 5
