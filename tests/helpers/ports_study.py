"""An invented study of ports and ferries for a folder that `discourse new` made: two papers, two eras, one frame."""

from __future__ import annotations

import json
import random
from pathlib import Path

WORDS = [
    *("harbour", "pier", "crane", "ferry", "tide", "sailor", "cargo", "customs", "quay", "market", "bridge", "council"),
    *("festival", "teacher", "river", "farmer", "road", "school", "hospital", "library", "theatre", "garden", "engine"),
    *("factory", "storm", "winter", "summer", "holiday", "ticket", "captain", "budget", "minister", "election"),
]
OUTLETS = """
[[outlet]]
outlet_id = "{id}"
name = "{name}"
country = "{country}"
type = "independent"
"""
PAPERS = {"north_post": ("North Post", "NOR"), "south_echo": ("South Echo", "ESP")}


def fill(folder: Path, *, documents: int = 45) -> None:
    """Outlets and texts for the skeleton's eras and example frame, which the later era uses twice as often."""
    rng = random.Random(4)
    toml = folder / "corpus" / "outlets.toml"
    rows = "".join(OUTLETS.format(id=i, name=name, country=country) for i, (name, country) in PAPERS.items())
    toml.write_text(toml.read_text(encoding="utf-8") + rows, encoding="utf-8")
    articles = []
    for outlet, (name, _) in PAPERS.items():
        for number in range(documents):
            year = 2006 + number * 8 // documents
            chance = 0.15 if year < 2010 else 0.4
            sentences = []
            for _ in range(14):
                words = rng.sample(WORDS, 8)
                words.insert(4, "for example" if rng.random() < chance else "and")
                sentences.append("The " + " ".join(words) + ".")
            day = f"{year}-{1 + number % 12:02}-{1 + number % 27:02}"
            title = f"{rng.choice(WORDS).title()} {number}"
            articles.append(
                {"id": f"{outlet}-{number}", "outlet": name, "date": day, "title": title, "text": " ".join(sentences)}
            )
    (folder / "texts").mkdir(exist_ok=True)
    lines = "".join(json.dumps(article) + "\n" for article in articles)
    (folder / "texts" / "articles.jsonl").write_text(lines, encoding="utf-8")
