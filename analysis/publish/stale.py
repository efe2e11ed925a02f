"""Whether the committed figures still are what the plan would make, found out without running anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.figures.save import FILES
from analysis.publish.catalogue import catalogue
from analysis.run.dependencies import differences, inputs_of
from analysis.run.plan import Plan, Run
from analysis.run.provenance import doubts, read_sidecar
from analysis.run.results import read_results


@dataclass(frozen=True)
class Problem:
    """One reason why a figure (or a generated file) is out of date."""

    figure_id: str
    reason: str


def check_figures(plan: Plan) -> list[Problem]:
    """Every way in which figures/ differs from the plan, the notebooks, the store, the code and its own sidecars.

    Versions of libraries are not looked at: that is `discourse verify`'s part.
    """
    folder = plan.project.figures
    problems = []
    results = read_results(plan.project) if plan.fitted else {}
    for run in plan.runs:
        if plan.fitted and run.id not in results:
            problems.append(Problem(run.id, "the run has not been published on this store"))
            continue
        if plan.fitted and results[run.id]["finding"]:
            problems += [Problem(run.id, reason) for reason in stale_finding(plan, run, results[run.id])]
        for figure_id in run.figures:
            problems += [Problem(figure_id, reason) for reason in stale_reasons(plan, run, figure_id, folder)]
    gone = sorted(set(results) - {run.id for run in plan.runs})
    problems += [Problem(name, "the plan has no such run on this store any more") for name in gone]
    named = {figure for run in plan.runs for figure in run.figures}
    for path in sorted(folder.glob("*.json")):
        if path.stem not in named:
            problems.append(Problem(path.stem, "no run in the plan publishes it; remove its files"))
    return problems or _generated(plan)


def stale_reasons(plan: Plan, run: Run, figure_id: str, folder: Path) -> list[str]:
    """Why one published figure is stale; empty when it is not."""
    if run.refused:
        return [f"its run {run.id} is refused: {run.refused}"]
    missing = [kind for kind in FILES if not (folder / f"{figure_id}.{kind}").is_file()]
    if missing:
        return [f"missing: {', '.join(f'{figure_id}.{kind}' for kind in missing)}"]
    try:
        sidecar = read_sidecar(folder / f"{figure_id}.json")
    except DiscourseError as error:
        return [str(error)]
    found = doubts(sidecar, folder)
    recorded = sidecar.get("run")
    if recorded is None:
        return [*found, "it was not made by `discourse run`"]
    if recorded["id"] != run.id:
        found.append(f"it was made by run {recorded['id']}, the plan says {run.id}")
    if sidecar.get("role", "") != run.roles.get(figure_id, ""):
        found.append("the plan says other things of its tests ([[family]]) than its caption")
    now = inputs_of(plan, run, recorded["tables"]).as_dict()
    then = {
        "notebook": recorded["notebook_sha256"],
        "parameters": recorded["parameters"],
        "code": recorded["code"],
        "tables": recorded["tables"],
    }
    return found + differences(then, now, libraries=False)


def stale_finding(plan: Plan, run: Run, record: Mapping[str, Any]) -> list[str]:
    """Why what a run found, and drew nothing of, may no longer hold; empty when it does."""
    then = record["inputs"]
    now = inputs_of(plan, run, then.get("tables", [])).as_dict()
    return (
        differences(then, now, libraries=False) if {"notebook", "code", "tables"} <= set(then) else ["damaged record"]
    )


def _generated(plan: Plan) -> list[Problem]:
    problems = []
    for name, text in catalogue(plan.project).items():
        path = plan.project.figures / name
        if not path.is_file() or path.read_bytes() != text.encode():
            problems.append(Problem(name, f"does not list the figures as they are; run `{plan.project.again}`"))
    return problems
