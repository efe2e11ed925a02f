"""Captions of words say the sides, the stop words and the limits."""

from __future__ import annotations

from analysis.figures.captions import of_words
from analysis.study.declaration import Study
from analysis.study.settings import Era

ERAS = (("old", "Old Kingdom", "1990-01-01", "2000-01-01"), ("new", "New Kingdom", "2000-01-01", None))


class Nile:
    study = Study(eras=tuple(Era(era_id=i, label=n, start=s, end=e, reason="r", source="s") for i, n, s, e in ERAS))

    def labels(self, _):
        return {"frame": ["flood", "drought"]}

    def names(self):
        return {"flood": "Flood", "old": "Old Kingdom", "new": "New Kingdom", "heron": "The Heron"}


RULE = {
    "test": "score",
    "adjustment": "bh",
    "alpha": 0.05,
    "min_ratio": 1.5,
    "too_few": False,
    "largest": ("heron", 0.43),
}
OF_ERAS = RULE | {
    "test": "permuted weeks",
    "rotation_count": 80,
    "pooled": False,
    "beside": "2 key words; 0 at 5 dates",
}


def test_key_words_of_eras_say_how_outlets_are_held_and_what_other_dates_show():
    def made(**more):
        return of_words.contrast_keyness((["new"], ["old"]), OF_ERAS | more, store=Nile(), outlet_ids=[], unit="week")

    within, pooled = made(), made(pooled=True)
    assert (
        "Tested within outlets, of which The Heron has 43% of the tokens; ratios are of pooled rates. 2 key words; 0 at 5"
        in within.caption
    )
    assert "Tested over all outlets pooled, of which The Heron has 43% of the tokens" in pooled.caption
    assert "permuted weeks test" in within.test and "along 80 units (smallest p 1/80 = 0.013)" in within.test
    assert "rotation" not in made(rotation_count=0).test


def test_eras_of_a_contrast_are_named_with_their_days():
    rule = RULE
    said = of_words.contrast_keyness((["old"], ["new"]), rule, store=Nile(), drop_stopwords=False, outlet_ids=[])
    assert "Old Kingdom (1 January 1990 to 31 December 1999) (above 0)" in said.caption
    assert "Stop words are kept" in said.caption
    assert said.title == "Key words: Old Kingdom against New Kingdom"
    assert said.limits is None and "Largest outlet of both sides: The Heron, 43% of the tokens." in said.caption
    assert "all others" in of_words.contrast_keyness((["old"], []), rule, store=Nile(), outlet_ids=[]).caption


def test_shifts_name_both_eras_whatever_they_are_called():
    said = of_words.trace_meaning(
        ("old", "new"), 5, 80, store=Nile(), frame="flood", outlet_ids=[], replicates=100, min_count=4
    )
    assert said["shifts"].axis == "change of association (bits), New Kingdom less Old Kingdom"
    assert "10 words" in said["shifts"].caption and "from Old Kingdom to New Kingdom" in said["shifts"].caption
    assert "80 words" in said["shifts"].test
    assert "below 4 tokens" in said["words"].limits


def test_contexts_and_collocates_say_measure_stop_words_and_least_counts():
    rule = {"order": "mi", "max_words": 10, "min_documents": 3}
    said = of_words.read_contexts(
        rule, store=Nile(), frames=["drought"], era_ids=["new"], min_count=4, drop_stopwords=True
    )
    assert said.axis == "mutual information (bits)"
    assert "Era: New Kingdom (from 1 January 2000)" in said.caption
    given = {"store": Nile(), "frame": "flood", "min_count": 6, "drop_stopwords": True}
    near = of_words.compare_collocates((["new"], []), RULE | {"least": 10}, **given, unit="cluster")
    assert "below 6 tokens" in near.limits and "Fewer than 10 clusters" in near.limits
    assert near.unit == "cluster" and "variation between clusters" in near.test and "score test, BH" in near.test
    of_eras = of_words.compare_collocates(
        (["new"], ["old"]), OF_ERAS | {"least": 10}, **given, unit="week", whom="Near all."
    )
    for part in ("Tested within outlets", "The Heron has 43%", "2 key words; 0 at 5 dates.", "Near all."):
        assert part in of_eras.caption
    assert "permuted weeks test" in of_eras.test and "smallest p 1/80" in of_eras.test
    assert "Fewer than 10 weeks" in of_eras.limits
    assert "Stop words are left out" in near.caption
