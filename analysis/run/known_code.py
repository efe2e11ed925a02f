"""What was read of code before, kept from one command to the next by the sha256 of the code's own bytes.

Parsing modules is most of what finding out that nothing has to run costs. What follows from the bytes of a file alone is
kept here; where imports lead and which files stand beside a module is looked up anew each time. No time of change is
believed.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.store.atomic import read_json, write_json

FILE = "code.json"


class KnownCode:
    """Facts of pieces of code. path: where they are kept; None keeps them as long as the object lives. maker: the file
    whose rules the facts follow; if it or Python's version changes, nothing is believed."""

    def __init__(self, path: Path | None, maker: Path) -> None:
        self.path = path
        self._rules = f"{sys.version_info[:3]} {hashlib.sha256(maker.read_bytes()).hexdigest()}"
        self._facts: dict[str, dict[str, Any]] = {} if path is None else _kept(path, self._rules)
        self._used: dict[str, dict[str, Any]] = {}
        self._is_new = False

    def of(self, data: bytes, read: Callable[[bytes], dict[str, Any]]) -> dict[str, Any]:
        """The facts of the code `data`: those kept, or what `read` says of it."""
        key = hashlib.sha256(data).hexdigest()
        if key not in self._used:
            self._is_new = self._is_new or key not in self._facts
            self._used[key] = self._facts[key] if key in self._facts else read(data)
        return self._used[key]

    def save(self) -> None:
        """Keep what was asked for, if some of it is new; a folder that cannot be written costs time, nothing else."""
        if self.path is None or not self._is_new:
            return
        content = {"rules": self._rules, "sum": _sum(self._used), "facts": self._used}
        with contextlib.suppress(OSError, DiscourseError):
            write_json(self.path, content)
            self._is_new = False


def _kept(path: Path, rules: str) -> dict[str, dict[str, Any]]:
    """The facts in a file; none if it is missing, damaged, or follows other rules."""
    try:
        content = read_json(path, "")
    except (DiscourseError, OSError):
        return {}
    if not isinstance(content, dict) or content.get("rules") != rules or not isinstance(content.get("facts"), dict):
        return {}
    return content["facts"] if content.get("sum") == _sum(content["facts"]) else {}


def _sum(facts: dict[str, dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@functools.lru_cache(maxsize=16)
def known_code(folder: Path, maker: Path) -> KnownCode:
    """The one object that keeps facts in a folder."""
    return KnownCode(folder / FILE, maker)
