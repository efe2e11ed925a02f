"""Leaving one thing out: the same as counting without it, and a change that one outlet or entry makes is named first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from press_tables import press_tables

from analysis.errors import DiscourseError
from analysis.measures.frames.influence import KINDS, describe_item, leave_one_out, most_influential, ratio_of, reading
from analysis.measures.frames.specifications import Material, Specification, evaluate
from analysis.measures.inference.resampling import Sampling
from benchmarks.simulated_press import Press, draw, dressed

PAIR = ("before", "after")
SPEC = Specification(frame="frame_0", about="all", categories="all")


@pytest.fixture(scope="module")
def press() -> tuple[pd.DataFrame, pd.DataFrame]:
    return press_tables(seed=5)


def test_the_ratio_is_that_of_the_specification(press):
    material = Material(*press, PAIR)
    for spec in (SPEC, Specification(frame="frame_2", counting="cluster_once", small="together", max_outlets=3)):
        expected = evaluate(material, [spec], Sampling(replicates=49, min_units=2))["ratio"][0]
        assert ratio_of(material, spec) == pytest.approx(expected)


def test_each_is_what_counting_without_it_gives(press):
    documents, hits = press
    material = Material(documents, hits, PAIR)
    table = leave_one_out(material, SPEC)
    assert set(table["kind"]) == set(KINDS)
    months = documents["published"].str[:7]
    quarter = months.str[:4] + " Q" + ((months.str[5:].astype(int) + 2) // 3).astype(str)
    columns = {"outlet": documents["outlet_id"], "quarter": quarter, "story": documents["cluster_id"]}
    for row in table.groupby("kind").head(4).itertuples():
        if row.kind == "entry":
            rest, found = documents, hits[hits["entry"] != row.item]
        else:
            rest, found = documents[columns[row.kind] != row.item], hits
        assert row.ratio_without == pytest.approx(ratio_of(Material(rest, found, PAIR), SPEC))
        assert row.change == pytest.approx(np.log(row.ratio_without / row.ratio))
        assert row.document_count == len(documents) - len(rest)
    assert (table["change"].abs().diff().dropna() <= 1e-12).all()
    mine = hits[hits["frame"] == "frame_0"]
    assert (
        table.query("kind == 'entry'").set_index("item")["hit_count"].to_dict()
        == mine["entry"].value_counts().to_dict()
    )


def test_a_change_that_one_entry_makes_hangs_on_it():
    """Sixty hits of one entry after the border, spread over outlets: without the entry there is no change."""
    documents, hits = dressed(*draw(Press(world="stories", rate=20), 3), 3)
    late = documents[documents["era_id"] == "after"]["doc_id"].sample(60, random_state=1)
    planted = hits.head(60).assign(doc_id=late.to_numpy(), frame="frame_0", entry="planted")
    material = Material(documents, pd.concat([hits, planted], ignore_index=True), PAIR)
    first = leave_one_out(material, SPEC).iloc[0]
    assert (first["kind"], first["item"], first["hit_count"]) == ("entry", "planted", 60)
    assert first["ratio"] > 1.3 and first["ratio_without"] == pytest.approx(
        ratio_of(Material(documents, hits, PAIR), SPEC)
    )


def test_a_change_that_one_outlet_makes_hangs_on_it():
    documents, hits = dressed(*draw(Press(world="stories", rate=20), 4), 4)
    both = documents.groupby("outlet_id")["era_id"].nunique()
    one = documents[documents["outlet_id"].isin(both[both == 2].index)]["outlet_id"].value_counts().index[0]
    late = documents.query("era_id == 'after' and outlet_id == @one")["doc_id"]
    planted = hits.sample(80, random_state=1).assign(doc_id=np.resize(late.to_numpy(), 80), frame="frame_0")
    material = Material(documents, pd.concat([hits, planted], ignore_index=True), PAIR)
    table = leave_one_out(material, SPEC)
    outlets = table[table["kind"] == "outlet"]
    assert outlets.iloc[0]["item"] == one and outlets.iloc[0]["change"] < -0.2


def test_what_leaves_nothing_comes_first():
    documents, hits = press_tables(seed=5)
    few = hits[hits["frame"] == "frame_0"].head(1)
    material = Material(documents, few, PAIR)
    table = leave_one_out(material, Specification(frame="frame_0", about="all", categories="all", mix="pooled"))
    assert np.isnan(table["ratio_without"][0]) and table["hit_count"][0] == 1
    nothing = leave_one_out(material, Specification(frame="none"))
    assert set(nothing["kind"]) == {"outlet", "quarter"} and nothing["ratio_without"].isna().all()


def test_items_are_called_by_what_a_reader_knows(press):
    documents, hits = press
    material = Material(documents, hits, PAIR)
    size = documents.groupby("cluster_id").size()
    story = size.idxmax()
    first = documents[documents["cluster_id"] == story].sort_values("cluster_position").iloc[0]
    names = {first["outlet_id"]: "The Gazette"}
    expected = f"story of The Gazette, {first['published']}, {size.max()} prints"
    assert describe_item(material, "story", story, names) == expected
    assert describe_item(material, "outlet", first["outlet_id"], names) == "The Gazette"
    assert describe_item(material, "entry", "one", names) == "entry one"
    assert describe_item(material, "entry", "wide_circle", names) == "entry wide circle"  # as other figures print it
    assert describe_item(material, "quarter", "2019 Q2", names) == "2019 Q2"


def test_another_kind_is_refused(press):
    with pytest.raises(DiscourseError, match=r"'week' is not allowed; allowed: outlet, quarter, story, entry"):
        leave_one_out(Material(*press, PAIR), SPEC, ("week",))


def test_the_most_influential_are_named_beside_the_whole(press):
    material = Material(*press, PAIR)
    table = most_influential(material, SPEC, {}, count=5)
    whole = leave_one_out(material, SPEC)
    assert len(table) == 6 and table["what"][0] == "with all" and table["ratio"][0] == pytest.approx(whole["ratio"][0])
    assert table["ratio"][1:].tolist() == pytest.approx(whole["ratio_without"].head(5).tolist())
    told = reading(table)[0]
    assert (
        told.startswith(f"With everything the ratio is {whole['ratio'][0]:.2f}; without ")
        and told.count("hits)") + told.count("1 hit)") == 5
    )


def test_what_has_no_ratio_is_said_in_words(press):
    documents, hits = press
    few = hits[(hits["frame"] == "frame_0")].head(1)
    table = most_influential(Material(documents, few, PAIR), SPEC, {}, count=2)
    assert table["is_undefined"].all() and set(table["state"]) <= {"no hit on one side", "nothing to compare"}
    assert "With everything: no hit on one side" in reading(table)[0] or "nothing to compare" in reading(table)[0]
