from __future__ import annotations

from sample_project import discourse


def test_the_gate_alone_writes_nothing_and_counts_its_findings(finished):
    done = discourse(finished, "release", "--check")
    assert done.stdout.strip().endswith("findings.")
    assert not (finished / "release").exists()
    assert done.returncode == (0 if done.stdout.startswith("0 ") else 1)


def test_a_planted_sentence_is_found(copy):
    (copy / "docs").mkdir(exist_ok=True)
    (copy / "docs" / "note.md").write_text("the planted heron walks home at noon")
    done = discourse(copy, "release", "--check", "--canary", "planted heron walks home")
    assert done.returncode == 1
    assert "note.md" in done.stderr


def test_the_site_says_where_to_begin(copy):
    done = discourse(copy, "site")
    assert done.returncode == 0, done.stderr
    assert "index.html" in done.stdout
    assert (copy / "site" / "index.html").is_file()
