"""Groups before and after: shares by hand, what is too few, and what the sentences say."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.measures.frames import overview
from analysis.measures.frames.contrasts import Comparison, pooled_contrast
from analysis.measures.frames.overview import Asked
from analysis.measures.inference.resampling import Sampling
from analysis.study.declaration import Group, Study

PAIR = ("old", "new")


def corpus(sizes):
    """sizes: (group, era) -> (documents, of these with the frame, spread evenly), two documents to a week; every hit is
    quoted."""
    documents, hits = [], []
    for (group, era), (count, with_frame) in sizes.items():
        for i in range(count):
            doc_id = f"{group}-{era}-{i:03d}"
            year, week = 2000 if era == "old" else 2010, i // 2
            documents.append(
                (
                    doc_id,
                    group,
                    group,
                    era,
                    f"{year + week // 48}-{1 + week // 4 % 12:02d}-{1 + 7 * (week % 4):02d}",
                    doc_id,
                )
            )
            hits += (
                [(doc_id, "anchor", "quoted")] * 2 if i * with_frame // count < (i + 1) * with_frame // count else []
            )
    names = ["doc_id", "outlet_id", "group", "era_id", "published", "cluster_id"]
    return pd.DataFrame(documents, columns=names), pd.DataFrame(hits, columns=["doc_id", "frame", "voice"])


def of(table, group, era="new"):
    return table[(table["group"] == group) & (table["era_id"] == era)].iloc[0]


def test_shares_are_documents_with_the_frame_over_documents():
    documents, hits = corpus(
        {("a", "old"): (40, 10), ("a", "new"): (20, 15), ("b", "old"): (30, 0), ("b", "new"): (3, 1)}
    )
    table = overview.before_after(documents, hits, ["a", "b"], Asked(PAIR, ["anchor", "sail"]))
    assert list(table["group"].unique()) == ["a", "b", overview.ALL] and len(table) == 12
    before, after = of(table, "a", "old"), of(table, "a")
    assert (before["share"], after["share"], after["change"]) == (0.25, 0.75, 0.5)
    assert (after["hit_count"], after["base_count"], after["unit"]) == (15, 20, "week")
    assert 0 < after["change_low"] < 0.5 < after["change_high"] <= 1 and np.isnan(before["change"])
    none, few = of(table, "b", "old"), of(table, "b")
    assert none["share"] == 0.0 and none["high"] > 0  # none is a finding
    assert few["too_few"] and np.isnan(few["share"]) and few["document_count"] == 3 and np.isnan(few["change"])
    assert of(table, overview.ALL, "old")["share"] == pytest.approx(10 / 70)


def test_voices_are_shares_of_hits_and_add_up():
    documents, hits = corpus({("a", "old"): (40, 10), ("a", "new"): (20, 15)})
    hits.loc[hits.index[:4], "voice"] = "own"
    table = overview.before_after(documents, hits, ["a"], Asked(PAIR, ["own", "quoted"], "voice", "hits"))
    old = table[(table["group"] == "a") & (table["era_id"] == "old")].set_index("voice")
    assert old["share"].to_dict() == {"own": 0.2, "quoted": 0.8}
    assert old["base_count"].tolist() == [20, 20] and old["hit_count"].tolist() == [4, 16]


def test_the_unit_of_a_yearly_collection_is_the_outlet_where_there_are_enough():
    documents, hits = corpus({(f"o{i}", era): (12, 3) for i in range(7) for era in PAIR})
    documents["group"] = np.where(documents["outlet_id"] == "o6", "one", "many")
    table = overview.before_after(documents, hits, ["many", "one"], Asked(PAIR, ["anchor"], unit="year"))
    assert table.groupby("group")["unit"].first().to_dict() == {
        overview.ALL: "outlet",
        "many": "outlet",
        "one": "document",
    }
    assert of(table, "many")["unit_count"] == 6 and of(table, "one")["unit_count"] == 12


def test_an_era_without_a_document_is_too_few_and_not_zero():
    documents, hits = corpus({("a", "old"): (40, 10)})
    table = overview.before_after(documents, hits, ["a"], Asked(PAIR, ["anchor"]))
    assert of(table, "a")["document_count"] == 0 and np.isnan(of(table, "a")["share"])
    empty = overview.before_after(documents.head(0), hits, [], Asked(PAIR, ["anchor"]))
    assert empty["too_few"].all() and list(empty["group"].unique()) == [overview.ALL]
    with pytest.raises(DiscourseError, match="share of: 'words' is not allowed; allowed: documents, hits"):
        overview.before_after(documents, hits, ["a"], Asked(PAIR, ["anchor"], of="words"))
    with pytest.raises(DiscourseError, match="column 'group' is missing"):
        overview.before_after(documents.drop(columns="group"), hits, ["a"], Asked(PAIR, ["anchor"]))


def store_of(groups, names):
    study = Study(groups=tuple(Group(g, label=g.title()) for g in dict.fromkeys(names)))
    return SimpleNamespace(study=study, outlet_groups=lambda: groups, names=lambda: {"x": "The X"})


def test_groups_come_from_the_study_and_else_are_outlets():
    documents = pd.DataFrame({"doc_id": list("abcd"), "outlet_id": ["x", "y", "z", "z"]})
    store = store_of({"x": "second", "y": "first", "z": "other"}, ["first", "second", "third"])
    made, order = overview.group_outlets(documents, store)
    assert order == ["first", "second", overview.OTHER]
    assert made["group"].tolist() == ["second", "first", overview.OTHER, overview.OTHER]
    made, order = overview.group_outlets(documents, store, "outlets", most=1)
    assert order == ["z", overview.OTHER] and made["group"].tolist()[:2] == [overview.OTHER] * 2
    assert overview.group_outlets(documents, store_of({}, []))[1] == ["z", "x", "y"]
    assert (
        overview.group_names(store)["first"] == "First" and overview.group_names(store)[overview.ALL] == "all outlets"
    )
    with pytest.raises(DiscourseError, match=r"rows: 'group' is not allowed.*Did you mean 'groups'"):
        overview.group_outlets(documents, store, "group")


def test_the_sentences_say_who_changed_and_whether_everybody_did():
    sizes = {("a", "old"): (80, 8), ("a", "new"): (80, 60), ("b", "old"): (300, 90), ("b", "new"): (2, 0)}
    documents, hits = corpus(sizes)
    table = overview.before_after(documents, hits, ["a", "b"], Asked(PAIR, ["anchor"]))
    names = {"anchor": "Anchors", "a": "The first", "b": "The second"}
    assert overview.in_words(table, names, "Old", "New")[0].startswith(
        "Anchors: 25.8 % of 380 documents (Old), 73.2 % of 82 (New); a change of +47.4 points (95 % interval "
    )
    who, few = overview.control_in_words(table, names)
    assert who.startswith("Anchors changed in The first (+65.0 points") and who.endswith("so did all outlets together.")
    assert few == "Too few on one side or both: The second."
    still = overview.before_after(*corpus({("a", e): (80, 8) for e in PAIR}), ["a"], Asked(PAIR, ["anchor"]))
    assert overview.control_in_words(still, {}) == ["No change of any group can be claimed."]


def delegations(shares, outlets=30):
    """One speech of each outlet a year, from 2001 on; shares: of the outlets with the frame, by year; the last two years
    are the later era. Which outlets it is moves on from year to year."""
    documents, hits = [], []
    for year, share in enumerate(shares):
        era = PAIR[year >= len(shares) - 2]
        for i in range(outlets):
            doc_id = f"o{i:02d}-{2001 + year}"
            documents.append((doc_id, f"o{i:02d}", "all", era, f"{2001 + year}-09-20", doc_id, 1000))
            hits += [(doc_id, "anchor", "own")] * ((i + 7 * year) % outlets < share * outlets)
    names = ["doc_id", "outlet_id", "group", "era_id", "published", "cluster_id", "token_count"]
    return pd.DataFrame(documents, columns=names), pd.DataFrame(hits, columns=["doc_id", "frame", "voice"])


MOODS = [0.6 if mood == "1" else 0.2 for mood in "00110001100011000000011"]


def test_two_years_that_others_resemble_are_no_change_however_many_speak():
    documents, hits = delegations(MOODS)
    row = of(overview.before_after(documents, hits, ["all"], Asked(PAIR, ["anchor"], unit="year")), overview.ALL)
    assert row["change_low"] > 0.1 and row["unit"] == "outlet"  # who speaks how: delegations, all of them alike
    assert (row["time_count"], row["rotation_count"]) == (2, 23) and row["rotation_p"] > 0.15
    assert not row["is_clear"]


def test_years_that_no_others_resemble_are_a_change():
    documents, hits = delegations([0.1, 0.2] * 12 + [0.8, 0.8])
    table = overview.before_after(documents, hits, [], Asked(PAIR, ["anchor"], unit="year"))
    row = of(table, overview.ALL)
    assert row["is_clear"] and row["p"] < 0.05 and row["rotation_p"] == 1 / 26
    assert not of(table, overview.ALL, "old")["is_clear"]


def test_the_tests_of_all_outlets_are_those_of_the_pooled_contrast_within_outlets():
    documents, hits = delegations(MOODS)
    documents = documents.drop(documents.index[5:290:11])
    hits = hits[hits["doc_id"].isin(documents["doc_id"])]
    more = hits[::3].assign(frame="buoy")
    hits = pd.concat([hits, more])
    table = overview.before_after(documents, hits, [], Asked(PAIR, ["anchor", "buoy"], unit="year"))
    rows = table[table["era_id"] == "new"].reset_index(drop=True)
    sampling = Sampling(unit="year", seed=1, min_units=2)
    comparison = Comparison("era_id", *PAIR, plant=False)
    whole = pooled_contrast(documents, hits, comparison, sampling=sampling, measure="share")
    for name in ("p", "p_adjusted", "rotation_p", "rotation_count"):
        assert rows[name].tolist() == whole[name].tolist() and (rows[name] > 0).all()
    outside = (rows["change_low"] > 0) | (rows["change_high"] < 0)
    assert (
        rows["is_clear"].tolist() == (whole["is_claim"] & outside).tolist() and (rows["p"] < rows["p_adjusted"]).any()
    )


def test_the_sentences_of_a_yearly_collection_say_how_few_years_there_are():
    documents, hits = delegations(MOODS)
    table = overview.before_after(documents, hits, ["all"], Asked(PAIR, ["anchor"], unit="year"))
    said = overview.in_words(table, {}, "Old", "New")[0]
    row = of(table, overview.ALL)
    assert said.endswith(
        f"; years permuted p {row['p_adjusted']:.3f} (adjusted), rotated {row['rotation_p']:.3f} "
        "(2 years after; smallest p 1/23): no change can be claimed."
    )
    assert overview.control_in_words(table, {}) == ["No change of any group can be claimed."]
    documents, hits = delegations([0.1, 0.2] * 12 + [0.8, 0.8])
    table = overview.before_after(documents, hits, ["all"], Asked(PAIR, ["anchor"], unit="year"))
    assert overview.in_words(table, {}, "Old", "New")[0].endswith("(2 years after; smallest p 1/26): a change.")
    assert overview.control_in_words(table, {})[0].endswith("so did all outlets together.")


def test_shares_by_week_know_that_moods_last_and_those_by_document_do_not():
    documents, _ = corpus({("a", "old"): (120, 0), ("a", "new"): (60, 0)})
    place = np.arange(180)
    for unit, wider in (("week", True), ("document", False)):
        limits = []
        for chosen in (place // 20 % 2 == 0, place % 2 == 0):  # long waves, and every other document
            said = pd.DataFrame({"doc_id": documents["doc_id"][chosen], "frame": "anchor", "voice": "own"})
            table = overview.before_after(documents, said, ["a"], Asked(PAIR, ["anchor"], unit=unit))
            row = of(table, "a", "old")
            assert row["share"] == 0.5
            limits.append(row["high"] - row["low"])
        assert (limits[0] > 1.5 * limits[1]) == wider
