"""Commands that publish."""

from __future__ import annotations

from sample_project import discourse


def test_a_release_is_not_written_over_a_file_of_others(finished, tmp_path):
    target = tmp_path / "thesis.zip"
    target.write_bytes(b"years of work")
    done = discourse(finished, "release", "--out", str(target))
    assert done.returncode == 2
    assert "thesis.zip: is there and is no release" in done.stderr
    assert target.read_bytes() == b"years of work"
    done = discourse(finished, "release", "--out", str(tmp_path))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
