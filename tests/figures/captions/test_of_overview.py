"""The overview's captions say which frames, which rows, which eras and how few are too few."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.figures.captions import of_overview
from analysis.measures.frames.overview import ROWS


class Nile:
    def labels(self, _):
        return {"frame": ["flood", "drought"]}

    def names(self):
        return {"flood": "Flood", "old": "Old Kingdom", "new": "New Kingdom"}


def said(rows="groups", **given):
    rule = {"rows": rows, "min_documents": 7, "changes": 40, "read": "Read by A."}
    return of_overview.before_and_after(("old", "new"), rule, store=Nile(), frames=["flood"], unit="week", **given)


@pytest.mark.parametrize(("rows", "words"), [("groups", "by group of outlets"), ("outlets", "by outlet")])
def test_rows_frames_and_eras_are_named(rows, words):
    found = said(rows, collection="news", outlet_ids=[])
    for one in found.values():
        assert words in one.title and f"Old Kingdom and New Kingdom, {words}" in one.caption
        assert "the frame Flood (1 of 2 of the codebook)" in one.caption
        assert one.limits.startswith("Fewer than 7") and "Of 40 intervals of a change 2 leave out 0" in one.limits
        assert "in Old Kingdom and in New Kingdom" in one.alt
    assert "Read by A." in found["shares"].caption and "Read by A." not in found["voices"].caption


def test_every_kind_of_row_has_words_and_no_other():
    assert set(of_overview.ROWS) == set(ROWS)
    with pytest.raises(DiscourseError, match="counted"):
        said(counted="never")
