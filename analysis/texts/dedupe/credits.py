"""Which agency a text credits: the wire story behind a reprint, as the dateline, the byline or the last line names it.

The names stand in `corpus/outlets.toml` (`credited_as`): the study says which agencies its outlets reprint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.study.settings import Outlet

_HEAD, _TAIL, _LINES = 300, 120, 3
# NAMES: the declared names, the longest first.
_AT_HEAD = (
    r"\A\W*[\w .,'’/-]{2,60}\s*\((NAMES)\)\s*(?:[-–—:]|$)",
    r"\A\W*\((NAMES)\)\W",
    r"\A[\w .,'’/-]{2,60}\((NAMES)\):",
    r"\A(NAMES)\s*[-–—/]\s",
)
_AT_END = (
    r"[-–—(]\s*(NAMES)\)?\s*\.?\s*\Z",
    r"(?:\A|\n)\W*(?:source|by)\s*:?\s*(NAMES)\W*\Z",
    r"(?:\A|\n)\W*(NAMES)\W*\Z",
    r"\((?:with )?(?:reporting|report|files) (?:by|from) (NAMES)\)",
)


@dataclass(frozen=True, slots=True)
class Credits:
    """Finds the outlet credited in the first or last lines of a text.

    names: a declared name in lower case -> outlet_id. Without any name no text credits anybody.
    """

    names: Mapping[str, str]
    _head: tuple[re.Pattern[str], ...] = field(init=False)
    _end: tuple[re.Pattern[str], ...] = field(init=False)

    def __post_init__(self) -> None:
        names = "|".join(sorted(map(re.escape, self.names), key=len, reverse=True))
        for place, patterns in (("_head", _AT_HEAD), ("_end", _AT_END)):
            made = tuple(re.compile(p.replace("NAMES", names), re.IGNORECASE) for p in patterns) if names else ()
            object.__setattr__(self, place, made)

    @classmethod
    def of(cls, outlets: Mapping[str, Outlet]) -> Credits:
        """From the outlets of a study (`credited_as` of each)."""
        return cls({name.lower(): o.outlet_id for o in outlets.values() for name in o.credited_as})

    def find(self, text: str) -> str | None:
        """The outlet_id credited ("TOWN, May 27 (Agency) --", "- Agency") or None; a mention in running text is none."""
        lines = [line for line in text[:_HEAD].lstrip().split("\n")[:_LINES] if line.strip()]
        tail = text[-_TAIL:].rstrip()
        for patterns, pieces in ((self._head, lines), (self._end, [tail])):
            for pattern in patterns:
                for piece in pieces:
                    if found := pattern.search(piece):
                        return self.names[found.group(1).lower()]
        return None
