"""The plan and the notebooks that a study of one's own starts with, taken from those of the package."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.run.drift import as_toml
from analysis.run.fit import runs_for
from analysis.run.parameters import declared
from analysis.run.plan import Plan, load_plan, with_all_figures
from analysis.run.project import PACKAGE, Project

SHIPPED = Path("analysis") / "shipped"
INDEX = "index.ipynb"
# What may be said of a run without knowing the study: how it looks at a collection, not at which of a study's ids.
NEUTRAL = ("collection", "figure_id", "frequency", "about")
_PART = re.compile(r"^<!-- this study -->\n.*?^<!-- end -->\n?", re.DOTALL | re.MULTILINE)
_MARK = re.compile(r"^<!-- (this study|end) -->\n?", re.MULTILINE)
_HEAD = """\
# Which notebook runs with which parameters. `discourse run` executes this file on the store of this study.
#
# fit_to_store: each notebook runs on every collection that the store holds, ids and figures named after it; a run that the
# store cannot carry is left out with its reason. A run that names a collection here comes before one made after it.
#
# The plan owns every parameter of a published figure. [defaults.NOTEBOOK] holds what all runs of a notebook share, a run's
# own `parameters` come before it. Empty lists and texts mean: as the study declares.

fit_to_store = true
"""


def shipped() -> Project:
    """Where the package keeps notebooks and documents: inside itself once installed, else in its checkout.

    Raises `DiscourseError` for an installation without them.
    """
    for root in (PACKAGE / SHIPPED, PACKAGE):
        if (root / "notebooks" / "plan.toml").is_file():
            return Project(root)
    raise DiscourseError(
        f"{PACKAGE / SHIPPED}: the installed package has no notebooks; install it again from its wheel."
    )


def first_files(collections: Iterable[str]) -> dict[str, bytes]:
    """File name, relative to the study's folder -> content: notebooks, their plan for these collections, methods."""
    project = shipped()
    plan = with_all_figures(load_plan(project))
    used = [path for path in sorted(project.notebooks.glob("*.ipynb")) if _is_public(path)]
    methods = sorted((project.root / "docs" / "methods").glob("*.md"))
    found = {path.relative_to(project.root).as_posix(): path.read_bytes() for path in used}
    words = {path.relative_to(project.root).as_posix(): path.read_text(encoding="utf-8") for path in methods}
    found |= {name: for_any_study(text).encode() for name, text in words.items()}
    return {**found, "notebooks/plan.toml": first_plan(plan, list(collections)).encode()}


def for_any_study(words: str, *, ours: bool = False) -> str:
    """A document without what stands between `<!-- this study -->` and `<!-- end -->`: it is on this project's own study.

    ours: only the marks are taken out.
    """
    return _MARK.sub("", words) if ours else _PART.sub("", words)


def _is_public(notebook: Path) -> bool:
    """Whether a notebook is one of the numbered ones or their start page, and no draft of whoever works here."""
    return notebook.name[:1].isdigit() or notebook.name == INDEX


def first_plan(plan: Plan, collections: list[str]) -> str:
    """plan.toml of a study that has said nothing yet: every notebook on these collections, nothing of the plan's study."""
    runs = [run for notebook in _notebooks(plan) for run in runs_for(plan, notebook, collections)]
    ids = {run.id for run in runs}
    parts = [_HEAD]
    for notebook in dict.fromkeys(run.notebook for run in runs):
        cells = declared(plan.project.notebooks / f"{notebook}.ipynb")
        parts.append(f"[defaults.{notebook}]\n" + _lines({name: p.default for name, p in cells.items()}))
    for run in runs:
        rows: dict[str, Any] = {"id": run.id, "notebook": run.notebook}
        rows |= {"after": after} if (after := [name for name in run.after if name in ids]) else {}
        rows["parameters"] = {name: run.parameters[name] for name in NEUTRAL if name in run.parameters}
        if rows["parameters"].get("figure_id", "") not in ("", *_prefixes(run.id)):
            rows["parameters"]["figure_id"] = run.id
        parts.append("[[run]]\n" + _lines(rows))
    return "\n".join(parts)


def _notebooks(plan: Plan) -> list[str]:
    return list(dict.fromkeys(run.notebook for run in plan.runs))


def _prefixes(run_id: str) -> list[str]:
    """The ids that name no more than a run's id does: `topics_news` for the run `topics_compare_news`."""
    words = run_id.split("_")
    return ["_".join([*words[:k], words[-1]]) for k in range(1, len(words))]


def _lines(rows: dict[str, Any]) -> str:
    return "".join(f"{name} = {as_toml(value)}\n" for name, value in rows.items())
