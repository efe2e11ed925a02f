"""The report of a build: every record accounted for, each refusal listed, nothing run as markup."""

from __future__ import annotations

import pyarrow as pa
import pytest

from analysis.errors import DiscourseError
from analysis.texts.build.part_file import FILTERED
from analysis.texts.build.summary import BuildReport, as_text, source_rows, write_html

KEPT = pa.table(
    {
        "source_id": ["a", "a", "b"],
        "token_count": pa.array([10, 5, 7], pa.int32()),
        "title_token_count": pa.array([2, 5, 0], pa.int32()),
        "character_count": [100, 50, 50],
        "date_precision": ["day", "none", "day"],
        "era_id": pa.array(["x", None, None], pa.string()),
        "cluster_size": pa.array([2, 1, 1], pa.int32()),
        "boilerplate_share": [0.1, 0.0, 0.5],
    }
)


def refusal(source, kind, rows=1, origin="f:1", reason="r"):
    return {"source_id": source, "kind": kind, "rows": rows, "origin": origin, "reason": reason, "doc_id": None}


def report():
    refusals = [refusal("a", "empty", origin="x<b>.txt", reason="a & b"), refusal("b", FILTERED, 4)]
    return BuildReport(source_rows(KEPT, refusals, {"a": 3, "b": 5, "c": 0}), refusals)


def test_rows_by_hand():
    a, b, c = report().rows
    assert (a["read"], a["kept"], a["refused"], a["filtered"], a["undated"], a["no_era"]) == (3, 2, 1, 0, 1, 1)
    assert (a["empty_text"], a["clustered"], a["tokens"]) == (1, 1, 15)
    assert a["boilerplate"] == pytest.approx(10 / 150)
    assert (b["filtered"], b["kept"], b["read"]) == (4, 1, 5)
    assert (c["read"], c["kept"], c["boilerplate"]) == (0, 0, 0.0)
    total = report().totals()
    assert (total["read"], total["kept"], total["refused"], total["filtered"]) == (8, 3, 1, 4)
    assert total["boilerplate"] == pytest.approx((10 + 25) / 200)


def test_a_record_that_got_lost_is_an_error():
    report().check()
    lost = report()
    lost.rows[0]["read"] = 9
    with pytest.raises(DiscourseError, match="source a: 9 records read"):
        lost.check()


def test_the_text_lists_kinds_with_examples_and_notes():
    told = report()
    told.notes.append("A note.")
    text = as_text(told)
    assert "left out, empty: 1" in text and "x<b>.txt: a & b" in text and "A note." in text
    assert FILTERED not in told.kinds()
    assert text.splitlines()[0].split()[:3] == ["source", "read", "filtered"]


def test_the_page_escapes_what_texts_bring(tmp_path):
    told = report()
    told.notes.append("<script>")
    write_html(told, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "x&lt;b&gt;.txt" in page and "a &amp; b" in page and "&lt;script&gt;" in page and "<script>" not in page
