"""What the overview says: groups of outlets before and after, at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.figures.captions import asked as words
from analysis.figures.captions.asked import Said, sentences

ROWS = {"groups": "group of outlets", "outlets": "outlet"}


def before_and_after(pair: tuple[str, str], rule: Mapping[str, Any], **given: Any) -> dict[str, Said]:
    """Of the overview: the `shares` of documents with a frame, and the `voices` of the hits. pair: before, after.

    rule: rows (of `ROWS`), min_documents, changes (intervals of a change that are drawn), read (a sentence on readings).
    """
    a = words.read(given, "before_and_after")
    before, after = (a.name(era) for era in pair)
    rows = ROWS[rule["rows"]]
    what = f"{before} and {after}, by {rows}{words.collection(a)}"
    told = (words.outlets(a), a.selected, a.whom)
    same = {
        "unit": a.unit,
        "test": "95 % interval, Wilson's with the effective number of documents over whole units; change: Newcombe's",
        "limits": f"Fewer than {rule['min_documents']}: too few, and the number is said. Of {rule['changes']} intervals of "
        f"a change {rule['changes'] / 20:.0f} leave out 0 by chance.",
    }
    axis = "share of {}, and its change in percentage points; under each name: {} before and after"
    return {
        "shares": Said(
            f"Frames before and after, by {rows}",
            sentences(
                f"Share of documents that use {words.frames(a)}, {what}, and the change; bold where its interval "
                "leaves out 0",
                *told,
                rule["read"],
            ),
            f"One panel for each of {words.frames(a)}, one line for each {rows}: share in {before} and in {after} with "
            "intervals, and the change.",
            axis.format("documents with the frame", "documents"),
            **same,
        ),
        "voices": Said(
            f"Who says it, by {rows}",
            sentences(
                f"Whose words the hits of {words.frames(a)} are, {what}: the outlet's own, quoted, or reported in indirect "
                "speech",
                *told,
            ),
            f"One panel for each voice, one line for each {rows}: share of hits in {before} and in {after} with intervals.",
            axis.format("the hits", "hits"),
            **same,
        ),
    }
