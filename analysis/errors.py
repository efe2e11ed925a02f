"""The one exception family of the package, and the sentence that lists what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

SHOWN = 200  # characters of a bad value that a message repeats
MANY = 24  # names that a message lists in full, where a command lists them all
FIRST = 12  # names that it lists of more


class DiscourseError(ValueError):
    """Input that the package refuses. The message names the thing, the bad value, what is allowed and the next step."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the message, which says all there is to mend, and no lines of the package's inside."""
        return [f"{type(self).__name__}: {self}"]


class ContractError(DiscourseError):
    """A table does not keep the contract declared for it in `analysis.store.contracts`."""


class TextsMissing(DiscourseError):
    """The private texts are needed and not there."""


class NothingFound(DiscourseError):
    """What was asked for is allowed, and the documents hold none of it: a finding, where it is not one's own mistake."""


def shown(value: object) -> str:
    """A bad value for a message, its beginning if it is very long.

    >>> shown("a"), shown("a" * 300)[-20:]
    ("'a'", 'aaaa... (302 in all)')
    """
    words = repr(value)
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}... ({len(words):,} in all)"


def listed(names: Iterable[object], listed_by: str = "") -> str:
    """Names for a message. listed_by: the command that lists them all; then of many only the first twelve stand here.

    >>> listed("abc")
    'a, b, c'
    >>> listed(range(30), "discourse store show")[-54:]
    '10, 11, and 18 more (`discourse store show` lists all)'
    """
    words = [str(name) for name in names]
    if listed_by and len(words) > MANY:
        return f"{', '.join(words[:FIRST])}, and {len(words) - FIRST:,} more (`{listed_by}` lists all)"
    return ", ".join(words) if words else "nothing (the list is empty)"


def not_allowed(
    thing: str, value: object, allowed: Iterable[object], next_step: str = "", *, listed_by: str = ""
) -> str:
    """Say that `value` is not one of `allowed`, naming all of them (as `listed` does) and the nearest one.

    >>> not_allowed("voice", "quotd", ["own", "quoted"])
    "voice: 'quotd' is not allowed; allowed: own, quoted. Did you mean 'quoted'?"
    """
    names = [str(name) for name in allowed]
    message = f"{thing}: {shown(value)} is not allowed; allowed: {listed(names, listed_by)}."
    near = difflib.get_close_matches(str(value)[:SHOWN], names, n=1)
    if near:
        message += f" Did you mean {near[0]!r}?"
    return f"{message} {next_step}".rstrip()


def require(thing: str, value: object, allowed: Iterable[object], next_step: str = "", *, listed_by: str = "") -> None:
    """Raise `DiscourseError` unless `value` is one of `allowed`; words as in `not_allowed`."""
    allowed = list(allowed)
    if value not in allowed:
        raise DiscourseError(not_allowed(thing, value, allowed, next_step, listed_by=listed_by))
