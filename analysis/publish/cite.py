"""Citing one figure: BibTeX, CSL-JSON, plain text, and snippets for papers.

Author, title, version and year come from CITATION.cff; nothing here depends on the day it is asked.
"""

from __future__ import annotations

import json
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


def work(project: Project) -> dict[str, Any]:
    """The citation of the whole work, from CITATION.cff."""
    import yaml

    path = project.root / "CITATION.cff"
    try:
        cff = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, yaml.YAMLError) as error:
        raise DiscourseError(f"CITATION.cff: cannot be read: {error}.") from error
    authors = [a.get("name") or f"{a['family-names']}, {a['given-names']}" for a in cff["authors"]]
    return {
        "title": cff["title"],
        "authors": authors,
        "version": str(cff["version"]),
        "date": str(cff["date-released"]),
        "year": str(cff["date-released"])[:4],
        "url": cff.get("repository-code") or cff.get("url"),
        "doi": cff.get("doi"),
    }


def get_sidecar(project: Project, figure_id: str) -> dict[str, Any]:
    """The sidecar of a published figure; `DiscourseError` lists the published figures if there is none."""
    there = sorted(path.stem for path in project.figures.glob("*.json"))
    if figure_id not in there:
        raise DiscourseError(not_allowed("figure", figure_id, there, "Publish figures with `discourse run`."))
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
        "author": " and ".join("{" + latex(a) + "}" if "," not in a else latex(a) for a in source["authors"]),
        "title": "{" + latex(sidecar["title"]) + "}",
        "year": source["year"],
        "howpublished": latex(f"Figure {sidecar['figure_id']} in {source['title']}, version {source['version']}"),
        "note": latex(f"data sha256 {fingerprint(sidecar)}; {sidecar['source'].removeprefix('Source: ')}"),
        "doi": source["doi"],
        "url": source["url"],
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{sidecar['figure_id']},\n" + ",\n".join(lines) + "\n}\n"


def csl(project: Project, sidecar: dict[str, Any]) -> str:
    """A CSL-JSON list with one item of type `figure`."""
    source = work(project)
    names = []
    for author in source["authors"]:
        family, comma, given = author.partition(", ")
        names.append({"family": family, "given": given} if comma else {"literal": author})
    item = {
        "id": sidecar["figure_id"],
        "type": "figure",
        "title": sidecar["title"],
        "author": names,
        "issued": {"date-parts": [[int(source["year"])]]},
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
        f"{'; '.join(source['authors'])} ({source['year']}). {sidecar['title']} [figure {sidecar['figure_id']}, data "
        f"sha256 {fingerprint(sidecar)}]. In {source['title']} (version {source['version']}).{place}"
    )


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
    alt = " ".join(sidecar["alt"].split()).replace('"', "'")
    markdown = (
        f"![**{sidecar['title']}.** {sidecar['full_caption']} {sidecar['source']} [@{name}]]({name}.png)"
        f'{{#fig:{name} alt="{alt}"}}\n'
    )
    return {f"{name}.tex": tex, f"{name}.md": markdown}
