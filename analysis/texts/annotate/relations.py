"""Where in its sentence the words stand that a match is related to: its clause, subject, owner and object.

Read off the surface: a clause ends at a semicolon, colon, dash or bracket, at a conjunction that opens another clause,
and at "that" and the relative pronouns. An aside between two commas ("X, which borders Y, ...") is stepped over. Nothing is
parsed, so a long apposition can pass for a clause of its own.
"""

from __future__ import annotations

import re
from functools import lru_cache

from analysis.texts.annotate.tokens import WORD

OBJECT_WORDS = 8
AGENT_WORDS = 6
OWNER_WORDS = 5
OF_WORDS = 5
BOUNDARY = re.compile(
    r"[;:!?—()\n]|\[(?:…|\.\.\.)\]|\.\s|\s–\s"
    r"|,? (?:but|although|though|because|while|whereas|unless|which|who|whose|that|so that|if|when|where) "
    r"|, (?:and|it|he|she|they|we|so|yet|with|as|or|nor|having|making|after|since) "
)
_ASIDE = re.compile(
    r", (?:which|who|whose|where|an?|the|like|unlike|including|as well as|along with) [^,;:.!?—]{2,80}(?=, )"
    r"|, (?:he|she|they|it) [^,;:.!?—]{2,40}(?=, )"
)


_SAID = re.compile(
    r"\b(?:sa(?:id|ys?)|(?<!was )(?<!were )(?<!been )told|warn(?:s|ed)?|believes?|claims?|claimed|argue[sd]?|insist(?:s|ed)"
    r"|wr(?:ote|ites?)|fears?|thinks?|thought|adds|added|notes|noted) (?!of\b)"
)
_CALLED = re.compile(_SAID.pattern + r"|\b(?:calls?|called|sees?|saw|replied|repeated|asked|took|takes) ")
_ANOTHER = re.compile(  # "..., the paper's editor objected": who says it
    r",(?<=[\w”’'],) (?:the|an?|one|its|his|her|their|\w+['’]s?) "
    r"(?=(?:[\w'’-]+ ){1,5}(?:said|says|told|admitted|argued|warned|wrote|added|objected|noted|replied|joked|jokes|insists?"
    r"|insisted|explained|complained|claimed|claims|writes|argues|warns|observed|finds|found|concluded|concludes)\b)"
)
_OF = re.compile(r" (?:of|to|for)(?: |\Z)")
_HEADED = re.compile(r": ")  # "X's dance: Y between A and B": what a headline's noun is about
_ANTECEDENT = re.compile(r"([\w-]+),? (?:that|which|who|whose|where) \Z")
_PRONOUN = re.compile(r"\b(?:he|she|it|they|we|i|you) ")
_LEAD = re.compile(
    r"\s*(?:in|at|on|after|before|during|for|since|under|with|by|from|near"
    r"|according to|unlike|like|despite|given) [^,]{2,60}, "
)
_HEAD_ENDS = re.compile(
    r" (?:of|in|from|for|with|at|on|near|to|by|about|among|between|against|under|is|are|was|were|will|would|has|have|had"
    r"|can|could|should|must|may|might|do|does|did|not|never) |, "
)


def asides(low: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Spans between two commas that interrupt a clause in `low[begin:end]`: relative clauses and appositions."""
    return [match.span() for match in _ASIDE.finditer(low, begin, end)]


@lru_cache(maxsize=64)  # the conditions of one match ask for its clause again and again
def clause(low: str, start: int, end: int, sentence: tuple[int, int]) -> tuple[int, int]:
    """The clause of `low[start:end]` within its sentence, both half-open spans of characters."""
    begin = sentence[0]
    skipped = asides(low, sentence[0], start)
    for match in BOUNDARY.finditer(low, sentence[0], start):
        if not any(a <= match.start() < b for a, b in skipped):
            begin = match.end()
    after = BOUNDARY.search(low, end, sentence[1])
    return begin, after.start() if after else sentence[1]


def span(low: str, start: int, end: int, sentence: tuple[int, int], relation: str) -> tuple[int, int]:
    """Where to look for a relation to the match `low[start:end]`.

    "clause": its clause. "subject": the clause up to it. "owner": at most five words in front, up to a comma. "object":
    at most eight words behind it in the clause. "of": at most five words behind an "of", "to" or "for" that follows it at
    once or ends it. "agent": the noun phrase that opens its clause, up to the first preposition
    or auxiliary and at most six words: who or what does it.
    """
    begin, stop = clause(low, start, end, sentence)
    if stop == end and relation in ("object", "clause") and _HEADED.match(low, end, sentence[1]):
        stop = clause(low, start, end + 1, sentence)[1]
    if relation == "subject":
        return begin, start
    if relation == "agent":
        return _agent(low, begin, start)
    if relation == "owner":
        begin = max(begin, low.rfind(",", begin, start) + 1)
        words = [m.start() for m in WORD.finditer(low, begin, start)]
        return (words[-OWNER_WORDS] if len(words) > OWNER_WORDS else begin), start
    if relation == "of":
        behind = _OF.match(low, end) or _OF.match(low, max(start, end - 3), end)
        if behind is None:
            return end, end
        ends = [m.end() for m in WORD.finditer(low, behind.end(), stop)]
        return behind.end(), (ends[OF_WORDS - 1] if len(ends) > OF_WORDS else max(stop, behind.end()))
    if relation == "object":
        stop = before_another(low, end, stop)
        ends = [m.end() for m in WORD.finditer(low, end, stop)]
        return end, (ends[OBJECT_WORDS - 1] if len(ends) > OBJECT_WORDS else stop)
    return begin, stop


def antecedent(low: str, begin: int, sentence: tuple[int, int]) -> tuple[int, int]:
    """The span of the word that a relative clause which begins at `begin` hangs on ("a country that ..."); an empty one if
    it is no such clause."""
    match = _ANTECEDENT.search(low, max(sentence[0], begin - 60), begin)
    return match.span(1) if match else (begin, begin)


def before_another(low: str, end: int, stop: int) -> int:
    """Where in `low[end:stop]` who says it begins (", the paper's editor objected"); `stop` if nobody does."""
    another = _ANOTHER.search(low, end, stop)
    return another.start() if another else stop


def after_saying(low: str, begin: int, start: int) -> int:
    """Where in `low[begin:start]` begins what somebody says, thinks or calls a thing: behind the last such verb."""
    for match in _CALLED.finditer(low, begin, start):
        begin = match.end()
    return begin


def _agent(low: str, begin: int, start: int) -> tuple[int, int]:
    lead = _LEAD.match(low, begin, start)  # "In the harbour, cooks ..."
    begin = lead.end() if lead else begin
    for match in _SAID.finditer(low, begin, start):  # "cooks said X does": it is X that does
        begin = match.end()
    for match in _PRONOUN.finditer(low, begin, start):  # "told the judges he had": it is he
        begin = match.start()
    head = _HEAD_ENDS.search(low, begin, start)
    stop = head.start() if head else start
    ends = [m.end() for m in WORD.finditer(low, begin, stop)]
    return begin, (ends[AGENT_WORDS - 1] if len(ends) > AGENT_WORDS else stop)
