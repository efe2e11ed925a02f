"""The invented study of the tutorial: the same files every time, and the two effects that are planted in it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pandas as pd
import pytest

from analysis.run.example_study import write_example
from analysis.study.declaration import load_study
from analysis.study.example.invented import (
    AGENCY,
    ARTICLES,
    GAZETTE,
    PAPERS,
    REPORTS,
    articles,
    example_files,
    example_title,
)


def test_same_files_every_time():
    assert example_files() == example_files()
    assert example_title() in example_files()["corpus/study.toml"].decode()


def test_what_it_declares_is_valid(tmp_path):
    study = load_study(write_example(tmp_path / "study") / "corpus")
    assert (study.focal_name, study.collection("news").unit) == ("Merovia", "week")
    assert len(articles()) == len(PAPERS) * 2 * ARTICLES + 3 * REPORTS
    assert {row["outlet"] for row in articles()} == {*PAPERS, AGENCY}
    assert len({row["id"] for row in articles()}) == len(articles())


@pytest.fixture(scope="module")
def executed(root, tmp_path_factory):
    """The tutorial run by papermill in a folder of its own; its cells and the place of its figure."""
    place = tmp_path_factory.mktemp("start")
    done = subprocess.run(
        [sys.executable, "-m", "papermill", "01_start_here.ipynb", str(place / "out.ipynb"), "-k", "python3"],
        cwd=root / "notebooks",
        env=os.environ | {"DISCOURSE_FIGURES": str(place / "figures")},
        check=False,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    cells = json.loads((place / "out.ipynb").read_text(encoding="utf-8"))["cells"]
    return cells, place / "figures"


@pytest.mark.slow
def test_the_tutorial_runs_and_finds_what_was_planted(executed):
    _, figures = executed
    table = pd.read_csv(figures / "start_here.csv").set_index(["outlet_id", "era_id", "frame"])
    eras = list(dict.fromkeys(table.index.get_level_values("era_id")))
    before, after = sorted(eras, key=["keller", "brandt"].index)
    fall = table.loc[(GAZETTE, after, "caution")], table.loc[(GAZETTE, before, "caution")]
    assert fall[0]["high"] < fall[1]["low"]
    same = table.loc[(PAPERS[0], after, "caution")], table.loc[(PAPERS[0], before, "caution")]
    assert same[0]["high"] > same[1]["low"]
    for paper in PAPERS:  # as printed, warmth rises in both
        of = table["rate_per_10000"]
        rise = of[paper, after, "warmth"] / of[paper, before, "warmth"]
        assert rise > 1.5
    assert table.loc[(AGENCY, after, "warmth"), "too_few"]


def shown(cells, needle):
    """The text that a cell with these words in its source shows."""
    (cell,) = [c for c in cells if c["cell_type"] == "code" and needle in "".join(c["source"])]
    data = cell["outputs"][-1]["data"]
    return "".join(data.get("text/html") or data["text/plain"])


@pytest.mark.slow
def test_the_tutorial_shows_that_the_rise_is_one_of_reprints(executed):
    cells, _ = executed
    (table,) = pd.read_html(io.StringIO(shown(cells, "warmth = beside")))
    rates = table.set_index(["counting", "outlet", "era"])["per 10,000 tokens"]
    for paper in ("Harbour Courier", "Inland Gazette"):
        printed, once = rates["as printed", paper], rates["cluster once", paper]
        assert printed["Brandt"] / printed["Keller"] > 1.5 > once["Brandt"] / once["Keller"]
        assert printed["Keller"] == once["Keller"]


@pytest.mark.slow
def test_what_the_tutorial_says_of_its_numbers_is_so(executed):
    """ "261 articles", "about a quarter", "seven reports", "58 leaves cells": the words are typed, the numbers are not."""
    cells, figures = executed
    words = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    table = pd.read_csv(figures / "start_here.csv")
    n = json.loads((figures / "start_here.json").read_text(encoding="utf-8"))["n"]
    assert f"all {n['documents']} articles" in words and n["documents"] == len(articles())
    rate = table.set_index(["outlet_id", "era_id", "frame"])["rate_per_10000"]
    assert "about a quarter" in words
    assert 0.2 < rate[GAZETTE, "brandt", "caution"] / rate[GAZETTE, "keller", "caution"] < 0.3
    assert "seven reports" in words and REPORTS == 7
    weeks = table.loc[~table["too_few"], "unit_count"]
    assert "min_units: int = 58" in words and (weeks >= 58).any() and (weeks < 58).any()


@pytest.mark.slow
def test_nothing_is_written_but_drafts(executed, root):
    _, figures = executed
    assert {path.name for path in figures.iterdir()} == {"start_here"} | {
        f"start_here.{kind}" for kind in ("csv", "json", "pdf", "png", "svg")
    }
    assert not (root / "corpus" / "store" / "start_here").exists()
