"""One request at a time, no faster than asked, with a name to write to: how the archives want to be asked.

403 and 503 from these archives mean "too much at once", never "gone"; 429 comes with `Retry-After`. All three, server
faults and broken connections are asked again after a growing pause; when patience ends, `Busy` ends the run, and
everything fetched so far is kept.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from analysis import __version__
from analysis.errors import DiscourseError

log = logging.getLogger(__name__)
BUSY = (403, 429, 500, 502, 503, 504)
TRIES = 7
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0
LONGEST_WAIT = 900.0  # a `Retry-After` beyond this ends the run instead of keeping it asleep
MAX_BODY = 64 * 1024 * 1024


class Busy(DiscourseError):
    """The archive asked for a pause, or did not answer, longer than it is polite to insist."""


@dataclass(frozen=True)
class Answer:
    """What came back. body: b"" where it was not read (an answer to a range request that is no range)."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass
class Client:
    """Asks one archive after the other, never two requests at a time.

    contact: an address to write to, sent as part of the user agent. interval: least seconds between the end of one
    request and the start of the next to the same host. tries: how often one question is asked before `Busy`. asked:
    host -> number of requests sent.
    """

    contact: str
    interval: float = 1.0
    tries: int = TRIES
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    asked: Counter[str] = field(default_factory=Counter)
    _last: dict[str, float] = field(default_factory=dict)
    _pool: Any = None

    def __post_init__(self) -> None:
        if "@" not in self.contact and not self.contact.startswith(("http://", "https://")):
            raise DiscourseError(
                f"contact: {self.contact!r} is no way to reach you; give an e-mail address or a web page (--contact), "
                "since the archives ask for one."
            )

    def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            self._pool.clear()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(
        self,
        address: str,
        *,
        query: Mapping[str, str] | None = None,
        byte_range: tuple[int, int] | None = None,
        pace: float = 1.0,
    ) -> Answer:
        """The answer to one question; asks again where that is right.

        byte_range: (first, last) bytes wanted, inclusive; any answer but 206 comes back without its body. pace: how many
        intervals to leave for this host. Raises `Busy` when the archive stays busy.
        """
        pause, reason = FIRST_PAUSE * min(self.interval, 1.0), ""
        for attempt in range(1, self.tries + 1):
            self._wait(address, pace)
            try:
                answer = self._ask(address, query, byte_range)
            except OSError as error:
                reason, wait = f"no answer ({type(error).__name__})", pause
            else:
                if answer.status not in BUSY:
                    return answer
                reason, wait = f"status {answer.status}", max(pause, _retry_after(answer.headers))
            if wait > LONGEST_WAIT:
                break
            if attempt < self.tries:
                log.info("%s: %s; asking again in %.0f s", urlsplit(address).netloc, reason, wait)
                self.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)
        raise Busy(
            f"{urlsplit(address).netloc} is busy or out of reach ({reason}, asked {attempt} times). What is fetched is "
            "kept; run the command again later, and it goes on where it stopped."
        )

    def _wait(self, address: str, pace: float) -> None:
        host = urlsplit(address).netloc
        if host in self._last:
            left = self._last[host] + self.interval * pace - self.clock()
            if left > 0:
                self.sleep(left)

    def _ask(self, address: str, query: Mapping[str, str] | None, byte_range: tuple[int, int] | None) -> Answer:
        import urllib3

        if self._pool is None:
            self._pool = urllib3.PoolManager(
                maxsize=1,
                block=True,
                retries=False,
                timeout=urllib3.Timeout(connect=30, read=120),
                headers={
                    "User-Agent": f"discourse-collect/{__version__} (+{self.contact})",
                    "Accept-Encoding": "identity",
                },
            )
        headers = dict(self._pool.headers)
        if byte_range:
            headers["Range"] = f"bytes={byte_range[0]}-{byte_range[1]}"
        host = urlsplit(address).netloc
        self.asked[host] += 1
        try:
            response = self._pool.request(
                "GET", address, fields=query, headers=headers, preload_content=False, redirect=False
            )
            try:
                wanted = response.status == 206 if byte_range else response.status in (200, 400, 404)
                body = _read(response) if wanted else b""
            finally:
                # A body left unread would have to be read before the connection can serve again.
                response.close()
                response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise ConnectionError(str(error)) from error
        finally:
            self._last[host] = self.clock()
        return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, body)


def _read(response: Any) -> bytes:
    """The whole body; one that is cut short or too long raises `ConnectionError`."""
    parts, size = [], 0
    for part in response.stream(1 << 16, decode_content=False):
        size += len(part)
        if size > MAX_BODY:
            raise ConnectionError(f"an answer of more than {MAX_BODY:,} bytes")
        parts.append(part)
    body = b"".join(parts)
    told = response.headers.get("Content-Length", "")
    if told.isdigit() and len(body) != int(told):
        raise ConnectionError(f"an answer of {len(body):,} bytes instead of {told}")
    return body


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds of a `Retry-After` header: a number, or a date; 0 if there is none that can be read."""
    given = headers.get("retry-after", "").strip()
    if not given:
        return 0.0
    if given.replace(".", "", 1).isdigit():
        return float(given)
    try:
        return max(0.0, parsedate_to_datetime(given).timestamp() - time.time())
    except (ValueError, TypeError):
        return 0.0
