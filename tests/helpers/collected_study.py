"""A study whose texts lie in the stand-in archive: two invented outlets, eight articles, and what else an archive holds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from archive_server import Archive, Page, environment, html

OUTLETS = """
[[outlet]]
outlet_id = "river_post"
name = "The River Post"
country = "KHM"
type = "independent"
domains = ["riverpost.example"]

[[outlet]]
outlet_id = "hill_times"
name = "Hill Times"
country = "VNM"
type = "state"
domains = ["hilltimes.example"]
"""
PLAN = ("--outlet", "river_post", "--outlet", "hill_times", "--from", "2023-01-01", "--to", "2024-12-31")
TEXT = (
    "The minister said on Tuesday that the kingdom would stay neutral and would not take sides in the dispute.",
    "He spoke after a meeting in the capital, where both delegations praised an ironclad friendship of many years.",
    "Trade between the two neighbours grew by a tenth, according to figures of the customs office seen by this paper.",
)


def article(number: int) -> bytes:
    month = 3 + number
    return html(
        f"Article {number} of the year", f"2023-{month:02d}-0{1 + number % 9}", *(f"{t} ({number})" for t in TEXT)
    )


def pages() -> list[Page]:
    """Eight articles, and: a redirect, an error page, a front page, a feed, a picture, the same page again in a later crawl
    (once changed, once not), the same bytes at another address, a truncated capture, a page in another language."""
    post, times = "https://www.riverpost.example", "https://hilltimes.example"
    found = [Page(f"{post}/news/article-{i}/", f"2023090{i}120000", article(i)) for i in range(1, 6)] + [
        Page(f"{times}/politics/{i}", f"2023091{i}080000", article(i + 2), block_digest=i == 1) for i in range(1, 4)
    ]
    found += [
        Page(f"{post}/news/old", "20230905000000", b"", status="301"),
        Page(f"{post}/news/lost", "20230905000001", b"<html>not here</html>", status="404"),
        Page(f"{post}/", "20230905000002", html("Front", "2023-09-05", "front page")),
        Page(f"{post}/feed/", "20230905000003", b"<rss/>", mime="application/rss+xml"),
        Page(f"{post}/wp-content/a.jpg", "20230905000004", b"\xff\xd8", mime="image/jpeg"),
        Page(f"{post}/news/article-1/", "20240301120000", article(1), crawl="CC-MAIN-2024-10"),
        Page(f"{post}/news/article-2/?utm_source=x", "20240301120001", article(12), crawl="CC-MAIN-2024-10"),
        Page(f"{post}/news/article-3-copy", "20240301120002", article(3), crawl="CC-MAIN-2024-10"),
        Page(f"{times}/politics/cut", "20230915000000", article(8)[:200], truncated="length"),
        Page(f"{times}/politics/cut", "20240301000000", article(8), crawl="CC-MAIN-2024-10"),
        Page(f"{times}/politics/khmer", "20230916000000", article(9), languages="khm"),
        Page(f"{times}/politics/gap", "20230801000000", article(0), crawl=""),
        Page(f"{times}/politics/1", "20230802000000", article(3), crawl=""),
        Page(f"{times}/politics/moved", "20230803000000", b"x", status="302", crawl=""),
    ]
    return found


def archive() -> Archive:
    return Archive(pages())


def make_study(folder: Path, root: Path) -> Path:
    """A study folder with everything but texts."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    (corpus / "outlets.toml").write_text(OUTLETS)
    for name in ("eras.toml", "actors.toml", "study.toml"):
        text = (root / "corpus" / name).read_text(encoding="utf-8")
        (corpus / name).write_text(text, encoding="utf-8")
    shutil.copytree(root / "corpus" / "codebook", corpus / "codebook")
    return folder


def discourse(
    root: Path, base: str, *arguments: object, interval: str = "0", **environ: str
) -> subprocess.CompletedProcess:
    """`discourse ...` in a process of its own, led to the stand-in at `base`."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DISCOURSE_")}
    return subprocess.run(
        [sys.executable, "-m", "analysis.cli", *map(str, arguments)],
        cwd=root,
        env={**clean, **environment(base, interval), **environ},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def plan(root: Path, base: str, study: Path, *more: str, **environ: str) -> subprocess.CompletedProcess:
    options = () if (study / "corpus" / "collection.toml").is_file() else (*PLAN, "--contact", "a@b.example")
    return discourse(root, base, "collect", "plan", study, *options, *more, **environ)
