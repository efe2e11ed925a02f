"""Nothing in the reading of a passage changes unnoticed: sentences, quotations, reports, speakers, voices, counts, hits.

The golden passages are read in full, and so are copies in which a mark, a comma or a paragraph went (helpers/passages.py).
tests/golden/readings*.txt hold one line each with the digest of the reading. To approve a change of the engine:
`pytest tests/texts/annotate/test_readings.py --rewrite-golden`; which lines differ says which kinds of text it touches.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from passages import CHANGES, changed, golden_passages
from readings import SLOTS, digest, grid, in_full, own_outlets, reaches


def compare(got: list[str], path: Path, request: pytest.FixtureRequest) -> None:
    """Fail unless the lines are those approved; write them anew first if that is asked for."""
    if request.config.getoption("--rewrite-golden"):
        path.write_text("\n".join(got) + "\n", encoding="utf-8")
    wanted = path.read_text(encoding="utf-8").splitlines()
    different = sorted({line[13:] for line in set(wanted) ^ set(got)})
    assert not different, (
        f"{len(different)} of {len(wanted)} readings differ, such as those of: {'; '.join(different[:20])}"
    )
    assert got == wanted


def test_no_reading_of_a_golden_passage_changes_unnoticed(engine, root, request):
    passages = golden_passages(root / "tests" / "golden")
    found = [f"{digest(engine, p)} {p.id}" for p in passages]
    outlets = own_outlets(engine)
    for number, passage in enumerate(passages):  # as if a government said it, in one genre or another
        outlet, genre = outlets[number % len(outlets)], ("speech", "news", passage.genre)[number % 3]
        found.append(
            f"{digest(engine, passage._replace(genre=genre), outlet, deep=False)} {passage.id}, {outlet}, {genre}"
        )
    compare(found, root / "tests" / "golden" / "readings.txt", request)


@pytest.mark.slow
def test_no_reading_of_a_changed_copy_changes_unnoticed(engine, root, request):
    passages = golden_passages(root / "tests" / "golden")
    copies = enumerate(changed(passages))
    found = [f"{digest(engine, copy, deep=number % 3 == 0)} {name}" for number, (name, copy) in copies]
    compare(found, root / "tests" / "golden" / "readings_changed.txt", request)


@pytest.mark.slow
def test_no_reading_of_a_sentence_made_of_parts_changes_unnoticed(engine, root, request):
    compare(list(grid(engine)), root / "tests" / "golden" / "readings_grid.txt", request)


def test_the_passages_show_every_part_of_a_reading_and_every_change(engine, root):
    passages = golden_passages(root / "tests" / "golden")
    parts = [in_full(engine, passage) for passage in passages[:120]]
    assert all(any(part[name] for part in parts) for name in parts[0])
    assert {name.split(", ")[-1] for name, _ in changed(passages)} == set(CHANGES)


@pytest.mark.slow
def test_how_far_each_rule_looks(engine, root, request):
    """tests/golden/reaches.txt: at how many characters between two words the reading of a sentence changes."""
    got = [reaches(engine, slot) for slot in SLOTS]
    path = root / "tests" / "golden" / "reaches.txt"
    if request.config.getoption("--rewrite-golden"):
        path.write_text("\n".join(got) + "\n", encoding="utf-8")
    assert got == path.read_text(encoding="utf-8").splitlines()
    assert sum(line.count(" | ") > 1 for line in got) > 12
