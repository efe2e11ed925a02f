"""Workbooks that we write: in one step, and the same bytes for the same cells."""

from __future__ import annotations

import io
import os
import re
import zipfile
from typing import TYPE_CHECKING

from analysis.store.atomic import write_bytes

if TYPE_CHECKING:
    from openpyxl import Workbook

_TIME = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_ALWAYS = rb"\g<1>2000-01-01T00:00:00Z"


def save_workbook(book: Workbook, path: str | os.PathLike[str]) -> None:
    """Write a workbook atomically, without the times at which it was made and saved, which openpyxl puts into it."""
    made, kept = io.BytesIO(), io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "docProps/core.xml":
                data = _TIME.sub(_ALWAYS, data)
            new.writestr(zipfile.ZipInfo(entry.filename), data, zipfile.ZIP_DEFLATED)
    write_bytes(path, kept.getvalue())
