"""Words of saying and thinking, and the nouns that tell a speaker's role. Plain data for speech.py."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

# clause: what follows (or stands before, after a comma) is what was said
_CLAUSE = """say says said saying|tell tells told telling|add adds added adding|argue argues argued arguing
|warn warns warned warning|insist insists insisted insisting|explain explains explained explaining
|believe believes believed believing|think thinks thought thinking|claim claims claimed claiming
|suggest suggests suggested suggesting|contend contends contended contending|maintain maintains maintained maintaining
|assert asserts asserted asserting|conclude concludes concluded concluding|complain complains complained complaining
|caution cautions cautioned cautioning|predict predicts predicted predicting|admit admits admitted admitting
|concede concedes conceded conceding|acknowledge acknowledges acknowledged acknowledging|write writes wrote writing
written
|observe observes observed observing|remark remarks remarked remarking|recall recalls recalled recalling
|state states stated stating|declare declares declared declaring|comment comments commented commenting
|reply replies replied replying|respond responds responded responding|quip quips quipped|joke jokes joked joking
|fear fears feared fearing|worry worries worried worrying|reckon reckons reckoned|lament laments lamented lamenting
|note notes noted noting|stress stresses stressed stressing|emphasize emphasizes emphasized emphasizing
|emphasise emphasises emphasised emphasising|reiterate reiterates reiterated reiterating|vow vows vowed vowing
|underline underlines underlined underlining|underscore underscores underscored underscoring
|highlight highlights highlighted highlighting|point points pointed pointing|opine opines opined|tweet tweets tweeted
|read reads|posit posits posited|allege alleges alleged alleging|promise promises promised promising
|urge urges urged urging|advise advises advised advising|remind reminds reminded reminding|assure assures assured
assuring
|pledge pledges pledged pledging|swear swears swore|hold holds held|recount recounts recounted|repeat repeats repeated
|elaborate elaborated|continue continued|exclaim exclaims exclaimed|boast boasts boasted boasting|hint hints hinted
|deem deems deemed|consider considers considered|see sees saw seen|view views viewed|judge judges judged|regard regards
regarded
|answered answering|countered countering|retort retorts retorted|proclaim proclaims
proclaimed proclaiming|confide confides confided|muse muses mused|intone intones intoned|protested
|shout shouts shouted shouting|cried|whisper whispers whispered|interject interjected|reasoned
|preach preaches preached|scoff scoffs scoffed|sneer sneers sneered|sighed|snap snaps snapped
|counselled counseled|theorise theorises theorised theorize theorizes theorized|surmise surmises surmised
|profess professes professed|blogged|enthuse enthuses enthused|stipulate stipulates stipulated
|assess assesses assessed|ponder ponders pondered|rejoin rejoins rejoined|ventured"""
# that: what follows counts only after "that" (the bare object is an act, not a report)
_THAT = """announce announces announced announcing|confirm confirms confirmed confirming|affirm affirms affirmed
affirming
|reaffirm reaffirms reaffirmed reaffirming|agree agrees agreed agreeing|hope hopes hoped hoping|report reports
reported reporting
|show shows showed shown|know knows knew|understand understands understood|find finds found|reveal reveals revealed
|indicate indicates indicated|mean means meant|express expresses expressed|signal signals signalled signaled
|propose proposes proposed|demand demands demanded|decide decides decided|expect expects expected|speculate speculated
|learn learned|hear heard|hail hails hailed|praise praises praised|realise realised realize realized|feel feels felt
|imply implies implied|question questions questioned|doubt doubts doubted|testify testified|inform informs informed
|posted|charged|guaranteed|convince convinces convinced|confident adamant
|disclose discloses disclosed|calculate calculates calculated|estimated|grumble grumbles
grumbled|publish published|confess confesses confessed|volunteered|rumoured rumored|demonstrate
demonstrates demonstrated|prove proves proved|certain sure afraid"""
# name: what follows the verb is how the speaker calls it
_NAME = """call calls called calling|describe describes described describing|label labels labelled labeled labelling
labeling
|brand brands branded branding|dub dubs dubbed|portray portrays portrayed portraying|characterise characterises
characterised
|characterize characterizes characterized|accuse accuses accused accusing|depict depicts depicted depicting
|denounce denounces denounced denouncing|criticise criticises criticised criticising|criticize criticizes criticized
criticizing
|liken likens likened|term terms termed|decry decries decried|mock mocks mocked mocking|refer refers referred referring
|speak speaks spoke speaking|talk talks talked talking|ask asks asked asking|quote quotes quoted quoting|cite cites
cited citing"""
# deny: as clause, and what follows is denied
_DENY = """deny denies denied denying|reject rejects rejected rejecting|dismiss dismisses dismissed dismissing
|refute refutes refuted refuting|dispute disputes disputed disputing|rebut rebuts rebutted|disavow disavows disavowed
|rubbish rubbished|repudiate repudiates repudiated repudiating
|rebuff rebuffs rebuffed rebuffing|discounted|contested|downplay downplays downplayed downplaying
|debunk debunks debunked"""
# phrases that work like one verb, by kind
_PHRASES = {
    "deny": """brush aside,brushes aside,brushed aside,brushing aside,brushed off,brushes off,shrug off,shrugs off
,shrugged off,laughed off,laughs off,waved away,waves away,waved off,waved aside,played down,plays down,playing down
,pushed back against,pushes back against,pushed back on,hit back at,hits back at,scoffed at,scoffs at,bristled at
,bristles at,poured cold water on,took issue with,takes issue with,poked fun at,made light of,hit out at""",
    "clause": "shot back,shoots back,hit back,fired back,chimed in,went on record,put it",
    "that": """made clear,makes clear,make clear,made it clear,makes it clear,made plain,left no doubt,leaves no doubt
,took the view,takes the view,of the view,of the opinion,gave assurances,gave an assurance,let it be known""",
}


def _forms(text: str) -> frozenset[str]:
    return frozenset(text.replace("|", " ").split())


CLAUSE, THAT, NAME, DENY = (_forms(t) for t in (_CLAUSE, _THAT, _NAME, _DENY))
KIND = {
    form: kind for kind, forms in (("that", THAT), ("name", NAME), ("deny", DENY), ("clause", CLAUSE)) for form in forms
}
for _kind, _text in _PHRASES.items():
    KIND |= dict.fromkeys((phrase.strip() for phrase in _text.split(",")), _kind)
# states of mind: "is convinced that" reports, and is no passive
MINDS = _forms("convinced confident adamant certain sure afraid")
# passives without an agent that report: "is said to", "it is argued that"
SAID_TO = _forms("""
said believed thought claimed alleged reported rumoured rumored feared argued suggested understood held told
informed reminded assured warned""")
# never turned round: "..., told Hun Sen" has no speaker behind the verb
TO_SOMEONE = _forms(
    "tell tells told remind reminds reminded assure assures assured inform informs informed convince convinced"
)
# bare judgement verbs name ("sees it as hedging") and need "as"
AS_VERBS = _forms("""
see sees saw view views viewed regard regards regarded consider considers considered deem deems deemed judge
judges judged hold holds held refer refers referred speak speaks spoke speaking talk talks talked talking seen""")
# forms that are as often nouns or adjectives: they need a subject right before them
NOUNISH = _forms("""
state states claim claims call calls note notes report reports comment comments remark remarks promise promises
demand demands pledge pledges vow vows question questions fear fears worry worries hope hopes doubt doubts mean
means stress stresses label labels brand brands term terms quote quotes point points view views judge judges
joke jokes warning saying reading read reads thinking meaning feeling known shown found written thought hint
hints signal signals caution reply replies answer answers rubbish addressed hold holds express highlight
highlights advised seen certain sure published held""")
NOT_BEFORE = _forms("""
we i you the of to a an its their our my your his and member united all these those such no any two many several
other would will shall may might should could can must cannot let or by new own small big great large both
neighbouring is are was were be been being for in some sovereign arab african nuclear islamic developing
independent third that with on""")
# verbs that alone show indirect speech; others do when "that" follows. Used for exposures.
EXPOSING = _forms("""
said says told tells argued argues warned warns insisted insists claimed claims added adds explained explains
wrote writes denied denies rejected complained complains accused accuses described describes stressed reiterated""")
_AUTOMATON: list[AhoCorasick] = []
_BEFORE = (" ", "—")
_ORDER = [*sorted(KIND), "according to"]


def find_verbs(low: str) -> list[tuple[int, int, str]]:
    """The verbs of `KIND` in lower-cased text, and "according to": (start, end, word), in order."""
    if not _AUTOMATON:
        from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

        words = [before + word for word in [*sorted(KIND), "according to"] for before in _BEFORE]
        _AUTOMATON.append(AhoCorasick(words, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA))
    return [
        (start + 1, end, _ORDER[number // len(_BEFORE)])
        for number, start, end in _AUTOMATON[0].find_matches_as_indexes(low)
        if not low[end : end + 1].isalnum()
    ]


ROLES = re.compile(
    r"\b(?:"
    + "|".join(
        f"(?P<{role}>{words})"
        for role, words in (
            (
                "anonymous",
                r"(?:asked|requested) not to be (?:named|identified)|(?:spoke"
                r"|speaking)? ?on (?:the )?condition of anonymity"
                r"|anonymous\w*|anonymity|unnamed|insiders?|sources?|who declined to be (?:named|identified)"
                r"|off the record"
                r"|not (?:allowed|authori[sz]ed|permitted) to (?:speak|talk|comment|brief)"
                r"|familiar with the (?:talks|matter|discussions|thinking|negotiations)",
            ),
            ("spokesperson", r"spokes(?:man|woman|person|people|men|persons)"),
            ("opposition", r"opposition|dissidents?|exiled?|exiles"),
            ("head_of_government", r"prime ministers?|premiers?|pm"),
            ("minister", r"(?:vice |deputy )?ministers?|foreign minister|secretary of (?:state|defen[cs]e)|fm"),
            ("head_of_state", r"presidents?|king|monarch|chancellor|emperor|crown prince"),
            (
                "diplomat",
                r"ambassadors?|diplomats?|envoys?|embass(?:y|ies)|consul(?:s|ate|ates)?|representatives?"
                r"|charg[eé] d'affaires|high commissioner|attach[eé]s?",
            ),
            ("military", r"generals?|colonels?|army|military|admirals?|commanders?|navy|soldiers?|pentagon"),
            (
                "analyst",
                r"analysts?|experts?|professors?|scholars?|researchers?|academics?|lecturers?|observers?"
                r"|commentators?"
                r"|political scientists?|historians?|economists?|fellows?|pundits?|specialists?|think[- ]tanks?",
            ),
            (
                "media",
                r"media|newspapers?|editorials?|columnists?|op-?ed|xinhua|reuters|agency|broadcaster"
                r"|journalists?|reporters?"
                r"|daily|tabloid|magazine|outlet|website|the post|commentary|correspondents?",
            ),
            (
                "report",
                r"reports?|study|studies|paper|survey|article|book|author|authors|document|constitution"
                r"|charter|chapter"
                r"|essay|statement|communiqu[eé]|declaration|treaty|law|text|letter|analysis|poll",
            ),
            (
                "official",
                r"officials?|authorit(?:y|ies)|governments?|ministry|ministries|secretary|department"
                r"|council|cabinet"
                r"|secretary-general|lawmakers?|senators?|parliament|administration|leaders?|delegates?"
                r"|delegations?|party"
                r"|police|governor"
                r"|chairman|chairwoman|advis[eo]rs?|aides?|politicians?|white house|kremlin|kingdom"
                r"|speaker of the \w+|house speaker|negotiators?|mayor|ex-?ministers?|bureaucrats?"
                r"|civil servants?|mps?"
                r"|country|state",
            ),
            ("business", r"compan(?:y|ies)|business\w*|developers?|investors?|firm|bank|traders?|ceo|tycoon"),
            (
                "citizen",
                r"villagers?|residents?|farmers?|students?|workers?|citizens?|voters?|protesters?|monks?"
                r"|locals|people|man"
                r"|woman|youths?",
            ),
            (
                "organisation",
                r"ngos?|organi[sz]ations?|group|groups|association|union|activists?|rights|institute"
                r"|centre|center"
                r"|asean|united nations|un|eu|nato|campaigners?",
            ),
            (
                "other",
                r"critics?|opponents?|supporters?|skeptics?|sceptics?|others?|some|many|most|few|nobody|everyone|one"
                r"|detractors|advocates|proponents|both sides|two sides|figure|figures",
            ),
        )
    )
    + r")\b"
)
