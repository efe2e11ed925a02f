"""Drawing, coding, settling, publishing and scoring from the command line, on an invented study."""

from __future__ import annotations

import shutil

import pytest
from click.testing import CliRunner
from invented_study import write_study

from analysis.cli.main import main
from analysis.store import open_store
from analysis.texts.coding import sheet as sheets


def call(*args):
    return CliRunner().invoke(main, [str(a) for a in args])


@pytest.fixture
def study(tmp_path, root, monkeypatch):
    """A study folder as `init` makes them, built into a project of its own."""
    made = write_study(tmp_path / "made", root, count=12)
    folder = tmp_path / "mine"
    shutil.copytree(made / "texts", folder)
    shutil.copytree(made / "corpus", folder / "corpus")
    monkeypatch.setenv("DISCOURSE_CORPUS", str(tmp_path / "project" / "corpus"))
    shutil.copytree(root / "corpus", tmp_path / "project" / "corpus", ignore=shutil.ignore_patterns("store", "codings"))
    done = call("build", folder, "--jobs", 1)
    assert done.exit_code == 0, done.output
    return folder


def test_from_the_draw_to_the_score(study):
    sizes = ("--size", "hit=3", "--size", "rest=0")
    dry = call("code", "sample", study, *sizes, "--dry-run")
    assert dry.exit_code == 0 and "would be drawn" in dry.output, dry.output
    place = study / "corpus" / "private" / "coding" / "first"
    assert not place.exists()
    done = call("code", "sample", study, *sizes)
    assert done.exit_code == 0, done.output
    for coder, verdict in (("A", "yes"), ("B", "no")):
        sheet = sheets.load(place / f"sheet_{coder}.xlsx")
        for number, one in enumerate(sorted(sheet.answers, key=lambda a: a.passage)):
            if one.asked == sheets.ANY:
                one.frames = "none"
            else:
                one.frame_right = verdict if number < 4 else "yes"
                one.about, one.voice, one.negated, one.mention = "focal", "own", "no", "no"
        sheets.save(sheet, place / f"sheet_{coder}.xlsx")
    done = call("code", "adjudicate", place)
    assert done.exit_code == 0 and "to settle" in done.output
    scored = call("code", "score", place, "--store", "mine")
    assert scored.exit_code == 0, scored.output
    assert "Does precision of what is counted differ by era_id?" in scored.output
    for title in ("Agreement of coders", "Precision (meaning) by frame", "Recall", "Voice: machine", "Entries, worst"):
        assert title in scored.output
    assert call("code", "publish", place, study).exit_code == 0
    assert call("build", study, "--jobs", 1).exit_code == 0
    codings = open_store("mine").table("codings")
    assert set(codings["coder"]) == {"A", "B"} and codings["hit_id"].notna().any()
    again = call("code", "score", "--store", "mine")
    assert again.exit_code == 0 and again.output == scored.output
    refused = call("code", "sample", study, *sizes)
    assert refused.exit_code == 2 and "holds a draw already" in refused.output


def test_public_codings_and_the_texts_give_a_sheet_for_another_coder(study):
    place = study / "corpus" / "private" / "coding"
    assert call("code", "sample", study, "--size", "hit=2", "--coder", "A").exit_code == 0
    sheet = sheets.load(place / "first" / "sheet_A.xlsx")
    for one in sheet.answers:
        one.frames, one.frame_right = ("none", "") if one.asked == sheets.ANY else ("", "yes")
    sheets.save(sheet, place / "first" / "sheet_A.xlsx")
    assert call("code", "publish", place / "first", study).exit_code == 0
    shutil.rmtree(place / "first")  # the key is gone
    public = study / "corpus" / "codings" / "first.jsonl"
    done = call("code", "sheet", public, study, "--name", "second", "--coder", "B")
    assert done.exit_code == 0 and f"{len(sheet.answers)} passages, 0 not found" in done.output, done.output
    again = sheets.load(place / "second" / "sheet_B.xlsx")
    assert {(a.passage, a.text) for a in again.answers} == {(a.passage, a.text) for a in sheet.answers}
    assert not any(a.is_done for a in again.answers)
    for one in again.answers:
        one.frames, one.frame_right = ("none", "") if one.asked == sheets.ANY else ("", "no")
    sheets.save(again, place / "second" / "sheet_B.xlsx")
    done = call("code", "adjudicate", place / "second", "--with", public)
    assert done.exit_code == 0 and "sheets of A" in done.output, done.output
    assert call("code", "publish", place / "second", study).exit_code == 0
    assert call("build", study, "--jobs", 1).exit_code == 0
    codings = open_store("mine").table("codings")
    assert set(codings["draw"]) == {"first"} and codings["coder"].value_counts().to_dict() == {
        "A": len(sheet.answers),
        "B": len(sheet.answers),
    }
    both = (public, study, "--with", public.parent / "second.jsonl")
    done = call("code", "sheet", *both, "--name", "third", "--coder", "C", "--decide", "1")
    hits = [a.passage for a in sheet.answers if a.asked != sheets.ANY]
    assert done.exit_code == 0 and f"{len(hits) + 1} passages, 0 not found" in done.output, done.output
    chosen = {a.passage for a in sheets.load(place / "third" / "sheet_C.xlsx").answers}
    assert set(hits) < chosen and len(chosen) == len(hits) + 1
    alone = call("code", "sheet", public, study, "--name", "fourth", "--coder", "C", "--decide", "1")
    assert alone.exit_code == 2 and "no passage has two coders" in alone.output
    taken = call("code", "sheet", public, study, "--name", "third", "--coder", "A")
    assert taken.exit_code == 2 and "'A'" in taken.output


def test_what_is_not_coded_is_not_validated(study):
    done = call("code", "score", "--store", "mine")
    assert done.exit_code == 2 and "nothing is coded" in done.output


@pytest.mark.parametrize(
    ("args", "message"),
    [(("--size", "hti=3"), "hit, elsewhere"), (("--size", "hit"), "KIND=NUMBER"), (("--name", "../x"), "not allowed")],
)
def test_bad_options_are_refused(study, args, message):
    done = call("code", "sample", study, *args)
    assert done.exit_code == 2 and message in done.output
