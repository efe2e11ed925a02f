"""A study to learn on: some 260 invented articles of two papers and an agency, with two effects planted in them.

Caution falls in one paper (`GAZETTE`) after the change of government and stays as it was in the other. Warmth seems to rise
in both, only because both print the same few reports of the agency: with reprints counted once the rise is gone.
"""

from __future__ import annotations

import csv
import io
import random
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAPERS = ("harbour_courier", "inland_gazette")
GAZETTE, AGENCY = PAPERS[1], "coast_wire"
FIRST, HANDOVER, WEEKS = date(2014, 1, 6), date(2015, 6, 1), 73  # weeks on either side
ARTICLES = 60  # of each paper, on either side of the handover
REPORTS = 7  # of the agency, after it
BEFORE, AFTER = "Otto Keller", "Ada Brandt"
# Mean numbers of sentences with a frame in one article.
CAUTION = {(PAPERS[0], BEFORE): 1.0, (PAPERS[0], AFTER): 1.0, (GAZETTE, BEFORE): 1.0, (GAZETTE, AFTER): 0.3}
WARMTH, WARMTH_OF_A_REPORT = 0.35, 5


def example_files() -> dict[str, bytes]:
    """File name, relative to the study's folder -> content, of all that the study declares and of its texts.

    The texts are one table for each outlet, as archives and databases export them.
    """
    declared = {path.relative_to(HERE).as_posix(): path.read_bytes() for path in sorted(HERE.glob("corpus/**/*.toml"))}
    tables: dict[str, io.StringIO] = {}
    for row in articles():
        table = tables.setdefault(row["outlet"], io.StringIO())
        writer = csv.DictWriter(table, [*row], lineterminator="\n")
        if not table.tell():
            writer.writeheader()
        writer.writerow(row)
    return declared | {f"texts/{outlet}.csv": tables[outlet].getvalue().encode() for outlet in sorted(tables)}


def example_choices() -> bytes:
    """What could have been chosen otherwise in this study: its notebooks/choices.toml, for a study that has notebooks."""
    return (HERE / "choices.toml").read_bytes()


def example_title() -> str:
    """What the study is called."""
    return str(tomllib.loads((HERE / "corpus" / "study.toml").read_text(encoding="utf-8"))["study"]["title"])


def articles() -> list[dict[str, str]]:
    """The articles in order of time, each with id, date, outlet, title and text; the same every time."""
    words = tomllib.loads((HERE / "sentences.toml").read_text(encoding="utf-8"))
    rng = random.Random(1)  # noqa: S311  invented articles, no secrets
    found = []
    for paper in PAPERS:
        for leader, start in ((BEFORE, FIRST), (AFTER, HANDOVER)):
            for number in range(ARTICLES):
                day = start + timedelta(days=number * 7 * WEEKS // ARTICLES + rng.randrange(6))
                text = _article(rng, words, leader, (CAUTION[paper, leader], WARMTH))
                found.append(_row(paper, day, number, text))
    for number in range(REPORTS):
        day = HANDOVER + timedelta(days=30 + 63 * number)
        text = _article(rng, words, AFTER, (0.0, 0.0), always=WARMTH_OF_A_REPORT)
        for late, outlet in enumerate((AGENCY, *PAPERS)):
            found.append(_row(outlet, day + timedelta(days=late), 100 + number, text))
    return sorted(found, key=lambda row: (row["date"], row["id"]))


def _article(
    rng: random.Random, words: dict[str, Any], leader: str, means: tuple[float, float], always: int = 0
) -> tuple[str, str]:
    """(title, text) of an article of some 150 words. always: sentences with warmth that are there in any case."""
    chosen = [rng.choice(words["plain"]) for _ in range(9)]
    chosen += [rng.choice(words["warmth"]) for _ in range(always)]
    for frame, mean in zip(("caution", "warmth"), means, strict=True):
        chosen += [rng.choice(words[frame]) for _ in range(3) if rng.random() < mean / 3]
    rng.shuffle(chosen)
    lines = []
    for sentence in chosen:
        a, b, c = rng.sample(words["words"], 3)
        lines.append(sentence.format(a=a, b=b, c=c, leader=leader))
    paragraphs = [" ".join(lines[i : i + 3]) for i in range(0, len(lines), 3)]
    title = "The {} and the {}".format(*rng.sample(words["words"], 2))
    return title, "\n\n".join(paragraphs)


def _row(outlet: str, day: date, number: int, article: tuple[str, str]) -> dict[str, str]:
    title, text = article
    name = f"{outlet}-{day.isoformat()}-{number:03d}"
    return {"id": name, "date": day.isoformat(), "outlet": outlet, "title": title, "text": text}
