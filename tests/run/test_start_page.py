"""The start page: every notebook with its question, ids as the store has them, links that lead somewhere."""

from __future__ import annotations

import json
import os
import re
from html import unescape

import pytest

from analysis.run.parameters import read_cells
from analysis.run.project import Project
from analysis.run.start_page import Page, asked, drafts, holdings, questions
from analysis.store import open_store


@pytest.fixture
def notebooks(root, monkeypatch):
    monkeypatch.chdir(root / "notebooks")
    return root / "notebooks"


def links(page):
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', page.html)]


def test_every_notebook_stands_there_with_its_question_and_every_link_leads_to_a_file(notebooks, root):
    page = questions(Project(root))
    for path in notebooks.glob("[0-9]*.ipynb"):
        assert path.stem in repr(page) and asked(path)[0] in unescape(page.html)
    there = links(page)
    assert len(there) > 60 and [link for link in there if not (notebooks / link).is_file()] == []


def test_a_notebook_without_a_heading_is_called_by_its_name(tmp_path):
    path = tmp_path / "10_x.ipynb"
    path.write_text(json.dumps({"cells": []}))
    assert asked(path) == ("10_x", "")
    path.write_text("no notebook")
    assert asked(path) == ("10_x", "")
    cell = {
        "cell_type": "markdown",
        "metadata": {},
        "source": ["# Why *so*?\n", "\n", "Since `it` is.\n", "\n", "More."],
    }
    path.write_text(json.dumps({"cells": [cell]}))
    assert asked(path) == ("Why *so*?", "Since it is.")


def test_ids_and_numbers_are_those_of_the_store(notebooks):
    store = open_store("default")
    page = holdings(store)
    documents = store.table("documents")
    shown = re.sub(r"<[^>]+>", " ", page.html)
    for outlet, count in documents.groupby("outlet_id").size().items():
        assert re.search(rf"\b{outlet}\s+{count:,}\b", shown), outlet
    for name in (*documents["era_id"].dropna().unique(), *store.labels("entries")["frame"].unique()):
        assert f"<code>{name}</code>" in page.html
    hits = store.table("hits").merge(documents[["doc_id", "collection"]], on="doc_id")
    (frame, collection), count = next(iter(hits.groupby(["frame", "collection"]).size().items()))
    assert f"<code>{frame}</code>" in page.html and f"{count:,}" in shown and collection in shown


def test_drafts_are_listed_newest_first_with_their_rows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path)
    assert "No drafts yet" in repr(drafts(project))
    project.drafts.mkdir(parents=True)
    for number in range(25):
        for kind in ("json", "svg"):
            (project.drafts / f"d{number}.{kind}").write_text("")
        os.utime(project.drafts / f"d{number}.json", (number, number))
    (project.drafts / "no_picture.json").write_text("")
    there = links(drafts(project))
    assert there[:2] == ["figures/drafts/d24.svg", "figures/drafts/d24.csv"] and len(there) == 40
    assert "and 5 older ones" in drafts(project).html


def test_a_page_is_markup_for_jupyterlab_and_words_elsewhere():
    page = Page("<p>a</p>\n\n<p>b</p>")
    assert page._repr_html_() == page.html and repr(page) == "a\nb"


def test_the_committed_start_page_holds_no_outputs_and_one_parameter_cell(root):
    cells = [c for c in read_cells(root / "notebooks" / "index.ipynb") if c["cell_type"] == "code"]
    assert not any(c["outputs"] or c["execution_count"] for c in cells)
    assert "parameters" in cells[0]["metadata"]["tags"] and "check_parameters(globals())" in cells[1]["source"]
