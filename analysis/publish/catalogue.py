"""The generated list of figures: figures/README.md and figures/figures.bib, written from the sidecars alone."""

from __future__ import annotations

from analysis.publish.cite import bibtex, code, markdown_text
from analysis.run.project import Project
from analysis.run.provenance import sidecars
from analysis.store.atomic import write_text

README, BIB = "README.md", "figures.bib"


def catalogue(project: Project) -> dict[str, str]:
    """File name -> text of the generated files, from the sidecars in figures/."""
    found = sidecars(project.figures)
    parts = [
        "# Figures\n\nGenerated from the sidecars by `discourse run`. Each figure is an SVG, a PNG, a PDF, the drawn "
        "rows as CSV and a JSON sidecar that says where it comes from. Cite one with `discourse cite ID`.\n"
    ]
    for figure_id, s in found.items():
        parameters = ", ".join(code(f"{k} = {v!r}") for k, v in s.get("run", {}).get("parameters", {}).items())
        title, caption, source, alt = (markdown_text(s[name]) for name in ("title", "full_caption", "source", "alt"))
        parts.append(
            f"## {figure_id}\n\n![{alt}]({figure_id}.png)\n\n**{title}.** {caption}\n\n"
            f"{source}\n\nNotebook: [{s.get('run', {}).get('notebook', 'none')}]"
            f"(../{s.get('run', {}).get('notebook', '')}). Parameters: {parameters or 'none'}.\n\n"
            f"[SVG]({figure_id}.svg) · [PDF]({figure_id}.pdf) · [data]({figure_id}.csv) · [sidecar]({figure_id}.json)\n"
        )
    return {README: "\n".join(parts), BIB: "\n".join(bibtex(project, s) for s in found.values())}


def write_catalogue(project: Project) -> None:
    """Write the generated files where they differ."""
    for name, text in catalogue(project).items():
        path = project.figures / name
        if not path.is_file() or path.read_bytes() != text.encode():
            write_text(path, text)
