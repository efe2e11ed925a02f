"""Noting which inputs a notebook read, so that it is run again when one of them changes and not otherwise."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

_SILENT: ContextVar[bool] = ContextVar("silent", default=False)


@contextlib.contextmanager
def unnoted() -> Iterator[None]:
    """What is read meanwhile is not noted: it is only checked against, and no result follows from it."""
    before = _SILENT.set(True)
    try:
        yield
    finally:
        _SILENT.reset(before)


def note(**what: str | None) -> None:
    """Append one line of JSON to the file named by $DISCOURSE_TRACE; nothing happens when that is not set.

    Lines are short and written in one call, so that several processes may note at once.
    """
    path = os.environ.get("DISCOURSE_TRACE")
    if path and not _SILENT.get():
        with Path(path).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(what, sort_keys=True) + "\n")
