"""One capture of a page in an archive: where it lies, and what the index says of it."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

ARCHIVES = ("cc", "ia")
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|ref|share|amp|source", re.IGNORECASE)
_SPACE = uuid.UUID("6f1c1f0e-6a52-5d2b-9b5e-1d6f4b8f7a10")  # of our own record ids, see `record_id`


@dataclass(frozen=True)
class Capture:
    """What the index of an archive says of one capture.

    archive: "cc" (Common Crawl) or "ia" (Internet Archive). crawl: Common Crawl's crawl, "" elsewhere. timestamp: 14
    digits, when it was fetched (not when it was published). filename, offset, length: where its bytes lie (Common
    Crawl); "" and -1 elsewhere. digest: base32 sha1 of the stored body as the index says it. truncated: why the body is
    not whole, "" if it is.
    """

    outlet_id: str
    archive: str
    crawl: str
    timestamp: str
    address: str
    filename: str = ""
    offset: int = -1
    length: int = -1
    digest: str = ""
    status: str = ""
    mime: str = ""
    languages: str = ""
    truncated: str = ""

    @property
    def capture_id(self) -> str:
        """Stable and public: made of the archive's coordinates alone, never of the page's address."""
        where = f"{self.filename}|{self.offset}" if self.archive == "cc" else f"{self.timestamp}|{self.digest}"
        return f"{self.archive}-{hashlib.sha256(f'{self.archive}|{where}'.encode()).hexdigest()[:20]}"

    @property
    def month(self) -> str:
        """YYYY-MM of the capture."""
        return f"{self.timestamp[:4]}-{self.timestamp[4:6]}"


def record_id(archive: str, timestamp: str, digest: str) -> str:
    """The id of a WARC record that we write ourselves: the same for everybody who fetches the same capture."""
    return f"<urn:uuid:{uuid.uuid5(_SPACE, f'{archive}|{timestamp}|{digest}')}>"


def is_file_name(outlet_id: str) -> bool:
    """Whether files can be named by an outlet: its id is not empty and leads into no other folder."""
    return bool(outlet_id) and not re.search(r"[/\\\x00-\x1f]", outlet_id)


def address_key(address: str) -> str:
    """An address without what does not lead to another page: scheme, "www.", port, fragment, tracking, closing slash.

    >>> address_key("https://www.Example.org:443/a/b/?utm_source=x&p=2#top")
    'example.org/a/b?p=2'
    """
    parts = urlsplit(address.strip() if "//" in address else f"//{address.strip()}")
    host = (parts.hostname or "").removeprefix("www.")
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
    path = unquote(parts.path).rstrip("/")
    return f"{host}{path}" + (f"?{urlencode(sorted(query))}" if query else "")
