"""The full circle: the author plans, fetches, builds and releases; someone else has the release and the archives."""

from __future__ import annotations

import shutil

import pytest
from archive_server import serving
from collected_study import archive as full
from collected_study import discourse, make_study, plan


@pytest.fixture(scope="module")
def project(tmp_path_factory, root):
    """A copy of the package, so that stores are built beside it and not in the repository."""
    folder = tmp_path_factory.mktemp("project") / "p"
    folder.mkdir()
    shutil.copytree(root / "analysis", folder / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(root / "corpus", folder / "corpus", ignore=shutil.ignore_patterns("store", "private"))
    for name in ("pyproject.toml", "CITATION.cff", "requirements.lock", "LICENSE"):
        shutil.copyfile(root / name, folder / name)
    return folder


def built(project, base, study, name):
    done = discourse(
        project, base, "build", study, "--name", name, "--min-documents", "2", "--jobs", "1", PYTHONPATH=str(project)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return project / "corpus" / "store" / name


def hash_of(store):
    import json

    return json.loads((store / "manifest.json").read_text())["store_hash"]


@pytest.mark.slow
def test_anyone_rebuilds_the_same_store_from_the_public_list(project, tmp_path):
    from analysis.store import open_store

    author = make_study(tmp_path / "author", project)
    with serving(full()) as base:
        assert plan(project, base, author).returncode == 0
        text = (author / "corpus" / "collection.toml").read_text()
        (author / "corpus" / "collection.toml").write_text(
            text.replace("publish_addresses = false", "publish_addresses = true")
        )
        assert discourse(project, base, "collect", "fetch", author).returncode == 0
        mine = built(project, base, author, "mine")
        # What the author publishes: the configuration and the list. The WARC files stay behind.
        other = tmp_path / "other"
        shutil.copytree(author / "corpus", other / "corpus")
        (other / "corpus" / "captures.csv").rename(tmp_path / "captures.csv")
        (other / "corpus" / "collection.toml").unlink()
        done = discourse(
            project, base, "collect", "fetch", other, "--from", tmp_path / "captures.csv", "--contact", "c@d.example"
        )
        assert done.returncode == 0, done.stderr
        theirs = built(project, base, other, "theirs")
    assert hash_of(mine) == hash_of(theirs)
    opened = open_store(mine)
    captures, documents = opened.table("captures"), opened.table("documents")
    assert len(captures) == 11
    assert set(captures["doc_id"].dropna()) == set(documents["doc_id"])
    assert documents["doc_id"].str.match(r"warc-\d{20}\Z").all()


@pytest.mark.slow
def test_captures_added_later_renumber_no_document(project, tmp_path):
    from analysis.store import open_store

    study = make_study(tmp_path / "study", project)
    with serving(full()) as base:
        plan(project, base, study)
        assert discourse(project, base, "collect", "fetch", study, "--limit", "6").returncode == 0
        first = set(open_store(built(project, base, study, "first")).table("documents")["doc_id"])
        assert discourse(project, base, "collect", "fetch", study).returncode == 0
        second = set(open_store(built(project, base, study, "second")).table("documents")["doc_id"])
    assert len(first) == 6
    assert first < second
