"""Notebooks as programs save them: what JupyterLab forgives and papermill does not is put right in a copy."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.store.atomic import write_json

_RUN = ("outputs", "execution_count")  # of code cells alone


def readable(notebook: Path, beside: Path) -> Path:
    """The notebook itself where papermill can read it, else a copy of it with what is missing, written to `beside`.

    Missing or of no kind at all may be: the metadata of notebook or cells, outputs and counts of code cells (others have
    none), the number of the format; and the file may begin with a byte order mark. What cells say stays as it is.
    """
    text = notebook.read_text(encoding="utf-8")
    content = json.loads(text.removeprefix("\ufeff"))
    mended = _mended(content)
    if mended == content and not text.startswith("\ufeff"):
        return notebook
    write_json(beside, mended)
    return beside


def _mended(content: Mapping[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {"nbformat": 4, "nbformat_minor": 4, **copy.deepcopy(dict(content))}
    for part in (whole, *whole["cells"]):
        if not isinstance(part.get("metadata"), dict):
            part["metadata"] = {}
    for cell in whole["cells"]:
        if cell["cell_type"] != "code":
            for key in _RUN:
                cell.pop(key, None)
            continue
        if not isinstance(cell.get("outputs"), list):
            cell["outputs"] = []
        if not isinstance(cell.get("execution_count", ""), int | None):
            cell["execution_count"] = None
    return whole
