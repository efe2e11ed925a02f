"""Every TOML file of a study, written by a careless hand: a sentence that names file, table, value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import DiscourseError
from analysis.run.plan import load_plan
from analysis.run.project import Project
from analysis.study import corrections, sources
from analysis.study.collection import load_collection
from analysis.study.declaration import load_study
from analysis.study.settings import load_eras, load_outlets
from analysis.study.topic_words import topic_labels
from analysis.texts.annotate import codebook
from analysis.texts.annotate.attribution import people

STUDY = '[study]\nname = "ports"\ntitle = "Ports"\n[[side]]\nid = "home"\nlabel = "home"\n'
ERA = '[[era]]\nera_id = "early"\nlabel = "Early"\nstart = 2000-01-01\nend = 2010-01-01\nreason = "r"\nsource = "s"\n'
FILES = {
    "outlets.toml": '[[outlet]]\noutlet_id = "post"\nname = "The Post"\ncountry = "FRA"\ntype = "wire"\n',
    "eras.toml": ERA,
    "study.toml": STUDY,
    "sources.toml": '[[source]]\nsource_id = "list"\npath = "*.csv"\ncollection = "news"\n',
    "corrections.toml": '[[correction]]\ntarget = "a"\naction = "drop"\nreason = "r"\nexpect = { title = "T" }\n',
    "actors.toml": '[[state]]\nid = "FRA"\nside = "other"\nnames = ["France"]\n',
    "iron.toml": '[[entry]]\nid = "harbour"\ncategory = "ports"\npattern = ["deep harbour"]\n',
    "plan.toml": '[[run]]\nid = "count"\nnotebook = "10_count"\nfigures = ["count"]\n',
    "topics_labels.toml": '[[topic]]\nlabel = "Harbours"\nexpect = ["harbour"]\n',
    "collection.toml": '[collection]\nstart = "2000-01-01"\nend = "2001-01-01"\n[[outlet]]\noutlet_id = "post"\n'
    'domains = ["post.example"]\n',
}
LOAD = {
    "outlets.toml": load_outlets,
    "eras.toml": load_eras,
    "study.toml": lambda path: load_study(path.parent),
    "sources.toml": sources.load,
    "corrections.toml": corrections.load,
    "actors.toml": people.load,
    "iron.toml": lambda path: codebook.load(path.parent),
    "plan.toml": lambda path: load_plan(Project(path.parents[1])),
    "topics_labels.toml": topic_labels,
    "collection.toml": lambda path: load_collection(path, ["post"]),
}
# file -> a key that must be there, its bad value, the words for what it should be, the name of its table in messages
KEY = {
    "outlets.toml": ("name", "3", "text", "outlet post"),
    "eras.toml": ("label", "[1]", "text", "era early"),
    "study.toml": ("title", "3", "text", "study"),
    "sources.toml": ("path", "3", "text", "source list"),
    "corrections.toml": ("reason", "3", "text", "correction of a"),
    "actors.toml": ("names", '"France"', "a list of texts", "state FRA"),
    "iron.toml": ("category", "3", "text", "entry harbour"),
    "plan.toml": ("notebook", "3", "text", "run count"),
    "topics_labels.toml": ("expect", '"harbour"', "a list of texts", "topic Harbours"),
    "collection.toml": ("start", "3", "text", "collection"),
}
DUPLICATES = sorted(set(FILES) - {"corrections.toml", "topics_labels.toml", "study.toml", "collection.toml"})


def place(folder: Path, name: str) -> Path:
    """Where the file stands in a study; what it needs beside it is put there."""
    if name == "study.toml":
        (folder / "eras.toml").write_text(ERA)
    (folder / "notebooks").mkdir(exist_ok=True)
    return folder / ("notebooks" if name == "plan.toml" else "") / name


def refusal(folder: Path, name: str, text: str | bytes) -> str:
    """What is said about a file with this text, in a folder where another file of the study may be needed."""
    file = place(folder, name)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DiscourseError) as error:
        LOAD[name](file)
    assert name in str(error.value), "the file is not named"
    return str(error.value)


def changed(name: str, value: str | None) -> str:
    """The file with its needed key set to another value, or left out."""
    key = KEY[name][0]
    lines = FILES[name].splitlines()
    return "\n".join(f"{key} = {value}" if x.startswith(key) else x for x in lines if value or not x.startswith(key))


@pytest.mark.parametrize("name", FILES)
def test_as_it_should_be(tmp_path, name):
    file = place(tmp_path, name)
    for text in (FILES[name], "\ufeff" + FILES[name]):
        file.write_text(text)
        assert LOAD[name](file)


@pytest.mark.parametrize("name", FILES)
def test_an_unknown_key_is_named_with_all_that_are_known(tmp_path, name):
    key, _, _, table = KEY[name]
    text = FILES[name].replace(f"{key} =", f"{key}x = 1\n{key} =", 1)
    said = refusal(tmp_path, name, text)
    assert table in said and f"'{key}x' is not allowed" in said and f"Did you mean '{key}'?" in said


@pytest.mark.parametrize("name", FILES)
def test_a_value_of_another_type_is_shown_with_the_type_it_should_have(tmp_path, name):
    key, bad, kind, table = KEY[name]
    said = refusal(tmp_path, name, changed(name, bad))
    assert table in said and key in said and bad.strip('"') in said and f"should be {kind}" in said


@pytest.mark.parametrize("name", FILES)
def test_a_missing_key_is_named(tmp_path, name):
    key, _, _, table = KEY[name]
    said = refusal(tmp_path, name, changed(name, None))
    assert table in said and f"{key} is missing" in said and "keys: " in said


@pytest.mark.parametrize("name", DUPLICATES)
def test_an_id_that_stands_twice_is_named(tmp_path, name):
    said = refusal(tmp_path, name, FILES[name] * 2)
    assert "stands twice" in said and f"'{KEY[name][3].split()[-1]}'" in said


@pytest.mark.parametrize("name", FILES)
def test_another_encoding_is_named_with_its_line_and_the_way_out(tmp_path, name):
    said = refusal(tmp_path, name, b"# a comment\n# caf\xe9\n" + FILES[name].encode())
    assert "not UTF-8" in said and "line 2" in said and "Save it as UTF-8" in said
    said = refusal(tmp_path, name, FILES[name].encode("utf-16"))
    assert "not UTF-8" in said


@pytest.mark.parametrize("name", FILES)
def test_no_toml_and_no_table(tmp_path, name):
    assert "line 1" in refusal(tmp_path, name, "name = ports\n")
    assert "is not allowed; allowed: " in refusal(tmp_path, name, "[[nothing_known]]\na = 1\n")


@pytest.mark.parametrize("name", sorted(set(FILES) - {"collection.toml"}))
def test_a_list_of_tables_that_is_none(tmp_path, name):
    table = FILES[name].partition("[[")[2].partition("]]")[0]
    head = "" if name != "study.toml" else STUDY.partition("[[")[0]
    said = refusal(tmp_path, name, f"{table} = 3\n{head}")
    assert f"{table} = 3" in said and f"write [[{table}]]" in said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("study.toml", "name, title are missing"),
        ("iron.toml", "no [[entry]]"),
        ("collection.toml", "start, end are missing"),
    ],
)
def test_an_empty_file_says_what_has_to_stand_there(tmp_path, name, words):
    assert words in refusal(tmp_path, name, "")


@pytest.mark.parametrize("name", sorted(set(FILES) - {"study.toml", "iron.toml", "collection.toml"}))
def test_an_empty_list_is_a_list(tmp_path, name):
    file = place(tmp_path, name)
    file.write_text("")
    LOAD[name](file)


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("actors.toml", '"France"', "", "names is empty"),
        (
            "actors.toml",
            "[[state]]",
            '[[person]]\nid = "a"\nname = "Al Bo"\nstate = "FRN"\n[[state]]',
            "Did you mean 'FRA'",
        ),
        ("actors.toml", "[[state]]", '[[person]]\nid = "a"\nname = "Al"\ngender = "w"\n[[state]]', "gender: 'w'"),
        (
            "actors.toml",
            "[[state]]",
            '[[person]]\nid = "a"\nname = "Al"\noffices = [{ role = "minister", from = "May 2001" }]\n[[state]]',
            "from = 'May 2001' is no day",
        ),
        ("sources.toml", "collection =", "filters = { year = { in = 3 } }\ncollection =", "in = 3 should be a list"),
        (
            "sources.toml",
            "collection =",
            "filters = { year = { matches = 3 } }\ncollection =",
            "matches = 3 should be text",
        ),
        ("sources.toml", "collection =", "languages = [1]\ncollection =", "languages = [1] should be a list of texts"),
        ("corrections.toml", '"drop"', '"cut_lines"\nlines = [0]', "the first line is 1"),
        ("corrections.toml", '"drop"', '"cut_lines"\nlines = ["a"]', "should be a list of whole numbers"),
        ("corrections.toml", '"drop"', '"title_line"\nlines = [1, 2]', "one line becomes the title"),
        ("plan.toml", "figures", "timeout = true\nfigures", "timeout = True should be a whole number"),
    ],
)
def test_values_that_no_document_can_have(tmp_path, name, old, new, words):
    assert old in FILES[name]
    assert words in refusal(tmp_path, name, FILES[name].replace(old, new, 1))
