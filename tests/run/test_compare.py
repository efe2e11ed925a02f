from __future__ import annotations

import json

import pytest

from analysis.figures.save import write_sidecar
from analysis.run import compare as verdicts
from analysis.run.compare import compare


@pytest.fixture
def pair(finished, tmp_path):
    """Two folders with the same figure, `terms`."""
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        for path in (finished / "figures").glob("terms.*"):
            (tmp_path / name / path.name).write_bytes(path.read_bytes())
    return tmp_path / "old", tmp_path / "new"


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def other_matplotlib(folder):
    sidecar = json.loads((folder / "terms.json").read_text())
    sidecar["versions"]["matplotlib"] = "3.9.0"
    write_sidecar(folder / "terms.json", sidecar)


def test_equal_files_are_identical(pair):
    assert compare("terms", *pair).status == verdicts.IDENTICAL


def test_a_last_digit_is_told_from_a_change(pair):
    old, new = pair
    row = (old / "terms.csv").read_text().splitlines()[1]
    number = row.split(",")[1]
    edit(new / "terms.csv", row, row.replace(number, f"{float(number) * (1 + 1e-9):.10f}"))
    assert compare("terms", old, new).status == verdicts.CLOSE
    edit(new / "terms.csv", row.split(",")[0], "9")
    result = compare("terms", old, new)
    assert (result.status, result.passes) == (verdicts.DATA_DIFFER, False)
    assert "row 1, term_id: 0 is now 9" in result.detail


def test_images_are_strict_only_with_the_same_libraries(pair, finished):
    old, new = pair
    (new / "terms.png").write_bytes((finished / "figures" / "tokens_un.png").read_bytes())
    strict = compare("terms", old, new)
    assert (strict.status, strict.passes) == (verdicts.IMAGES_DIFFER, False)
    other_matplotlib(old)
    loose = compare("terms", old, new)
    assert (loose.status, loose.passes) == (verdicts.OTHER_LIBRARIES, True)
    assert "matplotlib 3.9.0, here" in loose.detail
    assert "pixels" in loose.detail or "size" in loose.detail


def test_missing_files_are_named(pair):
    (pair[0] / "terms.pdf").unlink()
    assert compare("terms", *pair).detail == "not in figures/: pdf"
    assert compare("never", *pair).status == verdicts.MISSING


def test_a_library_of_numbers_that_changed_is_named_and_given_more_room(pair):
    old, new = pair
    row = (old / "terms.csv").read_text().splitlines()[1]
    number = row.split(",")[1]
    edit(new / "terms.csv", row, row.replace(number, f"{float(number) * (1 + 1e-5):.10f}"))
    same = compare("terms", old, new)
    assert (same.status, same.passes) == (verdicts.DATA_DIFFER, False)
    assert "numpy" not in same.detail
    sidecar = json.loads((old / "terms.json").read_text())
    sidecar["versions"]["numpy"] = "1.0.0"
    write_sidecar(old / "terms.json", sidecar)
    other = compare("terms", old, new)
    assert (other.status, other.passes) == (verdicts.CLOSE, True)
    assert "more than 0.0001; numpy 1.0.0, here" in other.detail
    edit(new / "terms.csv", row.split(",")[0], "9")
    assert "9; numpy 1.0.0, here" in compare("terms", old, new).detail


def test_another_kind_of_processor_is_named_and_given_more_room_still(pair):
    old, new = pair
    row = (old / "terms.csv").read_text().splitlines()[1]
    number = row.split(",")[1]
    edit(new / "terms.csv", row, row.replace(number, f"{float(number) * (1 + 5e-4):.10f}"))
    sidecar = json.loads((old / "terms.json").read_text())
    ours = sidecar["versions"]["processor"]
    sidecar["versions"]["processor"] = "aarch64 as it is"
    write_sidecar(old / "terms.json", sidecar)
    other = compare("terms", old, new)
    assert (other.status, other.passes) == (verdicts.CLOSE, True)
    assert f"processor aarch64 as it is, here {ours}" in other.detail
    del sidecar["versions"]["processor"]  # figures of 0.2.0 and before
    write_sidecar(old / "terms.json", sidecar)
    assert f"processor not named, here {ours}" in compare("terms", old, new).detail
    edit(new / "terms.csv", row.split(",")[0], "9")
    assert compare("terms", old, new).status == verdicts.DATA_DIFFER
