"""`discourse collect recall`: the table of two strings, by era, and what recall would undo a change."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner
from uk_study import HERE, build_study

from analysis.cli.collect import collect

SOURCE = """
[[source]]
source_id = "{name}"
path = "{name}.jsonl"
collection = "un"
columns = {{ id = "id", title = "title", text = "text", outlet = "delegation" }}
boilerplate = "none"
language = "en"
genre = "speech"
"""


def write_export(folder, name: str, numbers) -> None:
    rows = [
        {
            "id": f"{name}-{number}",
            "title": f"Speech on matter number {number}",
            "text": f"The delegation spoke of the harbour and of the fisheries, for the {number}th time in this hall.",
            "date": f"{2004 + number // 10}-09-2{number % 10}",
            "delegation": "United Kingdom (delegation)",
        }
        for number in numbers
    ]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Ten articles of 2004, under one government, and ten of 2014, under another; each string finds most of them."""
    folder = tmp_path_factory.mktemp("recall") / "study"
    shutil.copytree(HERE, folder / "corpus")
    (folder / "corpus" / "sources.toml").write_text("".join(SOURCE.format(name=n) for n in ("by_name", "by_place")))
    write_export(folder, "by_name", [0, 1, 2, 3, 4, 5, *range(100, 105)])
    write_export(folder, "by_place", [3, 4, 5, 6, *range(100, 105)])
    return folder


def ask(*words: str):
    return CliRunner().invoke(collect, ["recall", *map(str, words)])


def test_the_table_holds_all_and_each_era(study):
    done = ask(study, "--first", "by_name", "--second", "by_place")
    assert done.exit_code == 0, done.output
    lines = {line.split("  ")[0]: line.split() for line in done.output.splitlines()}
    assert lines["all"][1:4] == ["11", "9", "8"]
    # 2004: six and four, three of both: (7 * 5) / 4 - 1 = 7.75, of which seven were found
    assert lines["Tony Blair"][2:6] == ["6", "4", "3", "8"]
    assert lines["Tony Blair"][-2:] == ["90", "%"]
    assert lines["David Cameron"][2:6] == ["5", "5", "5", "5"] and lines["David Cameron"][-2:] == ["100", "%"]


def test_frames_of_a_store_stand_beside_what_would_undo_their_change(study, tmp_path):
    built = build_study(tmp_path / "built")
    shutil.copytree(built / "corpus" / "store" / "default", study / "corpus" / "store" / "default")
    done = ask(study, "--first", "by_name", "--second", "by_place", "--store", "default")
    assert done.exit_code == 0, done.output
    assert "times the rate before; undone if the recall of texts with" in done.output
    assert done.output.count("of what it was before.") == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--first", "by_name", "--second", "by_name"), "both by_name"),
        (("--first", "by_name", "--second", "by_river"), "allowed: by_name, by_place"),
    ],
)
def test_what_cannot_be_compared_is_refused(study, words, said):
    assert said in str(ask(study, *words).exception)
