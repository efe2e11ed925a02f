from __future__ import annotations

import json
import zipfile

import pytest
from sample_project import discourse

SENTENCE = "The invented minister said that nine purple kites had crossed the border at noon."


@pytest.fixture(scope="module")
def archive(finished, tmp_path_factory):
    target = tmp_path_factory.mktemp("release") / "paper.zip"
    done = discourse(finished, "release", "--out", str(target))
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="module")
def unpacked(archive):
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(archive.parent)
    return archive.parent / "paper"


def test_the_archive_holds_what_a_reviewer_needs_and_the_same_bytes_again(finished, archive, tmp_path):
    with zipfile.ZipFile(archive) as opened:
        names = {name.removeprefix("paper/") for name in opened.namelist()}
    for name in (
        "CITATION.cff",
        "requirements.lock",
        "ro-crate-metadata.json",
        "RELEASE.md",
        "SHA256SUMS",
        "notebooks/plan.toml",
        "figures/terms.svg",
        "corpus/store/default/manifest.json",
    ):
        assert name in names
    assert not [n for n in names if "private" in n or "drafts" in n or n.startswith(".")]
    assert discourse(finished, "release", "--out", str(tmp_path / "paper.zip")).returncode == 0
    assert (tmp_path / "paper.zip").read_bytes() == archive.read_bytes()


def test_the_crate_links_runs_with_their_inputs_and_outputs(unpacked):
    from rocrate.rocrate import ROCrate

    crate = ROCrate(str(unpacked))
    action = crate.dereference("#run-terms")
    assert action["instrument"].id == "notebooks/20_terms.ipynb"
    assert {"figures/terms.csv", "figures/terms.svg"} <= {e.id for e in action["result"]}
    inputs = [e.id for e in action["object"] if "store" in e.id and "parquet" in e.id]
    assert any("/counts/" in i for i in inputs)
    assert not any("collection%3Dun" in i for i in inputs)
    graph = json.loads((unpacked / "ro-crate-metadata.json").read_text())["@graph"]
    about = next(e for e in graph if e["@id"] == "ro-crate-metadata.json")
    assert about["conformsTo"]["@id"] == "https://w3id.org/ro/crate/1.2"


@pytest.mark.slow
def test_the_release_alone_gives_identical_figures(unpacked):
    before = {p: p.stat().st_mtime_ns for p in (unpacked / "figures").iterdir()}
    done = discourse(unpacked, "verify", "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 figures: 3 identical. Verified." in done.stdout
    assert {p: p.stat().st_mtime_ns for p in (unpacked / "figures").iterdir()} == before


def test_a_release_with_findings_is_not_written(copy):
    (copy / "corpus" / "private").mkdir()
    (copy / "corpus" / "private" / "a.txt").write_text(SENTENCE)
    (copy / "docs").mkdir(exist_ok=True)
    (copy / "docs" / "notes.md").write_text(SENTENCE)
    done = discourse(copy, "release", "--out", str(copy / "paper.zip"))
    assert done.returncode == 2
    assert "docs/notes.md: has the content of a private file" in done.stderr
    assert "purple" not in done.stderr
    assert not (copy / "paper.zip").exists()


def test_a_release_with_stale_figures_is_not_written(copy):
    plan = copy / "notebooks" / "plan.toml"
    plan.write_text(plan.read_text().replace('collection = "un"', 'collection = "un", scale = 2.0'))
    done = discourse(copy, "release", "--out", str(copy / "paper.zip"))
    assert done.returncode == 2
    for part in (
        "1 published figures no longer match",
        "tokens_un: parameter scale: 1.0 is now 2.0",
        "`discourse run`",
    ):
        assert part in done.stderr
    assert not (copy / "paper.zip").exists()


def test_a_release_says_when_it_was_not_compared_with_the_texts(finished, tmp_path):
    done = discourse(finished, "release", "--out", str(tmp_path / "paper.zip"))
    assert done.returncode == 0
    assert "not compared with the private texts. Name their folder in DISCOURSE_TEXTS" in done.stderr.replace("\n", " ")
