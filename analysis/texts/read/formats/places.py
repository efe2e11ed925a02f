"""What may be opened as a text: ordinary files inside the texts folder, and nothing that could wait or flow for ever."""

from __future__ import annotations

import re
import stat
from pathlib import Path, PurePosixPath

from analysis.texts.document import Refusal
from analysis.texts.read.formats.record import Part

_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def refusal_of(part: Part) -> Refusal | None:
    """Why the file of a piece is not opened; None for an ordinary file, or a link to one, within the texts folder."""
    if not within(part.path, root_of(part)):
        return Refusal(part.name, "a link that leads out of the texts folder", "outside")
    try:
        mode = part.path.stat().st_mode
    except OSError as error:
        return Refusal(part.name, f"cannot be read: {error.strerror or error}", "unreadable")
    if stat.S_ISREG(mode):
        return None
    kind = next((words for test, words in _KINDS if test(mode)), "no file")
    return Refusal(part.name, f"{kind}, not a file: take it out of the texts folder", "unreadable")


def is_ordinary(path: Path, root: Path) -> bool:
    """Whether a path below `root` is a file, or a link to one, that may be opened."""
    return path.is_file() and within(path, root)


def within(path: Path, root: Path) -> bool:
    """Whether a path, links followed, lies in `root`; False for links that lead in a circle."""
    try:
        found = path.resolve()
        return found.is_relative_to(root.resolve()) and not found.is_symlink()  # what Python 3.13 makes of a circle
    except (OSError, RuntimeError):
        return False


def root_of(part: Part) -> Path:
    """The texts folder of a piece: its path without its name; the file's own folder where the two do not fit."""
    names = PurePosixPath(part.name).parts
    if tuple(map(printable, part.path.parts[-len(names) :])) == names:
        return part.path.parents[len(names) - 1]
    return part.path.parent


def printable(name: str) -> str:
    """A name as it can stand on one line of any file: what is no UTF-8, and marks that end or turn a line, as codes (those
    of TOML, so that a quoted name keeps its meaning).

    >>> printable("a\\udcff"), printable("two\\nlines")
    ('a\\\\xff', 'two\\\\nlines')
    """
    return _UNPRINTED.sub(_code, name)


def _code(found: re.Match[str]) -> str:
    mark = found.group()
    if "\udc80" <= mark <= "\udcff":  # how Python keeps a byte of a file's name that is no UTF-8
        return f"\\x{ord(mark) - 0xDC00:02x}"
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(mark) or f"\\u{ord(mark):04x}"
