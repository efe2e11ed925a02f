"""Citing one figure: BibTeX, CSL-JSON, plain text, and snippets for papers.

Author, title, version and year come from CITATION.cff; nothing here depends on the day it is asked.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from analysis.errors import DiscourseError, not_allowed
from analysis.run.project import Project
from analysis.run.provenance import read_sidecar

FORMATS = ("bibtex", "csl", "text")
_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


@dataclass(frozen=True)
class Author:
    """A person (family and given names, either may be missing), or a body with a `name`."""

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    name: str = ""

    @property
    def is_person(self) -> bool:
        return not self.name

    def __str__(self) -> str:
        last = " ".join(filter(None, [self.particle, self.family]))
        return self.name or ", ".join(filter(None, [last, self.given, self.suffix]))

    def bibtex(self) -> str:
        """As BibTeX reads names: a body, or a person of one name, in braces of its own."""
        last = " ".join(filter(None, [self.particle, self.family]))
        if self.name or not (last and self.given):
            return "{" + latex(str(self)) + "}"
        return ", ".join(latex(part) for part in (last, self.suffix, self.given) if part)

    def csl(self) -> dict[str, str]:
        """As CSL-JSON holds names."""
        if self.name or not (self.family and self.given):
            return {"literal": str(self)}
        parts = {
            "family": self.family,
            "given": self.given,
            "non-dropping-particle": self.particle,
            "suffix": self.suffix,
        }
        return {key: value for key, value in parts.items() if value}


def work(project: Project) -> dict[str, Any]:
    """The citation of the whole work, from CITATION.cff; version, date, url and doi are None where it has none.

    Every value is taken as it is written (1.10 is no number). Raises `DiscourseError` for a file that is no CFF, has no
    title or author, or a date that is none.
    """
    import yaml

    path = project.home / "CITATION.cff"
    try:
        cff = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  texts only, no objects
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise DiscourseError(f"CITATION.cff: cannot be read: {error}.") from error
    if not isinstance(cff, dict) or not isinstance(cff.get("title"), str) or not cff["title"].strip():
        raise DiscourseError("CITATION.cff: title is missing; see https://citation-file-format.github.io.")
    rows = cff.get("authors")
    authors = [_author(row) for row in rows] if isinstance(rows, list) else []
    if not authors:
        raise DiscourseError(
            "CITATION.cff: authors are missing; name one or more, by family-names and given-names, or name."
        )
    found = {
        name: cff[name].strip()
        for name in ("version", "date-released", "doi", "url", "repository-code")
        if _text(cff, name)
    }
    day = found.get("date-released")
    try:
        _ = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise DiscourseError(f"CITATION.cff: date-released {day!r} is not a day; write year-month-day.") from error
    listed = [row for row in cff.get("identifiers") or [] if isinstance(row, dict) and row.get("type") == "doi"]
    return {
        "title": " ".join(cff["title"].split()),
        "authors": authors,
        "version": found.get("version"),
        "date": day,
        "year": day[:4] if day else None,
        "url": found.get("repository-code") or found.get("url"),
        "doi": (found.get("doi") or (str(listed[0].get("value", "")) if listed else "")).removeprefix(
            "https://doi.org/"
        )
        or None,
    }


def _text(row: dict[str, Any], name: str) -> bool:
    return isinstance(row.get(name), str) and bool(row[name].strip())


def _author(row: Any) -> Author:
    keys = {
        "family-names": "family",
        "given-names": "given",
        "name-particle": "particle",
        "name-suffix": "suffix",
        "name": "name",
    }
    keys["alias"] = "name" if isinstance(row, dict) and not {"family-names", "given-names", "name"} & set(row) else ""
    if isinstance(row, dict):
        found = {keys[key]: " ".join(row[key].split()) for key in keys if keys[key] and _text(row, key)}
        if found.get("name") or found.get("family") or found.get("given"):
            return Author(**found)
    raise DiscourseError(f"CITATION.cff: author {row!r} has no name; write family-names and given-names, or name.")


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


def markdown_text(words: str) -> str:
    """`words` on one line, with the characters escaped that Markdown, or the HTML and mathematics in it, would read."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~^&@])", r"\\\1", " ".join(words.split()))


def code(words: str) -> str:
    """`words` as code in Markdown, whatever backticks they hold."""
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    fence, space = "`" * (longest + 1), " " if "`" in words else ""
    return f"{fence}{space}{' '.join(words.split())}{space}{fence}"


def latex(words: str) -> str:
    """`words` with the characters escaped that LaTeX reads as commands."""
    return "".join(_LATEX.get(letter, letter) for letter in words)


def paper_snippets(sidecar: dict[str, Any]) -> dict[str, str]:
    """File name -> text: a LaTeX figure environment and a Markdown figure, with caption, label and alt text."""
    name = sidecar["figure_id"]
    width = r"\columnwidth" if sidecar["width_mm"] < 120 else r"\textwidth"
    tex = (
        f"\\begin{{figure}}\n  \\centering\n  \\includegraphics[width={width}]{{{name}.pdf}}\n"
        f"  % alt: {' '.join(sidecar['alt'].split())}\n"
        f"  \\caption{{\\textbf{{{latex(sidecar['title'])}.}} {latex(sidecar['full_caption'])} "
        f"{latex(sidecar['source'])} \\cite{{{name}}}}}\n  \\label{{fig:{name}}}\n\\end{{figure}}\n"
    )
    alt = re.sub(r"[\\{}]", "", " ".join(sidecar["alt"].split()).replace('"', "'"))
    title, caption, source = (markdown_text(sidecar[key]) for key in ("title", "full_caption", "source"))
    markdown = f'![**{title}.** {caption} {source} [@{name}]]({name}.png){{#fig:{name} alt="{alt}"}}\n'
    return {f"{name}.tex": tex, f"{name}.md": markdown}
