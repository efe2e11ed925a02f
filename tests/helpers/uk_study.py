"""A second study, made of the TOML files of tests/studies/uk_at_un and of invented texts, built into a store."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parents[1] / "studies" / "uk_at_un"
YEARS = range(1991, 2022)
LETTERS = '\n[[collection]]\nid = "letters"\nlabel = "Letters"\nunit = "year"\n'


def speech(code: str, name: str, year: int, words: dict) -> str:
    """One invented speech: a theme of its delegation, one of its decade, and frames more or less often with the years."""
    rng = np.random.default_rng([year, *map(ord, code)])
    themes = [words["themes"][ord(code[0]) % 5], words["themes"][(year // 8) % 5]]
    sentences = [
        f"The {' and the '.join(rng.choice(theme, 6))} matter to {name}." for theme in themes for _ in range(4)
    ]
    share = {"partnership": 0.5, "outreach": 0.2 + 0.6 * (year > 2016), "rules": 0.4}
    for frame, chance in share.items():
        sentences += [s.format(name=name) for s in words["frames"][frame] if rng.random() < chance]
    rng.shuffle(sentences)
    lines = [*words["plain"], *sentences]
    return "\n\n".join(" ".join(lines[i : i + 3]) for i in range(0, len(lines), 3))


def rows() -> list[dict[str, str]]:
    """The invented speeches: every delegation once a year; every seventh year two read a joint statement."""
    words = tomllib.loads((HERE / "texts.toml").read_text(encoding="utf-8"))
    outlets = tomllib.loads((HERE / "outlets.toml").read_text(encoding="utf-8"))["outlet"]
    made = [
        {
            "id": f"{o['country'].lower()}-{year}",
            "title": f"Speech of {o['name']}",
            "text": speech(o["country"], o["name"].split(" (")[0], year, words),
            "date": f"{year}-09-{10 + len(o['name']) % 15}",
            "delegation": o["outlet_id"],
        }
        for o in outlets
        for year in YEARS
    ]
    text = {row["id"]: row["text"] for row in made}
    for row in made:
        if row["id"].startswith("irl") and int(row["id"][-4:]) % 7 == 0:
            row["text"] = text[row["id"].replace("irl", "deu")]
    return made


def build_study(folder: Path, *, letters: bool = False, renamed: Mapping[str, tuple[str, str]] | None = None) -> Path:
    """The study's folder with its store in corpus/store/default. letters: a second collection holds one speech in three.
    renamed: outlet -> another id and name for it; its texts stay."""
    from analysis.texts.build.build import Options, build

    renamed = renamed or {}
    shutil.copytree(HERE, folder / "corpus")
    (folder / "corpus" / "texts.toml").unlink()
    _rename(folder / "corpus", renamed)
    made = rows()
    for row in made:
        row["delegation"], _ = renamed.get(row["delegation"], (row["delegation"], ""))
    parts = {"speeches": made}
    if letters:
        parts["letters"] = parts["speeches"][::3]
        parts["speeches"] = [row for row in parts["speeches"] if row not in parts["letters"]]
        _append(folder / "corpus" / "study.toml", LETTERS)
        source = (folder / "corpus" / "sources.toml").read_text(encoding="utf-8")
        _append(
            folder / "corpus" / "sources.toml",
            "\n" + source.replace("speeches", "letters").replace('"un"', '"letters"'),
        )
    (folder / "texts").mkdir()
    for name, part in parts.items():
        lines = "".join(json.dumps(row) + "\n" for row in part)
        (folder / "texts" / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    store = folder / "corpus/store/default"
    _, report = build(Options("default", folder / "corpus", folder / "texts", store, folder / "work"))
    assert not report.refusals
    return folder


def _rename(corpus: Path, renamed: Mapping[str, tuple[str, str]]) -> None:
    """Other ids and names of outlets, in every file of the study."""
    for path in corpus.rglob("*.toml"):
        text = path.read_text(encoding="utf-8")
        for old, (new, name) in renamed.items():
            text = re.sub(rf'(outlet_id = "){old}("\nname = )"[^"]*"', rf'\g<1>{new}\g<2>"{name}"', text)
            text = text.replace(f'"{old}"', f'"{new}"')
        path.write_text(text, encoding="utf-8")


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
