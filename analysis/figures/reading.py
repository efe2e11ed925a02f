"""The last cell of a notebook: its result in sentences, as Markdown, and numbers as they are read out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

NO_VALUE = "no value"
_NO_NUMBER = re.compile(r"(?<![\w-])[-\u2212+]?(?:nan|inf)(?: ?%)?(?![\w-])")
_MARKS = re.compile(r"([\\*_$<`])")


@dataclass(frozen=True)
class Reading:
    """Sentences; JupyterLab shows them as text, one paragraph or a list of several."""

    sentences: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_markdown_(self) -> str:
        escaped = [_MARKS.sub(r"\\\1", sentence) for sentence in self.sentences]
        return escaped[0] if len(escaped) == 1 else "\n".join(f"- {sentence}" for sentence in escaped)


def reading(*parts: str | Iterable[str], nothing: str = "There is nothing to say of this selection.") -> Reading:
    """The sentences given, one by one or in lists, each with a capital letter and a full stop; empty ones are left out.

    A number that is none ("nan", "inf") is told as "no value". Without any sentence `nothing` is said.
    """
    given = [text for part in parts for text in ([part] if isinstance(part, str) else part)]
    made = (_NO_NUMBER.sub(NO_VALUE, text.strip()) for text in given)
    sentences = tuple(
        text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".") for text in made if text
    )
    return Reading(sentences or (nothing,))


def interval(value: float, low: float, high: float, digits: int = 1, unit: str = "") -> str:
    """A value with its interval, as in "3.1 (2.0 to 4.4)"; "no value" if it is no finite number.

    >>> interval(0.0312, -0.0004, 0.06, 2)
    '0.03 (0.00 to 0.06)'
    >>> interval(float("nan"), 0.0, 1.0)
    'no value'
    """
    if not math.isfinite(value):
        return NO_VALUE
    first = _number(value, digits) + unit
    if not (math.isfinite(low) or math.isfinite(high)):
        return f"{first} (no interval)"
    ends = [_number(x, digits) if math.isfinite(x) else "no bound" for x in (low, high)]
    return f"{first} ({ends[0]} to {ends[1]})"


def per_cent(value: float, low: float, high: float, digits: int = 1) -> str:
    """A share (0 to 1) in per cent with its interval, as in "3.1 % (2.0 to 4.4)".

    >>> per_cent(0.031, 0.02, 0.044)
    '3.1 % (2.0 to 4.4)'
    """
    return interval(100 * value, 100 * low, 100 * high, digits, " %")


def _number(value: float, digits: int) -> str:
    return f"{round(value, digits) + 0.0:,.{digits}f}"
