"""The interactive picture of key words on the page of a figure: every word that was tested, by the table of the page.

The script (assets/words.js) reads the rows from the table of the same page, so that picture, list and table cannot differ,
and the page opens from `file://` under the site's content security policy, without another file of data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NEEDED = ("term", "per_million", "log_ratio", "word", "rank")  # what a scatter of key words has in its rows
NOT_KEY = "not key"
IDS = ("word", "side")  # columns that hold the id of a side, or what no id can be
UNNAMED = {"above": "the side above zero", "below": "the side below zero"}


def word_sides(
    columns: Sequence[str], rows: Sequence[Sequence[str]], parameters: Mapping[str, Any]
) -> dict[str, Any] | None:
    """What the interactive picture needs beside the rows: {"above", "below"}: names of the sides, {"is_eras"}: whether they
    are eras; None for a figure that is no scatter of key words.

    rows: with names in place of ids. A side is named by the column `side`, in older figures by its key words; one that has
    none there is told by where it stands.
    """
    if not set(NEEDED) <= set(columns):
        return None
    place = {column: columns.index(column) for column in (*NEEDED, *({"side"} & set(columns)))}
    named = dict(UNNAMED)
    for row in rows:
        name = row[place["side" if "side" in place else "word"]]
        value = float(row[place["log_ratio"]] or 0)
        if name and name != NOT_KEY and value:
            named["above" if value > 0 else "below"] = name
    return {**named, "is_eras": parameters.get("contrast") == "era_id"}
