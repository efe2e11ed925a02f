"""Noting which inputs a notebook read, so that it is run again when one of them changes and not otherwise."""

from __future__ import annotations

import json
import os
from pathlib import Path


def note(**what: str | None) -> None:
    """Append one line of JSON to the file named by $DISCOURSE_TRACE; nothing happens when that is not set.

    Lines are short and written in one call, so that several processes may note at once.
    """
    path = os.environ.get("DISCOURSE_TRACE")
    if path:
        with Path(path).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(what, sort_keys=True) + "\n")
