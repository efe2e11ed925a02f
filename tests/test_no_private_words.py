"""No nine words in a row of a private text stand in a golden passage: writers of invented passages know real formulae."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

RUN = 9
WORD = re.compile(r"[a-z0-9]+")
PROBE = "thequick brownfox jumped over one lazy doghouse near here"


def runs(text: str) -> set[tuple[str, ...]]:
    words = WORD.findall(text.lower())
    return set(zip(*(words[i:] for i in range(RUN)), strict=False))


@pytest.mark.shared
def test_golden_passages_hold_no_run_of_a_private_text(root: Path, shared: Path, tmp_path: Path):
    mine: dict[tuple[str, ...], str] = {}
    for path in sorted((root / "tests" / "golden").glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            mine |= dict.fromkeys(runs(line.replace("\\n", " ")), f"{path.name}:{number}")
    (tmp_path / "probe.jsonl").write_text(PROBE)
    mine |= dict.fromkeys(runs(PROBE), "probe")
    found = set()
    private = [
        path for folder in ("news", "seeds") for path in (shared / "corpus" / folder).rglob("*") if path.is_file()
    ]
    for path in [*sorted(private), tmp_path / "probe.jsonl"]:
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            found |= {mine[run] for run in runs(line.replace("\\n", " ")) & mine.keys()}
    assert found == {"probe"}
