"""The generated list of figures: figures/README.md and figures/figures.bib, written from the sidecars alone."""

from __future__ import annotations

import os

from analysis.publish.cite import bibtex, code, markdown_text
from analysis.run.project import Project
from analysis.run.provenance import sidecars
from analysis.run.results import read_results
from analysis.store.atomic import write_text

README, BIB = "README.md", "figures.bib"


def catalogue(project: Project, *, alone: bool = False) -> dict[str, str]:
    """File name -> text of the generated files, from the sidecars in figures/.

    alone: as they stand where the study is a project by itself, in its archive, whose plan says what found nothing.
    """
    found = sidecars(project.figures)
    within = project.store and not alone
    option = f" --store {project.store}" if within else ""
    root = os.path.relpath(project.root, project.figures).replace(os.sep, "/") if within else ".."
    again = project.again if within else "discourse run"
    parts = [
        f"# Figures\n\nGenerated from the sidecars by `{again}`. Each figure is an SVG, a PNG, a PDF, the drawn "
        f"rows as CSV and a JSON sidecar that says where it comes from. Cite one with `discourse cite{option} ID`.\n"
    ]
    for figure_id, s in found.items():
        parameters = ", ".join(code(f"{k} = {v!r}") for k, v in s.get("run", {}).get("parameters", {}).items())
        title, caption, source, alt = (markdown_text(s[name]) for name in ("title", "full_caption", "source", "alt"))
        parts.append(
            f"## {figure_id}\n\n![{alt}]({figure_id}.png)\n\n**{title}.** {caption}\n\n"
            f"{source}\n\nNotebook: [{s.get('run', {}).get('notebook', 'none')}]"
            f"({root}/{s.get('run', {}).get('notebook', '')}). Parameters: {parameters or 'none'}.\n\n"
            f"[SVG]({figure_id}.svg) · [PDF]({figure_id}.pdf) · [data]({figure_id}.csv) · [sidecar]({figure_id}.json)\n"
        )
    if not alone and (nothing := {name: r["finding"] for name, r in read_results(project).items() if r["finding"]}):
        rows = "".join(f"- `{name}`: {markdown_text(finding)}\n" for name, finding in nothing.items())
        parts.append(f"## Found nothing to draw\n\nThese runs ended in a finding and no figure.\n\n{rows}")
    return {README: "\n".join(parts), BIB: "\n".join(bibtex(project, s) for s in found.values())}


def write_catalogue(project: Project) -> None:
    """Write the generated files where they differ."""
    for name, text in catalogue(project).items():
        path = project.figures / name
        if not path.is_file() or path.read_bytes() != text.encode():
            write_text(path, text)
