"""Workbooks (XLSX, XLS, XLSB, ODS): one record per row under the header of every sheet with the same columns."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats import delimited
from analysis.texts.read.formats.delimited import names_of
from analysis.texts.read.formats.encoding import clean_controls
from analysis.texts.read.formats.limits import Harmful, check_office
from analysis.texts.read.formats.record import Part, Record
from analysis.texts.read.formats.rows import MAX_COLUMNS, TITLES

Row = tuple[Any, ...]
Sheet = tuple[str, Iterable[Row]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_xlsx(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The rows of all sheets of an XLSX workbook, or of the sheet that the source names."""
    yield from _workbook(data, part, _openpyxl)


def read_other(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """The rows of an XLS, XLSB or ODS workbook. What is only named .xls and is a table of tabs or HTML is read as that."""
    head = data[:4096].lstrip()
    if data.startswith((OLE, b"PK")):
        yield from _workbook(data, part, _calamine)
    elif head[:200].lower().startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")):
        yield from _rows(_html_tables(data, part), part)
    else:
        yield from delimited.read_bytes(data, part)


def _workbook(data: bytes, part: Part, opened: Any) -> Iterator[Record | Refusal]:
    try:
        if data.startswith(b"PK"):
            check_office(data)
        yield from _rows(opened(data, part.source.sheet), part)
    except Harmful as error:
        yield Refusal(part.name, str(error), error.kind)
    except Exception as error:  # noqa: BLE001 (a broken workbook may raise anything)
        yield Refusal(part.name, f"no readable workbook: {type(error).__name__}", "malformed")


def _openpyxl(data: bytes, wanted: str) -> Iterator[Sheet]:
    import warnings

    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        for name in _wanted([sheet.title for sheet in book.worksheets], wanted):
            sheet = book[name]
            sheet.reset_dimensions()  # some programs write a wrong size of the sheet, and rows beyond it would be lost
            yield name, sheet.iter_rows(values_only=True)
    finally:
        book.close()


def _calamine(data: bytes, wanted: str) -> Iterator[Sheet]:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in _wanted(book.sheet_names, wanted):
        rows = book.get_sheet_by_name(name).iter_rows()
        yield name, (tuple(_whole_number(cell) for cell in row) for row in rows)


def _whole_number(cell: Any) -> Any:
    """Old workbooks know no whole numbers: 17.0 is the id 17."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell


def _wanted(names: list[str], wanted: str) -> list[str]:
    if wanted and wanted not in names:
        raise Harmful(f"no sheet {wanted!r}; sheets: {', '.join(names)}", "missing-sheet")
    return [wanted] if wanted else names


def _html_tables(data: bytes, part: Part) -> Iterator[Sheet]:
    import lxml.html

    from analysis.texts.read.formats.encoding import decode
    from analysis.texts.read.formats.mend import stray_bytes

    text = stray_bytes(decode(data, declared=part.source.encoding))[0]
    tree = lxml.html.document_fromstring(text.encode("utf-8"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    for number, table in enumerate(tree.iter("table"), start=1):
        rows = (tuple(cell.text_content().strip() for cell in row.iter("td", "th")) for row in table.iter("tr"))
        yield f"table {number}", rows


def _rows(sheets: Iterable[Sheet], part: Part) -> Iterator[Record | Refusal]:
    """The records of all sheets under one numbering. The columns are those of the first sheet with a table; a sheet with
    other columns is one `Refusal` that names it."""
    tables = [(name, *_table(rows)) for name, rows in sheets]
    tables = [table for table in tables if table[1]]
    columns = next((header for _, header, _, _ in tables if len(header) > 1), tables[0][1] if tables else [])
    number = 0
    for name, header, body, skipped in tables:
        if len(header) > MAX_COLUMNS:
            raise Harmful(f"a sheet of {len(header):,} columns; at most {MAX_COLUMNS:,} are read", "too-large")
        if not _same(header, columns):
            yield _other_sheet(part, name, header)
            continue
        where = f" (sheet {_plain(name)})" if header is not columns else ""
        for row in _renamed(header, columns, body):
            number += 1
            yield Record(row, f"{part.name}:{number}{where}", number).noting("lines-above-header", skipped)
            skipped = 0
    if not tables:
        yield Refusal(part.name, "a workbook without rows", "empty")


def _other_sheet(part: Part, name: str, header: list[str]) -> Refusal:
    reason = (
        f"sheet {name!r} has other columns ({', '.join(header[:12])}) than the first table of the workbook and is not "
        f'read; to read it, give it a source of its own with sheet = "{name}"'
    )
    return Refusal(f"{part.name} (sheet {_plain(name)})", reason, "other-sheet")


def _plain(name: str) -> str:
    return name.replace("(", "[").replace(")", "]")


def _table(rows: Iterable[Row]) -> tuple[list[str], Iterator[Row], int]:
    """(column names, rows below them, rows with text above them) of one sheet."""
    stream = (row for row in rows if any(cell not in (None, "") for cell in row))
    first = list(itertools.islice(stream, 60))
    filled = [sum(cell not in (None, "") for cell in row) for row in first]
    usual = Counter(filled).most_common(1)
    enough = max(2, 0.75 * usual[0][0]) if usual and usual[0][0] > 1 else 1
    start = next((i for i, n in enumerate(filled[:TITLES]) if n >= enough), 0)
    if not first:
        return [], iter(()), 0
    header = list(first[start])
    while header and header[-1] in (None, ""):
        header.pop()
    names = names_of(["" if cell is None else str(cell) for cell in header])
    return names, itertools.chain(first[start + 1 :], stream), start


def _same(header: list[str], columns: list[str]) -> bool:
    known, here = {name.casefold() for name in columns}, {name.casefold() for name in header}
    return len(known & here) >= max(1, 0.5 * len(known))


def _renamed(header: list[str], columns: list[str], body: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """The rows as tables with the names of the first sheet; a column that only later sheets have keeps its own name."""
    names = {name.casefold(): name for name in columns}
    renamed = [names.get(name.casefold(), name) for name in header]
    missing = [name for name in columns if name not in renamed]
    for row in body:
        cells = [_cell(cell) for cell in row[: len(renamed)]]
        cells += [None] * (len(renamed) - len(cells))
        yield {**dict(zip(renamed, cells, strict=True)), **dict.fromkeys(missing)}


def _cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return clean_controls(cell)
    return cell if isinstance(cell, int | float | bool | dt.date | dt.datetime) or cell is None else str(cell)
