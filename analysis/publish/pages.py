"""Parts of HTML pages: the frame around every page, tables, lists of facts, and cleaned Markdown and notebooks."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

E = html.escape
NAV = (
    ("index.html", "Figures"),
    ("notebooks/index.html", "Notebooks"),
    ("codebook.html", "Codebook"),
    ("methods/index.html", "Methods"),
)
_CSP = "default-src 'none'; img-src 'self' data: file:; style-src 'self' 'unsafe-inline' file:; script-src 'self' file:"
_TAGS = frozenset(
    {
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    }
)
_STYLES = ("max-width", "width", "text-align", "color", "background-color", "font-weight")


def page(title: str, body: str, *, depth: int = 0, root_title: str = "Start") -> str:
    """A whole page. root_title: the words that lead to the first page.

    depth: how many folders below the site's root it lies, for relative links.
    """
    up = "../" * depth
    links = "".join(f'<a href="{up}{target}">{E(name)}</a>' for target, name in NAV)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{E(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_CSP}">'
        f'<link rel="stylesheet" href="{up}assets/style.css"></head>\n<body>'
        '<a class="skip" href="#main">Skip to content</a>'
        f'<header class="site"><strong><a href="{up}index.html">{E(root_title)}</a></strong><nav aria-label="Site">'
        f'{links.replace("</a><a", "</a> · <a")}</nav></header>\n<main id="main">\n{body}\n</main>\n'
        f'<script src="{up}assets/site.js"></script></body></html>\n'
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, name: str, caption: str) -> str:
    """A table that scrolls within the page and can be filtered; numbers stand right."""
    head = "".join(f'<th scope="col">{E(c)}</th>' for c in columns)
    body = "".join("<tr>" + "".join(_cell(v) for v in row) + "</tr>\n" for row in rows)
    return (
        f'<input type="search" hidden data-filter="{name}" aria-label="Filter rows" placeholder="Filter rows">'
        f'<div class="scroll" tabindex="0"><table id="{name}"><caption class="soft">{E(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: str) -> str:
    number = re.fullmatch(r"-?\d[\d.,]*(e[-+]?\d+)?", value) is not None
    if number:
        return f'<td class="number">{E(value)}</td>'
    return f'<td class="long">{E(value)}</td>' if len(value) > 40 else f"<td>{E(value)}</td>"


def facts(pairs: Mapping[str, str]) -> str:
    """A list of names and values; values are HTML."""
    return '<dl class="facts">' + "".join(f"<dt>{E(k)}</dt><dd>{v}</dd>" for k, v in pairs.items() if v) + "</dl>"


def copyable(text: str, name: str) -> str:
    """Text to take along, with a button that copies it."""
    return f'<pre id="{name}">{E(text)}</pre><button hidden data-copy="{name}">Copy</button>'


def markdown(text: str) -> str:
    """Markdown as HTML; HTML inside it is shown as text, links to .md files lead to their pages."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return clean(re.sub(r'href="([^":]+)\.md(#[^"]*)?"', r'href="\1.html\2"', made))


def notebook_html(notebook: Path, root: Path) -> str:
    """An executed notebook's cells and outputs as HTML without scripts, styles of others, or paths of this machine."""
    import nbformat
    from nbconvert import HTMLExporter

    content = nbformat.read(notebook, as_version=4)
    content.cells = [
        c for c in content.cells if "injected-parameters" not in c.metadata.get("tags", []) or c.source.strip()
    ]
    text = nbformat.writes(content).replace(json.dumps(str(root))[1:-1], ".")
    exporter = HTMLExporter(template_name="basic", exclude_anchor_links=True)
    body, _ = exporter.from_notebook_node(nbformat.reads(text, as_version=4))
    return f'<div class="notebook">{clean(body)}</div>'


def clean(body: str) -> str:
    """HTML with only harmless tags, attributes and links left."""
    import bleach
    from bleach.css_sanitizer import CSSSanitizer

    body = re.sub(r"<(script|style)\b.*?</\1\s*>", "", body, flags=re.DOTALL | re.IGNORECASE)
    return bleach.clean(
        body,
        tags=_TAGS,
        attributes=_attribute,
        protocols=("http", "https", "mailto", "data"),
        strip=True,
        strip_comments=True,
        css_sanitizer=CSSSanitizer(allowed_css_properties=_STYLES),
    )


def _attribute(tag: str, name: str, value: str) -> bool:
    if name in (
        "class",
        "id",
        "title",
        "alt",
        "style",
        "colspan",
        "rowspan",
        "scope",
        "width",
        "height",
        "align",
        "open",
    ):
        return True
    if tag == "img" and name == "src":
        return value.startswith("data:image/png;base64,") or re.match(r"[\w./-]+$", value) is not None
    if tag == "a" and name == "href":
        return not value.strip().lower().startswith("data:")
    return False


def values(parameters: Mapping[str, Any]) -> str:
    """Parameters as a list of code."""
    return "<br>".join(f"<code>{E(f'{k} = {v!r}')}</code>" for k, v in parameters.items())
