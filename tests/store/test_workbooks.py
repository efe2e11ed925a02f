"""Workbooks: the same bytes for the same cells, whenever they are written."""

from __future__ import annotations

import time

from openpyxl import Workbook, load_workbook

from analysis.store.workbooks import save_workbook


def book(*, lazily: bool) -> Workbook:
    made = Workbook(write_only=lazily)
    page = made.create_sheet("words") if lazily else made.active
    for row in (["id", "text"], [1, "Dara’s <harbour>"], [2, None]):
        page.append(row)
    return made


def test_the_same_cells_give_the_same_bytes_at_any_time(tmp_path, monkeypatch):
    for lazily in (False, True):
        save_workbook(book(lazily=lazily), tmp_path / "a.xlsx")
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda: 2e9)
            patch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))
            time.sleep(1.1)  # the second in which a workbook was made stands in what openpyxl writes
            save_workbook(book(lazily=lazily), tmp_path / "b.xlsx")
        assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
        rows = list(load_workbook(tmp_path / "b.xlsx").worksheets[0].iter_rows(values_only=True))
        assert rows == [("id", "text"), (1, "Dara’s <harbour>"), (2, None)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]
