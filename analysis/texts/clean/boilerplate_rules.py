# ruff: noqa: E501 (a pattern is easier to check in one piece)
"""The rules that name boilerplate: kind, place, trigger words and pattern. Data only; `boilerplate` applies them.

place: "line" (the pattern must match a whole line of at most `LONGEST` characters, looked at without tags and Markdown
marks), "last" (the same, in the last lines of a text only), "inside" (a stretch of the raw line, mostly where a page
was saved as one line) or "tail" (the same, in the last line only). A rule is tried only on lines that hold one of its
triggers (lower case). Patterns ignore case except within `(?-i:...)`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple


class Rule(NamedTuple):
    """One rule; see the module's docstring."""

    kind: str
    place: str
    triggers: tuple[str, ...]
    pattern: str


class Credits(NamedTuple):
    """Who is credited under pictures, as printed: news agencies ("... (A. Example/Agency)") and a paper's own
    photographers and desks ("... last month. Post Staff"). From `corpus/outlets.toml`."""

    agencies: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()


LONGEST = 700
_NAME = r"(?-i:[A-Z][\w.’'-]+(?: (?:[A-Z][\w.’'-]+|de|van|bin)){1,4})"
_ROLE = (
    "researcher|analyst|journalist|professor|lecturer|fellow|correspondent|columnist|writer|student|scholar|commentator|"
    "editor|consultant|lawyer|candidate|academic|associate"
)
_TOLD = r"(?!.*\b(?:sa(?:id|ys)|told|tells|calls?|called|warn(?:s|ed)|argue[sd]?|believes?|thinks?|find[s]?|found|show(?:s|ed)?|was|were)\b)"
_PROPER = r"(?-i:[A-Z0-9][\w.’'&/-]*)"  # a name or a number
_NAMES = rf"{_PROPER}(?:(?:,|;)? (?:{_PROPER}|(?-i:and|of|the|in|for|with|at|by|de|van|bin|editing|writing|additional|reporting|photographs?)\b:?|&))*"
_SIGN_UP = r"newsletters?|channels?|updates?|alerts?|inbox|editions?|app|mailing list|digest|podcasts?|telegram|youtube|rss|feeds?|facebook|twitter|e-?mails?|e-?paper|print|today|now|here|for free"

RULES: tuple[Rule, ...] = (
    Rule("navigation", "line", ("skip",), r"skip (?:to )?(?:main |the )?(?:content|navigation|menu)"),
    Rule("navigation", "line", ("share",), r"share(?: this)?(?: (?:article|story|post|on|via)\b[\w ,]{0,60})?\s*:?"),
    Rule("navigation", "line", ("previous", "next"), r"(?:previous|next) (?:article|post|story)"),
    Rule("navigation", "line", ("tags", "topics", "filed under"), r"(?:tags|topics|filed under)\s*:"),
    Rule(
        "navigation",
        "line",
        ("audio", "video", "slide show", "gallery"),
        r"(?:audio|videos?|slide show(?: english)?|photo gallery|gallery)",
    ),
    Rule("navigation", "line", ("home",), r"home(?:\s*[>»/|›]\s*[\w ]{1,40}){1,4}"),
    Rule(
        "navigation",
        "line",
        ("latest", "most read", "most popular", "most viewed", "trending", "popular posts"),
        r"(?:the )?(?:latest(?: news| stories)?|most (?:read|popular|viewed)|trending(?: now)?|popular posts)",
    ),
    Rule("navigation", "line", ("selected comments",), r"speech \| selected comments"),
    Rule("navigation", "line", ("article rewrite",), r"article rewrite\s*:"),
    Rule(
        "navigation",
        "line",
        ("listen to this", "min read", "minute read"),
        r"(?:listen to this article.{0,30}|\d+[ -]min(?:ute)?s?[ -]read)",
    ),
    Rule(
        "navigation",
        "inside",
        ("reports a day from",),
        r"(?:read the original article on [^\n]{1,40}\.\s)?\w+ publishes around \d+ reports a day from[^\n]*?(?:johannesburg, nairobi and washington dc\.|\Z)",
    ),
    Rule(
        "read_also",
        "line",
        ("read also", "also read", "read more", "see also", "related", "more on this", "recommended"),
        r"(?:read (?:also|more)|also read|see also|more on this(?: story)?|recommended for you|"
        r"related(?: (?:stories|articles|posts|news|topics|content))?)\s*(?:[:|>»].{0,250}|\.{3}|…)?",
    ),
    Rule(
        "feed_tail",
        "line",
        ("continue reading", "read the rest", "read full", "read the full"),
        r"(?:continue reading(?:\s*[:.…→»].{0,100})?|read (?:the )?(?:rest|full (?:story|article))(?: of (?:this|the) (?:entry|post|"
        r"story|article|report|piece))?(?:\s*[:.…→»].{0,100}|\s*(?:here|on|at|in|via)\b.{0,80})?)",
    ),
    Rule(
        "feed_tail",
        "line",
        ("appeared first on",),
        r"(?:the post|this (?:article|story|post))\b.{0,300}appeared first on.{0,100}",
    ),
    Rule(
        "feed_tail",
        "line",
        ("originally published", "first published", "originally appeared"),
        r"(?:this (?:article|story|piece|post|report|commentary) (?:was |has been )?(?:originally|first) (?:published|appeared) (?:in|on|"
        rf"at|by)\b.{{0,150}}|(?:originally|first) (?:published|appeared) (?:in|on|at|by):? (?:the )?{_NAMES}[.)]*)",
    ),
    Rule(
        "feed_tail",
        "inside",
        ("continue reading",),
        r"(?:<a\b[^<>]*>\s*)?\bcontinue reading\s*(?:\.{3}|…)\s*(?:</a>)?(?:\s*</p>)?\s*\Z",
    ),
    Rule("feed_tail", "inside", ("read more",), r"(?:<a\b[^<>]*>\s*)?\bread more\s*(?:\.{3}|…)\s*(?:</a>)?\s*\Z"),
    Rule("feed_tail", "inside", ("appeared first on",), r"\bthe post\b[^\n]{0,300}\bappeared first on\b[^\n]{0,100}\Z"),
    Rule("feed_tail", "tail", ("[…]", "[...]", "[&#8230;]"), r"\s*\[(?:…|\.{3}|&#8230;)\]\s*\Z"),
    Rule(
        "subscription",
        "line",
        ("sign up", "subscribe", "newsletter", "join our", "follow us", "breaking news"),
        rf"(?:(?:sign up|subscribe|follow us)(?: (?:now|today|here|to|for|on|at|our|via)){{0,3}}[.!:]*|(?:sign up|subscribe|join our|"
        rf"follow us|get (?:the latest|our)|click here to (?:get|subscribe))\b(?=.{{0,120}}\b(?:{_SIGN_UP})\b).{{0,220}})",
    ),
    Rule("subscription", "line", ("download our app", "download the app"), r".{0,60}download (?:our|the) app.{0,80}"),
    Rule(
        "subscription",
        "inside",
        ("delivered straight to your inbox",),
        r"get the latest[^\n]{0,80}delivered straight to your inbox(?:[^\n]{0,600}?please try again later\.)?",
    ),
    Rule(
        "copyright",
        "line",
        ("copyright", "©", "all rights reserved"),
        rf"(?:(?:copyright )?(?:©|\(c\)) ?.{{0,160}}|copyright(?::| by)? {_NAMES}[.)]*|"
        rf".{{0,120}}all rights reserved\b\W*(?:{_NAMES}.{{0,40}})?)",
    ),
    Rule(
        "copyright",
        "inside",
        ("all rights reserved",),
        r"(?:\bmore articles )?(?:\bcopyright|©)[^\n]{0,100}all rights reserved\.?\s*\Z",
    ),
    Rule("consent", "line", ("cookie",), r".{0,200}\b(?:we|this (?:web)?site|our site) uses? cookies\b.{0,400}"),
    Rule("consent", "line", ("cookie", "preferences"), r"(?:accept|manage|reject)(?: all)? (?:cookies|preferences)"),
    Rule("consent", "line", ("javascript",), r".{0,160}\b(?:enable|activate|turn on) javascript.{0,200}"),
    Rule(
        "consent",
        "inside",
        ("please view the main text area",),
        r"please view the main text area[^\n]{0,200}?deactivated on your browser\.",
    ),
    Rule(
        "media",
        "line",
        ("advertisement", "advertisment", "sponsored", "promoted"),
        r"(?:advertise?ment|sponsored(?: content)?|promoted(?: content)?)",
    ),
    Rule("media", "line", ("to view this video",), r"to view this video.{0,200}"),
    Rule(
        "media",
        "inside",
        ("to view this video please",),
        r"to view this video please enable javascript[^\n]{0,100}?html5 video",
    ),
    Rule("references", "line", ("sources:", "references:", "source:"), r"(?:sources?|references)\s*:\s*\[\^?\d.*"),
    Rule("end_mark", "last", ("#", "-ends-", "ends", "-30-"), r"(?:\\?#\s*){2,}|[-–—]\s*(?:ends?|30)\s*[-–—]"),
    Rule(
        "caption",
        "line",
        ("photo", "image", "picture", "caption", "file pic"),
        r"(?:photo(?:graph)?|image|picture|caption|file (?:photo|pic(?:ture)?))s?(?: credit| courtesy)?\s*"
        rf"(?:(?::|/|\bcourtesy of\b).{{0,200}}|\bby\b (?=(?-i:[A-Z])){_TOLD}.{{0,200}})",
    ),
    Rule(
        "editors_note",
        "line",
        ("editor's note", "editor’s note", "editors’ note", "editors' note"),
        r"(?:editor[’']s|editors[’']) note\b\s*(?:[:|–-].{0,500})?",
    ),
    Rule(
        "author_note",
        "last",
        ("edited by", "reporting by", "written by", "editing by"),
        rf"\(?(?:additional )?(?:reporting|written|edited|editing|writing) by:? {_NAMES}[.)]*",
    ),
    Rule(
        "author_note",
        "inside",
        ("edited by:",),
        r"\bedited by: (?-i:[A-Z])[\w.’'-]+(?: (?-i:[A-Z])[\w.’'-]+){0,3}\s*\Z",
    ),
    Rule(
        "author_note",
        "last",
        ("views", "opinions", "view ", "opinion "),
        r".{0,400}\b(?:views?|opinions?)(?: and (?:views?|opinions?|conclusions?))?(?:"
        r" (?:here|expressed|stated|presented|given|contained|herein|in (?:this|the) (?:article|piece|column|commentary|essay))\b"
        r"[\w ,’'-]{0,80} (?:are|is|do|does|belong|remain|represent|should)\b.{0,250}"
        r"| (?:are|is) (?:(?:the|her|his|my|their) (?:author|writer)[’'s]*|those of|(?:solely|entirely|purely|strictly) |(?:his|her|their|my|its) "
        r"own\b|(?:mine|personal)\b|not necessarily|the (?:author|writer)).{0,200}"
        r"| (?:do|does) not (?:necessarily )?(?:reflect|represent|express|constitute)\b.{0,200})",
    ),
    Rule(
        "author_note",
        "last",
        (" is a", " is the", " is currently", " are "),
        rf"{_TOLD}(?:about the author:? )?(?:(?:dr|prof|professor|mr|ms|h\.?e)\.? )?{_NAME},? (?:is|are) (?:an?|the|currently)\b"
        rf".{{0,160}}\b(?:{_ROLE})s?\b(?! (?:who|that|which) (?!writes|covers|focuses|speciali[sz]es|works|lives|reports|studies|"
        r"teaches|has written|is based)).{0,500}",
    ),
)
# Credits that are no outlet's own.
_POOLS = ("Pool", "POOL", "EPA", "EPA-EFE", "Getty", "Handout", "The Canadian Press")
_POOL_ENDS = ("images)", "press)")  # "Getty Images", "The Example Press"
_DESKS = ("FB", "SUPPLIED", "Supplied", "Handout")
_TEXT_GOES_ON = "".join(rf"(?<! {word})" for word in ("by", "to", "of", "at", "the", "told", "from", "with", "agency"))
KINDS = (*dict.fromkeys(rule.kind for rule in RULES), "repeated_title", "repeated")


def rules(credits: Credits) -> tuple[Rule, ...]:
    """All rules, with those for captions that end in a credit."""
    names = [form for name in credits.agencies for form in dict.fromkeys((name, name.upper()))]
    agencies = [*names, *_POOLS]
    signed = [*credits.photographers, *_DESKS]
    captions = (
        Rule(
            "caption",
            "line",
            (*dict.fromkeys(f"{name.lower()})" for name in agencies), *_POOL_ENDS),
            rf".{{15,450}}\((?:photo (?:by|:) ?)?[\w .'’-]{{0,60}}(?:[/,]| via )\s?(?-i:{_any(agencies)})[\w ,/.-]{{0,60}}\)",
        ),
        Rule(
            "caption",
            "line",
            tuple(dict.fromkeys(name.lower() for name in signed)),
            rf".{{25,350}}[\w.!?’”\"]{_TEXT_GOES_ON}\s+(?-i:{_any(signed)})",
        ),
    )
    place = next(number for number, rule in enumerate(RULES) if rule.kind == "editors_note")
    return (*RULES[:place], *captions, *RULES[place:])


def _any(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))
