"""What `analysis.run.watch` noted in a kernel, read once it has ended: the first error, and warnings counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError

INJECTED = {"injected-parameters", "papermill-error-cell-tag"}
IN_WORDS = {
    "thread": "an error ended a thread",
    "task": "an error ended an asyncio task that nobody awaited",
    "future": "an error ended a call in a pool whose result nobody asked for",
    "callback": "an error ended what the event loop was to call",
    "process": "a process ended in an error",
    "atexit": "an error ended what was to be done at the end",
    "cell": "an error was shown, by a widget or a callback, and the cell went on",
}


@dataclass(frozen=True)
class Harmless:
    """A warning that need not worry anybody. name: its category, or the logger; match: a regular expression found in its
    message; reason: why it is harmless, in words."""

    name: str
    match: str
    reason: str

    def covers(self, warning: Mapping[str, Any]) -> bool:
        return self.name == warning["name"] and re.search(self.match, warning["message"]) is not None


def check_harmless(rows: Iterable[Harmless]) -> tuple[Harmless, ...]:
    """The declarations, each with a pattern that is one and a reason; `DiscourseError` else."""
    rows = tuple(rows)
    for row in rows:
        try:
            re.compile(row.match)
        except re.error as error:
            raise DiscourseError(
                f"plan.toml, harmless {row.name}: match {row.match!r} is no pattern: {error}."
            ) from error
        if not row.reason.strip() or not row.match:
            raise DiscourseError(f"plan.toml, harmless {row.name}: give match and reason, in words.")
    return rows


def read_events(path: Path, root: str = "") -> list[dict[str, Any]]:
    """The events of a kernel in order; lines cut short by its end are left out. root: a folder to leave out of messages."""
    events = []
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                event = json.loads(line)
            except json.JSONDecodeError:
                continue
            event["message"] = event["message"].replace(f"{root}/", "") if root else event["message"]
            events.append(event)
    return events


def first_error(events: Iterable[Mapping[str, Any]], executed: Path) -> dict[str, Any] | None:
    """The first error of a run all of whose cells ended well, as the worker reports errors."""
    for event in events:
        if event["kind"] == "error":
            words = IN_WORDS.get(event["where"], "an error was swallowed")
            return {
                "cell": _cell(executed, event["count"]),
                "name": event["name"],
                "message": f"{event['message'] or event['name']} ({words})",
                "traceback": list(event["traceback"]),
            }
    return None


def _cell(executed: Path, count: int | None) -> int | None:
    """The number, in the notebook as it is committed, of the cell that was executed as the `count`-th."""
    if count is None or not executed.is_file():
        return None
    number = 0
    for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"]:
        if not INJECTED & set(cell["metadata"].get("tags", [])):
            number += 1
            if cell.get("execution_count") == count:
                return number
    return None


def counted(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Warnings, each once with its count, sorted by name and message, so that threads cannot change their order."""
    found: dict[tuple[str, str], int] = {}
    for event in events:
        if event["kind"] == "warning":
            key = (event["name"], event["message"])
            found[key] = found.get(key, 0) + 1
    return [{"name": name, "message": message, "count": n} for (name, message), n in sorted(found.items())]


def judged(warnings: Iterable[Mapping[str, Any]], harmless: Sequence[Harmless]) -> list[dict[str, Any]]:
    """The warnings with `harmless`: the reason why a declared one is, "" for all others."""
    return [
        {**warning, "harmless": next((row.reason for row in harmless if row.covers(warning)), "")}
        for warning in warnings
    ]
