"""The committed store, built again from the private example texts: same bytes, and counts that a plain recount confirms."""

from __future__ import annotations

from collections import Counter

import pytest

from analysis.texts.build import part as annotating
from analysis.texts.build.build import Options, build
from analysis.texts.build.public_ids import id_map
from analysis.texts.clean.characters import clean_text

pytestmark = [pytest.mark.shared, pytest.mark.slow]
EACH = 3


@pytest.fixture(scope="module")
def rebuilt(shared, root, tmp_path_factory):
    """(store built anew, source_id -> three of its documents as they went into the engine)."""
    out = tmp_path_factory.mktemp("default")
    seen: dict[str, list] = {}
    whole = annotating.read_all

    def read_all(task):
        documents, refusals = whole(task)
        kept = seen.setdefault(task.part.source.source_id, [])
        kept += documents[: EACH - len(kept)]
        return documents, refusals

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(annotating, "read_all", read_all)
        store, _ = build(
            Options("default", root / "corpus", shared / "corpus", out / "store", out / "work", private=out / "private")
        )
    return store, seen


def test_the_committed_store_is_reproduced_byte_for_byte(rebuilt, root):
    committed = root / "corpus" / "store" / "default" / "manifest.json"
    assert (rebuilt[0].path / "manifest.json").read_bytes() == committed.read_bytes()


def test_token_counts_agree_with_a_plain_recount_of_three_documents_of_each_source(rebuilt):
    store, seen = rebuilt
    with id_map(store.path.parent / "private") as table:
        public = {(row["source_id"], row["private_id"]): row["doc_id"] for row in table.rows.values()}
    terms = store.table("vocabulary").set_index("term_id")["term"].to_dict()
    counts = store.table("counts")
    documents = store.table("documents").set_index("doc_id")
    assert len(seen) == len(store.labels("sources"))
    for source_id, chosen in seen.items():
        assert chosen, source_id
        for document in chosen:
            title, text = plain_tokens(document.title or ""), plain_tokens(document.text)
            wanted = Counter(title + text)
            doc_id = public.get((source_id, document.doc_id), document.doc_id)
            mine = counts[counts["doc_id"] == doc_id]
            found = {terms[i]: n for i, n in zip(mine["term_id"], mine["token_count"], strict=True)}
            pooled = found.pop("<pooled>", 0)
            row = documents.loc[doc_id]
            assert (row["token_count"], row["title_token_count"]) == (len(title) + len(text), len(title))
            if source_id != "ungdc" and row["token_count"] < store.manifest["info"]["small_tokens"]:
                assert not found
            assert found == {term: n for term, n in wanted.items() if term in found}
            assert pooled == sum(n for term, n in wanted.items() if term not in found)


def plain_tokens(text: str) -> list[str]:
    """Tokens as `analysis.texts.annotate.tokens` defines them, letter by letter instead of by its regular expression."""
    tokens: list[str] = []
    word = ""
    text = clean_text(text).lower().replace("’", "'")
    for here, after in zip(text, [*text[1:], " "], strict=False):
        inside = belongs(here)
        joins = here in "-'" and word and word[-1] not in "-'" and belongs(after)
        if inside or joins:
            word += here
        elif word:
            tokens.append(word)
            word = ""
    return [*tokens, word] if word else tokens


def belongs(character: str) -> bool:
    """Whether a character is part of words; scripts without spaces between words give none."""
    scripts = (
        (0x0E00, 0x0EFF),
        (0x1000, 0x109F),
        (0x1780, 0x17FF),
        (0x19E0, 0x19FF),
        (0xA9E0, 0xA9FF),
        (0xAA60, 0xAA7F),
    )
    spaced = not any(low <= ord(character) <= high for low, high in scripts)
    return spaced and (character.isalnum() or character == "_")
