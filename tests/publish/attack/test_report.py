from __future__ import annotations

from old_form import invented, write_old_store, write_raw

from analysis.publish.attack.report import attack_store, public_words


def test_the_result_names_numbers_and_no_word(tmp_path):
    texts = invented(6, tokens=22)
    found = attack_store(write_old_store(tmp_path / "s", texts, min_documents=2), max_types=40, threads=2)
    assert found.tried == 6 and found.in_order
    told = " ".join(found.lines())
    assert not set(told.split()) & {w for t in texts for w in t["text"].split()}
    assert found.documents == attack_store(tmp_path / "s", max_types=40).documents


def test_a_short_document_shown_whole_is_counted(tmp_path):
    rows = {
        "documents": [{"doc_id": d, "token_count": n} for d, n in (("a", 3), ("b", 3), ("c", 60))],
        "vocabulary": [{"term_id": 0, "term": "<pooled>"}, {"term_id": 1, "term": "tea"}],
        "counts": [
            {"doc_id": d, "term_id": t, "token_count": n} for d, t, n in (("a", 1, 3), ("b", 0, 3), ("c", 1, 60))
        ],
    }
    assert attack_store(write_raw(tmp_path / "s", rows)).exposed == 1


def test_a_store_without_documents(tmp_path):
    assert attack_store(write_raw(tmp_path / "s", {"documents": []})).lines()[0] == "0 documents attacked"


def test_public_words_are_english_in_lower_case():
    found = public_words()
    assert len(found) > 50_000 and {"neutral", "boats"} <= set(found)
    assert found == sorted({w.lower() for w in found})
