"""Cleaning one text, character by character: Unicode, entities, tags, feed leftovers, white space, wrapped lines.

Whole-document boilerplate (navigation, author notes) is `boilerplate.py`. Quotation marks stay as they are, since the
quotation finder needs them.
"""

from __future__ import annotations

import functools
import html
import itertools
import re
import unicodedata

from analysis.texts.clean.broken_words import join_broken
from analysis.texts.clean.marks import pair_marks, usual_marks
from analysis.texts.clean.markup import without_tags

MAX_ROUNDS = 40  # markup inside markup inside markup: more than any text has, and a bound on one made to do harm
_SPACES = [0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000]
_NOTHING = [0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), 0xFFFD]
_LINES = [0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029]
_TABLE: dict[str, str] = (
    {chr(c): " " for c in [*range(32), *range(0x7F, 0xA0), *_SPACES] if c != 10}
    | {chr(c): "" for c in _NOTHING}
    | {chr(c): "\n" for c in _LINES}
    | {"\u2010": "-", "\u2011": "-", "\u2212": "-", "\ufe63": "-", "\uff0d": "-", "\u2012": "–", "\u2015": "—"}
    | {"\ufe58": "—", "\u02bc": "’", "\uff07": "'", "\uff02": '"'}
)
_USUAL = (("\r\n", "\n"), ("\r", "\n"), ("\t", " "), ("\f", "\n"), ("\xa0", " "), ("\xad", ""), ("\u2009", " "))
_ODD = (
    "\u2010\u2011\u2012\u2015\u2212\ufe58\ufe63\uff0d\uff02\uff07\ufffd\u02bc"  # printable, and yet replaced by _TABLE
)
_PLAIN = bytes(range(0x20, 0x7F)) + b"\n"  # printable ASCII and line breaks
_SURROGATES = re.compile("[\ud800-\udfff]")  # halves of characters, which no file can hold
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\s]*\)(?:\{[^}\n]*\})?")
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\((?:https?:|/|#|mailto:)[^)\s]*\)")
_ATTRIBUTES = re.compile(
    r"(?:\b(?:class|style|href|src|srcset|sizes|width|height|target|rel|decoding|data-[a-z-]+)=\"[^\"<>]*\"\s*){1,}/?>?"
)
_FEED = re.compile(
    r"[ \t]*(?:\bContinue reading\s*(?:\.{3}|…|→|»)|\bRead (?:more|the full (?:story|article))\s*(?:\.{3}|…|→|»)"
    r"|\[(?:…|\.{3}|&hellip;)\]|\bThe post [^\n]{1,300}? appeared first on [^\n]{1,120}\.)(?=[ \t]*(?:\n|$))",
    re.MULTILINE,
)
_FEED_SIGNS = ("ontinue reading", "Read more", "Read the full", "appeared first on", "[…]", "[...]", "[&hellip;]")
_MARKDOWN = re.compile(r"^[ ]*(?:#{1,6} +|>+ +)", re.MULTILINE)
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#38|#x26);)+(?=#?[A-Za-z0-9]{1,31};)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_DASHES = re.compile(r"(?<=[\w,;\"”’]) ?-{2,3} ?(?=[\w\"“‘])")
_SEVERAL = re.compile("  +")
_LISTED = re.compile(r"[-*•·–]\s|\(?\d{1,2}[.)]\s|[A-Z]{1,2}\d?[:.]\s|#|>")
_LIST_START = frozenset("-*•·–(#>0123456789QAPT")
_END = (".", "!", "?", ":", "”", '"', "…", ".’", "!’", "?’", ".'", ".)")


def clean_text(text: str) -> str:
    """`text` with its damage repaired; paragraphs are separated by one blank line.

    Unicode NFC; HTML entities decoded, tags, comments, stray attributes and Markdown links reduced to their text; feed
    endings ("Continue reading...") dropped; control, zero-width and unusual space characters removed or made plain;
    lines wrapped at a fixed width joined to paragraphs. Other single line breaks become paragraph breaks. Cleaning a
    clean text changes nothing: `clean_text(clean_text(t)) == clean_text(t)`.
    """
    for _ in range(MAX_ROUNDS):  # every round that asks for another has replaced or shortened something
        text, again = _once(text)
        if not again:
            break
    return text


def _once(text: str) -> tuple[str, bool]:
    """One round of cleaning, and whether markup was replaced, so that more may turn up."""
    if "\n" in text:
        text = join_broken(text)
    if not _is_plain(text):
        text = plain_characters(text)
    if "  " in text:
        text = _SEVERAL.sub(" ", text)
    text = _paragraphs(text) if "\n" in text else text.strip(" ")
    new = _markup(text)
    return new.strip(" \n"), new != text


def _markup(text: str) -> str:
    """Tags, entities, attributes, Markdown, feed endings and typed dashes."""
    if "<" in text:
        text = without_tags(text)
    if "&" in text:
        text = _AMPERSANDS.sub("&", text)
        text = _ENTITY.sub(lambda m: html.unescape(m.group()), text)
    if "=" in text and '="' in text:
        text = _ATTRIBUTES.sub(" ", text)
    if "[" in text and "](" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    if "*" in text and "**" in text:
        text = _BOLD.sub(r"\1", text)
    if ("#" in text and "# " in text) or (">" in text and "> " in text):
        text = _MARKDOWN.sub("", text)
    tail = text[-1500:]  # a feed's ending stands at the end
    if ("ead" in tail or "first on" in tail or "[" in tail) and any(sign in tail for sign in _FEED_SIGNS):
        text = text[:-1500] + _FEED.sub("", tail)
    if "--" in text:
        text = _DASHES.sub(" — ", text)
    text = text if text.isascii() else usual_marks(text)
    return pair_marks(text) if '"' in text else text


def _is_plain(text: str) -> bool:
    """Whether `plain_characters` has nothing to do, told from the few characters that are not printable ASCII."""
    odd = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    return not odd or all(map(_is_plain_character, set(odd.decode("utf-8", "surrogatepass"))))


@functools.cache
def _is_plain_character(c: str) -> bool:
    """Printable, kept as it is, and in normal form whatever stands before it (other letters are looked at in place)."""
    alone = c < "\u0300" or unicodedata.category(c)[0] in "PS"
    return alone and c.isprintable() and c not in _ODD and unicodedata.is_normalized("NFC", c)


def plain_characters(text: str) -> str:
    """`text` in normal form, with plain spaces, hyphens and apostrophes and nothing invisible, as in every cleaned text."""
    for odd, plain in _USUAL:  # most texts are mended by these alone, and str.replace is fast
        text = text.replace(odd, plain)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if text.replace("\n", "").isprintable() and not any(odd in text for odd in _ODD):
        return text
    text = _SURROGATES.sub("", text)
    for odd in sorted(set(text) & _TABLE.keys()):
        text = text.replace(odd, _TABLE[odd])
    return unicodedata.normalize("NFC", text)


def _paragraphs(text: str) -> str:
    """Join lines that were wrapped at a fixed width; make the other single line breaks paragraph breaks."""
    lines = [line.strip(" ") for line in text.split("\n")]
    filled = [line for line in lines if line]
    if 2 * len(filled) <= len(lines) + 1 and not any(map(_both, lines, lines[1:])):
        return "\n\n".join(filled)
    width = _wrap_width(lines)
    if not width:
        return "\n\n".join(filled)
    parts: list[str] = []
    previous = ""
    full = 0.75 * width
    for line in lines:
        if line:
            goes_on = (
                previous
                and (len(previous) >= full or line[0].islower() or not previous.endswith(_END))
                and (line[0] not in _LIST_START or not _LISTED.match(line))
            )
            parts += ("" if previous[-1:] == "-" else " ", line) if goes_on else ("\n\n", line)
        previous = line
    return "".join(parts[1:])


def _both(line: str, after: str) -> bool:
    return bool(line and after)


def _wrap_width(lines: list[str]) -> int:
    """The width at which lines were wrapped, or 0 if they were not: wrapped lines mostly go on in lower case."""
    lines = lines[:300]  # enough to tell
    pairs = [(line, after) for line, after in itertools.pairwise(lines) if line and after]
    goes_on = sum([after[0].islower() for _, after in pairs])
    if not goes_on:
        return 0
    inner = sorted([len(line) for line, _ in pairs])
    return min(inner[int(len(inner) * 0.85)], 100) if goes_on > 0.35 * len(inner) else 0
