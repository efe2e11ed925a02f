"""Whether a hit is meant: negation, and mention instead of use."""

from __future__ import annotations

import re

from analysis.texts.annotate.attribution.clauses import Report
from analysis.texts.annotate.codebook import Entry
from analysis.texts.annotate.lexicon import load as lexicon

_NEGATION, _MENTION = lexicon.read("negation.toml"), lexicon.read("mention.toml")
_CLAUSE, _NOT_NEGATION, _NEGATOR, _DENIAL, _AFTER = (
    _NEGATION.regex(name) for name in ("clause_ends", "no_negation", "negators", "denials", "negated_after")
)
# "nobody can break the firm bond": what is not done to it leaves it whole
_HARM, _SCOPED, _AVOIDING, _BARRED = (_NEGATION.regex(name) for name in ("harmless", "scoped", "avoidance", "barred"))
_NO_NOUN, _FACTIVE, _OBJECT, _NEXT, _UNDONE, _UNDOING = (
    _NEGATION.regex(name) for name in ("no_nouns", "factives", "objects", "next_predicate", "undone", "undoing")
)
_WRONG = re.compile(r"(?:violat|breach|infring|encroach|trampl)")  # the words themselves name what is done to it
# "that brother country" names a state, and says nothing of it unless it is what somebody is called
_NAMED = re.compile(r"(?:[\w'-]+ ){1,2}(?:countr(?:y|ies)|nations?|states?|peoples?|neighbou?rs?)")
_NAMING = re.compile(
    r"\b(?:that|this|these|those|our|the|its|their|two|(?:against|of|to|for|from|in|with|on|towards?|between|among) an?)"
    r" (?:[\w-]+ ){0,2}$"
)
_CALLED = re.compile(
    r"\b(?:is|are|was|were|be|been|being|as|become|became|remain\w*|call\w*|consider\w*|\w+n't|not|never"
    r"|no longer|neither|nor) (?:(?:not|never|no longer|now|still|really|also|an?|the|our|its|their|that|this|these|those"
    r"|two) )*(?:[\w-]+ )?$"
)
_UNALLOWED = re.compile(
    r"\b(?:not|cannot|never|nor|\w+n't|no one|nobody|no \w+|refus\w+ to) (?:\w+ ){0,3}?(?:allow|permit|let|tolerate|accept"
    r"|see|want|suffer|like)\w*\b"
)
_TO_BE_HARMED = re.compile(
    r"[^.;]{0,90}?\b(?:to be|be|being) (?:\w+ly )?(?:"
    + "|".join(_NEGATION.items("harms"))
    + r"|infring\w+|trampl\w+|held hostage|ignored|an? (?:\w+ )?(?:barrier|obstacle|pretext|excuse|cover|shield))\b"
)
# "rejected the pact and to stay out": the infinitive is no longer what is rejected; "free from want, a world": nor is
# what an article opens behind the comma
_NEW_PART = re.compile(r"(?<!not)(?<!never)(?<!refused)(?<!declined) and (?:also )?to (?=\w+ )")
_ENUMERATED = re.compile(r"\b(?:free (?:of|from)|without|devoid of|absence of|against) [^,;:]{2,50}, (?=an? |the )")
_ASIDE = re.compile(r", (?:and )?(?:not|never|no longer|hardly|barely|no|neither) [^,.;:]{1,60}, ")
# "is not, and never has been, a satellite": what stands between the commas is left out
_INSERTED = re.compile(
    r"(?<=\w), (?:(?:(?:and|or) (?:\w+ ){0,2}?(?:never|not|has|have|had|will|would|is|are|was|were|can|could|\w+n't)|as|in"
    r"|at|on|if|when|whatever|however|despite|for|to|by|with|like)\b[^,;:]{1,70}|(?:which|who|whose)\b[^,;:]{1,110}"
    r"|[^,;:]{1,60} (?:says?|said|insist(?:s|ed)|argue[sd]|add(?:s|ed)|claim(?:s|ed)|believe[sd]|thinks?|thought|wrote"
    r"|writes|note[sd]|warn(?:s|ed)|explain(?:s|ed)|told)\b[^,;:]{0,30}), (?!which |who |whose )"
)
_JOINED = re.compile(
    r"\b((?:\w+n't|not|never|cannot|no longer)) (?:and|or|nor) (?:(?:\w+ ){0,2}?(?:not|never|no longer)|\w+n't|cannot)\b"
)
_SERIES = re.compile(
    r"\bno (?:[\w-]+ ){0,2}[\w-]+(?:,? (?:and|or|nor)|,) (?=no\b)"
)  # "no pact and no envoy": one negation
# "so long as a bank can stop it, the bond ...": the clause in front is another predicate
_LEADING = re.compile(
    r"^\W*(?:(?:so|as) long as|if|when|while|although|though|since|because|once|after|before|unless|until|as|whenever"
    r"|wherever) [^,;:]{3,200}, (?!and |or |but )"
)
_ASKS = re.compile(
    r"(?:^\W*|(?<=[,;:—“] )|(?<=\bwhy ))(?:is|are|was|were|does|do|did|has|have|wo|would|ca|could)n't (?:this|that|it|there"
    r"|the|its|you|we|they|he|she|[a-z]+(?= (?:just|really|simply|already|also|in fact|a|an|the)\b))\b"
)  # "isn't this just a satellite?"
_UNSAID = re.compile(
    r"(?:\b(?:not|never|cannot|no longer|hardly|\w+n't|(?:stop|fall)\w* short of|refus\w+ to|declin\w+ to|avoid\w*|without"
    r"|fail\w* to|rather than|instead of)(?: \w+){0,2}"
    r"|\b(?:nobody|no one|none|no \w+)(?: (?:of|in) \w+ \w+)?(?: \w+){0,2}) $"
)
_HOLDS = _NEGATION.regex("known")  # what is known or hidden is so, said or not
_FINITE_SIDES = re.compile(r"took|takes|chose\b|chooses|picked|picks|sided|sides")
_INFINITIVE = re.compile(r"\b(?:not|never|refus\w+|declin\w+|fail\w*|unable|unwilling|nor) to\b")
_DENIAL_ENDS = (
    *(
        " but ",
        " although ",
        "; ",
        " while ",
        " whereas ",
        ", which ",
        ", who ",
        ", where ",
        " despite ",
        " in spite of ",
    ),
    *(" because ", " until ", " unless ", " provided that ", " so that ", " in order to "),
)
_COMPARES = (" as ", " than ", " like ")  # how `_RANKED` ends, quotation marks aside
_COMMON = frozenset({"a", "the", "in", "by", "as"})  # "in no way": "no" tells


def _one_word_of(name: str) -> re.Pattern[str]:
    """An expression that finds in a text one word of each item of a table: without one, no match, whatever is left out
    between the words."""
    found = []
    for item in _NEGATION.items(name):
        for part in lexicon.split(lexicon.without_looks(item), "|"):
            words = lexicon.split(part, " ")
            word = next((word for word in words if word not in _COMMON), words[0])
            found.append(re.sub(r"\ban? (?=\w)| of(?=[|)])", "", word))  # "a mistake|violation of": one word
    return re.compile(rf"\b(?:{'|'.join(found)}|rather|sooner)\b|n't\b")


_MAY_NEGATE, _MAY_DENY = _one_word_of("negators"), _one_word_of("denials")
_REACH = 16  # words of the clause before the match
_FAR = 600  # characters before the match
_CUE, _AFTER_CUE, _IRONY, _RANKED = (_MENTION.regex(name) for name in ("cues", "cues_after", "irony", "ranked"))


def is_negated(
    low: str, sentence: tuple[int, int], start: int, end: int, entry: Entry, *, denied: bool = False
) -> bool:
    """Whether the match `low[start:end]` is negated or denied within its sentence.

    A negator counts when it belongs to the predicate the match stands in: what is inserted between commas is left out,
    "neither ... nor" and coordinated auxiliaries count once, a negated word behind a preposition ("enemy to none") not at
    all, and a second predicate ("and remains") is out of its reach. An even number of negators cancels out.
    Verbs of denying reach over the whole sentence. `denied` says that the indirect speech around it is a denial. An
    entry whose negator belongs to it is negated when it is affirmed: side-taking without anything that avoids it.
    """
    head = low[max(sentence[0], start - _FAR) : start]
    if entry.negator_belongs:
        if low[sentence[1] - 1 : sentence[1]] == "?":  # asked, not said
            return False
        if _FINITE_SIDES.match(low, start):  # "refused to side, and yet took sides"
            head = re.split(r",| but | yet ", head)[-1]
        return not (denied or _AVOIDING.search(head + low[start:end]) or _BARRED.match(low, end, sentence[1]))
    joined = next((m for m in _UNDOING.finditer(head + low[start:end]) if m.end() > len(head)), None)
    head = head[: joined.start()] if joined else head  # "rejects interference and defends its border"
    found = _negators(head)
    number = len(found)
    if number and _stays_whole(low, sentence, start, end, head):
        return False
    spoken = any(_DENIAL.fullmatch(f) for f in found)
    may_deny = not spoken and _MAY_DENY.search(head) is not None
    far = _denials(_INSERTED.sub(" ", _UNDONE.sub(" ", _UNDOING.sub(" ", head)))) if may_deny else 0
    number += far or (denied and not spoken)
    if number == 0 and _AFTER.match(low, end, sentence[1]):
        number = 1
    return number % 2 == 1


def _stays_whole(low: str, sentence: tuple[int, int], start: int, end: int, head: str) -> bool:
    """Whether a negator before the words leaves them whole: they name a state ("against that brother country"), name a
    wrong ("stop the violations of"), or a harm to them is not allowed ("cannot allow it to be compromised")."""
    if _WRONG.match(low, start, end):
        return True
    if _NAMED.fullmatch(low, start, end) and _NAMING.search(head) and not _CALLED.search(head):
        return True
    return bool(_UNALLOWED.search(head) and _TO_BE_HARMED.match(low, end, sentence[1]))


def _negators(head: str) -> list[str]:
    """The negators in front of a match that reach it: those of its own predicate, each once."""
    if _MAY_NEGATE.search(head) is None:
        return []
    head = _SERIES.sub("", head)
    leading = _LEADING.match(head)
    head = _NOT_NEGATION.sub(" ", _ASKS.sub(" ", head[leading.end() :] if leading else head))
    for pattern in (_HARM, _FACTIVE, _UNDOING, _UNDONE, _NO_NOUN, _OBJECT, _ASIDE, _SCOPED, _ENUMERATED):
        head = pattern.sub(" ", head)
    clause = head = _INSERTED.sub(" ", head)
    for pattern in (_CLAUSE, _NEXT):
        for match in pattern.finditer(head):
            clause = min(clause, head[match.end() :], key=len)
    part = _NEW_PART.split(clause)
    if not _INFINITIVE.search(part[0]):
        clause = part[-1]
    words = clause.split()
    window = _JOINED.sub(r"\1", " ".join(words[-_REACH:]))
    window = _NOT_NEGATION.sub(" ", window)
    found = [m.group() for m in _NEGATOR.finditer(window)]
    if "neither" in found and "nor" in found:
        found.remove("neither")
    if found.count("nor") > 1:
        found = [f for f in found if f != "nor"] + ["nor"]
    return found


def is_unsaid(low: str, sentence: tuple[int, int], report: Report) -> bool:
    """Whether the attribution itself is negated: "do not think that", "nobody believes"; but "did not know that" is not."""
    begin = max(sentence[0], report.verb - 60)
    return bool(
        _UNSAID.search(low, begin, report.verb)
        and not _HOLDS.match(low, report.verb, sentence[1])
        and all(report.verb < span[0] for span in report.spans)
    )


def _denials(head: str) -> int:
    """Verbs of denying further away, each with its own negation: "did not deny that ..." counts as none."""
    cut = max(head.rfind(sign) for sign in _DENIAL_ENDS)
    far = head[cut + 1 :]
    number = 0
    for match in _DENIAL.finditer(far):
        before = far[max(0, match.start() - 25) : match.start()]
        number += 2 if re.search(r"\b(?:not|never|cannot|neither|nor)\b|n't\b", before) else 1
    return number % 2


def is_talked_about(low: str, sentence: tuple[int, int], start: int, end: int) -> bool:
    """Whether a cue beside `low[start:end]` says that the words are talked about: "the word", "so-called", a slogan."""
    head = low[max(sentence[0], start - 60) : start]
    ranked = low[max(sentence[0], start - 150) : start]
    compared = ranked[-7:].rstrip('"“‘').endswith(_COMPARES) and _RANKED.search(ranked)
    return bool(compared or _CUE.search(head) or _AFTER_CUE.match(low, end, sentence[1]))


def is_mention(low: str, sentence: tuple[int, int], start: int, end: int, *, ironical: bool = False) -> bool:
    """Whether the words are talked about or used with a wink: after "the word", "so-called".

    ironical: the frame is one whose image can be turned against it, so that iron that rusts in its sentence is irony.
    """
    return is_talked_about(low, sentence, start, end) or (ironical and bool(_IRONY.search(low, *sentence)))
