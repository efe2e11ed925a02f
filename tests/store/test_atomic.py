"""Writing: whole files or none, equal values in equal bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

from analysis.errors import DiscourseError
from analysis.store.atomic import read_json, read_utf8, replacing, sha256_of, sweep, write_bytes, write_json, write_text


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "x.txt"
    write_text(path, "old")
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert [p.name for p in tmp_path.iterdir()] == ["x.txt"]
    assert path.read_text() == "old"


def test_folders_are_made_and_line_ends_stay(tmp_path):
    path = tmp_path / "a" / "b" / "x.txt"
    write_text(path, "é\n")
    assert path.read_bytes() == b"\xc3\xa9\n"
    assert path.stat().st_mode & 0o777 == 0o644
    assert sha256_of(path) == hashlib.sha256(b"\xc3\xa9\n").hexdigest()


@pytest.mark.parametrize(("mask", "rights"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664), (0o777, 0o600)])
def test_a_new_file_has_the_rights_that_the_user_gives_new_files(tmp_path, mask, rights):
    """As a text editor does: whoever keeps new files from others keeps these from them too."""
    path, kept = tmp_path / "x.txt", os.umask(mask)
    try:
        write_text(path, "private")
        assert path.stat().st_mode & 0o777 == rights
        path.chmod(0o640)
        write_text(path, "private still")
        assert path.stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(kept)


def test_equal_values_give_equal_bytes(tmp_path):
    write_json(tmp_path / "a.json", {"b": 1, "a": ["é"]})
    write_json(tmp_path / "b.json", {"a": ["é"], "b": 1})
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert read_json(tmp_path / "a.json", "") == {"a": ["é"], "b": 1}


@pytest.mark.parametrize("content", [b"{", b"", b"\xff", b"[" * 200_000, None])
def test_what_cannot_be_read_is_named_with_the_way_to_get_it_anew(tmp_path, content):
    path = tmp_path / "x.json"
    if content is not None:
        write_bytes(path, content)
    with pytest.raises(DiscourseError, match=r"x\.json: (not valid JSON|no such file).*; run it again"):
        read_json(path, "run it again")


def test_what_a_killed_writer_left_is_swept_and_what_is_being_written_is_not(tmp_path):
    place = tmp_path / "paper.zip"
    gone = subprocess.check_output([sys.executable, "-c", "import os; print(os.getpid())"], text=True)
    (tmp_path / f".paper.zip.{gone.strip()}-abc.tmp").write_text("half")
    (tmp_path / ".other.zip.1-abc.tmp").write_text("not ours")
    with replacing(place) as temporary:
        sweep(place)
        assert sorted(p.name for p in tmp_path.iterdir()) == sorted([temporary.name, ".other.zip.1-abc.tmp"])
        temporary.write_text("whole")
    assert place.read_text() == "whole"


def test_a_text_that_is_no_utf8_is_named(tmp_path):
    write_bytes(tmp_path / "x.txt", b"\xef\xbb\xbfcaf\xc3\xa9")
    assert read_utf8(tmp_path / "x.txt") == "café"
    write_bytes(tmp_path / "x.txt", b"caf\xe9")
    with pytest.raises(DiscourseError, match=r"x\.txt: not UTF-8"):
        read_utf8(tmp_path / "x.txt")


def test_no_file_takes_the_place_of_a_device_or_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "null").symlink_to(os.devnull)
    for name in ("pipe", "null"):
        with pytest.raises(DiscourseError, match="a device or a pipe"):
            write_text(tmp_path / name, "words")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["null", "pipe"]
    assert (tmp_path / "null").is_symlink()
