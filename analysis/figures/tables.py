"""Checks on a table before it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.errors import DiscourseError, NothingFound, require

if TYPE_CHECKING:
    import pandas as pd


def columns_present(rows: pd.DataFrame, wanted: list[str | None]) -> list[str]:
    if not len(rows):
        raise NothingFound(
            "nothing to draw: the table has no rows. The selection (collection, outlets, eras, frames) holds nothing "
            "of this kind; choose more."
        )
    columns = [c for c in wanted if c is not None]
    for column in columns:
        require("column to draw", column, [str(c) for c in rows.columns])
    return columns


def rows_with(rows: pd.DataFrame, column: str, *, why: str = "note") -> pd.DataFrame:
    """The rows that have a value in `column`, without the column `why` that gives the reasons of the others.

    Raises `NothingFound` with all the reasons where none has a value, or where the column is not there.
    """
    kept = rows[rows[column].notna()] if column in rows.columns else rows.iloc[:0]
    if kept.empty:
        reasons = list(dict.fromkeys(str(reason) for reason in rows.get(why, []) if reason))
        raise NothingFound(
            f"nothing to draw: no row has a {column}. " + (" ".join(reasons) or "Choose more documents.")
        )
    return kept.drop(columns=[why], errors="ignore")


def one_row_each(rows: pd.DataFrame, keys: list[str]) -> None:
    twice = rows.duplicated(subset=keys)
    if twice.any():
        shown = rows.loc[twice, keys].iloc[0].to_dict()
        raise DiscourseError(f"two rows for one mark: {shown}; name a hue or a panel that tells them apart.")


MOST_LINES = 150  # names below each other that can be read on one page


def readable(
    rows: pd.DataFrame, column: str, *, estimate: str = "", weight: str | None = None, most: int = MOST_LINES
) -> tuple[pd.DataFrame, str]:
    """(rows of at most `most` values of a column, a sentence about those left out or "").

    Values with an estimate come first, then those with the largest sum of `weight`, then the first in the table. A figure
    of 5,000 outlets says what it leaves out; its data hold all rows.
    """
    values = rows[column].drop_duplicates()
    if len(values) <= most:
        return rows, ""
    table = rows[[column]].assign(
        has=rows[estimate].notna() if estimate else True, weight=rows[weight].fillna(0) if weight else 0
    )
    ranked = table.groupby(column, sort=False).agg({"has": "any", "weight": "sum"})
    kept = ranked.sort_values(["has", "weight"], ascending=False, kind="stable").index[:most]
    least = ", those with the least behind them" if weight else ""
    gone = f"{len(values) - most:,} of {len(values):,} are left out for want of room{least}"
    return rows[rows[column].isin(kept)], f"{gone}; the data of the figure hold all."
