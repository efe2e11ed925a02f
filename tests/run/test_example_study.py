from __future__ import annotations

from analysis.run.example_study import write_example
from analysis.study.example.invented import example_files


def test_a_second_writing_touches_no_file_that_says_the_same(tmp_path):
    folder = write_example(tmp_path / "study")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert len(before) == len(example_files())
    changed = folder / "corpus" / "eras.toml"
    changed.write_text("", encoding="utf-8")
    write_example(folder)
    assert changed.read_bytes() == example_files()["corpus/eras.toml"]
    assert {path for path in before if path.stat().st_mtime_ns != before[path]} == {changed}
