"""What somebody meets who brings a folder of mixed texts for the first time: guesses, refusals and their next steps."""

from __future__ import annotations

import json
import os

import pytest
from click.testing import CliRunner

from analysis.cli.main import main
from analysis.errors import DiscourseError
from analysis.study import corrections, sources
from analysis.study.settings import Outlet, load_eras, load_outlets
from analysis.texts.annotate import codebook
from analysis.texts.read import check
from analysis.texts.read import first_sources as guess

TEXT = (
    "The minister said that the bridge over the river would be opened in the dry season, and that the market of the "
    "town would then be near for every village. People there had asked for a road, a school and a clinic for years."
)
NEXIS = f"A title\n\nExample Times\n\nMay 1, 2023 Monday\n\nBody\n\n{TEXT}\n\nEnd of Document\n"


def both(path, folder, outlets, corrections=None, **more):
    found = check.check(path, folder, check.Declared(outlets, {}, corrections or {}), **more)
    return found.rows, found.messages


def guessed(folder):
    text = guess.write_sources(folder)
    path = folder / "guessed.toml"
    path.write_text(text, encoding="utf-8")
    return text, {source.source_id: source for source in sources.load(path)}


def front(**fields):
    return "---\n" + "".join(f"{k}: {v}\n" for k, v in fields.items()) + f"---\n{TEXT}\n"


def test_an_export_among_plain_files_is_a_source_of_its_own_and_comes_first(tmp_path):
    (tmp_path / "a.txt").write_text(front(outlet="One", date="2023-08-22"))
    (tmp_path / "nexis.txt").write_text(NEXIS)
    _, found = guessed(tmp_path)
    assert [(s.path, s.format) for s in found.values()] == [("nexis.txt", "nexis"), ("*.txt", "txt")]


def test_the_rest_of_a_mixed_folder_is_named_by_its_pattern_even_if_it_is_one_file(tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "one.txt").write_text(front(outlet="One"))
    (tmp_path / "news" / "two.txt").write_text(NEXIS)
    _, found = guessed(tmp_path)
    assert [s.path for s in found.values()] == ["news/two.txt", "news/*.txt"]


def test_texts_without_an_outlet_get_an_explicit_one_and_are_kept(tmp_path):
    (tmp_path / "a.txt").write_text(front(outlet="Unknown", date="2023-08-22"))
    (tmp_path / "b.txt").write_text(front(date="2023-08-23"))
    text, found = guessed(tmp_path)
    assert found["txt"].constants == {"outlet": "unknown"}
    assert "1 of 2 records" in text


def test_no_constant_stands_in_for_the_outlets_that_addresses_give(tmp_path):
    (tmp_path / "a.txt").write_text(front(url="https://post.example/1", date="2023-08-22"))
    (tmp_path / "b.txt").write_text(front(date="2023-08-23"))
    text, found = guessed(tmp_path)
    assert found["txt"].constants == {}
    assert "neither outlet nor address and will be refused" in text


def test_the_day_a_file_was_saved_is_no_day_of_publication(tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph(TEXT)
    document.save(tmp_path / "a.docx")
    (tmp_path / "~$a.docx").write_bytes(b"a lock of an office program")
    text, found = guessed(tmp_path)
    assert "date" not in found["a"].columns
    assert "url" not in found["a"].columns
    assert "no date of publication found" in text
    assert "~$" not in text


def test_a_refusal_for_want_of_an_outlet_says_what_to_write_where(tmp_path):
    (tmp_path / "a.txt").write_text(front(date="2023-08-22"))
    path = tmp_path / "sources.toml"
    path.write_text('[[source]]\nsource_id = "mine"\npath = "a.txt"\ncollection = "news"\n')
    _, messages = both(path, tmp_path, outlets={})
    assert len(messages) == 1
    for part in ("source mine", "[source.constants]", 'outlet = "unknown"', "[no-outlet]"):
        assert part in messages[0]


def test_init_and_check_say_the_next_step(tmp_path):
    study = tmp_path / "My Study (1)"
    study.mkdir()
    (study / "a.txt").write_text(front(date="2023-08-22"))
    (study / "b.txt").write_text("")
    done = CliRunner().invoke(main, ["init", str(study)])
    assert done.exit_code == 0, done.output
    assert corrections.load(study / "corpus" / "corrections.toml") == {}
    done = CliRunner().invoke(main, ["check", str(study)])
    assert "1 of 2 records would be kept" in done.output
    assert f"`discourse build {study}`" in done.output
    assert "1 empty" in done.output


def test_a_study_cannot_take_the_place_of_the_embedded_store(tmp_path):
    study = tmp_path / "Default"
    study.mkdir()
    (study / "a.txt").write_text(front(date="2023-08-22"))
    CliRunner().invoke(main, ["init", str(study)])
    done = CliRunner().invoke(main, ["build", str(study)])
    assert done.exit_code == 2
    assert "--name my-study" in done.output


@pytest.mark.parametrize(("folder", "name"), [("My Study (1)", "my-study-1"), ("a_b", "a_b"), ("Étude 2", "tude-2")])
def test_stores_are_named_after_folders(tmp_path, folder, name):
    from analysis.cli.texts import store_name

    assert store_name(tmp_path / folder) == name


def test_a_folder_no_store_can_be_named_after(tmp_path):
    from analysis.cli.texts import store_name

    with pytest.raises(DiscourseError, match="--name"):
        store_name(tmp_path / "កម្ពុជា")


def test_annotate_says_what_a_file_of_texts_looks_like(tmp_path):
    path = tmp_path / "plain.txt"
    path.write_text("\n".join([TEXT] * 9))
    done = CliRunner().invoke(main, ["annotate", str(path)])
    assert done.exit_code == 2
    assert '{"id": "a1"' in done.output
    assert "and 4 more" in done.output


OUTLET = '[[outlet]]\noutlet_id = "a"\nname = "A"\ncountry = "KHM"\ntype = "state"\n'
ERA = '[[era]]\nera_id = "a"\nlabel = "A"\nstart = "2020-01-01"\nreason = "r"\nsource = "s"\n'


@pytest.mark.parametrize(
    ("load", "text", "parts"),
    [
        (load_outlets, "outlet = 3\n", ["outlet = 3", "[[outlet]]"]),
        (load_outlets, OUTLET.replace("[[outlet]]", "[[outlt]]"), ["'outlt'", "Did you mean 'outlet'"]),
        (load_outlets, OUTLET.replace('"A"', "3"), ["outlet a", "name = 3 should be text"]),
        (load_outlets, OUTLET + 'aliases = "B"\n', ["outlet a", "aliases = 'B' should be a list of texts"]),
        (load_outlets, OUTLET.replace('name = "A"\n', ""), ["outlet a", "name is missing"]),
        (load_eras, ERA.replace("01-01", "99-01"), ["era a", "start = '2020-99-01' is not a day"]),
        (load_eras, ERA + 'end = "2019-01-01"\n', ["era a", "is not after start"]),
        (load_eras, "[era]\nera_id = 3\n", ["not a list of tables", "[[era]]"]),
        (corrections.load, "correction = 3\n", ["correction = 3", "[[correction]]"]),
        (corrections.load, "[[corection]]\na = 1\n", ["Did you mean 'correction'"]),
        (
            corrections.load,
            '[[correction]]\ntarget = "a"\naction = "drop"\nreason = "r"\nexpect = "x"\n',
            ["correction of a", "expect = 'x' should be a table"],
        ),
        (sources.load, "source = 1\n", ["[[source]]"]),
    ],
)
def test_mistyped_configuration_is_answered_in_words(tmp_path, load, text, parts):
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(DiscourseError) as caught:
        load(path)
    for part in [*parts, "config.toml"]:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("frame = 3\n", "frame = 3 should be text"),
        ("entry = 3\n", "write [[entry]]"),
        ('exclude = "a"\n', "a list of patterns"),
        ('[[entry]]\nid = "e"\ncategory = "c"\npattern = "iron( x"\n', "docs/codebook.md"),
    ],
)
def test_a_mistyped_codebook_is_answered_in_words(tmp_path, text, part):
    (tmp_path / "iron.toml").write_text(text)
    with pytest.raises(DiscourseError) as caught:
        codebook.load(tmp_path)
    assert part in str(caught.value)
    assert "iron.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("other", "line"), [("15/04/2023", "# day_first = true"), ("05/04/2023", "# day_first = true  # or false")]
)
def test_the_line_for_unclear_dates_stands_where_it_only_needs_its_mark_taken_off(tmp_path, other, line):
    rows = "".join(f'T{i},"{TEXT}",{day},Unknown\n' for i, day in enumerate(("03/04/2023", other)))
    (tmp_path / "list.csv").write_text(f"headline,body,date,source\n{rows}")
    text, found = guessed(tmp_path)
    assert line in text.splitlines()
    assert found["list"].day_first is None
    path = tmp_path / "guessed.toml"
    path.write_text(text.replace("# day_first", "day_first"))
    assert sources.load(path)[0].day_first is True


def test_a_correction_whose_guard_fails_is_not_also_called_unused(tmp_path):
    (tmp_path / "a.txt").write_text(front(outlet="Unknown", date="2023-08-22"))
    (tmp_path / "sources.toml").write_text('[[source]]\nsource_id = "mine"\npath = "a.txt"\ncollection = "news"\n')
    (tmp_path / "c.toml").write_text(
        '[[correction]]\ntarget = "mine:a"\naction = "drop"\nreason = "r"\nexpect = { date = "2021" }\n'
    )
    given = corrections.load(tmp_path / "c.toml")
    _, messages = both(tmp_path / "sources.toml", tmp_path, outlets={}, corrections=given)
    assert len(messages) == 1
    assert "expects date = '2021' and found '2023-08-22'" in messages[0]


def checked(folder, toml):
    (folder / "sources.toml").write_text(toml)
    known = {"unknown": Outlet("unknown", "Unknown", "", "unknown")}
    return both(folder / "sources.toml", folder, outlets=known)


def test_two_files_that_number_their_texts_keep_all_of_them(tmp_path):
    for name in ("one", "two"):
        rows = "".join(f'{i},T{i},"{TEXT}",Unknown\n' for i in range(3))
        (tmp_path / f"{name}.csv").write_text(f"id,title,text,outlet\n{rows}")
    text, found = guessed(tmp_path)
    assert {s.id_prefix for s in found.values()} == {"one:", "two:"}
    rows, messages = checked(tmp_path, text)
    assert [row["kept"] for row in rows] == [3, 3]
    # Without the prefixes `check` says what `build` would do, and how to mend it.
    rows, messages = checked(tmp_path, "\n".join(x for x in text.splitlines() if "id_prefix" not in x))
    assert [(row["kept"], row["refused"]) for row in rows] == [(3, 0), (0, 3)]
    assert 'id_prefix = "two:"' in messages[0]


def test_rows_whose_quotation_marks_are_not_doubled_are_refused_and_not_kept_in_pieces(tmp_path):
    (tmp_path / "a.csv").write_text(f'id;title;text;date;outlet\n1;T;"{TEXT} "Yes";\nhe said";2023-08-22;Unknown\n')
    _, messages = checked(tmp_path, '[[source]]\nsource_id = "a"\npath = "a.csv"\ncollection = "news"\n')
    assert messages
    assert all("not doubled?" in message and "under a header of 5" in message for message in messages)


@pytest.mark.parametrize(
    ("line", "bad"),
    [
        ('columns = { title = "headlin" }', "headlin"),
        ("filters = { yer = { minimum = 1990 } }", "yer"),
        ('columns = { date = "{yer}-09" }', "yer"),
    ],
)
def test_any_column_that_a_table_does_not_have_is_named(tmp_path, line, bad):
    (tmp_path / "a.csv").write_text(f"id,headline,text,year,outlet\n1,T,{TEXT.replace(',', '')},2023,Unknown\n")
    toml = f'[[source]]\nsource_id = "a"\npath = "a.csv"\ncollection = "news"\n{line}\n'
    rows, (message,) = checked(tmp_path, toml)
    assert rows[0]["refused"] == 1
    for part in (f"column: {bad!r} is not allowed", "id, headline, text, year, outlet", "Did you mean", "source a"):
        assert part in message


def test_a_table_without_names_for_its_columns_says_where_to_name_them(tmp_path):
    (tmp_path / "a.csv").write_text("1,2,3\n4,5,6\n")
    _, (message,) = checked(tmp_path, '[[source]]\nsource_id = "a"\npath = "a.csv"\ncollection = "news"\n')
    for part in ("a.csv:1 (line 2): neither title nor text", "[source.columns]", "there are 1, 2, 3"):
        assert part in message


def test_broken_front_matter_names_its_line(tmp_path):
    (tmp_path / "a.md").write_text("---\ntitle: A\ndate: [\n---\nText")
    _, (message,) = checked(tmp_path, '[[source]]\nsource_id = "a"\npath = "a.md"\ncollection = "news"\n')
    assert "a.md: the front matter between the --- lines cannot be read: line 3: " in message


def test_names_and_columns_of_any_kind_give_a_file_that_can_be_read(tmp_path):
    odd = "two\nlines\u2028\u202e \x7f"
    (tmp_path / f"{odd}.txt").write_text("The town was open.")
    (tmp_path / os.fsdecode(b"no\xff.md")).write_text("The town was open.")
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "The town was open.", odd: 1, f"{odd}date": "x"}) + "\n")
    (tmp_path / f"{odd}.xyz").write_text("x")
    os.mkfifo(tmp_path / "pipe.txt")
    assert CliRunner().invoke(main, ["init", str(tmp_path)]).exit_code == 0
    assert len(sources.load(tmp_path / "corpus" / "sources.toml")) == 3
    said = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert "3 file(s)" not in said.output and "pipe.txt" in said.output
