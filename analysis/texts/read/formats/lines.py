"""The lines of a file of any kind that databases export to: text, RTF, DOCX, ODT, PDF, pages."""

from __future__ import annotations

import re

from analysis.texts.read.formats import pdf, rtf, word
from analysis.texts.read.formats.encoding import decode
from analysis.texts.read.formats.limits import Harmful
from analysis.texts.read.formats.mend import stray_bytes

_BLOCKS = {
    "p",
    "div",
    "br",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "table",
    "hr",
    "title",
    "section",
    "article",
}
MAX_TAGS = 400_000


def lines_of(data: bytes, declared: str = "") -> list[str]:
    """The lines of a file, told apart by its content. Raises `Harmful` or `NotText` if it cannot be read."""
    head = data[:4096].lstrip()
    if data.startswith(b"PK"):
        return word.odt_lines(data)[0] if b"opendocument.text" in data[:200] else word.docx_lines(data)[0]
    if head.startswith(b"{\\rtf"):
        return rtf.rtf_lines(data)
    if head.startswith(b"%PDF"):
        return pdf.pdf_lines(data)[0]
    text = decode(data, declared=declared)
    if re.search(r"<(?:!doctype html|html|body|div|p)\b", text[:4096], re.IGNORECASE):
        return html_lines(text)
    return text.split("\n")


def html_lines(html: str) -> list[str]:
    """The text of a page, one line per block or table row; a code cell and its value are parted by a tab."""
    import lxml.etree
    import lxml.html

    if html.count("<") > MAX_TAGS:
        raise Harmful(f"a page of more than {MAX_TAGS:,} tags", "hostile")
    data = stray_bytes(html)[0].encode("utf-8", "replace")
    try:
        tree = lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (lxml.etree.LxmlError, ValueError) as error:
        raise Harmful(f"no readable page: {error}", "malformed") from error
    lines: list[str] = []
    current: list[str] = []

    def end_line(*, always: bool = False) -> None:
        line = "".join(current)
        if line.strip() or always:
            lines.append(line)
        current.clear()

    for event, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "head"):
            continue
        if element.tag == "br":
            if event == "start":
                end_line(always=True)
        elif element.tag in _BLOCKS:
            is_empty = event == "end" and not len(element) and not (element.text or "").strip()
            end_line(always=is_empty and element.tag in ("p", "div"))
        elif element.tag in ("td", "th") and event == "end":
            current.append("\t")
        words = element.text if event == "start" else element.tail
        if words:
            current.append(re.sub(r"\s+", " ", words))
    end_line()
    lines = [line.lstrip(" \t").rstrip(" ") for line in lines]
    return [re.sub(r"\A([A-Z]{2,3}) *\t\s*", r"\1\t", line) for line in lines]
