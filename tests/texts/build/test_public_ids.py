from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.study.sources import Source
from analysis.texts.build.public_ids import IdMap, Record, address_key, hash_address, id_map

SOURCES = {
    "pages": Source("pages", "*.html", "news"),
    "rows": Source("rows", "rows.csv", "news"),
    "open": Source("open", "open.csv", "un", public_ids=True),
}


def page(name: str, text: str | None = None) -> Record:
    return Record("pages", f"pages:{name}", text or f"text of {name}", f"{name}.html")


def row(number: int, text: str) -> Record:
    return Record("rows", f"rows:rows:{number}", text, "rows.csv", number)


def test_ids_are_source_and_number_and_never_a_name():
    ids = IdMap().assign([page("minister-opens-bridge"), page("jane-doe/kites")], SOURCES)
    assert ids == ["pages:1", "pages:2"]


def test_a_public_source_keeps_the_ids_that_it_declares_and_only_those():
    declared = Record("open", "KHM_1999", "a", "open.csv", 1, has_own_id=True)
    without = Record("open", "open:open:2", "b", "open.csv", 2)
    assert IdMap().assign([declared, without], SOURCES) == ["KHM_1999", "open:2"]


def test_ids_stay_when_files_are_added_before_between_and_behind():
    table = IdMap()
    old = [page("b"), page("d")]
    before = dict(zip(old, table.assign(old, SOURCES), strict=True))
    new = [page("a"), page("b"), page("c"), page("d"), page("e")]
    after = dict(zip(new, table.assign(new, SOURCES), strict=True))
    assert all(after[r] == before[r] for r in old)
    assert len(set(after.values())) == 5


def test_rows_and_members_of_an_archive_keep_their_ids_when_one_is_put_in_front():
    table = IdMap()
    table.assign([row(1, "x"), row(2, "y")], SOURCES)
    assert table.assign([row(1, "new"), row(2, "x"), row(3, "y")], SOURCES) == ["rows:4", "rows:1", "rows:2"]


def test_a_corrected_text_and_a_renamed_file_keep_their_ids():
    table = IdMap()
    table.assign([page("a"), page("b")], SOURCES)
    assert table.assign([page("a", "corrected"), page("z", "text of b")], SOURCES) == ["pages:1", "pages:2"]


def test_a_number_is_never_given_twice():
    table = IdMap()
    table.assign([page("a"), page("b")], SOURCES)
    table.assign([page("a")], SOURCES)
    assert table.assign([page("a"), page("c")], SOURCES) == ["pages:1", "pages:3"]


def test_a_row_that_was_refused_leaves_the_numbers_of_the_others():
    assert IdMap().assign([row(1, "x"), row(3, "z")], SOURCES) == ["rows:1", "rows:3"]


def test_equal_texts_keep_their_order():
    table = IdMap()
    assert table.assign([row(1, "same"), row(2, "same")], SOURCES) == ["rows:1", "rows:2"]
    assert table.assign([row(1, "same"), row(2, "same")], SOURCES) == ["rows:1", "rows:2"]


def test_the_table_is_kept_and_leads_back_to_the_file(tmp_path):
    with id_map(tmp_path / "private") as table:
        table.assign([page("minister-opens-bridge")], SOURCES)
    kept = (tmp_path / "private" / "document_ids.map").read_text()
    assert "pages:1\tpages:minister-opens-bridge\tminister-opens-bridge.html" in kept
    with id_map(tmp_path / "private") as table:
        assert table.assign([page("minister-opens-bridge", "other words")], SOURCES) == ["pages:1"]


def test_a_damaged_table_is_refused(tmp_path):
    (tmp_path / "document_ids.map").write_text("source_id\tnumber\npages\tseven\n")
    with pytest.raises(DiscourseError, match="table of document ids"), id_map(tmp_path):
        pass


def test_addresses_are_hashed_with_a_key_that_stays(tmp_path):
    key = address_key(tmp_path)
    assert key == address_key(tmp_path) and len(key) == 32
    assert hash_address("https://a.invalid/x", key) != hash_address("https://a.invalid/x", b"other")
    assert len(hash_address("https://a.invalid/x", key)) == 16
