"""Parts of HTML pages: the frame around every page, tables, and cleaned Markdown and notebooks."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis.errors import DiscourseError
from analysis.store.html import render, templates

NAV = (
    ("index.html", "Figures"),
    ("explorer.html", "Explore"),
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


TEMPLATES = Path(__file__).resolve().parent / "templates"


def page(template: str, title: str, *, site: str, depth: int = 0, **content: Any) -> str:
    """A whole page from a template that extends frame.html. depth: folders below the site's root, for relative links."""
    return render(TEMPLATES, template, title=title, site=site, up="../" * depth, nav=NAV, csp=_CSP, **content)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, name: str, caption: str) -> str:
    """A table that scrolls within the page and can be filtered; numbers stand right."""
    parts: Any = templates(TEMPLATES).get_template("parts.html").module
    return str(parts.table(columns, [list(row) for row in rows], name, caption))


def markdown(text: str, link: Callable[[str], str | None] = lambda target: target) -> Markup:
    """Markdown as HTML; HTML inside it is shown as text, and wide tables scroll by themselves.

    link: where a relative link leads on the site; None makes plain words of it.
    """
    from markdown_it import MarkdownIt

    made = clean(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))
    made = re.sub(r'<a href="([^"]*)"[^>]*>(.*?)</a>', lambda m: _linked(m, link), made, flags=re.DOTALL)
    return Markup(_scrolling(made))  # noqa: S704  cleaned by bleach


def _scrolling(body: str) -> str:
    """Tables and code that are wider than the page scroll by themselves, by keyboard too; an empty head is no head."""
    body = re.sub(r"<th\b([^>]*)>\s*</th>", r"<td\1></td>", body)
    body = re.sub(r"(<table\b.*?</table>)", r'<div class="scroll" tabindex="0">\1</div>', body, flags=re.DOTALL)
    return re.sub(r"<pre\b", '<pre tabindex="0"', body)


def _linked(match: re.Match[str], link: Callable[[str], str | None]) -> str:
    target, words = match.groups()
    if re.match(r"[a-z]+:|#", target):
        return match.group()
    found = link(target)
    return words if found is None else f'<a href="{found}">{words}</a>'


def notebook_html(notebook: Path, root: Path) -> Markup:
    """An executed notebook's cells and outputs as HTML without scripts, styles of others, or paths of this machine.

    Raises `DiscourseError` for a file that is no notebook.
    """
    import nbformat

    try:
        content = nbformat.read(notebook, as_version=4)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
        raise DiscourseError(f"{notebook.name}: not a notebook that can be shown: {error}.") from error
    content.cells = [
        c for c in content.cells if "injected-parameters" not in c.metadata.get("tags", []) or c.source.strip()
    ]
    text = nbformat.writes(content).replace(json.dumps(str(root))[1:-1], ".")
    body, _ = _exporter().from_notebook_node(nbformat.reads(text, as_version=4))
    return Markup(f'<div class="notebook">{_scrolling(clean(body))}</div>')  # noqa: S704  cleaned by bleach


@functools.cache
def _exporter() -> Any:
    """Made once: compiling its templates costs more than showing a short notebook."""
    from nbconvert import HTMLExporter

    return HTMLExporter(template_name="basic", exclude_anchor_links=True)


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
        # A path within the site: what starts with two slashes is the address of another host.
        return value.startswith("data:image/png;base64,") or re.fullmatch(r"(?!/)(?!.*//)[\w./-]+", value) is not None
    if tag == "a" and name == "href":
        return not value.strip().lower().startswith("data:")
    return False
