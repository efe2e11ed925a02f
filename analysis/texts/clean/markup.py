"""Tags in texts: what is markup goes, what only looks like it stays, and quotations typed as `<< >>` get their marks."""

from __future__ import annotations

import re

_BLOCKS = frozenset(
    "p div br h1 h2 h3 h4 h5 h6 li ul ol tr table blockquote section article figure figcaption hr".split()  # noqa: SIM905
)
_INLINE_LIST = """
    a abbr acronym address area aside audio b base bdi bdo big body button canvas caption center cite code col
    colgroup data datalist dd del details dfn dialog dir dl dt em embed fieldset font footer form frame frameset
    head header html i iframe img input ins kbd label legend link main map mark menu meta meter nav nobr noscript
    object optgroup option output param path picture pre progress q rect rp rt ruby s samp script select slot small
    source span strike strong style sub summary sup svg tbody td template textarea tfoot th thead time title track
    tt u use var video wbr
"""
_INLINE = frozenset(_INLINE_LIST.split())
_PREFIXES = frozenset("o w v m x st1 st2 g fb dc svg xml media content itunes atom".split())  # noqa: SIM905
_BARE_LIST = """
    async autofocus autoplay checked clear compact controls defer disabled hidden ismap loop multiple muted nofollow
    nohref noshade nowrap open readonly required reversed selected
"""
_BARE = frozenset(_BARE_LIST.split())
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)((?:\s[^<>]*)?)/?>|<!\[?[A-Za-z][^<>]*>|<\?[a-z][^<>]*>")
_ATTRIBUTE = re.compile(r"[\w-]\s*=\s*[\"'\w/#.&]")
_OPEN_HIDDEN = re.compile(r"<(script|style|noscript|iframe)\b[^<>]*>|<!--", re.IGNORECASE)
_GUILLEMETS = re.compile(r"<<(?=[^\s<>])([^<>\n]{2,5000})>>|<< ([^<>\n]{2,5000}) >>")
_ANGLES = re.compile(r"<([^\W\d_][^<>\n]{9,3000}[^\s<>])>")


def without_tags(text: str) -> str:
    """`text` without comments, scripts and tags; block tags become blank lines, `<q>` a quotation mark.

    A tag has the name of an element of HTML and nothing but attributes beside it. Words in angle brackets stay: those in
    `<< >>` between «», those of three words or more in `< >` between ‹›.

    >>> without_tags('<<We are friends,>> he <b class="x">said</b>: <a neutral word>.')
    '«We are friends,» he said: ‹a neutral word›.'
    """
    text = _TAG.sub(_replaced, _without_hidden(text))
    if "<<" in text:
        text = _GUILLEMETS.sub(lambda m: f"«{(m.group(1) or m.group(2)).strip()}»", text)
    return _ANGLES.sub(_quoted, text) if "<" in text else text


def _replaced(found: re.Match[str]) -> str:
    if not (name := (found.group(2) or "").lower()):
        return ""
    rest = found.group(3).strip().rstrip("/").strip()
    known = name in _BLOCKS or name in _INLINE or name.partition(":")[0] in _PREFIXES - {name}
    is_tag = (not rest or _ATTRIBUTE.search(rest) or all(word.lower() in _BARE for word in rest.split())) and (
        known or (bool(rest) and ("-" in name or ":" in name) and bool(_ATTRIBUTE.search(rest)))
    )
    if not is_tag:
        return found.group()
    if name == "q":
        return "”" if found.group(1) else "“"
    return "\n\n" if name in _BLOCKS else ""


def _quoted(found: re.Match[str]) -> str:
    return f"‹{found.group(1)}›" if len(found.group(1).split()) > 2 else found.group()


def _without_hidden(text: str) -> str:
    """Comments and the content of scripts taken out, in one pass; one that is never closed is a tag like others."""
    pieces, at, lowered = [], 0, ""
    closed: dict[str, bool] = {}
    for found in _OPEN_HIDDEN.finditer(text):
        if found.start() < at:
            continue
        name = (found.group(1) or "").lower()
        if closed.get(name) is False:
            continue
        if name:
            lowered = lowered or text.lower()
            end = lowered.find(f"</{name}", found.end()) if len(lowered) == len(text) else -1
            end = text.find(">", end) + 1 if end >= 0 else 0
        else:
            end = text.find("-->", found.end()) + 3 if "-->" in text[found.end() :] else 0
        if not end:
            closed[name] = False  # no later one is closed either
            continue
        pieces += [text[at : found.start()], " "]
        at = end
    return "".join([*pieces, text[at:]]) if pieces else text
