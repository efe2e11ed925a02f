"""Plan, fetch, build, run, release; then a second machine that has nothing but the release and the archives."""

from __future__ import annotations

import json
import shutil
import zipfile

import pytest
from archive_server import serving
from collected_study import archive as full
from collected_study import discourse, make_study, plan

PLAN = """
[[run]]
id = "audit_news"
notebook = "00_audit_corpus"
parameters = { store_name = "ports", collection = "news", too_few = 2 }
figures = ["audit_news", "audit_news_eras", "audit_news_profile", "audit_news_captured"]
"""


def say(done) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make_project(folder, root):
    """A project of its own: the package, one notebook with its plan, and a study without texts."""
    make_study(folder, root)
    shutil.copytree(root / "analysis", folder / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "notebooks").mkdir()
    shutil.copy(root / "notebooks" / "00_audit_corpus.ipynb", folder / "notebooks")
    (folder / "notebooks" / "plan.toml").write_text(PLAN)
    for name in ("pyproject.toml", "CITATION.cff", "requirements.lock", "LICENSE"):
        shutil.copyfile(root / name, folder / name)
    return folder


def built_and_run(folder, base):
    """(store hash, figure -> its data) of a project whose captures are fetched."""
    own = {"PYTHONPATH": str(folder), "DISCOURSE_TEXTS": str(folder / "collected")}
    say(discourse(folder, base, "build", ".", "--name", "ports", "--min-documents", "2", "--jobs", "1", **own))
    say(discourse(folder, base, "run", **own))
    manifest = json.loads((folder / "corpus" / "store" / "ports" / "manifest.json").read_text())
    figures = {p.name: p.read_bytes() for p in sorted((folder / "figures").glob("*")) if p.suffix in (".csv", ".svg")}
    return manifest["store_hash"], figures


@pytest.mark.slow
def test_a_second_machine_with_the_release_alone_gets_the_same_store_and_figures(root, tmp_path):
    author, other, archive = make_project(tmp_path / "author", root), tmp_path / "other", tmp_path / "release.zip"
    with serving(full()) as base:
        own = {"PYTHONPATH": str(author)}
        say(plan(author, base, author, **own))
        settings = author / "corpus" / "collection.toml"
        settings.write_text(settings.read_text().replace("publish_addresses = false", "publish_addresses = true"))
        assert "11 fetched; 0 left" in say(discourse(author, base, "collect", "fetch", author, **own))
        (author / "corpus" / "published_counts.csv").write_text(
            "outlet_id,month,article_count,source\nriver_post,2023-09,20,sitemap\n"
        )
        store_hash, figures = built_and_run(author, base)
        texts = {"DISCOURSE_TEXTS": str(author / "collected")}
        say(discourse(author, base, "release", "--out", archive, **own, **texts))
        with zipfile.ZipFile(archive) as packed:
            assert not [name for name in packed.namelist() if "warc" in name and "analysis/" not in name]
            packed.extractall(tmp_path / "unpacked")
        held = next(p.parent for p in (tmp_path / "unpacked").rglob("pyproject.toml"))
        held.rename(other)
        published = {name: (other / "figures" / name).read_bytes() for name in figures}
        for name in ("corpus/store", "figures"):
            shutil.rmtree(other / name)
        arguments = ("collect", "fetch", other, "--from", other / "corpus" / "captures.csv", "--contact", "c@d.example")
        assert "11 fetched; 0 left" in say(discourse(other, base, *arguments, PYTHONPATH=str(other)))
        assert built_and_run(other, base) == (store_hash, figures)
    assert published == figures
    shares = figures["audit_news_captured.csv"].decode()
    assert "river_post,2023-09,5,5,5,20,0.25" in shares
    assert len([name for name in figures if name.endswith(".csv")]) == 4
