"""Where the archives are and how fast they may be asked; both can be set for mirrors and tests."""

from __future__ import annotations

import os
from dataclasses import dataclass

from analysis.errors import DiscourseError

CC_INDEX = "https://index.commoncrawl.org"
CC_DATA = "https://data.commoncrawl.org"
INTERNET_ARCHIVE = "https://web.archive.org"
INTERVAL = 1.0


@dataclass(frozen=True)
class Endpoints:
    """Base addresses without a closing slash, and the least number of seconds between two requests to one host."""

    cc_index: str = CC_INDEX
    cc_data: str = CC_DATA
    internet_archive: str = INTERNET_ARCHIVE
    interval: float = INTERVAL


def endpoints() -> Endpoints:
    """The archives' own addresses, or those of $DISCOURSE_CC_INDEX, $DISCOURSE_CC_DATA, $DISCOURSE_IA; the pace of
    $DISCOURSE_COLLECT_INTERVAL (seconds, 0 or more). A value that cannot be used raises `DiscourseError`."""
    given = os.environ.get("DISCOURSE_COLLECT_INTERVAL", "")
    try:
        interval = float(given) if given else INTERVAL
    except ValueError:
        interval = -1.0
    if not 0 <= interval < 3600:
        raise DiscourseError(
            f"DISCOURSE_COLLECT_INTERVAL: {given!r} is not a number of seconds from 0 to 3600; leave it unset for "
            f"{INTERVAL:g}, which the archives ask for."
        )
    return Endpoints(
        _address("DISCOURSE_CC_INDEX", CC_INDEX),
        _address("DISCOURSE_CC_DATA", CC_DATA),
        _address("DISCOURSE_IA", INTERNET_ARCHIVE),
        interval,
    )


def _address(name: str, default: str) -> str:
    given = os.environ.get(name, "") or default
    if not given.startswith(("http://", "https://")):
        raise DiscourseError(
            f"{name}: {given!r} is not an address; write http://HOST or https://HOST, or leave it unset."
        )
    return given.rstrip("/")
