"""Every column of every hit of the golden passages, exactly; and the rules of hits.py one by one.

A change of the engine shows as a diff of tests/golden/hits_snapshot.jsonl. To approve it:
`pytest tests/texts/annotate/test_hits.py --rewrite-golden`, then read the diff.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.store.contracts import PRIVATE_HIT_COLUMNS, contract_of
from analysis.texts.annotate.engine import Engine
from analysis.texts.document import Document

PRIVATE = tuple(column.name for column in PRIVATE_HIT_COLUMNS)
COLUMNS = (*(name for name in contract_of("hits").names if name != "doc_id"), *PRIVATE)
SNAPSHOT = "hits_snapshot.jsonl"


def passages(folder: Path) -> list[dict]:
    """The invented passages of tests/golden, in order of file and line."""
    found = []
    for path in sorted(folder.glob("voice_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            passage = json.loads(line)
            found.append({**passage, "id": f"{path.stem} {passage['id']}"})
    return found


def snapshot(engine: Engine, folder: Path) -> list[str]:
    """One line for each passage: its hits, and its tokens by voice."""
    lines = []
    for passage in passages(folder):
        genre = passage.get("genre", "other")
        batch = engine.annotate(
            [Document("d", "news", "o", passage["text"], passage["title"], passage.get("published"), genre=genre)]
        )
        hits = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*(batch.hits[c] for c in COLUMNS), strict=True)]
        counts = {name: batch.documents[f"{name}_token_count"][0] for name in ("quoted", "reported")}
        lines.append(json.dumps({"id": passage["id"], **counts, "hits": hits}, ensure_ascii=False))
    return lines


def test_golden_passages_give_exactly_the_approved_hits(engine, root, request):
    path = root / "tests" / "golden" / SNAPSHOT
    got = snapshot(engine, path.parent)
    if request.config.getoption("--rewrite-golden"):
        path.write_text("\n".join(got) + "\n", encoding="utf-8")
    wanted = path.read_text(encoding="utf-8").splitlines()
    different = [(old, new) for old, new in zip(wanted, got, strict=False) if old != new]
    assert not different, f"{len(different)} passages differ; the first, approved and now:\n" + "\n".join(different[0])
    assert len(wanted) == len(got)


def test_the_snapshot_holds_every_column_and_no_column_is_constant(engine, root):
    lines = (root / "tests" / "golden" / SNAPSHOT).read_text(encoding="utf-8").splitlines()
    hits = [hit for line in lines for hit in json.loads(line)["hits"]]
    assert all(tuple(hit) == COLUMNS for hit in hits)
    assert {name for name in COLUMNS if len({str(hit[name]) for hit in hits}) == 1} == set()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Cambodia embraces China.", 1),
        ("Cambodia embraces the Chinese camp.", 1),
        ("Cambodia embraces Chinese and American demands.", 1),
        ("Cambodia embraces China's leaders.", 1),
        ("Cambodia embraces Chinese noodles.", 0),
        ("Cambodia embraces China's noodles.", 0),
        ("Cambodia's cooks embrace China.", 0),
    ],
)
def test_a_state_acts_and_wares_only_come_from_it(engine, text, number):
    found = engine.read(Document("d", "news", "o", text)).hits
    assert sum(hit.entry.id == "tilt" for hit in found) == number


def test_between_semicolons_only_the_states_named_there_count():
    from types import SimpleNamespace

    from analysis.texts.annotate.hits import _of_part

    low = "japan is far; laos is an ironclad friend; peru is farther"
    sentence = (0, len(low))

    def mention(word: str, kind: str = "state") -> SimpleNamespace:
        return SimpleNamespace(start=low.index(word), actor=SimpleNamespace(kind=kind))

    japan, laos, peru, friend = mention("japan"), mention("laos"), mention("peru"), mention("friend", "person")
    at = low.index("ironclad")
    assert _of_part(low, sentence, at, [japan, laos, peru]) == [laos]
    assert _of_part(low, sentence, at, [japan, friend, peru]) == [japan, friend, peru]  # no state there: all
    assert _of_part(low, (0, low.index("; peru")), at, [japan, laos]) == [laos]
    assert _of_part(low, (low.index("laos"), len(low)), at, [laos, peru]) == [laos]
    assert _of_part(low, (low.index("laos"), low.index("; peru")), at, [japan, peru]) == [japan, peru]  # no semicolon
