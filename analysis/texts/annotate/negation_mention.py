"""Whether a hit is meant: negation, and mention instead of use."""

from __future__ import annotations

import re

from analysis.texts.annotate.codebook import Entry

_CLAUSE = re.compile(
    r"[.;:!?—]\s|\s–\s|(?<!anything)(?<!nothing) but | although | though | because | while | whereas | since "
    r"|, (?:and|which|who|whose|it|he|she|they|we|so|yet) "
)
_NOT_NEGATION = re.compile(
    r"\bnot (?:only|just|merely|simply|solely|least|to mention|surprisingly|a few)\b|\bno (?:doubt|other|less|later"
    r"|matter|wonder|secret)\b|\bwhether or not\b|\bif not\b"
    r"|\bnothing (?:but|short of|less than)\b|\bwhy not\b|\bnone other\b|\bcannot but\b|\bnot without\b"
    r"|\bno more\b(?= than)"
)
_NEGATOR = re.compile(
    r"\b(?:stop(?:s|ped|ping)? short of|not|never|no longer|no|none|nor|neither|without|cannot|nobody|nothing"
    r"|nowhere|hardly|scarcely|barely"
    r"|rather than"
    r"|instead of|far from|anything but|short of|ceas(?:e|es|ed) to|fail(?:s|ed|ing)? to|refus(?:e|es|ed|ing) to"
    r"|declin(?:e|es|ed|ing) to|lack(?:s|ed|ing)?|absence of|abandon(?:s|ed|ing)?|abandonment of|avoid(?:s|ed|ing)?"
    r"|prevent(?:s|ed|ing)?"
    r"|oppos(?:e|es|ed|ing)"
    r"|resist(?:s|ed|ing)?|renounc(?:e|es|ed|ing)|forgo|forsak(?:e|es|en|ing)|stop(?:s|ped|ping)?|end(?:s|ed"
    r"|ing)? (?:its|the|their)"
    r"|unlike|against (?:being|becoming)|myth (?:of|that)|false(?:ly)?|untrue|unable to|unwilling to|impossible"
    r"|incapable of"
    r"|no such thing as|by no means|in no way|devoid of|free (?:of|from)|a far cry from|the opposite of|in place of"
    r"|as opposed to"
    r"|(?:gave|giv(?:e|es|en|ing)) up|ditch(?:es|ed|ing)?|discard(?:s|ed|ing)?|shed(?:s|ding)?|eschew(?:s|ed|ing)?"
    r"|shun(?:s|ned|ning)?|forfeit(?:s|ed|ing)?|jettison(?:s|ed|ing)?|disown(?:s|ed|ing)?|los(?:e|es|ing|t) (?:its"
    r"|their|the|our)"
    r"|less (?:of )?an?|no one|nobody's|no one's|violat(?:e|es|ed|ing|ion of)|breach(?:es|ed|ing)?(?: of)?"
    r"|betray(?:s|ed|ing|al of)?"
    r"|depart(?:s|ed|ing|ure)? from|undermin(?:e|es|ed|ing)"
    r"|den(?:y|ies|ied|ying)|reject(?:s|ed|ing|ion of)?|dismiss(?:es|ed|ing)?|refut(?:e|es|ed|ing)|disput(?:e|es|ed"
    r"|ing))\b"
    r"|\w+n't\b|\b(?:rather|sooner) (?:\S+ ){1,8}than\b"
)
_DENIAL = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|refut(?:e|es|ed|ing)|rebuff(?:s|ed|ing)?"
    r"|disput(?:e|es|ed|ing)|disavow(?:s|ed|ing)?|rul(?:e|es|ed|ing) out|rubbish(?:es|ed)|repudiat(?:e|es|ed|ing)"
    r"|debunk(?:s|ed|ing)?|(?:brush|wav|shrugg?)(?:e?s|ed|ing)? (?:aside|away|off)"
    r"|(?:wrong|mistaken|misleading|incorrect|inaccurate|unfair|absurd|nonsense|a mistake|an error"
    r"|premature) to (?:say|call"
    r"|claim|speak|think|describe|assume|believe|suggest|see|regard))\b"
)
# "nobody can break the ironclad bond": what is not done to it leaves it whole
_HARM = re.compile(
    r"\b(?:not|never|no|none|nothing|nobody|no one|cannot|nor|neither|without|hardly"
    r"|\w+n't)\b (?:\S+ ){0,5}?(?:break(?:s|ing)?"
    r"|broken?|shak(?:e|es|en|ing)|weaken(?:s|ed|ing)?|harm(?:s|ed|ing)?|destroy(?:s|ed|ing)?|damag(?:e|es|ed|ing)"
    r"|erod(?:e|es|ed)"
    r"|threaten(?:s|ed|ing)?|doubt(?:s|ed|ing)?|question(?:s|ed|ing)?|forget|forgotten|sever|split|dent(?:s|ed)?"
    r"|alter(?:s|ed)?"
    r"|chang(?:e|es|ed|ing)|compromis(?:e|es|ed|ing)|sacrific(?:e|es|ed|ing)|trad(?:e|ed|ing)|sell|sold"
    r"|surrender(?:s|ed)?|affect(?:s|ed)?"
    r"|want to lose|stop)\b"
)
_SCOPED = re.compile(
    r"\b(?:without|instead of|rather than|far from|unlike|as opposed to|in place of|(?:to|by"
    r"|while) avoid(?:ing)?) [^,;:.]{1,60}, "
)
_ASIDE = re.compile(r", (?:and )?not [^,.;:]{1,40}, ")
_AFTER = re.compile(
    r" (?:of|to|for) (?:no one|nobody|none|no (?:country|power|nation|state|man))\b|[^.,;:!?—]{0,45}?\b(?:(?:is|are"
    r"|was|were|be|has been|have been|had been|remains?) (?:not|no longer"
    r"|never)(?! (?:for sale|negotiable"
    r"|only|just|merely|new|mentioned|\w+ed)\b)|(?:isn't|aren't|wasn't|weren't)|(?:is|was) (?:a myth|dead|over"
    r"|an illusion|a fiction|a lie|history))"
)
_AVOIDING = re.compile(
    r"\b(?:not|never|no|none|neither|nor|without|cannot|nobody|no one|avoid\w*|refus\w*|declin\w*|resist\w*"
    r"|reject\w*|reluctan\w*"
    r"|unwilling\w*|rather than|instead of|against|pressure\w*|pressur\w*|forc\w*|compel\w*|having to|have to"
    r"|need(?:s|ed)? to"
    r"|made to|press(?:ed|es|ing)?|ask(?:s|ed|ing)?|want us|want them|want cambodia|whether|dilemma|trap|between"
    r"|urg\w*|tempt\w*|if"
    r"|should|must"
    r"|loath|hesita\w*|opposed?|abstain\w*|refrain\w*|hard to|difficult to|impossible|stop short of|before|demands?"
    r"|prohibit\w*"
    r"|pushed|push|obliged?|ban\w*|forbid\w*|forbad\w*|disallow\w*|rul\w+ out|exclud\w*|outlaw\w*|bars?|barr\w+"
    r"|preclud\w*"
    r"|shun\w*|eschew\w*|stay\w* (?:out|away)|free (?:of|from)|renounc\w*|keep\w* out|brush\w* aside|den(?:y|ies"
    r"|ied|ying)"
    r"|dismiss\w*|myth|rumou?rs?|far from|danger\w*|mistake|foolish|unwise|wrong)\b|\w+n't\b"
)
_FINITE_SIDES = re.compile(r"took|takes|chose\b|chooses|picked|picks|sided|sides")
_BARRED = re.compile(
    r"[^.;:!?—]{0,50}?\b(?:(?:is|are|was|were|be|been) (?:not|never|banned|barred|forbidden|prohibited|outlawed"
    r"|excluded|ruled out"
    r"|out of the question|impossible|unconstitutional|rumou?rs|fiction|fake)|(?:isn|aren|wasn|weren|won)'t"
    r"|will (?:not|never)"
    r"|cannot|ha(?:s|ve) no place|would (?:violate|breach|be (?:a mistake|unconstitutional)))\b"
)
_CUE = re.compile(
    r"(?:\bso-called|\bso much for|\bwhat an?(?: \w+){1,2}(?! of)|\bcalling (?:this|that|it)|\binverted commas"
    r"|\bself-(?:styled|proclaimed|described)|\bmuch-(?:vaunted|touted|trumpeted)|\bvaunted|\bsupposed(?:ly)?"
    r"|\bostensibl[ey]"
    r"|\bpurported(?:ly)?|\balleged(?:ly)?|\bnominal(?:ly)?"
    r"|\b(?:words?|terms?|phrases?|expressions?|labels?|slogans?|adjectives?|nouns?|epithets?|buzzwords?"
    r"|catchwords?|catchphrases?|formulas?"
    r"|clich[eé]s?|mantras?|tags?|monikers?|rhetoric|vocabulary|jargon|euphemisms?|metaphors?|motto|wording)"
    r"(?: (?:like|such as|of|as|including|for|is|was|are))?)\s*[\"“‘'«(]*(?:an? |the |its |their )?[\"“‘'«(]*$"
)
_AFTER_CUE = re.compile(
    r"[\"”’'»)]*,?\s*(?:\bis (?:a|an|the|just a|only a|merely a) (?:word|term|phrase|label|slogan|buzzword"
    r"|clich[eé]|euphemism|metaphor)"
    r"|\b(?:as a|a) (?:slogan|label|buzzword|catchphrase|clich[eé])\b|\b(?:label|slogan|rhetoric|catchphrase"
    r"|buzzword|tag|moniker|wording|clich[eé]|mantra|epithet)\b)"
)
_IRONY = re.compile(r"\b(?:rust(?:s|ed|ing|y)?|corrod(?:e|es|ed|ing)|tarnish(?:es|ed|ing)?|oxidi[sz]\w+)\b")


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
