"""A folder of sixty mixed files, from `discourse init` to figures, with nothing but what stands in the README and on the
screen: every planted fact is found, and few decisions are left to make.

Invented texts. Files: plain text with the day in the name, with a line below the byline, in folders named after outlets;
Markdown with front matter; saved pages; Word files; tables; news-please; a Telegram channel; a Nexis export; an empty
file, one in Khmer, one that no reader knows.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from real_files import FILLER, StudyFolder, sentences

IRON = "Both sides praised the ironclad friendship of China and Cambodia."
KHMER = "មិត្តភាពដែកថែបរវាងកម្ពុជានិងចិនត្រូវបានលើកតម្កើងដោយរដ្ឋមន្ត្រីនៅរាជធានីភ្នំពេញ។ " * 9
HEAD = "Leaders meet in the capital, part"


def body(number: int, iron: bool) -> str:
    lines = sentences(6, 1000 + number)
    return "\n\n".join([FILLER, *lines[:3], *([IRON] if iron else []), *lines[3:]])


def page(number: int, day: str) -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in body(number, iron=True).split("\n\n"))
    return (
        f'<!doctype html><html lang="en"><head><title>{HEAD} {number}</title><meta property="article:published_time" '
        f'content="{day}T08:00:00+07:00"><meta property="og:site_name" content="Khmer Times"></head><body><article>'
        f"<h1>{HEAD} {number}</h1>{paragraphs}</article></body></html>"
    )


NEXIS = """{head} {n}

The Phnom Penh Post

August {day}, 2023 Tuesday

Copyright 2023 Post

Length: 90 words

Body

{text}

Load-Date: August 30, 2023

End of Document

"""


def nexis() -> str:
    return "".join(NEXIS.format(head=HEAD, n=n, day=18 + n, text=body(700 + n, iron=True)) for n in range(6))


def word(lines: list[str]) -> bytes:
    import docx

    document, sink = docx.Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(sink)
    return sink.getvalue()


def texts() -> dict[str, str | bytes]:
    """Files of one text each."""
    made: dict[str, str | bytes] = {}
    for i in range(14):  # 5 before the border, 9 after it
        made[f"clips/2023-08-{17 + i:02d}-khmer-times-story-{i}.txt"] = body(i, iron=i % 2 == 0)
    for i in range(10):
        head = f"{HEAD} {i}\n\nBy A. Example\n\n{i + 1} February 2021\n\n"
        made[f"Cambodia Daily/story {i}.txt"] = head + body(100 + i, iron=i < 4)
    for i in range(8):
        front = f"---\ntitle: {HEAD} {i}\ndate: 2023-09-{10 + i}\noutlet: Fresh News\n---\n"
        made[f"notes/{i}.md"] = front + body(200 + i, iron=i < 2)
        made[f"pages/page{i}.html"] = page(300 + i, f"2022-05-{10 + i}")
    for i in range(6):
        lines = [f"{HEAD} {i}", f"Published: {9 + i} September 2023", *body(400 + i, iron=i == 0).split("\n\n")]
        made[f"The Phnom Penh Post/word{i}.docx"] = word(lines)
    made["clips/plain one.txt"], made["clips/plain two.txt"] = body(800, iron=True), body(801, iron=False)
    made["clips/empty.txt"], made["clips/khmer.txt"] = "", KHMER
    made["old/report.wpd"], made["old/photo.jpg"] = b"\xffWPC", b"\xff\xd8"
    return made | {"README.md": "About this folder."}


def tables() -> dict[str, str | bytes]:
    """Files of several texts each."""
    made: dict[str, str | bytes] = {"exports/nexis.txt": nexis()}
    for i in range(4):
        rows = [f'{r},{10 + r}/12/2023,VOD,"{HEAD} {r}","{body(500 + 10 * i + r, iron=r == 0)}"' for r in range(4)]
        made[f"tables/{i}.csv"] = "id,date,outlet,title,text\n" + "\n".join(rows) + "\n"
    please = []
    for i in range(5):
        row = {
            "date_download": "2024-03-01 10:00:00",
            "date_publish": f"2020-06-1{i} 09:00:00",
            "description": "A teaser.",
        }
        row |= {"maintext": body(600 + i, iron=True), "source_domain": "www.khmertimeskh.com", "title": f"{HEAD} {i}"}
        please.append(row | {"url": f"https://www.khmertimeskh.com/{i}/"})
    made["crawl/news-please.json"] = json.dumps(please)
    messages = []
    for i in range(4):
        rich = [f"{body(650 + i, iron=False)} The ironclad ", {"type": "bold", "text": "friends"}, " met."]
        row = {"id": i, "type": "message", "date": f"2023-10-1{i}T10:00:00", "date_unixtime": "1697000000"}
        messages.append(row | {"from": "Fresh News", "text": rich})
    made["telegram/result.json"] = json.dumps({"name": "Fresh News", "messages": messages})
    return made


# What is planted: kept documents by era, and matches of the entry for ironclad friendship by era.
BEFORE = 5 + 10 + 8 + 5 + 4  # clips to 21 August, the Daily, the pages, news-please, Nexis of 18 to 21 August
AFTER = 9 + 8 + 6 + 16 + 4 + 2
IRON_BEFORE = 3 + 4 + 8 + 5 + 4
IRON_AFTER = 4 + 2 + 1 + 4 + 4 + 2
UNDATED = 2


@pytest.fixture
def study(tmp_path, root, monkeypatch):
    monkeypatch.setenv("DISCOURSE_CORPUS", str(root / "corpus"))
    made = texts() | tables()
    assert len(made) == 60
    return StudyFolder(tmp_path, made)


def test_every_planted_fact_is_found_and_few_decisions_are_left(study):
    study.init()
    # Decisions, each asked for on the screen or in a comment of sources.toml. 1: which way round are 10/12/2023?
    decisions = 1
    study.edit("# day_first = true", "day_first = true")
    rows = study.records()
    kept = [row for row in rows if row["kept"]]
    assert len(kept) == BEFORE + AFTER + UNDATED, [row for row in rows if not row["kept"]]
    assert sorted(row["kind"] for row in rows if not row["kept"]) == ["empty", "language"]
    days = [row["published"] for row in kept]
    assert sum(d is not None and d < "2023-08-22" for d in days) == BEFORE
    assert sum(d is not None and d >= "2023-08-22" for d in days) == AFTER
    outlets = {row["outlet"] for row in kept if row["published"]}
    assert outlets == {"khmer_times", "cambodia_daily", "fresh_news", "phnom_penh_post", "vod"}
    assert {row["date_basis"] for row in kept} == {"declared", "page", "text", "file name", "none"}
    assert f"{UNDATED} of them with no era: {UNDATED} undated" in study.seen
    # 2 and 3: a block to fill in for each text without day and outlet; 4: two files that nobody reads are named.
    assert "old/report.wpd" in study.seen and "old/photo.jpg" in study.seen
    blocks = (study.root / "corpus" / "fill_in.txt").read_text(encoding="utf-8")
    decisions += blocks.count("[[correction]]") + 1
    assert decisions == 4
    filled = blocks.replace('{ date = "", outlet = "unknown" }', '{ date = "2023-09-30", outlet = "vod" }')
    path = study.root / "corpus" / "corrections.toml"
    path.write_text(path.read_text(encoding="utf-8") + filled, encoding="utf-8")
    study.seen = ""
    assert len(study.kept()) == len(kept)
    assert "no era" not in study.seen
    lines = study.kwic("frame:ironclad")
    assert len(lines) == IRON_BEFORE + IRON_AFTER + 1
    store, report = study.build()
    hits = store.table("hits").merge(store.table("documents")[["doc_id", "era_id"]], on="doc_id")
    found = hits[hits["frame"] == "ironclad"].groupby("era_id").size().tolist()
    assert sorted(found) == sorted([IRON_BEFORE, IRON_AFTER + 1])
    assert report.totals()["undated"] == 0


@pytest.mark.slow
def test_and_a_figure_is_drawn_from_it(study, root, tmp_path):
    project = tmp_path / "project"
    left = {".git", ".cache", ".venv", "figures", "tests", "docs", "benchmarks"}

    def ignored(folder: str, names: list[str]) -> set[str]:
        return left & set(names) if Path(folder) == root else {"__pycache__"}

    shutil.copytree(root, project, ignore=ignored)
    env = {**os.environ, "PYTHONPATH": str(project), "DISCOURSE_CORPUS": str(project / "corpus")}

    def discourse(*words: object) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "analysis.cli", *map(str, words)],
            cwd=project,
            check=False,
            env=env,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    discourse("init", study.root)
    discourse("check", study.root)
    told = discourse("build", study.root, "--min-documents", 2)
    assert "discourse run --store study" in told
    discourse("run", "--store", "study", "--only", "00_audit_corpus")
    drawn = [path for path in project.rglob("*.svg") if "study" in str(path)]
    assert drawn and all(path.stat().st_size > 1000 for path in drawn)
    assert zipfile.is_zipfile(study.root / "The Phnom Penh Post" / "word0.docx")
    assert Path(project / "corpus" / "store" / "study" / "manifest.json").is_file()
