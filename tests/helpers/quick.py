"""A long table of trials: a sharp sample by `make test`, all of them by `make ci`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pytest


def sample(rows: Iterable, quick: Collection) -> list:
    """`rows` for `pytest.mark.parametrize`, all but those in `quick` with the mark `slow`. A row of `quick` that is not
    among `rows`, or no row at all, is an error: no sample becomes empty without a word."""
    rows = list(rows)
    unknown = [row for row in quick if row not in rows]
    if unknown or not quick:
        raise ValueError(f"of the sample not among the rows: {unknown or 'it is empty'}; the rows are {rows}")
    return [row if row in quick else pytest.param(*values(row), marks=pytest.mark.slow) for row in rows]


def values(row: object) -> tuple:
    """One value for each argument of a test: a tuple is a row of several."""
    return row if isinstance(row, tuple) else (row,)
