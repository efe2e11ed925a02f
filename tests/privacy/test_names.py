"""A page saved under its headline and a folder called by a person: nowhere in the store, the figures or the release."""

from __future__ import annotations

import subprocess

import pytest
from click.testing import CliRunner

from analysis.cli.main import main
from analysis.study.settings import corpus_folder

HEADLINE = "Minister Opens Crooked Bridge Over Quiet River - The Paper.txt"
PERSON = "Vanna Qzxora"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies") / "one"
    (folder / PERSON).mkdir(parents=True)
    words = "the minister spoke of neutrality and of balance with all friends while boats crossed a wide river at noon "
    for i in range(6):
        (folder / PERSON / f"{i} {HEADLINE}").write_text(f"2023-08-0{i + 1}\n\n" + (words + f"kite{i} ") * 5)
    done = CliRunner().invoke(main, ["init", str(folder)])
    assert done.exit_code == 0, done.output
    return folder, done.output


def spelled(data: bytes) -> bool:
    text = data.lower()
    return any(p in text for p in (b"crooked", b"qzxora"))


def test_init_says_what_may_be_committed_and_git_obeys(study):
    folder, said = study
    assert "May be committed" in said and "corpus/private" in said
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / "corpus" / "private").mkdir(exist_ok=True)
    table = folder / "corpus" / "private" / "document_ids.map"
    table.write_text("x")
    done = subprocess.run(
        ["git", "-C", str(folder), "add", "-A", "--dry-run"], capture_output=True, text=True, check=True
    )
    table.unlink()  # no table of ids; a build would refuse it
    added = {line.split("'")[1] for line in done.stdout.splitlines()}
    assert {".gitignore", "corpus/outlets.toml", "corpus/eras.toml"} <= added
    assert all(name == ".gitignore" or name.startswith("corpus/") for name in added)
    assert not any("private" in name or name.endswith(("sources.toml", "corrections.toml", ".txt")) for name in added)


def test_a_gitignore_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "a.txt").write_text("2023-08-01\n\nSome words of a text.")
    (tmp_path / ".gitignore").write_text("*.bak\n")
    done = CliRunner().invoke(main, ["init", str(tmp_path)])
    assert "was left alone" in done.output
    assert (tmp_path / ".gitignore").read_text() == "*.bak\n"


def test_neither_stands_in_the_store(study, tmp_path):
    from analysis.texts.build.build import Options, build

    folder, _ = study
    store, report = build(Options("one", folder / "corpus", folder, tmp_path / "store", tmp_path / "work"))
    documents = store.table("documents")
    assert len(documents) == 6, report.refusals
    assert documents["doc_id"].str.fullmatch(r"txt_1:\d+").all()
    for path in (tmp_path / "store").rglob("*"):
        assert path.is_dir() or not spelled(path.read_bytes()), path.name
    assert not any(
        spelled(str(v).encode()) for name in ("documents", "hits") for v in store.table(name).to_numpy().ravel()
    )
    table = (folder / "corpus" / "private" / "document_ids.map").read_text()
    assert HEADLINE in table and PERSON in table  # the author can find the file


def test_ids_stay_when_a_file_is_added(study, tmp_path):
    from analysis.texts.build.build import Options, build

    folder, _ = study
    options = Options(
        "one", folder / "corpus", folder, tmp_path / "store", tmp_path / "work", private=tmp_path / "private"
    )
    first = build(options)[0].table("documents").set_index("doc_id")["published"]
    new = folder / PERSON / "0 A Headline Before All Others.txt"
    new.write_text("2023-07-01\n\n" + "boats crossed a wide river at noon and nobody spoke of it " * 6)
    try:
        second = build(options)[0].table("documents").set_index("doc_id")["published"]
    finally:
        new.unlink()
    assert second[first.index].equals(first)
    assert len(second) == 7


def test_the_default_store_names_no_private_file():
    manifest = (corpus_folder() / "store" / "default" / "manifest.json").read_text()
    assert '"inputs"' not in manifest and ".jsonl" not in manifest
