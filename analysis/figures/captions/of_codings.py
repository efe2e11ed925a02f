"""What the figures of readings say: how right the codebook is, and rates corrected by what was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.figures.captions import asked as words
from analysis.figures.captions.asked import Said, sentences
from analysis.figures.captions.of_frames import RATE


def score_codings(reading: Mapping[str, Any], warnings: Iterable[str], **given: Any) -> Said:
    """Of the notebook on precision. reading: draw_name, who (a sentence), borderline, min_read. warnings: where it errs
    unevenly."""
    a = words.read(given, "score_codings")
    focal = a.store.study.focal_name or a.store.study.focal_state or "the state of the study"
    what = f"hits of {words.frames(a)} counted as about {focal}"
    return Said(
        "How often hits mean their frame",
        sentences(
            f"Share of the {what} that mean their frame and are about it{words.collection(a)}",
            *_reading(reading),
            a.selected,
        ),
        f"Forest plot of the share of the {what} that are right, with intervals: frames as lines, one mark per era.",
        "share of counted hits that are right",
        "coded hit",
        "95 % interval, Wilson with the effective number of hits; " + (" ".join(warnings) or "no difference found"),
        f"Fewer than {reading['min_read']} hits read: too few.",
    )


def correct_rates(
    pair: tuple[str, str], reading: Mapping[str, Any], warnings: Iterable[str], **given: Any
) -> dict[str, Said]:
    """Of the notebook that corrects rates: `ratios` and `rates`. pair: before, after. reading, warnings: as above."""
    a = words.read(given, "correct_rates")
    before, after = (a.name(era) for era in pair)
    told = (a.whom, *_reading(reading), words.outlets(a), a.selected)
    same = {
        "unit": a.unit,
        "test": sentences("95 % interval, t over units, coding included", *warnings),
        "limits": "No value: nothing read, a sum not above zero, fewer than two passages read in an era, or fewer than "
        f"{a.min_units} units.",
    }
    what = f"{words.frames(a)}{{}}, uncorrected and corrected by reading{words.collection(a)}"
    ratio = what.format(f", {after} over {before}")
    return {
        "ratios": Said(
            "Change of frames, corrected by reading",
            sentences(f"Ratio of rates of {ratio}", *told),
            f"Forest plot of the ratio of rates of {ratio}: uncorrected beside corrected, one line per frame.",
            f"ratio of rates, {after} / {before}",
            **same,
        ),
        "rates": Said(
            "Frames, corrected by reading",
            sentences(f"Rates of {what.format('')}", *told),
            f"Forest plot of the rates of {what.format('')}: one line per frame, one panel per era.",
            RATE,
            **same,
        ),
    }


def _reading(reading: Mapping[str, Any]) -> list[str]:
    """Which draw was read by whom, and what a borderline hit counts."""
    draw = f"Draw: {reading['draw_name']}" if reading["draw_name"] else ""
    half = reading["borderline"]
    return [str(reading["who"]), draw, f"A borderline hit counts {half:g} of a hit" if half else ""]
