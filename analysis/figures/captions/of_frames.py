"""What the figures of frames say: rates, voices, entries, and their change between two eras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.figures.captions import asked as words
from analysis.figures.captions.asked import Said, sentences
from analysis.study.wording import Event, event_in_words

if TYPE_CHECKING:
    import pandas as pd

RATE = "hits per 10,000 tokens"


def compare_frames(**given: Any) -> dict[str, Said]:
    """Of the notebook that sets outlets and eras beside each other, frame by frame: `rates` and `shares`."""
    a = words.read(given, "compare_frames")
    same = {"unit": a.unit, "test": words.scored(a), "limits": words.too_few(a)}
    what = f"of {words.frames(a)} by outlet and era{words.collection(a)}"
    told = {
        form: (words.outlets(a), a.selected, words.whom(a, form), words.counting(a)) for form in ("tokens", "documents")
    }
    return {
        "rates": Said(
            "How often each frame is used",
            sentences(f"Rates {what}", *told["tokens"]),
            f"Forest plot of rates {what}, with intervals: outlets as lines, one panel per frame, one mark per era.",
            RATE,
            **same,
        ),
        "shares": Said(
            "Documents that use each frame",
            sentences(f"Share of documents with at least one hit {what}", *told["documents"]),
            f"Forest plot of document shares {what}, with intervals: outlets as lines, one panel per frame, one mark per "
            "era.",
            "share of documents",
            **same | {"test": words.scored(a, "documents")},
        ),
    }


def compare_voices(**given: Any) -> dict[str, Said]:
    """Of the notebook on who says it: `rates` by voice and `sides` by the speaker's side."""
    a = words.read(given, "compare_voices")
    few = f"{words.too_few(a)}. Voice and speaker are found by rules."
    same = {"unit": a.unit, "test": words.scored(a), "limits": few}
    what = f"{words.frames(a)}{words.collection(a)}"
    told = (words.outlets(a), a.selected, a.whom, words.counting(a))
    return {
        "rates": Said(
            "Whose words carry the frames",
            sentences(f"Rates by voice and era of {what}; each voice has its own tokens as exposure", *told),
            f"Forest plot of the rates by voice (own, quoted, reported) of {what}: one panel per frame, one mark per era.",
            "per 10,000 tokens of the voice",
            **same,
        ),
        "sides": Said(
            "Who speaks of what",
            sentences(f"Rates by the speaker's side and era of {what}; the sides of a frame add up to its rate", *told),
            f"Forest plot of the rates by speaker's side of {what}: one panel per frame, one mark per era.",
            "per 10,000 tokens",
            **same,
        ),
    }


def trace_entries(max_entries: int, **given: Any) -> dict[str, Said]:
    """Of the notebook on single entries: `shares` of each in its frame and rates `robust` to the largest one."""
    a = words.read(given, "trace_entries")
    what = f"{words.frames(a)}{words.collection(a)}"
    told = (words.outlets(a), a.selected)
    largest = "largest entry" if max_entries == 1 else f"{max_entries} largest entries"
    return {
        "shares": Said(
            "What carries each frame",
            sentences(f"The {largest} of {what}, with the share of the frame's hits", *told, words.whom(a, "hits")),
            f"Bars of the share of the {largest} in each frame's hits: {what}.",
            "share of the frame's hits",
        ),
        "robust": Said(
            "Rates without the largest phrase",
            sentences(
                f"Rates by era of {what}, with all entries and without each frame's largest entry", *told, words.whom(a)
            ),
            f"Forest plot of rates by era of {what}, with and without the largest entry, one panel per frame.",
            RATE,
            a.unit,
            words.scored(a),
            words.too_few(a),
        ),
    }


def overview(rows: str, min_documents: int, read: str, drawn: pd.DataFrame, **given: Any) -> dict[str, Said]:
    """Of the notebook at a glance: `shares` of documents and `voices` of the hits. rows: groups or outlets. read: who read
    how many passages. drawn: the table of `shares`. unit: the one asked for, a year or another."""
    a = words.read(given, "overview")
    who = "group of outlets" if rows == "groups" else "outlet"
    yearly = a.unit == "year"
    unit = f"outlet (in a {who} of fewer than 6 outlets the document)" if yearly else a.unit
    test = (
        "95 % interval, Wilson's with the effective number of documents over whole units"
        f"{words.lasting_moods('' if yearly else a.unit)}; of the change Newcombe's{_marked(a.unit, drawn)}"
    )
    few, out = f"Fewer than {min_documents}: too few, and the number is said", "Bold where its interval leaves out 0"
    chance = _by_chance(int(drawn["change"].notna().sum()), yearly)
    told = (words.outlets(a), a.selected)
    return {
        "shares": Said(
            f"Frames before and after, by {who}",
            sentences(
                f"Share of documents that use {words.frames(a)}, before and after, by {who}, with the change"
                f"{words.collection(a)}",
                f"{out} and both tests say so" if drawn["p"].notna().any() else out,
                *told,
                words.whom(a, "documents"),
                read,
            ),
            f"One panel for each of {words.frames(a)}, one line for each {who}: share before and after with intervals, and "
            "the change.",
            "share of documents with the frame, and its change in percentage points; under each name: documents before and "
            "after",
            unit,
            test,
            sentences(few, chance),
        ),
        "voices": Said(
            f"Who says it, by {who}",
            sentences(
                f"Whose words the hits of {words.frames(a)} are, before and after, by {who}: its own, quoted, or reported "
                f"in indirect speech{words.collection(a)}",
                *told,
                words.whom(a, "hits"),
            ),
            f"One panel for each voice, one line for each {who}: share of the hits of {words.frames(a)} before and after "
            "with intervals.",
            "share of the hits, and its change in percentage points; under each name: hits before and after",
            unit,
            test,
            sentences(few, chance if yearly else ""),
        ),
    }


def _by_chance(changes: int, yearly: bool) -> str:
    """How far the intervals of changes are to be trusted."""
    if yearly:
        return "Intervals over outlets describe who speaks how; what all share in one year is no part of them"
    return f"Of {changes} intervals of a change about {changes / 20:.0f} leave out 0 by chance"


def _marked(unit: str | None, drawn: pd.DataFrame) -> str:
    """What marks a change, as the end of a sentence: the tests along time, and how few units there are; else nothing."""
    tested = drawn[drawn["p"].notna()]
    if not len(tested):
        return ""
    after, count = int(tested["time_count"].max()), int(tested["rotation_count"].max())
    return (
        f"; of a change by {unit}s: labels of the eras permuted within outlets (p adjusted over the panels of a line, "
        f"Benjamini-Hochberg) and rotated along time: {after} {unit}s after, smallest p 1/{count}"
    )


def contrast_eras(pair: tuple[str, str], readings: Sequence[str], tests: Mapping[str, Any], **given: Any) -> Said:
    """Of the notebook on change between two eras. pair: before, after. readings: sentences on how the hits were read.
    tests: adjustment, rotation_count (0: not rotated), weights (of the outlets, a sentence) and beside (what other dates
    show, a sentence)."""
    a = words.read(given, "contrast_eras")
    before, after = (a.name(era) for era in pair)
    what = f"of {words.frames(a)}, {after} less {before}{words.collection(a)}"
    return Said(
        "Change of frames between the eras",
        sentences(
            f"Difference of rates {what}; where a row is of several outlets, within outlets, not of the pooled rates",
            words.outlets(a),
            a.selected,
            a.whom,
            words.counting(a),
            f"All outlets together: {tests['beside']}",
            *readings,
        ),
        f"Forest plot of the difference of rates {what}: one line per outlet, one panel per frame; right of 0 "
        f"means more in the later era, {after}. Marks are full where both tests hold, pale where one does, else open.",
        f"hits per 10,000 tokens, {after} less {before}",
        a.unit,
        f"95 % interval, bootstrap t over units{words.lasting_moods(a.unit)}; p of permuted units, "
        f"{tests['adjustment'].upper()}-adjusted over outlets and over frames"
        f"{words.rotation(tests['rotation_count'])}; a test holds at .05",
        sentences(
            f"Fewer than {a.min_units} units on a side: too few",
            "A mark without an interval: hits in too few units to give one",
            tests["weights"],
        ),
    )


def move_border(pair: tuple[str, str], dates: Mapping[str, Any], tests: Mapping[str, Any], **given: Any) -> Said:
    """Of the notebook that moves the border to other dates. pair: before, after. dates: border (the real day), number (of
    others). tests: as in `contrast_eras`, of the real border."""
    a = words.read(given, "move_border")
    before, after = (a.name(era) for era in pair)
    what = f"of {words.frames(a)}, after over before{words.collection(a)}"
    border = dates["border"]
    tried = (
        f"at {border}, where {after} follows {before}, and at {dates['number']} dates before it when nothing happened; "
        "what follows each is as long as what follows the real one, where the collection allows it"
    )
    return Said(
        "The border between the eras among other dates",
        sentences(
            f"Ratio of rates within outlets {what}: {tried}",
            words.outlets(a),
            a.selected,
            a.whom,
            words.counting(a),
            f"At the border {tests['beside']}",
        ),
        f"Dots of the ratio of rates {what}: one line per date, one panel per frame; the last line is the border, "
        f"{border}. Dots are full where both tests hold, pale where one does, else open.",
        "ratio of rates, after / before",
        a.unit,
        f"p of permuted units, {tests['adjustment'].upper()}-adjusted over the frames of a date"
        f"{words.rotation(tests['rotation_count'])} at the border; a test holds at .05",
        sentences(f"Fewer than {a.min_units} units, or no hit, on a side: too few", tests["weights"]),
    )


def trace_transition(event: Event, model: Mapping[str, Any], **given: Any) -> dict[str, Said]:
    """Of the notebook on a break in time: the `series` and the `placebo` dates. model: period, slope, season, window."""
    a = words.read(given, "trace_transition")
    what = f"{words.frames(a)} per {model['period']}{words.collection(a)}"
    told = (event_in_words(event), words.outlets(a), a.whom)
    terms = "level and slope change" if model["slope"] else "the level changes"
    season = (
        f", with {model['season']} pair{'s' if model['season'] > 1 else ''} of seasonal harmonics"
        if model["season"]
        else ""
    )
    left_out = "; documents of the transition window left out" if event.window else ""
    return {
        "series": Said(
            "Frames over time and the transition",
            sentences(f"Rates of {what}, the segmented model, and the model without the break", *told),
            f"Lines of the rates of {what}, with fitted and counterfactual lines; vertical lines mark the break "
            f"({event.date}) and rivals.",
            RATE,
            model["period"],
            f"segmented regression of log rates in which {terms}{season}, with autocorrelated noise (REML){left_out}",
        ),
        "placebo": Said(
            "The transition among placebo dates",
            sentences(
                f"Strength of a break of {what}, at each placebo date before {event.date} and there (last point)", *told
            ),
            f"Lines of the F statistic of a break by placebo date: {what}; the break ({event.date}) is marked.",
            "F of a break at this date",
            model["period"],
            f"F of the break's terms ({terms}{season}); every date is judged by the {model['window']} periods before it "
            "and by as many after it as follow the break, or as many as before",
        ),
    }


def follow_event(event: Event, model: Mapping[str, Any], **given: Any) -> Said:
    """Of the notebook that follows outlets around an event. model: step, bins, control_outlet_ids, control_frame,
    min_outlets, left_out (documents dated too coarsely to stand before or after), placebos (a sentence on other dates)."""
    a = words.read(given, "follow_event")
    step, edges = model["step"], list(model["bins"])
    what = f"{words.frames(a)} around {event.date}{words.collection(a)}"
    reference = edges[edges.index(0) - 1]
    to_what = f"the {-reference} {step}{'s' if reference < -1 else ''} before the event"
    control, kind = _control(a, model)
    effects = f"effects of outlet and {step}" if kind else "effects of outlet"
    coarse = f"{model['left_out']:,} documents whose date does not say on which side they stand are left out"
    return Said(
        "Outlets around the event, bin by bin",
        sentences(
            f"Rate of {what}, as a ratio to that in {to_what}, each outlet against itself{control}",
            f"Bins by {step}s from the event, the first and the last as far as there are documents",
            event_in_words(event),
            words.outlets(a),
            a.whom,
            coarse if model["left_out"] else "",
        ),
        f"Dots of the ratio of rates of {what}, with intervals: one line for each bin of time, from the earliest to the "
        f"latest, one panel for each frame; 1 is the rate in {to_what}{control}.",
        f"ratio of rates to those in {to_what}",
        "outlet",
        f"Poisson regression with {effects}, errors clustered on outlets, 95 % interval; p of the bins from the event on "
        "adjusted over them and the frames (Holm); joint F test of the bins before",
        sentences(
            f"Fewer than {model['min_outlets']} outlets with hits, or than 5 hits in a bin: too few",
            "" if kind else "What moves all outlets at once is in the ratio, and the intervals do not allow for it",
            model["placebos"],
        ),
    )


def _control(a: words.Asked, model: Mapping[str, Any]) -> tuple[str, str]:
    """What the change is compared with, as the end of a clause, and its kind ("": nothing)."""
    if model["control_frame"]:
        return f", and over the same ratio of the frame {a.name(model['control_frame'])}", "frame"
    if model["control_outlet_ids"]:
        names = words.some([a.name(outlet) for outlet in model["control_outlet_ids"]], "outlets")
        return f", and over the same ratio in outlets that the event does not concern ({names})", "outlets"
    return "", ""
