"""Which share of an outlet's articles a corpus from web archives has seen, by month and by era, and when to say so.

A capture that was listed and could not be fetched is a text that nobody counted. Where the eras were not seen alike, a
change of rates may be a change of what was seen.
"""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

from analysis.errors import require
from analysis.store.contracts import REPLACED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analysis.study.declaration import Study

DIFFERENCE = 0.10  # of shares, from which a caption says that the eras were not seen alike
MIN_LISTED = 20  # articles or captures an era needs before its share is compared
MONTHS = ["outlet_id", "month", "listed_count", "fetched_count", "document_count", "article_count", "captured_share"]


def captured_months(captures: pd.DataFrame, published: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row is one outlet in one month of capture (YYYY-MM), in order of outlet and month.

    captures: the store's table. published: outlet_id, month, article_count, what the outlets published as far as anyone
    counted it. Columns: listed_count (captures that were to be fetched, without those for which
    another capture of the page was taken), fetched_count, document_count (captures that
    became a document), article_count (null where not known), captured_share: fetched of the articles published where
    their number is known, else of the captures listed; from 0, and it may pass 1 where pages of earlier months were
    captured later. Without captures and published counts the table is empty.
    """
    import pandas as pd

    listed = captures[~captures["reason"].fillna("").str.endswith(REPLACED).astype(bool)]
    listed = listed.assign(
        month=listed["timestamp"].str.slice(0, 4) + "-" + listed["timestamp"].str.slice(4, 6),
        is_fetched=listed["state"] == "fetched",
        is_document=listed["doc_id"].notna(),
    )
    grouped = listed.groupby(["outlet_id", "month"], sort=True)
    table = pd.DataFrame(
        {
            "listed_count": grouped.size(),
            "fetched_count": grouped["is_fetched"].sum(),
            "document_count": grouped["is_document"].sum(),
        }
    )
    if published is not None and len(published):
        articles = published.set_index(["outlet_id", "month"])["article_count"]
        table = table.reindex(table.index.union(articles.index).sort_values(), fill_value=0)
        table["article_count"] = articles.reindex(table.index).astype("Int64")
    else:
        table["article_count"] = pd.array([pd.NA] * len(table), dtype="Int64")
    whole = table["article_count"].where(table["article_count"] > 0).fillna(table["listed_count"])
    share = table["fetched_count"].astype(float) / whole.astype(float).where(whole > 0)
    return table.assign(captured_share=share).reset_index().rename_axis(columns=None)[MONTHS]


def captured_eras(months: pd.DataFrame, study: Study, era_ids: Sequence[str]) -> pd.DataFrame:
    """One row is one era, in the order given: listed_count, fetched_count, captured_share (0 to 1 and above), basis.

    months: rows of `captured_months`. A month that straddles the border of an era belongs to none. basis: "articles
    published" if their number is known for every outlet and month of all these eras, else "captures listed".
    captured_share is null for an era without any. Raises `DiscourseError` for an era that is not declared.
    """
    import pandas as pd

    spans = {era.era_id: (era.start, era.end or "9999-12-31") for era in study.eras}
    for era_id in era_ids:
        require("era", era_id, spans)
    inside = {era: months[[_within(month, *spans[era]) for month in months["month"]]] for era in era_ids}
    known = bool(len(months)) and all(rows["article_count"].notna().all() for rows in inside.values())
    column = "article_count" if known else "listed_count"
    found = []
    for era, rows in inside.items():
        whole, fetched = int(rows[column].sum()), int(rows["fetched_count"].sum())
        share = fetched / whole if whole else None
        found.append((era, whole, fetched, share, "articles published" if known else "captures listed"))
    return pd.DataFrame(found, columns=["era_id", "listed_count", "fetched_count", "captured_share", "basis"])


def captured_note(months: pd.DataFrame, study: Study, era_ids: Sequence[str]) -> str:
    """What a caption says of the share seen in each era; "" for a corpus without a list of captures.

    Shares that lie 10 percentage points or more apart are said to differ. There is no test: the list is all there was to
    fetch and no sample of it, so a difference of shares is a fact about the corpus. An era with fewer than 20 listed says
    that too little is known.
    """
    if not len(months):
        return ""
    table = captured_eras(months, study, era_ids)
    labels = study.labels("eras")
    few = [labels.get(row.era_id, row.era_id) for row in table.itertuples() if row.listed_count < MIN_LISTED]
    basis = table["basis"].iloc[0]
    if few:
        return f"Coverage: fewer than {MIN_LISTED} {basis} in {' and '.join(few)}, too few to compare what was seen."
    shares = ", ".join(
        f"{row.captured_share:.0%} in {labels.get(row.era_id, row.era_id)}" for row in table.itertuples()
    )
    said = f"Coverage, fetched of the {basis}: {shares}"
    if table["captured_share"].max() - table["captured_share"].min() >= DIFFERENCE - 1e-9:
        return f"{said}; coverage differs between the eras, so a change may be one of what was seen."
    return f"{said}."


def _within(month: str, start: str, end: str) -> bool:
    """Whether the whole month lies in the half-open period of ISO days."""
    year, number = int(month[:4]), int(month[5:7])
    last = f"{month}-{calendar.monthrange(year, number)[1]:02d}"
    return start <= f"{month}-01" and last < end
