from __future__ import annotations

import pytest
from old_form import invented, write_old_store, write_raw

from analysis.errors import DiscourseError
from analysis.publish.attack.tables import address_words, hash_columns, public_documents, read_table


def test_documents_are_read_with_their_bags_hashes_and_addresses(tmp_path):
    texts = invented(6)
    folder = write_old_store(tmp_path / "s", texts, min_documents=2)
    first = next(iter(public_documents(folder)))
    words = (texts[0]["title"] + " " + texts[0]["text"]).split()
    assert sum(first.bag.values()) + first.pooled == first.token_count == len(words)
    assert set(first.bag) <= set(words)
    assert " ".join(first.address) == texts[0]["title"]
    assert len(first.digest) == 16 and len(first.sketch) == 128
    assert [d.doc_id for d in public_documents(folder, "un")] == []


def test_hashes_are_found_by_their_look_whatever_their_column_is_called():
    import pandas as pd

    frame = pd.DataFrame(
        {"doc_id": ["abcdef012345"] * 2, "mark": ["0f" * 8, None], "marks": ["0f" * 64] * 2, "a": ["x", "y"]}
    )
    assert hash_columns(frame) == (["marks"], ["mark"])


def test_a_table_that_is_not_there_is_empty_and_a_folder_without_store_is_refused(tmp_path):
    folder = write_raw(tmp_path / "s", {"documents": [{"doc_id": "a"}]})
    assert read_table(folder, "hits").empty
    with pytest.raises(DiscourseError, match="no store"):
        read_table(tmp_path, "hits")


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("Quiet-Harbour_opens.html", ("quiet", "harbour", "opens")),
        ("501234567", ()),
        ("covid19 wave", ("covid19", "wave")),
        ("", ()),
    ],
)
def test_words_of_addresses(part, words):
    assert address_words(part) == words
