"""Which addresses are no articles, by rules on their path; the rules stand in `page_rules.toml`."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from analysis.study.collection import CollectedOutlet

RULES = Path(__file__).parent / "page_rules.toml"


@functools.cache
def _rules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    listed = tomllib.loads(RULES.read_text(encoding="utf-8"))["rule"]
    return tuple((row["reason"], re.compile("|".join(row["patterns"]), re.IGNORECASE)) for row in listed)


def no_article(address: str, outlet: CollectedOutlet) -> str:
    """Why an address leads to no article; "" if it may be one."""
    parts = urlsplit(address)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    for reason, pattern in _rules():
        if pattern.search(path):
            return reason
    if any(re.search(pattern, path) for pattern in outlet.skip):
        return "left out by the outlet's rule"
    if outlet.articles and not any(re.search(pattern, path) for pattern in outlet.articles):
        return "no article by the outlet's rule"
    return ""
