from __future__ import annotations

from old_form import write_raw

from analysis.publish.attack.tables import read_table
from analysis.publish.differencing import check_differences


class Release:
    """A store as far as differencing reads it."""

    def __init__(self, folder, counts):
        terms = sorted({t for _, t, _ in counts} - {"<pooled>"})
        number = {"<pooled>": 0} | {t: i for i, t in enumerate(terms, start=1)}
        tables = {
            "counts": [{"doc_id": d, "term_id": number[t], "token_count": n} for d, t, n in counts],
            "vocabulary": [{"term_id": i, "term": t} for t, i in number.items()],
        }
        self.path = write_raw(folder, tables)
        self.manifest = {"info": {"small_tokens": 50}}

    def table(self, name):
        return read_table(self.path, name)


OLD = [(f"d{i}", "tea", 60) for i in range(4)] + [(f"d{i}", "<pooled>", 5) for i in range(4)]


def reasons(tmp_path, old, new):
    older, newer = Release(tmp_path / "old", old), Release(tmp_path / "new", new)
    return [f.reason for f in check_differences(newer, older.path)]


def test_the_same_release_tells_nothing_new(tmp_path):
    assert reasons(tmp_path, OLD, OLD) == []


def test_a_word_brought_back_by_one_new_document_is_found(tmp_path):
    shown = [("d0", "kite", 1), ("d1", "kite", 1)]
    pooled = [(d, t, 4 if t == "<pooled>" and d in ("d0", "d1") else n) for d, t, n in OLD]
    one = reasons(tmp_path / "a", OLD, [*pooled, *shown, ("d9", "kite", 2)])
    assert one[0].startswith("1 words that the previous release pooled")
    two = reasons(tmp_path / "b", OLD, [*pooled, *shown, ("d8", "kite", 1), ("d9", "kite", 2)])
    assert two == []


def test_a_passage_that_was_changed_is_found(tmp_path):
    changed = [(d, t, n - 7 if (d, t) == ("d2", "tea") else n) for d, t, n in OLD]
    assert reasons(tmp_path / "a", OLD, changed)[0].startswith("1 documents whose counts changed by fewer than 50")
    rewritten = [(d, t, n + 90 if (d, t) == ("d2", "tea") else n) for d, t, n in OLD]
    assert reasons(tmp_path / "b", OLD, rewritten) == []


def test_a_document_that_is_pooled_whole_now_is_no_passage(tmp_path):
    hidden = [r for r in OLD if r[0] != "d3"] + [("d3", "<pooled>", 65)]
    assert reasons(tmp_path, OLD, hidden) == []


def test_words_that_are_pooled_now_stay_known(tmp_path):
    old = [*OLD, ("d0", "kite", 2)]
    assert reasons(tmp_path, old, OLD)[-1].startswith("1 words of the previous release are pooled now")


def test_documents_that_are_new_or_gone_are_no_difference(tmp_path):
    assert reasons(tmp_path, OLD, [*OLD[1:4], *OLD[5:], ("d7", "tea", 9)]) == []
