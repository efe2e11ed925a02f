"""Quotation marks of two kinds in one quotation, opened curly and closed straight or the other way: made alike."""

from __future__ import annotations

import re

_MARK = re.compile('[“”„"]')


def pair_marks(text: str) -> str:
    """`text` with straight marks made curly where the other mark of their quotation is curly.

    Looked at by paragraph; a paragraph with marks of one kind stays as it is.

    >>> pair_marks('“We are neutral," he said. "It stays so,” she said.')
    '“We are neutral,” he said. “It stays so,” she said.'
    """
    if '"' not in text or not ("“" in text or "”" in text or "„" in text):
        return text
    return "\n".join(map(_paired, text.split("\n")))


def _paired(line: str) -> str:
    if '"' not in line or not ("“" in line or "”" in line or "„" in line):
        return line
    stack: list[tuple[str, int]] = []
    changes: dict[int, str] = {}
    for found in _MARK.finditer(line):
        mark, at = found.group(), found.start()
        before, after = line[at - 1 : at], line[at + 1 : at + 2]
        if mark in "“„":
            stack.append((mark, at))
        elif mark == "”":
            opened = stack.pop() if stack else ("", 0)
            if opened[0] == '"':
                changes[opened[1]] = "“"
        elif before and not before.isspace() and before not in "([—–“‘" and not after.isalnum():
            if stack and stack.pop()[0] != '"':
                changes[at] = "”"
        elif after and not after.isspace():
            stack.append((mark, at))
    if not changes:
        return line
    letters = list(line)
    for at, mark in changes.items():
        letters[at] = mark
    return "".join(letters)
