"""What a study declares, made to do harm: each file of the configuration, harmed as a whole and key by key.

`FILES`: file -> (a small valid content, how it is read). `HARMS`: a way to harm any file. `VALUES`: what stands where
another value belongs. A loader refuses with a `DiscourseError` that names the file, or takes what it is given.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

STUDY = """[study]
name = "rivers"
title = "Rivers and harbours"
question = "Why?"
focal_state = "KHM"
focal_name = "Cambodia"
official_types = []
[[collection]]
id = "news"
label = "News"
unit = "week"
[[side]]
id = "east"
label = "East"
[[event]]
id = "vote"
label = "Vote"
date = "2023-08-22"
kind = "transition"
start = "2023-07-26"
end = "2023-08-23"
source = "decree"
[[group]]
id = "wires"
label = "Wires"
type = ["wire"]
country = ["KHM"]
[[frame_kind]]
id = "relational"
frames = ["ironclad"]
categories = []
"""
OUTLETS = """[[outlet]]
outlet_id = "post"
name = "The Example Post"
country = "KHM"
type = "independent"
owner = "Nobody"
aliases = ["EP"]
domains = ["post.example"]
"""
ERAS = """[[era]]
era_id = "before"
label = "Before"
start = "1985-01-14"
end = "2023-08-22"
reason = "vote"
source = "decree"
short = "B"
colour = "#0072b2"
shade = "#dcebf5"
order = 1
"""
ACTORS = """ignore = ["East Sea"]
media = ["Wire"]
[[origin]]
words = ["Western"]
side = "east"
[[state]]
id = "KHM"
side = "east"
names = ["Cambodia"]
demonyms = ["Cambodian"]
capitals = ["Phnom Penh"]
epithets = ["kingdom"]
[[person]]
id = "p"
name = "Dara Example"
state = "KHM"
gender = "f"
aliases = ["Dara"]
offices = [{ role = "minister", from = "2000-01-01", to = "2001-01-01" }]
[[group]]
id = "asean"
side = "east"
names = ["ASEAN"]
"""
CODEBOOK = """frame = "ironclad"
label = "Ironclad"
about = "words"
nested_scope = "frame"
core = ["friendship"]
boundary = "words"
exclude = ["iron-clad evidence"]
forbids = ["stadium*"]
[[entry]]
id = "friend"
pattern = ["iron-clad friend*"]
category = "friendship"
source = "Author (2020)"
examples = ["An ironclad friend."]
exclude = ["iron-clad case"]
requires = ["@state"]
requires_within = 5
forbids = ["object: power*"]
case_sensitive = false
owner = "object"
"""
CORRECTIONS = """[[correction]]
target = "mine:a"
action = "set"
reason = "printed on the scan"
expect = { date = "" }
set = { date = "2010-05-11" }
"""
SOURCES = """[[source]]
source_id = "mine"
path = "*.csv"
collection = "news"
public_name = "table"
format = "csv"
genre = "article"
language = "en"
languages = ["en"]
licence = "unknown"
may_print_title = false
public_ids = false
id_prefix = "m:"
day_first = true
time_zone = "Europe/Paris"
boilerplate = "web"
encoding = "utf-8"
note = "words"
date_from = ["text"]
outlet_from = ["file name"]
columns = { outlet = "paper" }
constants = { genre = "article" }
values = { genre = { a = "article" } }
when = [{ column = "url", matches = "/opinion/", genre = "article" }]
filters = { year = { minimum = 2000 } }
"""
COLLECTION = """[collection]
start = "2023-01-01"
end = "2024-12-31"
contact = "a@b.example"
until = "2025-12-31"
archives = ["cc"]
versions = "earliest"
publish_addresses = false
[[outlet]]
outlet_id = "post"
domains = ["post.example"]
paths = ["/news/"]
languages = ["eng"]
skip = ["/tag/"]
articles = ["/news/"]
"""
PLAN = """timeout = 600
[defaults.20_terms]
scale = 1.0
[[run]]
id = "terms"
notebook = "20_terms"
parameters = { figure_id = "terms" }
figures = ["terms"]
after = []
timeout = 60
"""
CHOICES = """[[curve]]
id = "c"
label = "C"
run = "terms"
figure = "terms"
seed = 1
sample = 0
set = { frame = "hedging" }
row = { frame = "hedging" }
columns = { estimate = "ratio", low = "low", high = "high", p = "p", rotation_p = "r" }
choices = { unit = [] }
[[choice]]
id = "unit"
label = "Unit"
preferred = "week"
[[choice.alternative]]
id = "week"
reason = "waves"
set = { unit = "week" }
[[choice.alternative]]
id = "month"
reason = "waves"
set = { unit = "month" }
[[rule]]
never = { unit = ["month"] }
reason = "none"
"""
LABELS = """[[topic]]
label = "Pandemic"
collection = "un"
expect = ["pandemic"]
note = "words"
"""
DROPPED = """[limits.all]
min_documents = 8
[lemmas]
grew = "grow"
[[drop]]
collection = "un"
reason = "rites"
words = "assembly session"
"""
SYNONYMS = """ironclad = ["close friend*"]
"""


def read_study(corpus: Path) -> object:
    from analysis.study.declaration import load_study

    return load_study(corpus)


def read_outlets(corpus: Path) -> object:
    from analysis.study.settings import load_outlets

    return load_outlets(corpus / "outlets.toml")


def read_eras(corpus: Path) -> object:
    from analysis.study.settings import load_eras

    return load_eras(corpus / "eras.toml")


def read_actors(corpus: Path) -> object:
    from analysis.texts.annotate.attribution import people

    return people.load(corpus / "actors.toml")


def read_codebook(corpus: Path) -> object:
    from analysis.texts.annotate import codebook

    return codebook.load(corpus / "codebook")


def read_corrections(corpus: Path) -> object:
    from analysis.study import corrections

    return corrections.load(corpus / "corrections.toml")


def read_sources(corpus: Path) -> object:
    from analysis.study import sources

    return sources.load(corpus / "sources.toml")


def read_collection(corpus: Path) -> object:
    from analysis.study.collection import load_collection

    return load_collection(corpus / "collection.toml", ["post"])


def read_plan(corpus: Path) -> object:
    from analysis.run.plan import load_plan
    from analysis.run.project import Project

    return load_plan(Project(corpus.parent))


def read_choices(corpus: Path) -> object:
    from analysis.study.choices import load_choices

    return load_choices(corpus.parent / "notebooks" / "choices.toml")


def read_labels(corpus: Path) -> object:
    from analysis.study.topic_words import topic_labels

    return topic_labels()


def read_dropped(corpus: Path) -> object:
    from analysis.study.topic_words import topic_words

    return topic_words()


def read_synonyms(corpus: Path) -> object:
    from analysis.texts.coding.passages import load_synonyms

    return load_synonyms(corpus, ["ironclad"])


FILES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "study.toml": (STUDY, read_study),
    "outlets.toml": (OUTLETS, read_outlets),
    "eras.toml": (ERAS, read_eras),
    "actors.toml": (ACTORS, read_actors),
    "codebook/ironclad.toml": (CODEBOOK, read_codebook),
    "corrections.toml": (CORRECTIONS, read_corrections),
    "sources.toml": (SOURCES, read_sources),
    "collection.toml": (COLLECTION, read_collection),
    "../notebooks/plan.toml": (PLAN, read_plan),
    "../notebooks/choices.toml": (CHOICES, read_choices),
    "topics_labels.toml": (LABELS, read_labels),
    "topics_words.toml": (DROPPED, read_dropped),
    "synonyms.toml": (SYNONYMS, read_synonyms),
}


def in_its_place(put: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda path: (path.unlink(), put(path))


# How the whole file is harmed, and whether it must be refused (None: a file may be empty where it may be missing).
HARMS: dict[str, tuple[Callable[[Path], object], bool | None]] = {
    "empty": (lambda p: p.write_bytes(b""), None),
    "a byte order mark": (lambda p: p.write_bytes(b"\xef\xbb\xbf" + p.read_bytes()), None),
    "line ends of Windows": (lambda p: p.write_bytes(p.read_bytes().replace(b"\n", b"\r\n")), False),
    "UTF-16": (lambda p: p.write_text(p.read_text(), encoding="utf-16"), True),
    "bytes that are no UTF-8": (lambda p: p.write_bytes(p.read_bytes() + b"# \xff\n"), True),
    "a NUL": (lambda p: p.write_bytes(p.read_bytes() + b"\0"), True),
    "a key twice": (lambda p: p.write_text(re.sub(r"(?m)^(\w+ = .*)$", r"\1\n\1", p.read_text(), count=1)), True),
    "a table nobody knows": (lambda p: p.write_text(p.read_text() + "\n[nobody]\nx = 1\n"), True),
    "a list of tables nobody knows": (lambda p: p.write_text(p.read_text() + "\n[[nobody]]\nx = 1\n"), True),
    "half of it": (lambda p: p.write_bytes(p.read_bytes()[:-7]), True),
    "nested 100,000 deep": (lambda p: p.write_text("a = " + "[" * 100_000), True),
    "a number of 5,000 digits": (lambda p: p.write_text(f"a = {'9' * 5000}\n" + p.read_text()), True),
    "a megabyte of one name": (lambda p: p.write_text(p.read_text() + f"\n{'x' * 1_000_000} = 1\n"), True),
    "another language": (lambda p: p.write_text('{"a": 1}'), True),
    "a merge left open": (lambda p: p.write_text("<<<<<<< HEAD\n" + p.read_text()), True),
    "a folder": (in_its_place(Path.mkdir), True),
    "a link to itself": (in_its_place(lambda p: p.symlink_to(p.name)), None),
    "a pipe": (in_its_place(os.mkfifo), True),
}
# What stands where another value belongs: literal -> its type.
VALUES = {
    "3": "int",
    "true": "bool",
    "[]": "list",
    "{}": "table",
    '""': "text",
    "[3]": "list of numbers",
    '[["a"]]': "list of lists",
    '{ a = { b = "c" } }': "table of tables",
    "nan": "float",
    "1979-05-27": "day",
    '"\\u0000 \\u202e <b>$x$</b> ../../x"': "text",
}


def kind_of(literal: str) -> str:
    """The type of a value as it is written in the valid files."""
    first = literal.strip()[0]
    return {"[": "list", "{": "table", '"': "text", "t": "bool", "f": "bool"}.get(first, "number")


def keys_of(content: str) -> list[tuple[int, str, str]]:
    """(number of the line, key, literal) of every `key = value` of a file."""
    found = []
    for number, line in enumerate(content.splitlines()):
        if match := re.match(r"(\w+) = (.+)$", line):
            found.append((number, match.group(1), match.group(2)))
    return found


def is_wrong(literal: str, kind: str) -> bool:
    """Whether a value of type `kind` can never stand where `literal` does; a day is also a text."""
    wanted = kind_of(literal)
    allowed = {
        "text": ("text", "day"),
        "list": ("list", "list of numbers", "list of lists"),
        "table": ("table", "table of tables"),
        "bool": ("bool",),
        "number": ("int", "float"),
    }
    return kind not in allowed[wanted]
