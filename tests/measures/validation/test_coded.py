"""From codings to corrected rates and ratios."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from analysis.measures.validation import coded


def make(seed, *, sizes=(150, 150), precision=(0.9, 0.6), read=100, missing=0.0):
    """Two eras with the same true rate: documents, hits, settled codings."""
    rng = np.random.default_rng(seed)
    documents, hits, settled = [], [], []
    for era, count, right in zip(("early", "late"), sizes, precision, strict=True):
        for number in range(count):
            doc_id = f"{era}{number}"
            documents.append((doc_id, 400, f"{era}{number // 3}", era))
            true = rng.poisson(1.0)
            false = rng.poisson((1 - right) / right)
            hits += [(doc_id, i, "f", "focal", i < true) for i in range(true + false)]
    documents = pd.DataFrame(documents, columns=["doc_id", "token_count", "unit", "era_id"])
    hits = pd.DataFrame(hits, columns=["doc_id", "hit_id", "frame", "about", "true"])
    era = hits["doc_id"].str.rstrip("0123456789")
    for _, part in hits.groupby(era):
        drawn = part.sample(read, random_state=seed)
        settled.append(drawn.assign(study=drawn["true"].astype(float), probability=read / len(part)))
    settled = pd.concat(settled)[["doc_id", "hit_id", "study", "probability"]].assign(missed_frames=None)
    return documents, hits.drop(columns="true"), settled


def test_the_corrected_ratio_covers_where_the_uncorrected_does_not():
    uncorrected = corrected = 0
    for seed in range(100):
        row = coded.correct_contrasts(*make(seed), ["f"], ("era_id", "early", "late")).iloc[0]
        uncorrected += row["ratio_low"] <= 1 <= row["ratio_high"]
        corrected += row["corrected_low"] <= 1 <= row["corrected_high"]
    assert uncorrected <= 40 and corrected >= 89


def test_misses_are_added_by_their_weight():
    documents, hits, settled = make(1)
    more = {
        "doc_id": ["early0"],
        "hit_id": [np.nan],
        "study": [np.nan],
        "probability": [0.01],
        "missed_frames": ["f g"],
    }
    both = pd.concat([settled, pd.DataFrame(more)], ignore_index=True)
    found = coded.correct_frames(documents, hits, both, ["f"], "era_id").set_index(["scope", "era_id"])
    tokens = 150 * 400
    gain = found.loc[("hits and misses", "early"), "corrected_rate"] - found.loc[("hits", "early"), "corrected_rate"]
    assert gain == pytest.approx(10_000 * 100 / tokens)
    late = [found.loc[(scope, "late"), "corrected_rate"] for scope in coded.SCOPES]
    assert late[0] == late[1]


def test_what_readers_put_about_the_focal_state_counts():
    documents = pd.DataFrame({"doc_id": ["a", "b"], "token_count": 100, "unit": ["a", "b"], "era_id": "early"})
    hits = pd.DataFrame({"doc_id": ["a", "b"], "hit_id": 0, "frame": "f", "about": ["focal", "other"]})
    settled = pd.DataFrame({"doc_id": ["a", "b"], "hit_id": [0, 0], "study": [0.0, 1.0], "probability": [1.0, 0.5]})
    made = coded.passages_of("f", hits, settled.assign(missed_frames=None))
    assert made["machine"].tolist() == [1.0, 0.0] and made["coded"].tolist() == [0.0, 1.0]
    found = coded.correct_frames(documents, hits, settled.assign(missed_frames=None), ["f"], "era_id").iloc[0]
    assert found["rate"] == pytest.approx(50) and found["corrected_rate"] == pytest.approx(100)


def test_rates_without_spread_or_of_few_units_are_not_drawn_and_none_goes_below_zero():
    documents, hits, settled = make(1)
    found = coded.correct_frames(documents, hits, settled, ["f"], "era_id")
    drawn = coded.rates_in_long_form(found, "era_id")
    assert (drawn["rate_low"] >= 0).all() and not drawn["too_few"].any()
    few = coded.rates_in_long_form(found, "era_id", min_units=1000)
    assert set(few.loc[few["estimate_of"] != "uncorrected", "state"]) == {"too few units"}
    wrong = coded.correct_frames(documents, hits, settled.assign(study=0.0, probability=1.0), ["g"], "era_id")
    made = coded.rates_in_long_form(wrong, "era_id")
    assert not (made["rate_high"] > 0).any()


def test_nothing_coded_says_so():
    documents, hits, settled = make(1)
    nothing = settled.iloc[:0]
    found = coded.correct_contrasts(documents, hits, nothing, ["f"], ("era_id", "early", "late"))
    assert set(found["state"]) == {"not validated"}
    long = coded.in_long_form(found)
    assert long["estimate_of"].tolist() == ["uncorrected", "corrected", "corrected, with misses"]
    assert long["too_few"].tolist() == [False, True, True]
    assert long.loc[long["too_few"], ["ratio", "ratio_low", "ratio_high"]].isna().all(axis=None)
    drawn = coded.rates_in_long_form(coded.correct_frames(documents, hits, nothing, ["f"], "era_id"), "era_id")
    assert drawn["too_few"].tolist() == [False, True, False, True, True, True] and set(drawn["state"]) == {
        "drawn",
        "not validated",
    }


def test_the_lines_for_a_figure_say_both_ratios_or_why_there_is_none():
    documents, hits, settled = make(3)
    told = coded.beside(coded.correct_contrasts(documents, hits, settled, ["f", "g"], ("era_id", "early", "late")))
    counted, corrected = told["f"]
    assert re.fullmatch(r"rate over all, after / before: ×1\.\d \[1\.?\d*, [12]\.?\d*\]", counted)
    assert re.fullmatch(r"corrected by reading: ×[\d.]+ \[[\d.]+, [\d.]+\]", corrected)
    assert told["g"] == ["rate over all, after / before: no hit in an era", "corrected by reading: not validated"]
