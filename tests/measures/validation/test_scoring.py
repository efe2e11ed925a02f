"""Scores of codings, against numbers worked out by hand and against other code."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import DiscourseError
from analysis.measures.validation import scoring


def coding(passage_id, coder="A", **more):
    row = dict.fromkeys(
        ("hit_id", "frame", "entry", "frame_right", "about", "voice", "negated", "mention", "missed_frames")
    )
    row |= {"doc_id": f"d{passage_id}", "draw": "x", "passage_id": passage_id, "coder": coder, "probability": 1.0}
    row |= {
        "kind": "hit",
        "hit_id": 0,
        "frame": "f",
        "entry": "e",
        "frame_right": "yes",
        "about": "focal",
        "voice": "own",
    }
    return row | more


def tables(rows, **machine):
    codings = pd.DataFrame(rows)
    ids = sorted(set(codings["doc_id"]))
    hits = {"doc_id": ids, "hit_id": 0, "frame": "f", "entry": "e", "about": "focal", "voice": "own"} | machine
    documents = {"doc_id": ids, "era_id": ["early" if i % 2 else "late" for i in range(len(ids))]}
    settled = scoring.settle(codings)
    return settled, scoring.read_hits(settled, pd.DataFrame(hits), pd.DataFrame(documents))


def test_coders_are_taken_together_and_what_they_settled_comes_first():
    rows = [coding(1), coding(1, "B", frame_right="no"), coding(2), coding(2, "B", voice="quoted")]
    rows += [coding(3), coding(3, "B", frame_right="no"), coding(3, "settled", frame_right="no")]
    rows += [coding(4, frame_right="unclear"), coding(5, frame_right="borderline"), coding(6, about="other")]
    made = scoring.settle(pd.DataFrame(rows)).set_index("passage_id")
    assert made["meaning"].tolist()[:3] == [0.5, 1.0, 0.0] and np.isnan(made.loc[4, "meaning"])
    assert made.loc[5, "meaning"] == 0.0 and made.loc[6, ["meaning", "study"]].tolist() == [1.0, 0.0]
    assert pd.isna(made.loc[2, "voice"]) and made.loc[1, "voice"] == "own"
    assert scoring.settle(pd.DataFrame(rows), borderline=0.5).set_index("passage_id").loc[5, "meaning"] == 0.5
    with pytest.raises(DiscourseError, match="borderline: 2"):
        scoring.settle(pd.DataFrame(rows), borderline=2)


def test_precision_with_equal_chances_is_wilsons():
    rows = [coding(i, frame_right="yes" if i < 8 else "no", probability=0.3) for i in range(10)]
    found = scoring.precision(tables(rows)[1], ["frame"]).iloc[0]
    low, high = proportion_confint(8, 10, method="wilson")
    assert found["precision"] == pytest.approx(0.8) and found["effective_count"] == pytest.approx(10)
    assert (found["precision_low"], found["precision_high"]) == pytest.approx((low, high))


def test_precision_weighs_by_one_over_the_chance():
    rows = [coding(1, probability=0.5), coding(2, frame_right="no", probability=0.1), coding(3, probability=1.0)]
    found = scoring.precision(tables(rows)[1], ["frame"]).iloc[0]
    assert found["precision"] == pytest.approx(3 / 13)
    assert found["effective_count"] == pytest.approx(13**2 / (4 + 100 + 1))


def test_the_interval_of_a_weighted_precision_covers():
    rng, hits = np.random.default_rng(1), 0
    for _ in range(400):
        group = rng.random(300) < 0.3
        truth = rng.random(300) < np.where(group, 0.9, 0.5)
        chance = np.where(group, 0.6, 0.2)
        drawn = rng.random(300) < chance
        found = scoring._weighted(truth[drawn].astype(float), 1 / chance[drawn], 0.95)
        hits += found[2] <= 0.62 <= found[3]
    assert 0.92 < hits / 400 < 1.0


def test_few_readings_leave_the_numbers_empty():
    found = scoring.precision(tables([coding(1)])[1], ["frame"], min_read=5).iloc[0]
    assert found["too_few"] and np.isnan(found["precision"]) and found["read_count"] == 1


def test_recall_counts_hits_put_elsewhere_and_paragraphs():
    rows = [coding(i) for i in range(8)]
    paragraph = {"kind": "plain", "hit_id": None, "frame": None, "entry": None, "frame_right": None}
    rows += [coding(20, missed_frames="f g", probability=0.25, **paragraph), coding(21, missed_frames="", **paragraph)]
    settled, read = tables(rows, about=["focal"] * 6 + ["other"] * 4)
    found = scoring.recall(settled, read).iloc[0]
    # ids sort as d0 .. d7 with d20, d21 after d2: of eight hits the machine counts six less the two paragraphs
    counted = int((read["about_machine"] == "focal").sum())
    assert found["found"] == counted and found["missed"] == (8 - counted) + 4
    assert found["recall"] == pytest.approx(counted / (12))
    assert found["recall_low"] < found["recall"] < found["recall_high"] and found["paragraph_count"] == 2


def test_precision_that_differs_is_told_and_one_that_does_not_is_not():
    differs = [coding(i, frame_right="yes" if i % 2 or i < 10 else "no") for i in range(10, 80)]
    found = scoring.uneven(tables(differs)[1], "era_id").iloc[0]
    assert found["p_adjusted"] < 0.01 and "precision differs" in found["warning"] and "f mislead" in found["warning"]
    rng, small = np.random.default_rng(2), 0
    for _ in range(60):
        same = [coding(i, frame_right="yes" if rng.random() < 0.7 else "no") for i in range(10, 50)]
        small += bool(scoring.uneven(tables(same)[1], "era_id", replicates=199).iloc[0]["warning"])
    assert small <= 8


def test_confusion_and_lessons():
    rows = [coding(i, voice="quoted" if i < 3 else "own", entry="bad", frame_right="no") for i in range(8)]
    read = tables(rows)[1]
    assert scoring.confusion(read).loc["own"].to_dict() == {"own": 5, "quoted": 3}
    found = scoring.lessons(read).iloc[0]
    assert (found["read_count"], found["right"], found["verdict"]) == (8, 0, "drop or mend")
    assert scoring.lessons(tables([coding(1)])[1]).iloc[0]["verdict"] == "too few"


def test_what_rates_count_are_core_hits_about_the_focal_state():
    rows = [coding(i) for i in range(4)]
    read = tables(rows, about=["focal", "other", "focal", "focal"], is_core=[True, True, False, True])[1]
    assert scoring.counted(read)["passage_id"].tolist() == [0, 3]


def test_agreement_is_krippendorffs_and_leaves_out_what_was_settled():
    from analysis.measures.validation.agreement import krippendorff_alpha

    answers = [("yes", "yes"), ("no", "no"), ("yes", "no"), ("no", "no"), ("borderline", "yes"), ("yes", None)]
    rows = [coding(i, c, frame_right=v) for i, pair in enumerate(answers) for c, v in zip("AB", pair, strict=True) if v]
    rows.append(coding(2, "settled"))
    found = scoring.coder_agreement(pd.DataFrame(rows)).set_index("column").loc["frame_right"]
    assert found["passage_count"] == 5
    assert found["alpha"] == pytest.approx(krippendorff_alpha(np.array(answers, dtype=object).T))
    assert found["alpha_low"] <= found["alpha"] <= found["alpha_high"]


def test_agreement_on_what_was_missed_is_over_paragraphs():
    missed = [("", ""), ("f", "f"), ("f", ""), ("f g", "f g"), ("", "")]
    blank = dict.fromkeys(("frame_right", "about", "voice", "negated", "mention", "frame"))
    rows = [
        coding(i, c, kind="plain", missed_frames=named, **blank)
        for i, pair in enumerate(missed)
        for c, named in zip("AB", pair, strict=True)
    ]
    found = scoring.coder_agreement(pd.DataFrame([*rows, coding(9), coding(9, "B")])).set_index("column")
    assert found.loc["missed_frames", ["passage_count", "observed"]].tolist() == [5, 0.8]
    assert found.loc["frame_right", "passage_count"] == 1


def test_every_pair_of_frame_and_era_has_a_row():
    grid = scoring.precision_grid(tables([coding(1)])[1], ["f", "g"], ["late", "early"])
    assert grid["too_few"].tolist() == [False, True, True, True] and grid["read_count"].tolist() == [1, 0, 0, 0]


def test_captions_say_who_read():
    rows = [coding(1, coder_kind="person"), coding(2, coder_kind="person"), coding(1, "settled", coder_kind="person")]
    assert "2 passages" in scoring.who_read(pd.DataFrame(rows)) and "1 people" in scoring.who_read(pd.DataFrame(rows))
    rows = [coding(1, coder_kind="language_model"), coding(1, "B", coder_kind="language_model")]
    assert "read by 2 passes of a language model, not by people" in scoring.who_read(pd.DataFrame(rows))
    assert scoring.who_read(pd.DataFrame(rows).iloc[:0]).startswith("Not validated")


def test_a_contrast_says_who_read_and_where_precision_differs():
    rows = [coding(i, coder_kind="person", frame_right="yes" if i % 2 or i < 10 else "no") for i in range(10, 80)]
    codings = pd.DataFrame(rows)
    ids = sorted(set(codings["doc_id"]))
    hits = pd.DataFrame({"doc_id": ids, "hit_id": 0, "frame": "f", "entry": "e", "about": "focal", "voice": "own"})
    documents = pd.DataFrame({"doc_id": ids, "era_id": ["early" if i % 2 else "late" for i in range(len(ids))]})
    notes = scoring.notes_on(codings, hits, documents)
    assert "read by 1 people" in notes[0] and "precision differs" in notes[1]
    assert scoring.notes_on(codings.iloc[:0], hits, documents) == ["Not validated: nobody has read a passage."]


def test_draws_are_not_mixed():
    both = pd.DataFrame([coding(1), coding(2), coding(3, draw="y")])
    assert set(scoring.of_draw(both)["draw"]) == {"x"} and set(scoring.of_draw(both, "y")["passage_id"]) == {3}
    assert scoring.of_draw(both.iloc[:0]).empty
    with pytest.raises(DiscourseError, match="allowed: x, y"):
        scoring.of_draw(both, "z")


def test_nothing_coded_gives_empty_tables():
    empty = pd.DataFrame([coding(1)]).iloc[:0]
    settled = scoring.settle(empty)
    assert settled.empty and {"study", "missed_frames"} <= set(settled.columns)


def test_word_intrusion_is_the_share_who_find_the_word():
    """Chang and others 2009, eq. 1: of eight readers six find it, of the next topic's two none."""
    answers = pd.DataFrame(
        {
            "topic": [3] * 8 + [1] * 2,
            "intruder": ["apple"] * 8 + ["floppy"] * 2,
            "chosen": ["apple"] * 6 + ["horse"] * 2 + ["data"] * 2,
        }
    )
    table = scoring.word_intrusion(answers)
    assert table["topic"].tolist() == [1, 3] and table["answer_count"].tolist() == [2, 8]
    assert table["precision"].tolist() == [0.0, 0.75]
    assert table.loc[1, ["low", "high"]].tolist() == pytest.approx(list(proportion_confint(6, 8, method="wilson")))
    assert scoring.word_intrusion(answers[:0]).empty
    with pytest.raises(DiscourseError, match="no column intruder"):
        scoring.word_intrusion(answers.drop(columns="intruder"))


def test_topic_log_odds_are_0_where_the_intruder_is_found_and_fall_with_the_share_of_what_is_chosen():
    """Chang and others 2009, eq. 2, by hand: log(.05 / .05), log(.05 / .6) and log(.05 / .35), and a second document."""
    shares = np.array([[0.6, 0.35, 0.05], [0.2, 0.1, 0.7]])
    answers = pd.DataFrame({"document": [0, 0, 0, 1], "intruder": [2, 2, 2, 1], "chosen": [2, 0, 1, 1]})
    table = scoring.topic_intrusion(answers, shares)
    assert table["answer_count"].tolist() == [3, 1]
    assert table["log_odds"].tolist() == pytest.approx([(np.log(1 / 12) + np.log(1 / 7)) / 3, 0.0])
    assert scoring.topic_intrusion(answers[:0], shares).empty
    with pytest.raises(DiscourseError, match="0 to 1 and topics 0 to 2"):
        scoring.topic_intrusion(answers.assign(chosen=3), shares)
    with pytest.raises(DiscourseError, match="no logarithm"):
        scoring.topic_intrusion(answers, np.array([[0.6, 0.4, 0.0], [0.2, 0.1, 0.7]]))
    with pytest.raises(DiscourseError, match="no column document"):
        scoring.topic_intrusion(answers.drop(columns="document"), shares)
