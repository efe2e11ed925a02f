"""Whether a hit is meant: negation, and mention instead of use."""

from __future__ import annotations

import re

from analysis.texts.annotate.codebook import Entry
from analysis.texts.annotate.lexicon import load as lexicon

_NEGATION, _MENTION = lexicon.read("negation.toml"), lexicon.read("mention.toml")
_CLAUSE, _NOT_NEGATION, _NEGATOR, _DENIAL, _AFTER = (
    _NEGATION.regex(name) for name in ("clause_ends", "no_negation", "negators", "denials", "negated_after")
)
# "nobody can break the firm bond": what is not done to it leaves it whole
_HARM, _SCOPED, _AVOIDING, _BARRED = (_NEGATION.regex(name) for name in ("harmless", "scoped", "avoidance", "barred"))
_ASIDE = re.compile(r", (?:and )?not [^,.;:]{1,40}, ")
_FINITE_SIDES = re.compile(r"took|takes|chose\b|chooses|picked|picks|sided|sides")
_CUE, _AFTER_CUE, _IRONY = (_MENTION.regex(name) for name in ("cues", "cues_after", "irony"))


def is_negated(
    low: str, sentence: tuple[int, int], start: int, end: int, entry: Entry, *, denied: bool = False
) -> bool:
    """Whether the match `low[start:end]` is negated or denied within its sentence.

    Negators count when they stand in the same clause at most eight words before; an even number of them cancels out.
    Verbs of denying reach over the whole sentence. `denied` says that the indirect speech around it is a denial. An
    entry whose negator belongs to it is negated when it is affirmed: side-taking without anything that avoids it.
    """
    head = low[sentence[0] : start]
    if entry.negator_belongs:
        if low[sentence[1] - 1 : sentence[1]] == "?":  # asked, not said
            return False
        if _FINITE_SIDES.match(low, start):  # "refused to side, and yet took sides"
            head = re.split(r",| but | yet ", head)[-1]
        return not (denied or _AVOIDING.search(head + low[start:end]) or _BARRED.match(low, end, sentence[1]))
    clause = head = _SCOPED.sub(" ", _ASIDE.sub(" ", _HARM.sub(" ", head)))
    for match in _CLAUSE.finditer(head):
        clause = head[match.end() :]
    words = re.findall(r"\S+", clause)
    window = " ".join(words[-8:])
    window = _NOT_NEGATION.sub(" ", window)
    found = [m.group() for m in _NEGATOR.finditer(window)]
    if "neither" in found and "nor" in found:
        found.remove("neither")
    if found.count("nor") > 1:
        found = [f for f in found if f != "nor"] + ["nor"]
    number = len(found)
    if not any(_DENIAL.fullmatch(f) for f in found):
        number += _denials(head)
    if number == 0 and denied:
        number = 1
    if number == 0 and _AFTER.match(low, end, sentence[1]):
        number = 1
    return number % 2 == 1


def _denials(head: str) -> int:
    """Verbs of denying further away, each with its own negation: "did not deny that ..." counts as none."""
    cut = max(head.rfind(" but "), head.rfind(" although "), head.rfind("; "))
    far = head[cut + 1 :]
    number = 0
    for match in _DENIAL.finditer(far):
        before = far[max(0, match.start() - 25) : match.start()]
        number += 2 if re.search(r"\b(?:not|never|cannot|neither|nor)\b|n't\b", before) else 1
    return number % 2


def is_mention(low: str, sentence: tuple[int, int], start: int, end: int, entry: Entry) -> bool:
    """Whether the words are talked about or used with a wink: after "the word", "so-called"; rusting iron."""
    if _CUE.search(low[max(sentence[0], start - 60) : start]) or _AFTER_CUE.match(low, end, sentence[1]):
        return True
    return entry.frame == "ironclad" and bool(_IRONY.search(low, *sentence))
