"""Captions of frames say which way round, who, and how counted."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.figures.captions import of_frames
from analysis.study.declaration import Event


class Nile:
    """A store of two frames."""

    def labels(self, _):
        return {"frame": ["flood", "drought"]}

    def names(self):
        return {"flood": "Flood", "old": "Old Kingdom", "new": "New Kingdom", "heron": "The Heron"}


GIVEN = {"store": Nile(), "collection": "news", "frames": ["flood"], "outlet_ids": ["heron"], "whom": "Counted: all."}
SAMPLED = {"unit": "week", "min_units": 7, "replicates": 2000}


def test_rates_name_their_frame_outlet_counting_and_least_units():
    said = of_frames.compare_frames(**GIVEN, **SAMPLED, counting="cluster_once", selected="Era: Old Kingdom.")
    for one in said.values():
        assert "the frame Flood (1 of 2 of the codebook)" in one.caption
        for part in (
            "news collection",
            "Outlets chosen: The Heron",
            "first printing",
            "Era: Old Kingdom.",
            "Counted: all.",
        ):
            assert part in one.caption
        assert "Flood" in one.alt
        assert (one.unit, one.limits) == ("week", "Fewer than 7 units: too few")
        assert "axis" not in one.facts()


TESTS = {
    "adjustment": "bh",
    "rotation_count": 31,
    "weights": "Within outlets these count as 2.1 equal ones; The Heron alone has 67% of the weight",
    "beside": "1 changed frame; between 0 and 2 at 5 dates when nothing happened",
}


def test_the_row_of_all_outlets_its_weights_other_dates_and_the_smallest_p_are_said():
    said = of_frames.contrast_eras(("old", "new"), [], TESTS, **GIVEN, **SAMPLED)
    assert "where a row is of several outlets, within outlets, not of the pooled rates" in said.caption
    assert f"together: {TESTS['beside']}." in said.caption and "The Heron alone has 67%" in said.limits
    assert "rotation along 31 units (smallest p 1/31 = 0.032); a test holds at .05" in said.test
    untimed = of_frames.contrast_eras(("old", "new"), [], TESTS | {"rotation_count": 0}, **GIVEN, **SAMPLED)
    assert "rotation" not in untimed.test


def test_after_is_named_in_caption_alt_text_and_axis():
    said = of_frames.contrast_eras(("old", "new"), ["Read by A."], TESTS, **GIVEN, **SAMPLED)
    assert "New Kingdom less Old Kingdom" in said.caption
    assert "Read by A." in said.caption
    assert "more in the later era, New Kingdom" in said.alt
    assert said.axis == "hits per 10,000 tokens, New Kingdom less Old Kingdom"
    for unit, wider in (("week", True), ("month", True), ("year", True), ("outlet", False)):
        made = of_frames.contrast_eras(("old", "new"), [], TESTS, **GIVEN, **SAMPLED | {"unit": unit})
        assert made.limits.startswith(
            "Fewer than 7 units on a side: too few. A mark without an interval: hits in too few"
        )
        assert made.limits.endswith(f"{TESTS['weights']}.")
        assert ("bootstrap t over units, wider where moods last; p of" in made.test) == wider


def test_intervals_of_rates_and_shares_are_named():
    said = of_frames.compare_frames(**GIVEN, **SAMPLED)
    end = "over units, wider where moods last"
    few = "; below ten hits at least that of a Poisson count, hits of one unit taken together"
    assert said["rates"].test == f"95 % score interval with the effective number of hits {end}{few}"
    assert said["shares"].test == f"95 % score interval with the effective number of documents {end}"
    assert "moods" not in of_frames.compare_frames(**GIVEN, **SAMPLED | {"unit": "outlet"})["rates"].test


def test_the_border_among_other_dates_is_named():
    dates = {"border": "1902-12-10", "number": 9}
    said = of_frames.move_border(("old", "new"), dates, TESTS, **GIVEN, **SAMPLED)
    assert "at 1902-12-10, where New Kingdom follows Old Kingdom, and at 9 dates" in said.caption
    assert "Outlets chosen: The Heron" in said.caption and "1902-12-10" in said.alt
    assert said.limits.startswith("Fewer than 7 units") and "The Heron alone has 67%" in said.limits
    assert "At the border 1 changed frame; between 0 and 2 at 5 dates" in said.caption
    assert "smallest p 1/31 = 0.032) at the border" in said.test


@pytest.mark.parametrize(
    ("slope", "season", "part"), [(False, 0, "the level changes,"), (True, 2, "2 pairs of seasonal")]
)
def test_the_model_of_the_break_is_said(slope, season, part):
    event = Event("dam", "the dam", "1902-12-10", "transition", "", "")
    model = {"period": "quarter", "slope": slope, "season": season, "window": 8}
    said = of_frames.trace_transition(event, model, **GIVEN)
    assert part in said["series"].test
    assert "The dam: 10 December 1902" in said["series"].caption
    assert "per quarter" in said["placebo"].caption
    assert "left out" not in said["series"].test


def test_entries_and_voices_say_how_many_and_of_whom():
    entries = of_frames.trace_entries(1, **GIVEN, **SAMPLED)
    assert "The largest entry of the frame Flood" in entries["shares"].caption
    assert entries["shares"].unit is None
    voices = of_frames.compare_voices(**GIVEN, **SAMPLED, counting="as_printed")
    assert "Every printing" in voices["sides"].caption
    with pytest.raises(DiscourseError, match="counting"):
        of_frames.compare_voices(**GIVEN, **SAMPLED, counting="never")


def test_bins_reference_and_control_of_an_event_are_said():
    event = Event("dam", "the dam", "1902-12-10", "transition", "1902-12-01", "1902-12-10")
    model = {"step": "year", "bins": [-8, -4, 0], "control_outlet_ids": [], "control_frame": "", "min_outlets": 6}
    model["placebos"] = "At 9 dates 3"
    said = of_frames.follow_event(event, model | {"left_out": 12}, **GIVEN)
    assert "as a ratio to that in the 4 years before the event, each outlet against itself. Bins" in said.caption
    for part in ("The dam: 10 December 1902", "12 documents whose date", "Outlets chosen: The Heron", "Counted: all."):
        assert part in said.caption
    assert said.axis == "ratio of rates to those in the 4 years before the event"
    assert said.limits.startswith("Fewer than 6 outlets") and "What moves all outlets at once" in said.limits
    assert said.limits.endswith("At 9 dates 3.")
    told = of_frames.follow_event(event, model | {"left_out": 0, "control_frame": "flood", "bins": [-1, 0]}, **GIVEN)
    assert "in the 1 year before the event" in told.caption and "whose date" not in told.caption
    assert "over the same ratio of the frame Flood" in told.caption and "effects of outlet and year" in told.test
    assert "What moves all" not in told.limits
    other = of_frames.follow_event(event, model | {"left_out": 0, "control_outlet_ids": ["heron"]}, **GIVEN)
    assert "does not concern (The Heron)" in other.caption and "does not concern (The Heron)" in other.alt


WHOM = {form: f"Counted: {form}." for form in ("tokens", "documents", "hits", "having", "presence")}


def test_whom_is_said_with_the_denominator_of_each_figure():
    """Shares of documents are not over tokens, and shares of hits are over hits."""
    frames = of_frames.compare_frames(**GIVEN, **SAMPLED, whom_of=WHOM)
    assert "Counted: tokens." in frames["rates"].caption and "Counted: documents." in frames["shares"].caption
    entries = of_frames.trace_entries(2, **GIVEN, **SAMPLED, whom_of=WHOM)
    assert "Counted: hits." in entries["shares"].caption and "Counted: tokens." in entries["robust"].caption
    for one in (*frames.values(), *entries.values()):
        assert one.caption.count("Counted:") == 1
