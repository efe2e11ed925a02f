"""Rows of tables that are typed or exported as text: quotation marks that do not pair, `sep=` lines, titles above a header.

A mark opens a cell only at the cell's start and closes it only before a delimiter or a line end. Where a mark opens a cell
and the lines that follow are rows of their own, the mark was meant as a quotation mark, and the row ends with its line.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

DELIMITERS = ",;\t|"
LONGEST = 2000  # lines of one cell
MAX_CELL = 16 * 1024 * 1024  # characters of one row of several lines
MAX_COLUMNS = 4000
TITLES = 20  # lines that may stand above a header
_SEP = re.compile(r"\ufeff?\"?sep=(.)\"?[;,\t]*\s*\Z", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\n]|"")*"')


class Cells(NamedTuple):
    """The cells of some text. open: the last cell was opened by a mark that no mark closed. loose: a mark inside a cell
    that is neither doubled nor the cell's end."""

    cells: list[str]
    open: bool
    loose: bool


def split_cells(text: str, delimiter: str) -> Cells:
    """One row's cells, by the rule of the module; `text` may hold several lines.

    >>> split_cells('1,"a ""b"", c",d', ",").cells
    ['1', 'a "b", c', 'd']
    """
    text = text.rstrip("\r\n")
    if '"' not in text:
        return Cells(text.split(delimiter), False, False)
    cells: list[str] = []
    at, size, loose = 0, len(text), False
    while True:
        if at < size and text[at] == '"':
            end, is_loose = _closing(text, at + 1, delimiter)
            loose = loose or is_loose
            if end < 0:
                return Cells([*cells, text[at + 1 :].replace('""', '"')], True, loose)
            cells.append(text[at + 1 : end].replace('""', '"'))
            at = text.find(delimiter, end + 1)
        else:
            end = text.find(delimiter, at)
            cells.append(text[at:] if end < 0 else text[at:end])
            at = end
        if at < 0:
            return Cells(cells, False, loose)
        at += 1


@functools.cache
def _end_of_cell(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf" *(?:\Z|{re.escape(delimiter)})")


def _closing(text: str, at: int, delimiter: str) -> tuple[int, bool]:
    """(place of the mark that closes a cell, -1 if none; whether loose marks stand before it)."""
    loose, ends = False, _end_of_cell(delimiter)
    while (at := text.find('"', at)) >= 0:
        if text[at + 1 : at + 2] == '"':
            at += 2
        elif ends.match(text, at + 1):
            return at, loose
        else:
            loose = True
            at += 1
    return -1, loose


@dataclass(frozen=True)
class Layout:
    """How the rows of one file are written, found once from its beginning.

    skipped: lines above the header. shapes: column -> the pattern of its cells in the first rows, for columns such as ids
    and dates whose cells look alike; they tell a row from a line of text.
    """

    delimiter: str
    skipped: int
    columns: int
    shapes: tuple[tuple[int, str], ...] = ()


def layout_of(sample: str, delimiter: str = "") -> Layout:
    """The layout of a table from the text it begins with. delimiter: "" to find it."""
    lines = sample.splitlines(keepends=True)
    found = _SEP.match(lines[0]) if lines else None
    first = 1 if found else 0
    delimiter = found.group(1) if found else delimiter or delimiter_of(lines)
    sample_rows = list(_sample_rows(lines[first:], delimiter))
    rows = [(line, cells) for line, cells, is_inside in sample_rows if not is_inside]
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in rows]
    usual = Counter(n for n in filled[:60] if n).most_common(1)
    enough = max(2, 0.75 * usual[0][0]) if usual and usual[0][0] > 1 else 1
    header = next((i for i, n in enumerate(filled[:TITLES]) if n >= enough), 0)
    if not rows:
        return Layout(delimiter, first, 0)
    columns = len(rows[header][1])
    skipped = first + rows[header][0]
    below = [cells for line, cells, _ in sample_rows if line > rows[header][0]]
    return Layout(delimiter, skipped, columns, _shapes(below, columns))


def _sample_rows(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str], bool]]:
    """(line, cells, whether it lies inside a cell that an earlier line opened) of each line that is not blank.

    A mark in the first line opens nothing, since a header has one line.
    """
    is_inside = False
    for number, line in enumerate(lines[:400]):
        if not line.strip():
            continue
        found = split_cells(line, delimiter)
        yield number, found.cells, is_inside
        if is_inside:
            is_inside = split_cells(f'"{line}', delimiter).open
        else:
            is_inside = number > 0 and found.open


def delimiter_of(lines: Iterable[str]) -> str:
    """The one of , ; tab | that stands most often in the header: the first line that the next one agrees with."""
    bare = [_QUOTED.sub("", line) for line in lines if line.strip()][: TITLES + 1]
    if not bare:
        return ","

    def count(line: str, delimiter: str) -> tuple[int, int]:
        return line.count(delimiter), -DELIMITERS.index(delimiter)

    best = max(DELIMITERS, key=lambda d: count(bare[0], d))
    if bare[0].count(best) >= 2:
        return best
    for line, after in itertools.pairwise(bare):
        agreed = [d for d in DELIMITERS if 1 <= line.count(d) <= after.count(d)]
        if agreed:
            return max(agreed, key=lambda d: count(line, d))
    return best


def _shapes(rows: list[list[str]], columns: int) -> tuple[tuple[int, str], ...]:
    full = [cells for cells in rows if len(cells) == columns][:100]
    found = []
    for column in range(min(columns, 50)):
        seen = Counter(_shape(cells[column]) for cells in full if cells[column].strip())
        top = seen.most_common(1)
        if top and top[0][1] >= max(2, 0.7 * sum(seen.values())) and "9" in top[0][0] and len(top[0][0]) <= 24:
            found.append((column, top[0][0]))
    return tuple(found)


def _shape(cell: str) -> str:
    """A cell's pattern: runs of digits become 9, runs of letters a."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell.strip()[:60]))


def looks_like_row(line: str, layout: Layout) -> bool:
    """Whether a line alone has all cells of a row, and cells of ids and dates look like those of other rows."""
    cells = split_cells(line, layout.delimiter).cells
    if len(cells) != layout.columns or layout.columns < 2:
        return False
    if layout.shapes:
        return all(_shape(cells[column]) == shape for column, shape in layout.shapes[:3])
    return layout.delimiter in "\t|"


class Row(NamedTuple):
    """The cells of one row; line: the last line it holds; mended: a mark that opened a cell was read as text."""

    cells: list[str]
    line: int
    mended: bool


class RowReader:
    """The rows of a stream of lines. Blank lines are no rows.

    line: number of the last line of the row given last. ahead: lines that were looked at and are still to be read. A row
    is settled by the lines that follow its first one alone, so that a piece of a file gives the same rows as the whole.
    """

    def __init__(self, lines: Iterator[str], layout: Layout, line: int = 0) -> None:
        self.lines, self.layout, self.line = lines, layout, line
        self.ahead: list[str] = []
        self.clear = 0  # up to this line nothing closes a cell, opens one or looks like a row: it was looked at before
        self.clear_size = 0  # characters from the line after `line` to the line `clear`

    def __iter__(self) -> Iterator[Row]:
        while (text := self.ahead.pop(0) if self.ahead else next(self.lines, None)) is not None:
            self.line += 1
            if self.line <= self.clear:
                self.clear_size -= len(text)
            found = split_cells(text, self.layout.delimiter)
            if not found.open:
                if text.strip():
                    yield Row(_literal(text, found, self.layout), self.line, found.loose)
                continue
            taken, whole = self._more(text)
            if whole is None:
                yield Row(_alone(text, found, self.layout), self.line, True)
            else:
                del self.ahead[:taken]
                self.line += taken
                yield Row(whole, self.line, False)

    def _more(self, text: str) -> tuple[int, list[str] | None]:
        """(how many lines ahead belong to a cell that `text` opens, the cells of the whole row; None if the mark opens
        nothing)."""
        delimiter = self.layout.delimiter
        number = max(self.clear - self.line, 0)
        size = len(text) + (self.clear_size if number else 0)
        while number < LONGEST and size <= MAX_CELL:
            if number == len(self.ahead):
                line = next(self.lines, None)
                if line is None:
                    break
                self.ahead.append(line)
            line = self.ahead[number]
            if looks_like_row(line, self.layout):
                break
            number += 1
            size += len(line)
            end, loose = _closing('"' + line.rstrip("\r\n"), 1, delimiter)
            if end >= 0:
                whole = split_cells(text + "".join(self.ahead[:number]), delimiter)
                if not whole.open:
                    return number, whole.cells
            elif loose and _opens(line, delimiter):
                break
            elif self.clear == (at := self.line + number) - 1 or (number == 1 and self.clear < at):
                self.clear, self.clear_size = at, size - len(text)
        return 0, None


def _opens(line: str, delimiter: str) -> bool:
    """Whether a mark in this line opens a cell, so that it cannot lie inside one."""
    return bool(re.search(rf'{re.escape(delimiter)}"(?!["\s{re.escape(delimiter)}])', line))


def _alone(text: str, found: Cells, layout: Layout) -> list[str]:
    """The cells of a line whose last cell is opened and not closed: the mark is text where marks are seldom used."""
    plain = text.rstrip("\r\n").split(layout.delimiter)
    if len(plain) == layout.columns and (layout.delimiter in "\t|" or found.loose):
        return plain
    return found.cells


def _literal(text: str, found: Cells, layout: Layout) -> list[str]:
    """The cells of a closed row; where marks stand loose in it and the line has the right cells as it is, as it is."""
    if not found.loose or len(found.cells) == layout.columns:
        return found.cells
    plain = text.rstrip("\r\n").split(layout.delimiter)
    return plain if len(plain) == layout.columns else found.cells
