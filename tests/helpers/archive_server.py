"""A stand-in for the web archives on the loopback address: Common Crawl's index and files, the Internet Archive's CDX
server and captures, by their documented protocols, with pages that are invented. It can be told to misbehave."""

from __future__ import annotations

import base64
import collections
import hashlib
import io
import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE_SIZE = 4  # captures on a page of the index, small so that paging is tried
IA_KEY = "resume:"
# Crawls of years before the invented pages: the list of the real archive is long, and clients count on it.
OLD_CRAWLS = tuple(f"CC-MAIN-{year}-{week:02d}" for year in range(2014, 2022) for week in range(4, 52, 6))


@dataclass
class Page:
    """One capture of an invented page. crawl "" means that only the Internet Archive has it."""

    url: str
    timestamp: str
    body: bytes
    crawl: str = "CC-MAIN-2023-40"
    status: str = "200"
    mime: str = "text/html"
    languages: str = "eng"
    truncated: str = ""
    block_digest: bool = False
    kind: str = "response"


def html(title: str, day: str, *paragraphs: str) -> bytes:
    """An article page with its date, as newspapers print it."""
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f'<html><head><title>{title}</title><meta property="article:published_time" content="{day}T08:00:00Z">'
        f"</head><body><article><h1>{title}</h1><time datetime='{day}'>{day}</time>{body}</article></body></html>"
    ).encode()


def digest(data: bytes) -> str:
    return base64.b32encode(hashlib.sha1(data).digest()).decode()


@dataclass
class Archive:
    """What the stand-in holds and what it was asked. faults: part of a path -> behaviours, one used up by each request."""

    pages: list[Page]
    faults: dict[str, list[str]] = field(default_factory=dict)
    asked: list[tuple[float, float, str]] = field(default_factory=list)  # start, end, path
    most_at_once: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    index: dict[str, list[dict]] = field(default_factory=dict)
    crawls: tuple[str, ...] = (*OLD_CRAWLS, "CC-MAIN-2023-23", "CC-MAIN-2023-40", "CC-MAIN-2024-10")

    def __post_init__(self) -> None:
        self.index = {c: [] for c in self.crawls}
        for crawl in self.crawls:
            name = f"crawl-data/{crawl}/segments/1/warc/{crawl}-00000.warc.gz"
            data = b""
            for page in (p for p in self.pages if p.crawl == crawl):
                member = record(page)
                self.index[crawl].append(_row(page, name, len(data), len(member)))
                data += member
            self.files[name] = data
            self.index[crawl].sort(key=lambda row: (row["urlkey"], row["timestamp"]))

    # (requests left, what to do then): tests kill who asks
    countdown: tuple[int, Callable[[], None]] | None = None

    def count_down(self) -> None:
        if self.countdown:
            left, act = self.countdown
            self.countdown = (left - 1, act) if left > 1 else None
            if left == 1:
                act()

    def fault(self, path: str) -> str:
        """The next behaviour for a path; one that ends in "!" is never used up."""
        for part, waiting in self.faults.items():
            if part in path and waiting:
                return waiting[0].rstrip("!") if waiting[0].endswith("!") else waiting.pop(0)
        return ""


def record(page: Page) -> bytes:
    """The gzip member of one response record, with a record id of its own."""
    import uuid

    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    t = page.timestamp
    headers = {
        "WARC-Date": f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:12]}:{t[12:]}Z",
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, page.url + t)}>",
    }
    if page.truncated:
        headers["WARC-Truncated"] = page.truncated
    made = writer.create_warc_record(
        page.url,
        page.kind,
        payload=io.BytesIO(page.body),
        http_headers=StatusAndHeaders(f"{page.status} X", [("Content-Type", page.mime)], protocol="HTTP/1.1"),
        warc_headers_dict=headers,
    )
    writer.write_record(made)
    made.raw_stream.close()
    return out.getvalue()


def _row(page: Page, name: str, offset: int, length: int) -> dict:
    head = f"HTTP/1.1 {page.status} X\r\nContent-Type: {page.mime}\r\n\r\n".encode()
    row = {
        "urlkey": urlkey(page.url),
        "timestamp": page.timestamp,
        "url": page.url,
        "mime": page.mime,
        "mime-detected": page.mime,
        "status": page.status,
        "digest": digest(head + page.body if page.block_digest else page.body),
        "length": str(length),
        "offset": str(offset),
        "filename": name,
        "languages": page.languages,
    }
    return row | ({"truncated": page.truncated} if page.truncated else {})


def urlkey(url: str) -> str:
    """The sort key of the indexes: host reversed, then the path."""
    parts = urlsplit(url if "//" in url else f"http://{url}")
    host = (parts.hostname or "").removeprefix("www.")
    return ",".join(reversed(host.split("."))) + ")" + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def matches(row_url: str, asked: str, kind: str) -> bool:
    """Whether a capture's address is asked for: exact, prefix, host or domain, or by a star."""
    if asked.startswith("*."):
        asked, kind = asked[2:], "domain"
    elif asked.endswith("*"):
        asked, kind = asked[:-1], "prefix"
    key, wanted = urlkey(row_url), urlkey(asked)
    if kind == "domain":
        host = wanted.partition(")")[0]
        return key.partition(")")[0] == host or key.partition(")")[0].startswith(host + ",")
    if kind == "host":
        return key.partition(")")[0] == wanted.partition(")")[0]
    return key.startswith(wanted) if kind == "prefix" else key == wanted


class Handler(BaseHTTPRequestHandler):
    """One request. The archive's documented answers, unless it is told to misbehave."""

    protocol_version = "HTTP/1.1"
    archive: Archive
    at_once = 0
    lock = threading.Lock()

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""

    def do_GET(self) -> None:
        cls = type(self)
        start = time.monotonic()
        with cls.lock:
            cls.at_once += 1
            self.archive.most_at_once = max(self.archive.most_at_once, cls.at_once)
        self.archive.count_down()
        try:
            if not self._misbehave(self.archive.fault(self.path)):
                self._answer()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with cls.lock:
                cls.at_once -= 1
                self.archive.asked.append((start, time.monotonic(), self.path))

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _misbehave(self, what: str) -> bool:
        if not what:
            return False
        if what.isdigit():
            self.send(int(what), b"<html>busy</html>", **({"Retry_After": "1"} if what == "429" else {}))
        elif what == "cut":
            self.close_connection = True
            self.connection.close()
        elif what == "short":
            self.send_response(206)
            first, last = self._range()
            self.send_header("Content-Range", f"bytes {first}-{last}/999999")
            self.send_header("Content-Length", str(last - first + 1))
            self.end_headers()
            self.wfile.write(self._file()[first : first + 20])
            self.close_connection = True
        elif what == "junk":
            first, last = self._range()
            self.send(206, b"x" * (last - first + 1), Content_Range=f"bytes {first}-{last}/999999")
        elif what == "whole":
            self.send(200, self._file())
        elif what == "wrong range":
            first, last = self._range()
            self.send(206, self._file()[: last - first + 1], Content_Range=f"bytes 0-{last - first}/999999")
        elif what == "wrong digest":
            first, last = self._range()
            other = Page("https://invented.example/other", "20230901000000", b"<html>another page</html>")
            data = record(other)
            padded = (data + b"\0" * (last - first + 1))[: last - first + 1]
            self.send(206, padded, Content_Range=f"bytes {first}-{last}/999999")
        return True

    def _range(self) -> tuple[int, int]:
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        return (int(found[1]), int(found[2])) if found else (0, 0)

    def _file(self) -> bytes:
        return self.archive.files.get(urlsplit(self.path).path.lstrip("/"), b"")

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        query = {k: v[-1] for k, v in parse_qs(parts.query).items()}
        filters = parse_qs(parts.query).get("filter", [])
        path = parts.path
        if path == "/collinfo.json":
            self.send(200, json.dumps([self._crawl(c) for c in reversed(self.archive.crawls)]).encode())
        elif path.endswith("-index"):
            self._cc_index(path.strip("/").removesuffix("-index"), query, filters)
        elif path == "/cdx/search/cdx":
            self._ia_index(query, filters)
        elif path.startswith("/web/"):
            self._ia_capture(self.path)
        elif path.lstrip("/") in self.archive.files:
            self._data()
        else:
            self.send(404, b"not found")

    def _crawl(self, crawl: str) -> dict[str, str]:
        nothing = f"{crawl.split('-')[2]}0701000000"
        times = sorted(p.timestamp for p in self.archive.pages if p.crawl == crawl) or [nothing]
        first, last = (f"{t[:4]}-{t[4:6]}-{t[6:8]}T00:00:00" for t in (times[0], times[-1]))
        address = f"http://{self.headers['Host']}/{crawl}-index"
        return {"id": crawl, "name": crawl, "timegate": address, "cdx-api": address, "from": first, "to": last}

    def _cc_index(self, crawl: str, query: dict, filters: list[str]) -> None:
        if crawl not in self.archive.index:
            return self.send(404, b'{"message": "no such collection"}')
        rows = [
            r for r in self.archive.index[crawl] if matches(r["url"], query["url"], query.get("matchType", "exact"))
        ]
        rows = [
            r
            for r in rows
            if query.get("from", "") <= r["timestamp"] <= (query.get("to", "") or "9") + "99999999999999"
        ]
        for one in filters:
            found = re.fullmatch(r"(!?)(=|~)?([\w-]+):(.*)", one)
            name, wanted = found[3], found[4]
            test = {
                "=": lambda v, w=wanted: v == w,
                "~": lambda v, w=wanted: re.fullmatch(w, v) is not None,
                None: lambda v, w=wanted: w in v,
            }[found[2]]
            rows = [r for r in rows if test(r.get(name, "")) != bool(found[1])]
        pages = -(-len(rows) // PAGE_SIZE)
        if query.get("showNumPages"):
            return self.send(200, json.dumps({"pages": pages, "pageSize": 5, "blocks": pages}).encode() + b"\n")
        if "page" in query:
            page = int(query["page"])
            if page >= max(pages, 1):
                return self.send(400, json.dumps({"message": f"Page {page} invalid: First Page is 0"}).encode())
            rows = rows[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        if not rows:
            return self.send(404, json.dumps({"message": f"No Captures found for: {query['url']}"}).encode())
        if "limit" in query:
            rows = rows[: int(query["limit"])]
        if query.get("fl"):
            rows = [{k: r[k] for k in query["fl"].split(",") if k in r} for r in rows]
        return self.send(200, "".join(json.dumps(r) + "\n" for r in rows).encode())

    def _data(self) -> None:
        data = self._file()
        if "Range" not in self.headers:
            return self.send(200, data)
        first, last = self._range()
        if first >= len(data):
            return self.send(416, b"", Content_Range=f"bytes */{len(data)}")
        last = min(last, len(data) - 1)
        return self.send(206, data[first : last + 1], Content_Range=f"bytes {first}-{last}/{len(data)}")

    def _ia_rows(self) -> list[Page]:
        return sorted((p for p in self.archive.pages if not p.crawl), key=lambda p: (urlkey(p.url), p.timestamp))

    def _ia_index(self, query: dict, filters: list[str]) -> None:
        rows = [p for p in self._ia_rows() if matches(p.url, query["url"], query.get("matchType", "exact"))]
        rows = [
            p for p in rows if query.get("from", "") <= p.timestamp <= (query.get("to", "") or "9") + "99999999999999"
        ]
        listed = [
            {
                "urlkey": urlkey(p.url),
                "timestamp": p.timestamp,
                "original": p.url,
                "mimetype": p.mime,
                "statuscode": p.status,
                "digest": digest(p.body),
                "length": str(len(p.body)),
            }
            for p in rows
        ]
        for one in filters:
            found = re.fullmatch(r"(!?)(\w+):(.*)", one)
            listed = [r for r in listed if (re.fullmatch(found[3], r[found[2]]) is not None) != bool(found[1])]
        start = int(query["resumeKey"].removeprefix(IA_KEY)) if "resumeKey" in query else 0
        limit = min(int(query.get("limit", 1000)), PAGE_SIZE)
        part = listed[start : start + limit]
        names = query.get("fl", "urlkey,timestamp,original,mimetype,statuscode,digest,length").split(",")
        more = query.get("showResumeKey") and start + limit < len(listed)
        if query.get("output") == "json":
            out = ([names] if part else []) + [[r[n] for n in names] for r in part]
            out += [[], [f"{IA_KEY}{start + limit}"]] if more else []
            return self.send(200, json.dumps(out).encode())
        text = "".join(" ".join(r[n] for n in names) + "\n" for r in part)
        return self.send(200, (text + (f"\n{IA_KEY}{start + limit}\n" if more else "")).encode())

    def _ia_capture(self, path: str) -> None:
        found = re.fullmatch(r"/web/(\d{14})id_/(.*)", path)
        page = next((p for p in self._ia_rows() if found and (p.timestamp, p.url) == (found[1], found[2])), None)
        if page is None:
            return self.send(404, b"not in archive")
        return self.send(
            int(page.status),
            page.body,
            Content_Type=page.mime,
            Memento_Datetime="Fri, 01 Sep 2023 00:00:00 GMT",
            Link=f'<{page.url}>; rel="original"',
        )


@contextmanager
def serving(archive: Archive):
    """The archive at a free port of the loopback address; gives its base address."""
    handler = type("Bound", (Handler,), {"archive": archive, "at_once": 0, "lock": threading.Lock()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def environment(base: str, interval: str = "0") -> dict[str, str]:
    """The settings that lead `discourse collect` to the stand-in."""
    return {
        "DISCOURSE_CC_INDEX": base,
        "DISCOURSE_CC_DATA": base,
        "DISCOURSE_IA": base,
        "DISCOURSE_COLLECT_INTERVAL": interval,
    }


def counted(archive: Archive) -> collections.Counter[str]:
    """Requests by the first part of their path."""
    return collections.Counter(urlsplit(p).path.split("/")[1] for _, _, p in archive.asked)
