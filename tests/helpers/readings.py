"""What the engine makes of a passage, in full, and changed copies of the golden passages.

A rule that no golden passage shows by itself shows when a mark is lost, a comma goes, a paragraph is cut or joined: most
copies are text as no author would write it, and what counts is only that their readings do not change unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from analysis.texts.annotate import dyads, hits, matcher, negation_mention, nouns, relations
from analysis.texts.annotate.attribution import complements, people, quotes, turns, verbs
from analysis.texts.annotate.attribution.voice import Report, Speech
from analysis.texts.annotate.codebook import Entry
from analysis.texts.annotate.engine import COUNT_COLUMNS, HIT_COLUMNS, Engine, Reading
from analysis.texts.annotate.holders import Found, Holders
from analysis.texts.document import Document

ALL_MARKS = "“”\"‘’'«»"


class Passage(NamedTuple):
    """A golden passage: its file and id, genre, title, text and date."""

    id: str
    genre: str
    title: str | None
    text: str
    published: str | None


def golden_passages(folder: Path) -> list[Passage]:
    """The invented passages of tests/golden, in order of file and line."""
    found = []
    for path in sorted(folder.glob("*_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if "text" in row:
                name = f"{path.stem} {row['id']}"
                facts = (row.get("genre", "other"), row.get("title"), row["text"], row.get("published"))
                found.append(Passage(name, *facts))
    return found


def document(passage: Passage, outlet: str = "o") -> Document:
    return Document("d", "news", outlet, passage.text, passage.title, passage.published, genre=passage.genre)


def in_full(engine: Engine, passage: Passage, outlet: str = "o", *, deep: bool = True) -> dict[str, Any]:
    """Sentences, quotations, mentions, reports with their speakers, voices, concern, counts and hits of one passage; deep:
    and how much of it was looked at, and what the reading is made of."""
    reading = engine.read(document(passage, outlet))
    batch = engine.annotate([document(passage, outlet)])
    speech, page = reading.speech, reading.speech.page
    return {
        "looked": looked_at(reading) if deep else [],
        "pieces": pieces(engine, reading, outlet) if deep else [],
        "sentences": [page.sentence_index(at) for at in range(0, len(page.text), 40)],
        "quotes": [list(quote) for quote in page.quotes],
        "mentions": [[m.start, m.end, m.actor.id] for m in page.mentions],
        "reports": [
            [*map(list, r.spans), r.verb, r.denies, r.named, r.passive, r.subject_start, *speech.clauses.speaker(r)]
            for sentence in speech.clauses.sentences()
            for r in speech.clauses.reports(sentence)
        ],
        "heard": [[*_attributed(speech, quote.start)] for quote in page.outer],
        "voices": [list(map(list, spans)) for spans in speech.exposure()],
        "concern": [list(span) for span in reading.concern.spans],
        "counts": [batch.documents[name][0] for name in COUNT_COLUMNS],
        "contexts": [batch.contexts["frame"], batch.contexts["token_count"].tolist()],
        "hits": [batch.hits[name] for name in HIT_COLUMNS if batch.hits[name]],
    }


def looked_at(reading: Reading) -> list[int]:
    """How many noun phrases, quotations and sentences a document was read for: a quick look that is lost changes no
    result, and shows here."""
    speech = reading.speech
    return [len(speech.speakers._read), len(speech._heard), len(speech._sources), len(speech.clauses._found)]


RELATIONS = ("clause", "subject", "owner", "object", "of", "agent")


def pieces(engine: Engine, reading: Reading, outlet: str) -> list[Any]:
    """What a reading is made of, whether its results depend on it in this text or not."""
    text = reading.text
    holders = Holders(reading.speech.page, reading.concern, engine.official.get(outlet, ""))
    found = [_of_marks(text), _of_names(reading), *_of_verbs(reading.speech), *_of_quotes(reading.speech)]
    found += _of_words_for_states(reading, holders)
    for candidate in engine.matcher.candidates(reading.low, text)[:3]:
        found += _around(reading, holders, candidate, engine.study.focal_state)
    return found


def _of_marks(text: str) -> list[Any]:
    """Quotation marks and labels of turns."""
    labels = turns._labels(text, 0, lambda *_: False, frozenset())
    names = [turns.label_name(text[label.start : label.end]) for label in labels]
    return [quotes.may_quote(text), quotes._marks(text), labels, names]


def _of_names(reading: Reading) -> list[Any]:
    """Names that are printed, the longer ones they stand for, and what each person named is on some days."""
    text, speakers = reading.text, reading.speech.speakers
    printed = list(people.printed_names(text, 0, len(text)))
    persons = [m.actor for m in speakers.page.mentions if m.actor.kind == "person"]
    return [
        [[a, b, name, speakers._longer(name, a), speakers._is_oblique(a, b, max(0, a - 40))] for a, b, name in printed],
        [[actor.id, *map(actor.role_on, (None, "2017", "2020-05-01", "2023-08-22"))] for actor in persons],
    ]


def _of_verbs(speech: Speech) -> Iterator[Any]:
    """Of each word of saying: whether it may report, what stands before it and can speak, and what it would report."""
    clauses, speakers, page = speech.clauses, speech.speakers, speech.page
    yield clauses.verbs
    for at, after, word in [v for v in verbs.find_verbs(page.masked) if v[2]][:5]:
        start, end = page.sentence(at)
        subjects = [speakers.subject(start, at), speakers.subject(start, at, strict=True)]
        subjects.append(speakers.subject(start, at, participle=True))
        report = clauses.complements.read(complements.Verb(word, at, after, start, end)) if at > start else None
        yield [
            word,
            [[*subject, speakers.read(subject.who)] for subject in subjects if subject],
            [report.spans, report.who, report.denies, report.named, report.passive] if report else None,
            [speakers._named_before(at, gender=gender) for gender in ("", "m", "f")],
            [speakers._named_before(at, role="minister"), speakers._role_before(at)],
            speakers._role(page.masked, start, at),
        ]
    for sentence in clauses.sentences():
        for report in clauses.reports(sentence):
            unsaid = negation_mention.is_unsaid(page.low, sentence, report)
            yield [report.who, report.follows.verb if report.follows else None, unsaid]


def _of_quotes(speech: Speech) -> Iterator[Any]:
    """Of each outer quotation: its words, what attributes it, and what lies innermost around its first letters."""
    for quote in speech.page.outer[:6]:
        source = speech.source(quote)
        around = [
            speech.quote_at(at) for at in (quote.start - 1, quote.start, quote.start + 1, quote.end - 1, quote.end)
        ]
        yield [speech.words(quote), source.verb if isinstance(source, Report) else source, around]


def _of_words_for_states(reading: Reading, holders: Holders) -> Iterator[Any]:
    """Of each sentence: the words that stand for states, which states, and which of them are no subjects."""
    page = reading.speech.page
    for sentence in dict.fromkeys(page.sentence(at) for at in range(0, len(page.text), 60)):
        refs = holders.refs(*sentence)
        for ref in refs:
            yield [*ref, *holders._resolve(ref, ""), holders._is_oblique(ref, sentence[0]), holders._is_agent(ref)]
            yield [r.start for r in holders._joined(ref, refs)]


def _around(reading: Reading, holders: Holders, candidate: tuple[int, int, Entry], state: str) -> Iterator[Any]:
    """Of a match: its clause and relations, who holds what, the pairs beside it, and what is negated and talked about."""
    start, end, entry = candidate
    page = reading.speech.page
    text, low, span, sentence = page.text, page.low, (start, end), page.sentence(start)
    spans = [relations.span(low, start, end, sentence, relation) for relation in RELATIONS]
    yield [entry.id, start, end, spans, relations.antecedent(low, spans[0][0], sentence)]
    refs = holders.refs(*sentence)
    left = [ref for ref in refs if ref.end <= start]
    yield [*holders.find(span, entry, sentence, None, state), holders._owner(left, start)]
    yield holders._attached(span, entry, refs)
    yield [
        *holders._fallback(span, refs, sentence, ()),
        *holders._shared(span, sentence, Found((state,), "clause"), ""),
    ]
    states = [m for m in page.mentions if m.actor.kind == "state"]
    yield [dyads._attached(text, states, end), dyads._owned(text, states, start), dyads._joined(text, states, start)]
    yield [dyads.last_pair(text, page.mentions, start), matcher._within(low, start, end, 3, *sentence)]
    head = low[max(sentence[0], start - 600) : start]
    yield [negation_mention._negators(head), negation_mention._denials(head)]
    yield negation_mention.is_mention(low, sentence, start, end, ironical=True)
    yield [nouns.head(low, *spans[-1], names=True), nouns.head(low, *spans[3], names=False)]
    yield sorted(matcher._private(low, spans[0], span))
    yield [m.start for m in hits._of_part(low, sentence, start, page.mentions_between(*sentence))]


def _attributed(speech: Any, at: int) -> Iterator[Any]:
    found = speech.at(at)
    yield from (found.voice, found.is_scare, *(found.speaker or ()))
    yield found.report.verb if found.report else None


def digest(engine: Engine, passage: Passage, outlet: str = "o", *, deep: bool = True) -> str:
    """Twelve digits that change with anything in the full reading."""
    content = json.dumps(in_full(engine, passage, outlet, deep=deep), ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _pick(text: str, places: list[int], turn: int) -> int | None:
    return places[(len(text) + 7 * turn) % len(places)] if places else None


def _without(signs: str) -> Callable[[Passage, int], Passage]:
    """The passage without one of the signs, which one depends on the turn."""

    def change(passage: Passage, turn: int) -> Passage:
        at = _pick(passage.text, [i for i, c in enumerate(passage.text) if c in signs], turn)
        return passage if at is None else passage._replace(text=passage.text[:at] + passage.text[at + 1 :])

    return change


def _marks(double: tuple[str, str], single: tuple[str, str]) -> Callable[[Passage, int], Passage]:
    def change(passage: Passage, turn: int) -> Passage:
        text = passage.text
        for old, new in zip("“”‘’", (*double, *single), strict=True):
            text = text.replace(old, new)
        return passage._replace(text=text)

    return change


def _cut(passage: Passage, turn: int) -> Passage:
    """The beginning of the text, up to a space."""
    at = _pick(passage.text, [m.start() for m in re.finditer(" ", passage.text)][2:], turn)
    return passage if at is None else passage._replace(text=passage.text[:at])


def _behind(passage: Passage, turn: int) -> Passage:
    """The end of the text, from a space on."""
    at = _pick(passage.text, [m.start() for m in re.finditer(" ", passage.text)][:-2], turn)
    return passage if at is None else passage._replace(text=passage.text[at + 1 :])


def _parted(passage: Passage, turn: int) -> Passage:
    """Each sentence a paragraph."""
    return passage._replace(text=re.sub(r"([.!?][”\"’]?) (?=[A-Z“\"])", r"\1\n\n", passage.text))


def _joined(passage: Passage, turn: int) -> Passage:
    return passage._replace(text=re.sub(r"\s*\n\s*", " ", passage.text))


def _titled(passage: Passage, turn: int) -> Passage:
    """The first sentence as a title as well, without its full stop."""
    first = re.split(r"(?<=[.!?]) |\n", passage.text, maxsplit=1)[0]
    return passage._replace(title=first.rstrip("."))


def _colon(passage: Passage, turn: int) -> Passage:
    """A colon for "said" and for "said that"."""
    return passage._replace(text=re.sub(r",? (?:said|says)(?: that)?(?= )", ":", passage.text), title=None)


def _dashes(passage: Passage, turn: int) -> Passage:
    return passage._replace(text=passage.text.replace(", ", " — "))


def _commas(passage: Passage, turn: int) -> Passage:
    return passage._replace(text=re.sub(r"(?<=[a-z]) (and|but|that|who|which|as|by) ", r", \1 ", passage.text))


def _strangers(passage: Passage, turn: int) -> Passage:
    """Known people become people whom no list knows."""
    text = passage.text
    for known, new in (
        ("Hun Sen", "Chea Dara"),
        ("Hun Manet", "Mr Sok"),
        ("Wang Yi", "Ms. Li Na"),
        ("Xi Jinping", "He"),
    ):
        text = text.replace(known, new)
    return passage._replace(text=text)


def _pronouns(passage: Passage, turn: int) -> Passage:
    """A person in front, and "he" or "she" for the next one named."""
    text = re.sub(
        r"(?<=[.!?”\n] )(?:[A-Z]\w+ )?[A-Z]\w+(?= (?:said|says|told|added|called))",
        ("He", "She")[turn % 2],
        passage.text,
    )
    return passage._replace(text=f"Prime Minister Hun Sen met Ms Srey Mom, a teacher. {text}")


def _turned(passage: Passage, turn: int) -> Passage:
    """A transcript: every sentence is asked or answered."""
    parts = re.split(r"(?<=[.!?]) |\n+", passage.text)
    names = ("Q:", "SPOKESPERSON:", "CHEA DARA:", "THE PRESIDENT:")
    return passage._replace(text="\n\n".join(f"{names[i % 4]} {part}" for i, part in enumerate(parts)), title=None)


def _people(passage: Passage, turn: int) -> Passage:
    """Two people before, and pronouns for those named: who is he, who is she?"""
    first = ("Mr Ith Sarin met Mrs Chan Thy.", "Mrs Chan Thy met Hun Sen.", "Ms Li Na, an analyst, met Mr Sok.")[
        turn % 3
    ]
    names = r"(?:Prime Minister |President |Mr\.? |Mrs |Ms )?(?:Hun Sen|Hun Manet|Wang Yi|Xi Jinping|Chea Dara)"
    return passage._replace(
        text=first + " " + re.sub(rf"(?<=[ ,]){names}(?= \w+[sd]\b)", ("she", "he")[turn % 2], passage.text)
    )


def _labels(passage: Passage, turn: int) -> Passage:
    """A talk in which only names stand before what is said, two or three of them, one perhaps but once."""
    parts = re.split(r"(?<=[.!?]) |\n+", passage.text)
    names = ("Srey Mom", "Chea Dara", "Sok Dara")[: 1 + turn % 3]
    text = "\n".join(f"{names[i % len(names)]}: {part}" for i, part in enumerate(parts))
    return passage._replace(text=text + ("\nRecord: closed." if turn % 2 else "\n\n(Applause.)"), title=None)


def _spaced(passage: Passage, turn: int) -> Passage:
    """Marks of a typewriter with spaces inside of them, or with one lost before what follows."""
    text = re.sub("[“”]", '"', passage.text)
    text = re.sub(r'"(?=\s|[.,;]|$)', ' "', text) if turn % 2 else re.sub(r'" (?=[a-z])', '"', text)
    return passage._replace(text=text)


def _mixed(passage: Passage, turn: int) -> Passage:
    """One kind of mark opens, another one closes."""
    old, new = (("”", '"'), ("“", '"'), ("’", "'"), ("”", "“"))[turn % 4]
    return passage._replace(text=passage.text.replace(old, new))


def _lines(passage: Passage, turn: int) -> Passage:
    """Every sentence on a line of its own, some with a blank one or spaces before them."""
    between = ("\n", "\n\n\n", "\n  ", " \n\n ")[turn % 4]
    return passage._replace(text=re.sub(r"(?<=[.!?”]) (?=[A-Z“])", between, passage.text))


def _capitals(passage: Passage, turn: int) -> Passage:
    """The first or the last half in capitals."""
    half = len(passage.text) // 2
    first, last = passage.text[:half], passage.text[half:]
    return passage._replace(text=first.upper() + last if turn % 2 else first + last.upper())


def _glued(passage: Passage, turn: int) -> Passage:
    """A letter, a figure or a line behind names, so that they are parts of other words."""
    sign = ("x", "2", "_", "-", "’s")[turn % 5]
    return passage._replace(text=re.sub(r"\b(Cambodia|China|Hun Sen|Vietnam|Laos)\b", rf"\g<1>{sign}", passage.text))


def _asides(passage: Passage, turn: int) -> Passage:
    """Dashes and brackets around what stands between commas, and behind verbs of saying."""
    text = re.sub(r", ([^,.“”]{3,40}), ", r" — \1 — " if turn % 2 else r" (\1) ", passage.text)
    return passage._replace(text=re.sub(r"\b(said|says|told)\b", r"\1, at length,", text) if turn % 3 else text)


CHANGES: dict[str, Callable[[Passage, int], Passage]] = {
    "straight": _marks(('"', '"'), ("'", "'")),
    "single": _marks(("‘", "’"), ("“", "”")),
    "guillemets": _marks(("«", "»"), ("‹", "›")),
    "low": _marks(("„", "“"), ("‚", "‘")),
    "typewriter": _marks(("``", "''"), ("`", "'")),
    "no mark": _without(ALL_MARKS),
    "no comma": _without(","),
    "no full stop": _without("."),
    "cut": _cut,
    "behind": _behind,
    "parted": _parted,
    "joined": _joined,
    "titled": _titled,
    "colon": _colon,
    "dashes": _dashes,
    "commas": _commas,
    "strangers": _strangers,
    "pronouns": _pronouns,
    "turned": _turned,
    "people": _people,
    "spaced": _spaced,
    "mixed": _mixed,
    "lines": _lines,
    "capitals": _capitals,
    "glued": _glued,
    "asides": _asides,
    "labels": _labels,
}


def changed(passages: list[Passage], each: int = 8) -> Iterator[tuple[str, Passage]]:
    """Some changed copies of every passage, others of the next: (name, copy). One that changes nothing is left out."""
    names = list(CHANGES)
    for number, passage in enumerate(passages):
        for turn in range(each):
            name = names[(number * 5 + turn * 2) % len(names)]
            copy = CHANGES[name](passage, number + turn)
            if copy != passage:
                yield f"{passage.id}, {name}", copy


# Sentences made of parts: who, how it is said, and what, with and without somebody named before.
WHO = (
    "Hun Sen", "Wang Yi", "Prime Minister Hun Manet", "Mrs Srey Mom", "Mr. Sok Dara, a teacher,", "The spokesman",
    "The ministry's spokesman, Chea Dara,", "China's foreign ministry", "A Western diplomat in Bangkok", "Analysts",
    "The two sides", "The kingdom", "She", "He", "They", "We", "I", "Critics of Cambodia", "The prime minister of Vietnam",
    "An official in Hanoi", "Beijing", "The Phnom Penh Post", "Whoever wins",
)  # fmt: skip
HOW = (
    "{who} said that {what}.", "{What}, {who} said.", "{What}, said {who}.", "{who} told Hun Sen that {what}.",
    "According to {who}, {what}.", "{What}, according to {who}, and nobody minds.", "“{What},” {who} said on Monday.",
    "{who} said: “{What}.”", "“{What}.” {who} did not explain.", "{who} said “{what}” and left.", "{who}: {what}",
    "{who} denied that {what}.", "{who} did not say that {what}.", "The claim that {what} was rejected by {who}.",
    "{who} was quoted as saying that {what}.", "It is said by {who} that {what}.", "In {who}'s words, {what}.",
    "As {who} has said, {what}.", "{who} thanked Japan, and added that {what}.", "{who} wondered whether {what}.",
    "{who} spoke for an hour, warning that {what}.", "{who}, who left in May, insists that {what}.",
    "{What} — so {who} — and that is all.", "{who} called it “a ‘so-called’ sign that {what}”.", "{What}: {who}",
    "“{What}.” The hall was silent. “It is so, and you know it,” {who} said.",
    "“{What}.” “It is so, and you know it,” said {who}.",
    "“It is so,” {who} said. “{What}.”",
    "“It is so, and you know it,” {who} said. Then it rained. “{What}.”",
    "“It is so, and you know it,” {who} said.\n\n“{What}.” It was late. “Yes,” Li Na said.",
    "“{What}.\n\n“It is so, and you know it,” {who} said.",
    "{who} was told that {what}.",
    "Asked about it, {who} repeated a charge that {what}.",
    "Q. Is it true?\n\n{who}: {What}.\n\nQ. Why?", "{who}: {What}.\n\nChea Dara: No.\n\n{who}: Yes, {what}.",
)  # fmt: skip
WHAT = (
    "China is an ironclad friend of Cambodia",
    "the ironclad friendship with Vietnam would last",
    "Cambodia has never been neutral",
    "Laos and Thailand, not Cambodia, hedge between China and America",
    "it is nobody's vassal",
    "the country relies on Chinese loans",
    "their brotherhood is ironclad",
    "neither China nor Vietnam may interfere in Cambodia's internal affairs",
    "the ironclad friendship between China and Cambodia worries Vietnam",
    "Vietnam watches the ironclad China-Cambodia friendship from Laos",
    "Japan, Laos, Thailand and Vietnam praise the ironclad friendship with China",
    "China's ironclad word to Cambodia and Laos holds",
    "our neutrality is not for sale, and our sovereignty is respected by all",
    "no one calls Cambodia a client state any more, and it is not “leaning” to China",
    "Hun Sen's Cambodia and Xi Jinping's China are ironclad brothers",
    "it would be wrong to say that the kingdom bandwagons with Beijing",
)
BEFORE = (
    "",
    "Prime Minister Hun Sen met Ms Li Na, an analyst from Laos, in Hanoi. ",
    "Mr Ith Sarin spoke to Mrs Chan. ",
)


def own_outlets(engine: Engine) -> list[str]:
    """Outlets of governments: those of the study's own state, and one of another."""
    focal = sorted(outlet for outlet, state in engine.official.items() if state == engine.study.focal_state)
    return [*focal, min(outlet for outlet, state in engine.official.items() if outlet not in focal)]


def grid(engine: Engine) -> Iterator[str]:
    """One line for each who and how, with the digests of what they say, in turn with and without a sentence before."""
    outlets = ["o", "o", *own_outlets(engine)]
    for row, who in enumerate(WHO):
        for column, how in enumerate(HOW):
            found = []
            for number in range(7):
                what = WHAT[(3 * row + 5 * column + number) % len(WHAT)]
                text = how.format(who=who, what=what, What=what[0].upper() + what[1:])
                text = BEFORE[(row + column + number) % len(BEFORE)] + text[0].upper() + text[1:]
                outlet = outlets[(row + number) % len(outlets)]
                found.append(digest(engine, Passage("", "news", None, text, "2023-01-05"), outlet, deep=False)[:6])
            yield f"{' '.join(found)} {who} | {how}".replace("\n", " ")


# How far a rule looks: words without a meaning are put in until it sees nothing any more.
FILLING = "vorem blotor zamet quebor "  # no part of these is a word
# every length up to 130 characters, and those around the longer reaches
LENGTHS = (*range(131), *range(195, 206), *range(395, 406), *range(596, 606))
SHOWN = ("entry", "voice", "speaker", "is_negated", "is_mention", "dyad", "holder", "about", "stance")
SLOTS = {
    "apposition": "Hun Sen, {}, said that China was an ironclad friend of Cambodia.",
    "colon": "Hun Sen {}: China is an ironclad friend of Cambodia.",
    "behind a quotation": "“China is our ironclad friend,” {} said Hun Sen in Cambodia.",
    "before a quotation": "Hun Sen said {}: “China is our ironclad friend in Cambodia.”",
    "not": "It is not {} an ironclad friendship of China and Cambodia.",
    "never": "Cambodia never {} hedges between China and America.",
    "holder behind": "The neutrality {} of Cambodia is known in China.",
    "according": "According to {} Hun Sen, China is an ironclad friend of Cambodia.",
    "in words": "In {} Hun Sen's words, China is an ironclad friend of Cambodia.",
    "passive": "China is described {} as an ironclad friend by Hun Sen in Cambodia.",
    "quoted as": "Hun Sen was quoted {} as saying that China was an ironclad friend.",
    "aside": "The critics — {} — say that China is an ironclad friend of Cambodia.",
    "role": "The prime minister {} of Cambodia said that China was an ironclad friend.",
    "label": "Q: Is China a friend of Cambodia?\n\n{} SPOKESMAN: China is an ironclad friend of Cambodia.",
    "title": "Hun Sen {}: China an ironclad friend\n\nCambodia met China.",
    "gerund": "Cambodia has a policy of maintaining {} that China is an ironclad friend.",
    "not said": "Hun Sen does not {} say that China is an ironclad friend of Cambodia.",
    "not denied": "Hun Sen did not {} deny that China is an ironclad friend of Cambodia.",
    "denied by": "The claim that China is an ironclad friend of Cambodia was rejected {} by Hun Sen.",
    "word": "The words {} “ironclad friend” are heard in China and Cambodia.",
    "titled": "A book titled {} “China, ironclad friend of Cambodia” was sold in Laos.",
    "with": "Cambodia has an ironclad friendship {} with China, and Laos has none.",
    "between": "Between {} Cambodia and China an ironclad friendship grows; Laos and Vietnam watch.",
    "the two": "Cambodia met China. {} The two countries have an ironclad friendship.",
    "called": "Critics in China call {} Cambodia a client state.",
    "apart": "Cambodia {} and China have, as Laos knows, an ironclad friendship.",
    "and added": "Hun Sen said that Cambodia was neutral {} and added that China was an ironclad friend.",
    "origin": "A Western {} diplomat said that China is an ironclad friend of Cambodia.",
    "abroad": "A diplomat in {} Hanoi said that China is an ironclad friend of Cambodia.",
    "minister of": "The minister of {} commerce Chea Dara said that China is an ironclad friend.",
    "lead": "In {}, Hun Sen said, China is an ironclad friend of Cambodia.",
    "set off": "China is, {} Hun Sen insists, an ironclad friend of Cambodia.",
    "inverted": "China is an ironclad friend of Cambodia, said {} Hun Sen.",
    "he": "Hun Sen met Ms Li Na. {} He said that China was an ironclad friend of Cambodia.",
    "she": "Ms Li Na met Hun Sen. {}, she said, China was an ironclad friend of Cambodia.",
    "owner": "Cambodia's {} neutrality is known in China.",
    "headline": "Hun Sen on {}: China an ironclad friend\n\nCambodia met China.",
    "second": "“It is so,” Hun Sen said {}. “China is an ironclad friend of Cambodia.”",
    "by whom": "China is seen {} as an ironclad friend by {} Hun Sen in Cambodia.",
    "quoted before": "Hun Sen, who {} met Li Na, called China “an ironclad friend” {} of Cambodia.",
    "dash": "Critics — {} — and Hun Sen say that China is an ironclad friend of Cambodia.",
}


def reaches(engine: Engine, slot: str) -> str:
    """How one sentence is read with ever more words in the slot: the readings, and the length at which each begins."""
    runs: list[str] = []
    last = ""
    for length in LENGTHS:
        text = SLOTS[slot].replace("{}", (FILLING * 99)[:length].strip()).replace("  ", " ")
        title, text = text.split("\n\n") if slot in ("title", "headline") else (None, text)
        reading = engine.read(document(Passage("", "news", title, text, "2020-05-01")))
        rows = [reading.row(number, hit) for number, hit in enumerate(reading.hits)]
        now = "; ".join(" ".join(str(row[name]) for name in SHOWN) for row in rows)
        if now != last or not length:
            runs.append(f"{length}: {now or 'no hit'}")
            last = now
    return f"{slot} | " + " | ".join(runs)
