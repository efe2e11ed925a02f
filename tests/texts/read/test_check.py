"""Reading without building: the same outcome, in words; and in time that grows with the work."""

from __future__ import annotations

import os
import zipfile

import pytest
from click.testing import CliRunner
from timing import doubles_at_most

from analysis.cli.main import main
from analysis.study import outlets as names
from analysis.study.settings import Outlet, load_outlets
from analysis.texts.document import Document, Refusal
from analysis.texts.read import check as checking

TEXT = "The invented harbour was opened on Tuesday, and the minister said that every village would be near it."
TIMES = {"times": Outlet("times", "Example Times", "XXX", "unknown")}
SOURCE = '[[source]]\nsource_id = "mine"\npath = "*.csv"\ncollection = "news"\n'


def study(folder, rows, source=SOURCE):
    (folder / "a.csv").write_text("id,date,outlet,text\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "sources.toml").write_text(source)
    return folder


def checked(folder, **more):
    return checking.check(folder / "sources.toml", folder, checking.Declared(TIMES), **more)


def test_each_record_is_seen_once_in_order_and_counted(tmp_path):
    seen = []
    rows = [
        f'1,2023-08-10,Example Times,"{TEXT}"',
        f'1,2023-08-10,Example Times,"{TEXT}"',
        f'2,31/31/2023,Example Times,"{TEXT}"',
    ]
    found = checked(study(tmp_path, rows), each=seen.append)
    assert [type(made) for made in seen] == [Document, Refusal, Refusal]
    assert [seen[1].kind, seen[2].kind] == ["duplicate-id", "impossible-date"]
    assert (found.rows[0]["read"], found.rows[0]["kept"], found.overview.kept) == (3, 1, 1)


def test_files_that_no_source_names_are_listed(tmp_path):
    (tmp_path / "b.docx").write_bytes(b"x")
    found = checked(study(tmp_path, [f'1,2023-08-10,Example Times,"{TEXT}"']))
    assert found.unclaimed == ["b.docx"]
    (line,) = checking.unclaimed_in_words([f"{i}.x" for i in range(12)])
    assert "12 file(s)" in line and "and 2 more" in line and "discourse init --force" in line
    assert checking.unclaimed_in_words([]) == []


def test_the_lines_for_unknown_outlets_are_accepted_whatever_the_names(tmp_path):
    odd = ["ភ្នំពេញប៉ុស្តិ៍", "人民日报", "Back slash", 'The ""Sun""', "Back\\slash", "L’Écho d’Ici", "日本"]
    rows = [f'{i},2023-08-10,"{name}","{TEXT}"' for i, name in enumerate(odd)]
    folder = study(tmp_path, rows)
    (message,) = checked(folder).messages
    path = tmp_path / "outlets.toml"
    path.write_text(message[message.index("[[outlet]]") :], encoding="utf-8")
    found = checking.check(folder / "sources.toml", folder, checking.Declared(load_outlets(path)))
    assert (found.messages, found.overview.kept) == ([], len(odd))
    ids = [outlet.outlet_id for outlet in load_outlets(path).values()]
    assert len(set(ids)) == len(odd) - 1 and "l_echo_d_ici" in ids
    assert names.snippet("人民日报") == names.snippet("人民日报")


def zip_of_empty_members(folder, number):
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for i in range(number):
            archive.writestr(f"{i}.txt", "")


def empty_files(folder, number):
    for i in range(number):
        (folder / f"{i}.txt").touch()


def table_of(line):
    def write(folder, number):
        (folder / "a.csv").write_text(
            "id,date,outlet,text\n" + "".join(line.format(i=i, text=TEXT) for i in range(number))
        )

    return write


REFUSED = {
    "empty members of one archive": zip_of_empty_members,
    "empty files": empty_files,
    "days that are none": table_of('{i},31/31/2023,Example Times,"{text}"\n'),
    "one id for all": table_of('1,2023-08-10,Example Times,"{text}"\n'),
    "an unknown outlet each": table_of('{i},2023-08-10,Paper {i},"{text}"\n'),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", REFUSED)
def test_twice_as_many_refusals_take_twice_the_time(tmp_path, what):
    """A whole check of 1,000 to 4,000 refusals; of 2,000 to 64,000 by `make test-long`."""
    sizes = [2_000, 4_000, 8_000, 16_000, 32_000, 64_000] if os.environ.get("DISCOURSE_LONG") else [1_000, 2_000, 4_000]

    def check_of(number):
        folder = tmp_path / str(number)
        folder.mkdir()
        REFUSED[what](folder, number)
        (folder / "sources.toml").write_text(SOURCE.replace("*.csv", "*"))
        return lambda: refused(checked(folder)) >= number - 1 or pytest.fail("a refusal is missing")

    doubles_at_most(check_of, sizes)


def refused(found):
    return sum(row["refused"] for row in found.rows)


def test_of_very_many_files_the_summary_comes_first_and_the_worst_are_shown(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    for i in range(60):
        (folder / f"{i:02d}.txt").write_text(TEXT if i % 30 else "")
    assert CliRunner().invoke(main, ["init", str(folder)]).exit_code == 0
    lines = CliRunner().invoke(main, ["check", str(folder)]).output.splitlines()
    assert any("58 of 60 records would be kept" in line for line in lines[:6])
    assert "58 of 60 records would be kept" in lines[-1]
    assert any("00.txt" in line for line in lines) and any("and 20 more files" in line for line in lines)


def many_refusals(folder, number):
    """A study of `number` records with a day that is none, two with the id of another, and one of an unknown outlet."""
    rows = [f'{i},31/31/2023,Example Times,"{TEXT}"' for i in range(number)]
    rows += [f'x,2023-08-10,Example Times,"{TEXT}"'] * 3 + [f'y,2023-08-10,Other Paper,"{TEXT}"']
    return study(folder, rows)


def test_of_very_many_refusals_the_first_of_each_kind_are_told_and_all_on_demand(tmp_path):
    folder = many_refusals(tmp_path, 400)
    told = checked(folder).messages
    assert sum("impossible-date" in line for line in told) == checking.FEW + 1
    assert sum("duplicate-id" in line for line in told) == 2  # behind 400 others, and yet there
    assert "... and 395 more [impossible-date]: all of them with --details." in told
    assert 'outlet_id = "other_paper"' in told[-1]
    every = checked(folder, every=True).messages
    assert sum("impossible-date" in line for line in every) == 400
    assert len(every) == 400 + 2 + 1
    assert not any("--details" in line for line in every)


def test_some_refusals_are_all_told_in_their_order(tmp_path):
    told = checked(many_refusals(tmp_path, 20)).messages
    assert [line.rpartition(" ")[2] for line in told[:22]] == ["[impossible-date]"] * 20 + ["[duplicate-id]"] * 2


@pytest.mark.parametrize("details", [False, True])
def test_the_summary_says_why_records_are_left_out(tmp_path, details):
    folder = tmp_path / "study"
    folder.mkdir()
    many_refusals(folder, 100)
    (folder / "sources.toml").unlink()
    assert CliRunner().invoke(main, ["init", str(folder)]).exit_code == 0
    lines = CliRunner().invoke(main, ["check", str(folder), *["--details"] * details]).output.splitlines()
    assert "Left out: 100 impossible-date, 4 unknown-outlet." in lines
    assert sum("a.csv:" in line and "[impossible-date]" in line for line in lines) == (100 if details else checking.FEW)
    assert any("outlet_id = " in line for line in lines)
