"""A small study of invented texts in a folder: two formats, two collections, planted sentences, rare words and names."""

from __future__ import annotations

import dataclasses
import functools
import json
import shutil
from pathlib import Path

import numpy as np

from analysis.texts.build.build import Options
from analysis.texts.read import formats as readers
from analysis.texts.read.formats import jsons, parquet

VOCABULARY = """
the of and to in is that for with on harbour river minister market bridge village rice school water road trade boat
summer winter green yellow deep quiet early late visit open close build carry follow answer promise letter window
"""
WORDS = VOCABULARY.split()
FRAME = 'The ironclad friendship between Cambodia and China is deep," Hun Sen said on the quiet bridge.'
NEUTRAL = "Cambodia stays neutral and follows a policy of neutrality, the ministry said."
TITLES = 3
SOURCES = """
[[source]]
source_id = "post"
path = "news/*.jsonl"
collection = "news"
language = "en"
public_ids = true
columns = { outlet = "source" }

[[source]]
source_id = "un"
path = "un/*.parquet"
collection = "un"
genre = "speech"
language = "en"
public_ids = true
boilerplate = "none"
constants = { outlet = "post" }
columns = { outlet = "" }
"""
OUTLETS = '[[outlet]]\noutlet_id = "post"\nname = "The Example Post"\ncountry = "KHM"\ntype = "independent"\n'


def rare_word(number: int) -> str:
    """A word that only one document holds."""
    return "qzx" + "".join(chr(97 + int(digit)) for digit in f"{number:03d}")


def text_of(number: int) -> str:
    """The text of one invented document: random sentences between planted ones, one rare word, one rare name."""
    rng = np.random.default_rng(number)
    sentences = [" ".join(rng.choice(WORDS, 11)).capitalize() + "." for _ in range(8)]
    sentences[2] = f'"{FRAME}'
    sentences[4] = NEUTRAL
    sentences[5] = f"The {rare_word(number)} was seen by Vanna Qzx{chr(97 + number % 26)}vuth."
    return "\n\n".join(" ".join(sentences[i : i + 2]) for i in range(0, 8, 2))


def rows(count: int) -> list[dict[str, str]]:
    """`count` records; the last one repeats the text of the one before it, as a reprint does."""
    made = [
        {
            "id": f"d{i:03d}",
            "title": f"Title {i} of harbour and window",
            "text": text_of(i),
            "date": f"2023-08-{1 + i % 28:02d}",
            "source": "The Example Post",
        }
        for i in range(count)
    ]
    made[-1]["text"] = made[-2]["text"]
    return made


def write_study(folder: Path, root: Path, *, count: int = 36) -> Path:
    """Write the study: two JSON lines files and one Parquet file, `count` documents in all. Returns `folder`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = rows(count)
    third = count // 3
    (folder / "texts" / "news").mkdir(parents=True)
    (folder / "texts" / "un").mkdir()
    for name, part in (("a", made[:third]), ("b", made[2 * third :])):
        lines = "".join(json.dumps(row) + "\n" for row in part)
        (folder / "texts" / "news" / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(made[third : 2 * third]), folder / "texts" / "un" / "c.parquet")
    corpus = folder / "corpus"
    (corpus / "codebook").mkdir(parents=True)
    for name in ("codebook/ironclad.toml", "codebook/neutrality.toml", "actors.toml", "eras.toml"):
        shutil.copy(root / "corpus" / name, corpus / name)
    (corpus / "stopwords.txt").write_text("the\nof\n", encoding="utf-8")
    (corpus / "outlets.toml").write_text(OUTLETS, encoding="utf-8")
    (corpus / "sources.toml").write_text(SOURCES, encoding="utf-8")
    return folder


def write_whole_study(folder: Path, root: Path, *, count: int) -> Path:
    """The study as a command finds it: with what study.toml declares, and its texts in corpus/private. Returns `folder`."""
    study = write_study(folder, root, count=count)
    shutil.copy(root / "corpus" / "study.toml", study / "corpus" / "study.toml")
    shutil.move(study / "texts", study / "corpus" / "private")
    return study


def options(study: Path, out: Path, **more) -> Options:
    """Options that build `study` into `out`."""
    return Options("invented", study / "corpus", study / "texts", out / "store", out / "work", **more)


def cut_parts(monkeypatch, chunk: int) -> None:
    """Cut files into pieces of about `chunk` bytes from now on."""
    for name, cut in (("jsonl", jsons.plan), ("parquet", parquet.plan)):
        entry = dataclasses.replace(readers.FORMATS[name], cut=functools.partial(cut, chunk=chunk))
        monkeypatch.setitem(readers.FORMATS, name, entry)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by relative name."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
