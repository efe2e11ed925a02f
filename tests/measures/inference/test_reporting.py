"""Paragraphs say what was done: every setting shows in the text."""

from __future__ import annotations

import pandas as pd

from analysis.measures.frames.contrasts import Comparison
from analysis.measures.inference.regression import Errors
from analysis.measures.inference.reporting import contrast_paragraph, rates_paragraph, segmented_paragraph
from analysis.measures.inference.resampling import Sampling
from analysis.measures.time.interrupted import Design, segmented


def test_rates_paragraph_names_measure_unit_and_what_was_left_out():
    table = pd.DataFrame({"rate_per_10000": [1.0, None], "too_few": [False, True]})
    table.attrs["left_out_count"] = 3
    text = rates_paragraph(table, Sampling(unit="outlet_month", replicates=500, interval="percentile", min_clusters=7))
    for words in (
        "hits per 10,000 tokens",
        "95%",
        "percentile",
        "500",
        "outlet and month",
        "fewer than 7",
        "1 of 2",
        "3 doc",
    ):
        assert words in text
    assert "share of documents" in rates_paragraph(
        table.rename(columns={"rate_per_10000": "document_share"}), Sampling()
    )


def test_contrast_paragraph_names_sides_and_family():
    text = contrast_paragraph(
        pd.DataFrame({"family_count": [4, 4]}), Comparison("era_id", "old", "new", adjust="by", power=0.9), Sampling()
    )
    for words in ("new with old", "Yekutieli", "families of 4", "90%", "syndication clusters"):
        assert words in text


def test_segmented_paragraph():
    rows = pd.DataFrame(
        {"period_start": [f"{y}-01-01" for y in range(2000, 2020)], "hit_count": [3, 4, 6, 5] * 5, "token_count": 1000}
    )
    design = Design(slope=False, season=0, errors=Errors("model"), window=("2009-06-01", "2010-01-01"))
    text = segmented_paragraph(segmented(rows, "2010-01-01", design), design)
    for words in ("quasi-Poisson", "20 periods", "change of level at 2010-01-01", "2009-06-01", "17 residual"):
        assert words in text
