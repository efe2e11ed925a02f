"""Which share of what an outlet published was seen: captures by outlet and month, beside published counts if there are."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import DiscourseError
from analysis.store.atomic import read_utf8
from analysis.texts.collect.ledger import Ledger

if TYPE_CHECKING:
    import pandas as pd

FILE = "published_counts.csv"
_COUNT = re.compile(r"[0-9]{1,9}")
COLUMNS = ("outlet_id", "month", "article_count", "source")


def published(path: Path) -> dict[tuple[str, str], int]:
    """(outlet, YYYY-MM) -> articles published, from a file that the author keeps (WordPress tells the number in the header
    `X-WP-Total`, sitemaps by their entries); empty if there is none. A line that cannot be read raises `DiscourseError`."""
    if not path.is_file():
        return {}
    try:
        reader = csv.DictReader(io.StringIO(read_utf8(path), newline=""))
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise DiscourseError(f"{path}: the first line should be {','.join(COLUMNS)}.")
        listed = list(reader)
    except csv.Error as error:
        raise DiscourseError(f"{path}: not a readable CSV file ({error}).") from error
    found = {}
    for number, row in enumerate(listed, start=2):
        month, count = row["month"] or "", row["article_count"] or ""
        if not (_COUNT.fullmatch(count) and len(month) == 7 and month[4] == "-"):
            raise DiscourseError(f"{path}, line {number}: month as YYYY-MM and a whole number of articles are needed.")
        found[(row["outlet_id"], month)] = int(count)
    return found


def rows(ledger: Ledger, counts: dict[tuple[str, str], int]) -> pd.DataFrame:
    """One row is one outlet in one month of capture: capture_count (planned or fetched), fetched_count, article_count
    (published in that month; empty where not known), captured_share (may pass 1, since pages are captured later)."""
    import pandas as pd

    found: dict[tuple[str, str], list[int]] = {}
    for row in ledger.summary():
        if row["state"] in ("planned", "fetched"):
            cell = found.setdefault((row["outlet_id"], row["month"]), [0, 0])
            cell[0] += row["capture_count"]
            cell[1] += row["capture_count"] * (row["state"] == "fetched")
    for key in counts:
        found.setdefault(key, [0, 0])
    listed = [
        (*key, *cell, counts.get(key), cell[0] / counts[key] if counts.get(key) else None)
        for key, cell in sorted(found.items())
    ]
    columns = ["outlet_id", "month", "capture_count", "fetched_count", "article_count", "captured_share"]
    return pd.DataFrame(listed, columns=columns)
