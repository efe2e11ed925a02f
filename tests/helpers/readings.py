"""What the engine makes of a passage, in full; of sentences made of parts; and how far its rules look."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from passages import Passage, document

from analysis.texts.annotate import dyads, hits, matcher, negation_mention, nouns, relations
from analysis.texts.annotate.attribution import people, quotes, reports, turns, verbs
from analysis.texts.annotate.attribution.voice import Report, Speech
from analysis.texts.annotate.codebook import Entry
from analysis.texts.annotate.engine import COUNT_COLUMNS, HIT_COLUMNS, Engine, Reading
from analysis.texts.annotate.holders import Found, Holders


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
        find = clauses.complements.subjects.of
        subjects = [find(start, at), find(start, at, strict=True)]
        subjects.append(find(start, at, participle=True))
        report = clauses.complements.read(reports.Verb(word, at, after, start, end)) if at > start else None
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
