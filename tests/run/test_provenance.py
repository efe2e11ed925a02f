"""Sidecars: read with suspicion, completed by the run, kept up to date with the store."""

from __future__ import annotations

import json

import pytest
from sample_figures import write_figure
from sample_project import build_store

from analysis.errors import DiscourseError
from analysis.run.dependencies import Inputs
from analysis.run.plan import Run
from analysis.run.project import Project
from analysis.run.provenance import complete_sidecars, doubts, read_sidecar, refresh_sidecars, say_role, sidecars


def test_what_was_published_is_read_in_order_and_not_doubted(tmp_path):
    for name in ("words", "terms"):
        write_figure(tmp_path, name)
    found = sidecars(tmp_path)
    assert list(found) == ["terms", "words"]
    assert doubts(found["terms"], tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": 5}, "is damaged at title"),
        ({"files": {"csv": 5}}, "is damaged at files"),
        ({"stores": [{"name": "default"}]}, "is damaged at stores"),
        ({"stores": {}}, "is damaged at stores"),
        ({"run": {"parameters": []}}, "is damaged at run"),
        ({"versions": []}, "is damaged at versions"),
    ],
)
def test_a_damaged_field_is_named(tmp_path, changes, words):
    write_figure(tmp_path, "terms", **changes)
    with pytest.raises(DiscourseError, match=f"terms.json {words}; `discourse run` writes it anew"):
        read_sidecar(tmp_path / "terms.json")


@pytest.mark.parametrize(("text", "words"), [("[]", "lacks figure_id, title"), ("{", "is not valid JSON")])
def test_what_is_no_sidecar_is_refused(tmp_path, text, words):
    (tmp_path / "terms.json").write_text(text)
    with pytest.raises(DiscourseError, match=words):
        read_sidecar(tmp_path / "terms.json")


def test_edits_of_sidecar_and_files_are_told(tmp_path):
    write_figure(tmp_path, "terms")
    path = tmp_path / "terms.json"
    path.write_text(path.read_text().replace("Words by outlet", "Words by nobody"))
    (tmp_path / "terms.csv").write_text("other")
    (tmp_path / "terms.pdf").unlink()
    told = " ".join(doubts(read_sidecar(path), tmp_path))
    for part in ("terms.json was edited by hand", "terms.csv", "terms.pdf"):
        assert part in told
    assert "terms.svg" not in told


def test_the_run_is_added_and_the_digest_with_it(tmp_path):
    write_figure(tmp_path, "terms")
    run = Run("terms", "20_terms", variant="5")
    complete_sidecars(
        tmp_path, run, Inputs("ab", {"scale": 5}, {"analysis.figures": "cd"}, {"default/counts": "ef"}, {})
    )
    found = read_sidecar(tmp_path / "terms.json")
    assert found["run"] == {
        "id": "terms-5",
        "notebook": "notebooks/20_terms.ipynb",
        "notebook_sha256": "ab",
        "parameters": {"scale": 5},
        "code": {"analysis.figures": "cd"},
        "tables": {"default/counts": "ef"},
        "warnings": [],
    }
    assert doubts(found, tmp_path) == []


def test_a_figure_names_the_store_of_today(tmp_path):
    project = Project(tmp_path)
    today = build_store(project.corpus / "store" / "default").store_hash
    write_figure(project.figures, "terms", stores=[{"name": "default", "collection": "news", "store_hash": "old"}])
    assert refresh_sidecars(project, ["terms"], project.figures)
    found = json.loads((project.figures / "terms.json").read_text())
    assert found["stores"] == [{"name": "default", "collection": "news", "store_hash": today}]
    assert doubts(found, project.figures) == []
    assert not refresh_sidecars(project, ["terms"], project.figures)


def test_the_caption_says_of_which_kind_the_tests_are(tmp_path):
    write_figure(tmp_path, "terms")
    sidecar = read_sidecar(tmp_path / "terms.json")
    before = sidecar["full_caption"]
    assert not say_role(sidecar, "")
    assert say_role(sidecar, "Tests: confirmatory.") and sidecar["full_caption"] == f"{before} Tests: confirmatory."
    assert not say_role(sidecar, "Tests: confirmatory.")
    assert say_role(sidecar, "Tests: exploratory.") and sidecar["full_caption"] == f"{before} Tests: exploratory."
    assert say_role(sidecar, "") and sidecar["full_caption"] == before
