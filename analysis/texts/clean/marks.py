"""Quotation marks made alike: two kinds in one quotation, corner brackets, double primes, a low mark and a high one."""

from __future__ import annotations

import re

_MARK = re.compile('[“”„"]')
_CORNERS = str.maketrans("「」『』〝〞＂", '“”“”“”"')
_PRIMES = re.compile(r"(?<![\w″])″(?=[^\s″])([^″\n]{1,5000}?)(?<=\S)″(?!\w)")  # no inches
_LOW_HIGH = re.compile(r"(?<!\w)‚(?=[^\s‚])([^‚\n]{1,5000}?)(?<=\S)‘(?!\w)")


def usual_marks(text: str) -> str:
    """`text` with rarer quotation marks as curly ones, character for character: 「…」, 『…』, 〝…〞, ″…″ and ‚…‘.

    A double prime behind a number is an inch, and a low mark without a high one behind it stays as it is.

    >>> usual_marks("「We are neutral」 and ″so it stays″, a 6″ pipe, ‚neutral‘")
    '“We are neutral” and “so it stays”, a 6″ pipe, ‘neutral’'
    """
    if "″" in text:
        text = _PRIMES.sub(r"“\1”", text)
    if "‚" in text and "‘" in text:
        text = _LOW_HIGH.sub(r"‘\1’", text)
    return text.translate(_CORNERS) if any(mark in text for mark in "「『〝＂") else text


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
