"""Keys of groups that the program makes itself. No id can be written so, so that no outlet or era is mistaken for one."""

from __future__ import annotations

from collections.abc import Mapping

OTHERS = "(others)"
EVERYTHING = "(all)"
NO_ERA = "(no era)"
NAMES = {OTHERS: "all other outlets", EVERYTHING: "all outlets", NO_ERA: "no era"}


def with_groups(names: Mapping[str, str]) -> dict[str, str]:
    """`names` (id -> how it is printed) with those of the groups made by the program.

    >>> with_groups({"other": "Other"})["other"]
    'Other'
    """
    return {**names, **NAMES}
