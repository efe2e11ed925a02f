"""Words of saying and thinking, and the nouns that tell a speaker's role, compiled from the lexicon."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.texts.annotate.lexicon import load as lexicon

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

_VERBS = lexicon.read("verbs.toml")
CLAUSE, THAT, NAME, DENY = (_VERBS.words(kind) for kind in ("clause", "that", "name", "deny"))
# clause: what follows (or stands before, after a comma) is what was said; a form of two kinds is of the later one
KIND = {
    form: kind for kind, forms in (("that", THAT), ("name", NAME), ("deny", DENY), ("clause", CLAUSE)) for form in forms
}
for _kind in ("deny", "clause", "that"):
    KIND |= dict.fromkeys(_VERBS.items(f"{_kind}_phrases"), _kind)
MINDS = _VERBS.words("minds")
SAID_TO = _VERBS.words("said_to")
TO_SOMEONE = _VERBS.words("to_someone")
AS_VERBS = _VERBS.words("needs_as")
NOUNISH = _VERBS.words("nounish")
NOT_BEFORE = _VERBS.words("not_before")
ACTS = _VERBS.words("acts")
PROMISES = _VERBS.words("promises")
AFTER_QUOTE = frozenset(_VERBS.items("after_quote"))
CALLS = _VERBS.words("calls")
SHOWS, FACTS = _VERBS.words("shows"), _VERBS.words("facts")
# verbs that report nothing without a clause
NEEDS_CLAUSE = ((THAT | ACTS) - NAME - DENY - AS_VERBS - TO_SOMEONE) | MINDS
# nouns of saying, which may look like verbs: "the claim that"
NOMINALS = frozenset(sign.removesuffix(" that") for sign in _VERBS.items("signs") if sign.endswith(" that"))
# the base forms, which stand behind "to" and "and" as infinitives
BASES = frozenset(
    item.split()[0]
    for kind in ("clause", "that", "name", "deny")
    for item in _VERBS.items(kind)
    if " " in item and not item.split()[0].endswith("ed")
)
# what may stand behind such a noun: its clause, or whose it is
NOUN_GOES_ON = (" that", " by ", " from ", ", made by ", ", voiced by ", ", repeated by ", ", put forward by ")
_ROLES = lexicon.read("roles.toml")


# looking at the first letters before any role is tried makes the search almost twice as fast
_BEGIN = frozenset().union(*(lexicon.beginnings(item) for role in _ROLES.names for item in _ROLES.items(role)))
ROLES = re.compile(
    rf"\b(?={lexicon.opening(_BEGIN, 5)})(?:"
    + "|".join(f"(?P<{role}>{'|'.join(_ROLES.items(role))})" for role in _ROLES.names)
    + r")\b"
)
_BEHIND_NOUNS = ("that", "by", "from", "on", "last", "this", "made")
_VIEWS = lexicon.read("leads.toml").items("views")  # nouns that may hold what somebody says: "Ann Lee's view is"
_OWNERS = ("'s ", "s' ", "his ", "her ", "their ")
_AUTOMATON: list[AhoCorasick] = []
_BEFORE = (" ", "—")
_ORDER = sorted(KIND)


def find_verbs(low: str) -> list[tuple[int, int, str]]:
    """The verbs of `KIND` in lower-cased text, and other signs of attribution: (start, end, word), in order.

    The word of a sign ("according to", "the claim that") is "".
    """
    if not _AUTOMATON:
        from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

        words = [before + word for word in _ORDER for before in _BEFORE]
        # from the space on, else " assert" hides "assertion that"
        nouns = [f" {noun} {word}" for noun in sorted(NOMINALS - KIND.keys()) for word in _BEHIND_NOUNS]
        owned = [f"{owner}{noun}" for noun in sorted({*_VIEWS, *(f"{view}s" for view in _VIEWS)}) for owner in _OWNERS]
        signs = [sign for sign in (*_VERBS.items("signs"), *owned) if f" {sign}" not in nouns]
        _AUTOMATON.append(
            AhoCorasick(
                [*words, *nouns, *signs], matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA
            )
        )
    count = len(_ORDER) * len(_BEFORE)
    spaced = count + len(_BEHIND_NOUNS) * len(NOMINALS - KIND.keys())
    return [
        (start + 1, end, _ORDER[number // len(_BEFORE)]) if number < count else (start + (number < spaced), end, "")
        for number, start, end in _AUTOMATON[0].find_matches_as_indexes(low)
        if not low[end : end + 1].isalnum()
    ]
