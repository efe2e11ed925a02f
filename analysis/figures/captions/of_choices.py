"""What the figures of choices say: the curve of all specifications, what a result hangs on, and the mix of outlets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.figures.captions import asked as words
from analysis.figures.captions.asked import Said, sentences


def specification_curve(pair: tuple[str, str], drawn: Mapping[str, Any], **given: Any) -> dict[str, Said]:
    """Of the notebook on all choices: the `curve`, and the `influence` of what is left out.

    pair: before, after. drawn: count (specifications), possible (combinations there are), unit (of the joint test),
    permutations, rotations, p, rotation_p, long_run_p, judged (which of them make a claim, a sentence), preferred (its
    alternatives, in words).
    """
    a = words.read(given, "specification_curve")
    before, after = (a.name(era) for era in pair)
    what = f"of the frame {a.name(a.frame or '')}, {after} over {before}{words.collection(a)}"
    axis = f"ratio of rates, {after} / {before}"
    some = "" if drawn["count"] == drawn["possible"] else f", drawn from {drawn['possible']:,} combinations"
    return {
        "curve": Said(
            "One claim over all choices",
            sentences(
                f"Ratio of rates {what}, in {drawn['count']:,} specifications{some}, with the choices that made each",
                words.outlets(a),
                a.selected,
                "On the right, each choice's share of the spread of the finite ratios",
            ),
            f"Specification curve: ratios of rates {what}, in order of size with intervals; above 1 means more in the "
            f"later era, {after}. Below, marks show which alternative of each choice a specification takes.",
            axis,
            f"each specification's own; {drawn['unit']}s in the joint test",
            f"95 % interval, bootstrap t; joint test of the median statistic: p {drawn['p']:.3f} with {drawn['unit']}s "
            f"permuted ({drawn['permutations']:,}), p {drawn['long_run_p']:.3f} with long-run errors, "
            f"p {drawn['rotation_p']:.3f} with labels rotated along time ({drawn['rotations']:,}); "
            f"{drawn['judged']}. Grey: what chance stays within in all specifications together",
            f"An era with fewer than {a.min_units} units, or no hit in outlets that are compared: not drawn, but counted",
        ),
        "influence": Said(
            "What the preferred specification hangs on",
            sentences(
                f"Ratio of rates {what}, with all and without the outlet, quarter, story or codebook entry that changes it "
                "most",
                f"The preferred specification: {drawn['preferred']}",
                words.outlets(a),
                a.selected,
            ),
            f"Dots of the ratio of rates {what}, without each of the most influential outlets, quarters, stories, entries.",
            axis,
        ),
    }


def split_composition(pair: tuple[str, str], drawn: tuple[int, int], **given: Any) -> dict[str, Said]:
    """Of the notebook on the mix of outlets: the `parts` of a change, and the `months` with who comes and goes. drawn: the
    number of outlets in the grid of months, and of all."""
    a = words.read(given, "split_composition")
    before, after = (a.name(era) for era in pair)
    what = f"from {before} to {after}{words.collection(a)}"
    told = (words.outlets(a), a.selected)
    shown, there = drawn
    left_out = f"Of {there} outlets the {shown} with the largest share of an era are drawn" if shown < there else ""
    return {
        "parts": Said(
            "What changed within outlets, and who came and went",
            sentences(
                f"Change of the rate of {words.frames(a)} {what}, split into change within outlets, change of their "
                "shares, outlets that came and outlets that left; the parts add up to the total",
                *told,
                words.whom(a),
                words.counting(a),
            ),
            f"Forest plot of the change of rates of {words.frames(a)} {what}: total, within outlets, mix, entry and exit, "
            "with intervals; right of 0 means more in the later era.",
            "change, hits per 10,000 tokens",
            a.unit,
            f"95 % interval, percentile{words.lasting_moods(a.unit)}; {a.unit or 'unit'}s drawn again within each era, "
            f"{a.replicates or 0:,} replicates",
            words.too_few(a),
        ),
        "months": Said(
            "Months in which outlets enter or leave",
            sentences(
                f"Documents by outlet and month {what}; lines mark the border and the months in which most of the tokens "
                "came or went with an outlet",
                left_out,
                *told,
                words.whom(a, "presence"),
            ),
            f"Grid of documents by outlet and month {what}; months in which outlets enter or leave are marked.",
            "documents",
        ),
    }
