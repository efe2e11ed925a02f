"""What is released of a study on a store of its own: the study alone, as a project that runs by itself.

Within another project such a study shares its code, notebooks and plan. In its archive the figures stand in figures/, and
notebooks/plan.toml names its runs with every parameter, so that `make run` and `make verify` work as they do anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from analysis.publish.catalogue import catalogue
from analysis.run.drift import as_toml
from analysis.run.families import Family
from analysis.run.plan import Plan, Run
from analysis.run.project import Project
from analysis.store.atomic import write_text

# Of the project around it only what runs it: its README, history and declarations are of another study.
SHARED = (
    "LICENSE",
    "Makefile",
    "pyproject.toml",
    "requirements.lock",
    "Dockerfile",
    "scripts/install.sh",
    *(f"analysis/**/*.{kind}" for kind in ("py", "txt", "toml", "css", "js", "html")),
    "notebooks/*.ipynb",
    "notebooks/choices.toml",
    "docs/methods/*.md",
)
OWN = ("CITATION.cff", "README.md", "corpus/*.toml", "corpus/codebook/*.toml", "figures/*")
PRIVATE = ("corpus/sources.toml", "corpus/corrections.toml")


def own_files(plan: Plan) -> dict[str, Path]:
    """Name in the archive -> file, of the study in studies/NAME and what it shares; the plan and list of figures are new.

    What is made for the archive is written to the project's cache. A notebook of which no run is left is not included.
    """
    project = plan.project
    used = {f"{run.notebook}.ipynb" for run in plan.runs}
    found = {
        name: path
        for name, path in _matching(project.root, SHARED).items()
        if path.suffix != ".ipynb" or path.name in used
    }
    found |= {name: path for name, path in _matching(project.home, OWN).items() if name not in PRIVATE}
    written = {"notebooks/plan.toml": plan_text(plan)}
    written |= {f"figures/{name}": text for name, text in catalogue(project, alone=True).items()}
    for name, text in written.items():
        found[name] = project.cache / "release" / name
        write_text(found[name], text)
    return found


def _matching(root: Path, patterns: Iterable[str]) -> dict[str, Path]:
    return {
        path.relative_to(root).as_posix(): path
        for pattern in patterns
        for path in root.glob(pattern)
        if path.is_file() and not path.name.startswith(".") and "__pycache__" not in path.parts
    }


def plan_text(plan: Plan) -> str:
    """plan.toml with the runs that drew figures, each with all its parameters, and the families of their tests; the other
    runs are named in comments."""
    parts = [f"# The runs of this study on the store {plan.fitted!r}, with every parameter.\n"]
    drawn = [run for run in plan.runs if run.figures and run.id not in plan.findings]
    parts += [_run(plan, run, {one.id for one in drawn}) for run in drawn]
    parts += _families(plan, {figure for run in drawn for figure in run.figures})
    told = [f"{name}: {text}" for name, text in [*plan.findings.items(), *plan.left_out.items()]]
    if told:
        parts.append("# Without a figure:\n" + "".join(f"# {' '.join(line.split())}\n" for line in told))
    return "\n".join(parts)


def _run(plan: Plan, run: Run, ids: set[str]) -> str:
    rows: dict[str, Any] = {"id": run.id, "notebook": run.notebook, "figures": list(run.figures)}
    after = [name for name in run.after if name in ids]
    rows |= {"after": after} if after else {}
    rows |= {"parameters": plan.values(run)}
    return "[[run]]\n" + "".join(f"{name} = {as_toml(value)}\n" for name, value in rows.items())


def _families(plan: Plan, drawn: set[str]) -> Iterator[str]:
    """The families over the figures that there are."""
    for family in plan.families:
        of = replace(
            family, **{name: tuple(f for f in getattr(family, name) if f in drawn) for name in ("figures", "also")}
        )
        if of.figures:
            usual = {field.name for field in fields(Family) if getattr(of, field.name) == field.default} | {""}
            rows = {name: value for name, value in vars(of).items() if name not in usual and value != {}}
            yield "[[family]]\n" + "".join(f"{name} = {as_toml(value)}\n" for name, value in rows.items())


def is_private(project: Project, name: str) -> bool:
    """Whether a file of a study's own repository names files of texts, so that it stays out of its archive."""
    return name.startswith(PRIVATE) or name == project.relative(project.corpus / "fill_in.txt")
