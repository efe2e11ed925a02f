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
