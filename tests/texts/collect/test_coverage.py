from __future__ import annotations

import dataclasses

import pytest

from analysis.errors import DiscourseError
from analysis.texts.collect import coverage
from analysis.texts.collect.captures import Capture
from analysis.texts.collect.ledger import Ledger

ONE = Capture("post", "cc", "C", "20230901120000", "https://post.example/a", "f", 0, 20, "A")


def test_captures_beside_what_was_published(tmp_path):
    (tmp_path / coverage.FILE).write_text(
        "outlet_id,month,article_count,source\npost,2023-09,8,sitemap\npost,2023-10,5,x\n"
    )
    with Ledger(tmp_path) as ledger:
        ledger.add([dataclasses.replace(ONE, offset=i) for i in range(3)], "q", "", done=True)
        ledger.choose(
            [(dataclasses.replace(ONE, offset=i).capture_id, "planned" if i else "skipped", "") for i in range(3)]
        )
        ledger.set(dataclasses.replace(ONE, offset=1).capture_id, {"state": "fetched"})
        rows = coverage.rows(ledger, coverage.published(tmp_path / coverage.FILE))
        assert rows.to_dict("records") == [
            {
                "outlet_id": "post",
                "month": "2023-09",
                "capture_count": 2,
                "fetched_count": 1,
                "article_count": 8,
                "captured_share": 0.25,
            },
            {
                "outlet_id": "post",
                "month": "2023-10",
                "capture_count": 0,
                "fetched_count": 0,
                "article_count": 5,
                "captured_share": 0.0,
            },
        ]
        assert coverage.rows(ledger, {})["captured_share"].isna().all()


def test_no_file_is_no_counts_and_a_bad_line_is_named(tmp_path):
    path = tmp_path / coverage.FILE
    assert coverage.published(path) == {}
    path.write_text("outlet_id,month,article_count,source\npost,September,8,x\n")
    with pytest.raises(DiscourseError, match="line 2"):
        coverage.published(path)
    path.write_text("outlet,month\n")
    with pytest.raises(DiscourseError, match="first line"):
        coverage.published(path)
