"""Citing one figure: BibTeX, CSL-JSON, plain text, and snippets for papers.

Author, title, version and year come from CITATION.cff; nothing here depends on the day it is asked.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from analysis.errors import DiscourseError, not_allowed
from analysis.publish.citation_format import FILE, read_citation
from analysis.publish.markup import code as code
from analysis.publish.markup import latex, markdown_text
from analysis.run.project import Project
from analysis.run.provenance import read_sidecar

FORMATS = ("bibtex", "csl", "text")


def work(project: Project) -> dict[str, Any]:
    """The citation of the whole work, from CITATION.cff (`read_citation`)."""
    return read_citation(project.home / FILE)


def get_sidecar(project: Project, figure_id: str) -> dict[str, Any]:
    """The sidecar of a published figure; `DiscourseError` lists the published figures if there is none."""
    there = sorted(path.stem for path in project.figures.glob("*.json"))
    if figure_id not in there:
        raise DiscourseError(not_allowed("figure", figure_id, there, f"Publish figures with `{project.again}`."))
    return read_sidecar(project.figures / f"{figure_id}.json")


def cite(project: Project, figure_id: str, style: str = "text") -> str:
    """One figure's citation as `bibtex`, `csl` (CSL-JSON) or `text`."""
    sidecar = get_sidecar(project, figure_id)
    if style not in FORMATS:
        raise DiscourseError(not_allowed("--format", style, FORMATS))
    return {"bibtex": bibtex, "csl": csl, "text": text}[style](project, sidecar)


def fingerprint(sidecar: dict[str, Any]) -> str:
    """The start of the data's sha256, which says which numbers were cited."""
    return sidecar["files"]["csv"][:12]


def bibtex(project: Project, sidecar: dict[str, Any]) -> str:
    """A @misc entry whose key is the figure id."""
    source = work(project)
    fields = {
        "author": " and ".join(author.bibtex() for author in source["authors"]),
        "title": "{" + latex(sidecar["title"]) + "}",
        "year": source["year"],
        "howpublished": latex(f"Figure {sidecar['figure_id']} in {source['title']}{_version(source, ', ')}"),
        "note": latex(f"data sha256 {fingerprint(sidecar)}; {sidecar['source'].removeprefix('Source: ')}"),
        "doi": _address(source["doi"]),
        "url": _address(source["url"]),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{sidecar['figure_id']},\n" + ",\n".join(lines) + "\n}\n"


def csl(project: Project, sidecar: dict[str, Any]) -> str:
    """A CSL-JSON list with one item of type `figure`."""
    source = work(project)
    item = {
        "id": sidecar["figure_id"],
        "type": "figure",
        "title": sidecar["title"],
        "author": [author.csl() for author in source["authors"]],
        "issued": {"date-parts": [[int(source["year"])]]} if source["year"] else None,
        "container-title": source["title"],
        "version": source["version"],
        "note": f"data sha256 {fingerprint(sidecar)}",
        "abstract": sidecar["full_caption"],
        "DOI": source["doi"],
        "URL": source["url"],
    }
    return json.dumps([{k: v for k, v in item.items() if v}], indent=1, ensure_ascii=False)


def text(project: Project, sidecar: dict[str, Any]) -> str:
    """One sentence for a footnote."""
    source = work(project)
    place = f" https://doi.org/{source['doi']}." if source["doi"] else f" {source['url']}." if source["url"] else ""
    return (
        f"{'; '.join(map(str, source['authors']))} ({source['year'] or 'n.d.'}). {sidecar['title']} [figure "
        f"{sidecar['figure_id']}, data sha256 {fingerprint(sidecar)}]. In {source['title']}"
        f"{_version(source, ' (', ')')}.{place}"
    )


def _version(source: dict[str, Any], before: str, after: str = "") -> str:
    return f"{before}version {source['version']}{after}" if source["version"] else ""


def _address(text: str | None) -> str:
    """An address as a BibTeX field may hold it: no braces, no white space."""
    return "".join(f"%{ord(c):02X}" if c in '{}\\ "\n\t' else c for c in text or "")


def _engine(words: str) -> str:
    """A comment that names the TeX engine and fonts which words beyond Latin, Greek and Cyrillic letters need."""
    scripts = {unicodedata.name(c, "?").split()[0] for c in words if c.isalpha() and not c.isascii()}
    other = sorted(scripts - {"LATIN", "GREEK", "CYRILLIC", "MODIFIER", "MICRO", "FEMININE", "MASCULINE"})
    if not other and all(c.isascii() or unicodedata.category(c) != "So" for c in words):
        return ""
    named = ", ".join(script.capitalize() for script in other) or "signs"
    return (
        f"% Holds {named}: compile with lualatex or xelatex and fontspec, and a font that has them (Noto Sans ...); "
        "pdflatex cannot.\n"
    )


def paper_snippets(sidecar: dict[str, Any]) -> dict[str, str]:
    """File name -> text: a LaTeX figure environment and a Markdown figure, with caption, label and alt text."""
    name = sidecar["figure_id"]
    width = r"\columnwidth" if sidecar["width_mm"] < 120 else r"\textwidth"
    words = " ".join(sidecar[key] for key in ("title", "full_caption", "source"))
    tex = (
        f"{_engine(words)}\\begin{{figure}}\n  \\centering\n  \\includegraphics[width={width}]{{{name}.pdf}}\n"
        f"  % alt: {' '.join(sidecar['alt'].split())}\n"
        f"  \\caption{{\\textbf{{{latex(sidecar['title'])}.}} {latex(sidecar['full_caption'])} "
        f"{latex(sidecar['source'])} \\cite{{{name}}}}}\n  \\label{{fig:{name}}}\n\\end{{figure}}\n"
    )
    alt = re.sub(r"[\\{}]", "", " ".join(sidecar["alt"].split()).replace('"', "'"))
    title, caption, source = (markdown_text(sidecar[key]) for key in ("title", "full_caption", "source"))
    markdown = f'![**{title}.** {caption} {source} [@{name}]]({name}.png){{#fig:{name} alt="{alt}"}}\n'
    return {f"{name}.tex": tex, f"{name}.md": markdown}
