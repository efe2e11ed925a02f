"""The lexicon: every table has a meaning and an example that it finds, and faulty files are refused."""

from __future__ import annotations

import re
import tomllib

import pytest

from analysis.errors import DiscourseError
from analysis.run.code_hashes import closure
from analysis.texts.annotate.lexicon import load as lexicon

TABLES = [(file, name) for file in lexicon.FILES for name in lexicon.read(file).names]


def test_every_file_is_named(root):
    folder = root / "analysis" / "texts" / "annotate" / "lexicon"
    assert sorted(path.name for path in folder.glob("*.toml")) == sorted(lexicon.FILES)


@pytest.mark.parametrize(("file", "name"), TABLES)
def test_each_table_finds_its_example(file, name):
    lists = lexicon.read(file)
    table = lists.table(name)
    if file == "verbs.toml" or not any(re.search(r"[\\(?]", item) for item in (*table["items"], lists.source(name))):
        assert table["example"] in lists.words(name) | set(lists.items(name))
    else:
        assert lists.regex(name).search(table["example"])


@pytest.mark.parametrize(("file", "name"), TABLES)
def test_no_item_stands_twice_in_a_table(file, name):
    items = lexicon.read(file).items(name)
    assert len(items) == len(set(items))


def test_slots_are_filled_in_order(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text(
        '[one]\nmeaning = "m"\nexample = "x"\nitems = ["a", "b"]\n'
        '[two]\nmeaning = "m"\nexample = "x"\nitems = ["c d", "e"]\npattern = "(?:{{items}})-(?:{{one}}){1,2}"\n'
        '[three]\nmeaning = "m"\nexample = "x"\nitems = ["x"]\nignore_case = true\n'
    )
    lists = lexicon.parse(path)
    assert lists.names == ("one", "two", "three")
    assert lists.source("one") == "a|b" and lists.source("two") == "(?:c d|e)-(?:a|b){1,2}"
    assert lists.words("two") == {"c", "d", "e"} and lists.items("two") == ("c d", "e")
    assert lists.regex("three").match("X") and not lists.regex("one").match("A")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('one = "x"', r"write \[one\]"),
        ('[one]\nmeanin = "m"', "Did you mean 'meaning'"),
        ('[one]\nmeaning = "m"\nitems = ["a"]', "example is missing"),
        ('[one]\nexample = "m"\nitems = ["a"]', "meaning is missing"),
        ('[one]\nmeaning = "m"\nexample = "a"', "neither items nor pattern"),
        ('[one]\nmeaning = "m"\nexample = "a"\npattern = "{{two}}"', "slot: 'two'"),
        ('[one]\nmeaning = "m"\nexample = "a"\nitems = ["("]', "one: not a regular expression"),
    ],
)
def test_faulty_files_are_refused(tmp_path, text, message):
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(DiscourseError, match=message):
        lexicon.parse(tmp_path / "a.toml").regex("one")


def test_unknown_files_and_tables_are_refused():
    with pytest.raises(DiscourseError, match=r"verbs\.toml"):
        lexicon.read("verb.toml")
    with pytest.raises(DiscourseError, match="Did you mean 'negators'"):
        lexicon.read("negation.toml").table("negator")


def test_the_wheel_and_the_code_hashes_hold_the_lexicon(root):
    data = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    shipped = {path for pattern in data["analysis"] for path in (root / "analysis").glob(pattern)}
    kept = {p for p in (root / "analysis").rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")}
    assert kept and kept <= shipped
    files, _ = closure("from analysis.texts.annotate.attribution import verbs", root)
    assert {f"analysis/texts/annotate/lexicon/{name}" for name in lexicon.FILES} <= set(files)


def test_a_hint_in_front_of_many_words_changes_no_match():
    source = lexicon.read("clauses.toml").source("main_verbs")
    hinted = lexicon.read("clauses.toml").regex("main_verbs")
    assert hinted.pattern != source and hinted.pattern.startswith(r"\b(?=(?:")
    text = "it drew a crowd, metal drawers were taken, and will-o'-wisps remain; they remained, can they?"
    assert [m.span() for m in hinted.finditer(text)] == [m.span() for m in re.finditer(source, text)]
    assert len(list(hinted.finditer(text))) == 5


@pytest.mark.parametrize("source", [r"\b(?:one|two)\b", "no words", r"\b(?:a|b)\b|c", r"\b(?:\w+s|ann)\b"])
def test_what_is_short_or_begins_with_anything_stays_as_it_is(source):
    assert lexicon.hinted(source) == source


@pytest.mark.parametrize("broken", ["[abc", "(?:abc", r"\b(?:[abc|d)\b", "a)"])
def test_an_expression_without_its_end_is_named(tmp_path, broken):
    path = tmp_path / "broken.toml"
    path.write_text(f"[words]\nmeaning = 'x'\nexample = 'x'\npattern = '{broken}'\n", encoding="utf-8")
    with pytest.raises(DiscourseError, match="words: not a regular expression"):
        lexicon.parse(path).regex("words")
