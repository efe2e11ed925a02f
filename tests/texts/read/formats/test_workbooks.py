"""Workbooks."""

from __future__ import annotations

from formats_samples import read, xlsx_of

from analysis.texts.document import Refusal


def test_xlsx(tmp_path):
    import datetime as dt

    data = xlsx_of([["id", "date", "text"], [1, dt.datetime(2024, 3, 5), "=1+1"], [None, None, None], [2, "2024", "b"]])
    found = read(tmp_path / "a.xlsx", data)
    assert [r.fields["id"] for r in found] == [1, 2]
    assert read(tmp_path / "b.xlsx", data, sheet="Nope")[0].kind == "missing-sheet"


def test_a_sheet_with_other_columns_is_named(tmp_path):
    import io

    import openpyxl

    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in (["id", "text"], [1, "a"]):
        book.active.append(row)
    for name, rows in (("More", [["Text", "ID"], ["b", 2]]), ("Codes", [["code", "meaning"], ["x", "y"]])):
        for row in rows:
            (book[name] if name in book.sheetnames else book.create_sheet(name)).append(row)
    book.save(stream)
    one, two, other = read(tmp_path / "a.xlsx", stream.getvalue())
    assert (one.fields, two.fields) == ({"id": 1, "text": "a"}, {"id": 2, "text": "b"})
    assert two.origin == "a.xlsx:2 (sheet More)"
    assert isinstance(other, Refusal)
    assert (other.kind, "'Codes'" in other.reason) == ("other-sheet", True)


def test_a_table_of_html_or_tabs_under_the_name_xls(tmp_path):
    html = "<html><table><tr><th>id</th><th>text</th></tr><tr><td>1</td><td>Rain</td></tr></table></html>"
    assert read(tmp_path / "a.xls", html)[0].fields == {"id": "1", "text": "Rain"}
    assert read(tmp_path / "b.xls", "id\ttext\n1\tRain\n")[0].fields == {"id": "1", "text": "Rain"}


def test_xlsx_under_the_name_xls(tmp_path):
    assert read(tmp_path / "a.xls", xlsx_of([["id", "text"], [17, "Rain"]]))[0].fields == {"id": 17, "text": "Rain"}
