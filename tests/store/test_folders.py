"""Folders are written whole or not at all, and nothing of others is ever replaced."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from analysis.errors import DiscourseError
from analysis.store.folders import MARKER, check_ours, files_in, replacing_folder


def write(target, cache, words="new", name="page.html"):
    with replacing_folder(target, "site", cache) as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / name).write_text(words)


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("before", ["absent", "empty", "ours", "deep"])
def test_what_is_free_or_ours_is_written(tmp_path, before):
    target = tmp_path / "a" / "b" / "out" if before == "deep" else tmp_path / "out"
    if before == "empty":
        target.mkdir()
    if before == "ours":
        write(target, tmp_path / "cache", "old", "gone.html")
    write(target, tmp_path / "cache")
    assert sorted(tree(target)) == [MARKER, "sub/page.html"]
    assert (target / "sub" / "page.html").read_text() == "new"
    assert list((tmp_path / "cache").iterdir()) == []
    assert [p.name for p in target.parent.iterdir() if p.name.startswith(".")] == []


def foreign(target, how):
    target.mkdir()
    if how == "chapter":
        (target / "chapter.tex").write_text("years of work")
    if how == "hidden":
        (target / ".git").mkdir()
        (target / ".git" / "HEAD").write_text("ref")
    if how == "empty folder":
        (target / "notes").mkdir()
    if how == "link":
        (target / "data").symlink_to(target.parent)
    if how == "dangling link":
        (target / "data").symlink_to(target.parent / "nowhere")
    if how == "other kind":
        (target / MARKER).write_text('{"kind": "paper", "files": ["x"]}')
        (target / "x").write_text("x")
    if how == "damaged marker":
        (target / MARKER).write_text("{")


HOW = ["chapter", "hidden", "empty folder", "link", "dangling link", "other kind", "damaged marker"]


@pytest.mark.parametrize("how", HOW)
def test_what_is_of_others_is_refused_and_left(tmp_path, how):
    target = tmp_path / "out"
    foreign(target, how)
    before = tree(target), sorted(p.name for p in target.iterdir())
    with pytest.raises(DiscourseError, match="nothing was changed"):
        write(target, tmp_path / "cache")
    assert (tree(target), sorted(p.name for p in target.iterdir())) == before


def test_a_file_added_to_our_own_folder_is_not_lost(tmp_path):
    write(tmp_path / "out", tmp_path / "cache")
    (tmp_path / "out" / "sub" / "notes.txt").write_text("mine")
    with pytest.raises(DiscourseError, match=r"sub/notes\.txt"):
        write(tmp_path / "out", tmp_path / "cache", "newer")
    assert (tmp_path / "out" / "sub" / "notes.txt").read_text() == "mine"


def test_a_file_that_appears_meanwhile_is_not_lost(tmp_path):
    target = tmp_path / "out"
    with pytest.raises(DiscourseError, match="mine"), replacing_folder(target, "site", tmp_path / "cache") as folder:
        (folder / "a").write_text("a")
        target.mkdir()
        (target / "mine").write_text("mine")
    assert files_in(target) == {"mine"}


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(DiscourseError, match="is a file"):
        check_ours(tmp_path / "out", "site")


def test_a_failure_leaves_the_old_folder_and_no_rest(tmp_path):
    write(tmp_path / "out", tmp_path / "cache", "old")
    before = tree(tmp_path / "out")
    with pytest.raises(RuntimeError), replacing_folder(tmp_path / "out", "site", tmp_path / "cache") as folder:
        (folder / "a").write_text("half")
        raise RuntimeError
    assert tree(tmp_path / "out") == before
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_link_to_a_folder_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    write(tmp_path / "out", tmp_path / "cache")
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "real" / "sub" / "page.html").read_text() == "new"


def test_what_a_killed_command_left_is_removed_by_the_next(tmp_path):
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom analysis.store.folders import replacing_folder\n"
        "with replacing_folder(Path(sys.argv[1]) / 'out', 'site', Path(sys.argv[1]) / 'cache') as folder:\n"
        "    (folder / 'half').write_text('x')\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env={**os.environ}, check=False)
    assert done.returncode == -9
    assert [p.name for p in tmp_path.iterdir()] == ["cache"]
    assert len(list((tmp_path / "cache").iterdir())) == 1
    write(tmp_path / "out", tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []
