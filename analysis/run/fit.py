"""The plan fitted to a store that it was not written for: which runs there are, and why others are left out.

plan.toml is written for collections, eras and outlets of one study. On the store of another each of its notebooks still has
a run for every collection that it can look at: the plan's own where it names that collection, else one made after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from analysis.errors import DiscourseError
from analysis.run.families import Family, said_of_figures
from analysis.run.parameters import read_manifest
from analysis.run.plan import Plan, Run, checked, load_plan, with_all_figures
from analysis.run.project import Project, find_project
from analysis.run.results import read_results
from analysis.run.variants import adapted, renamed
from analysis.store.manifest import MANIFEST

OWN_STORE = "default"


def open_project(store: str | None = None) -> Project:
    """The project around the working folder, or the study of the store `store` within it.

    Raises `DiscourseError` for a store that is not there, listing those that are.
    """
    project = find_project()
    if store is None or store == (project.store or OWN_STORE):
        return project
    read_manifest(store, project.corpus / "store", "--store")
    return Project(project.root, store)


def open_plan(store: str | None = None) -> Plan:
    """The plan of `open_project(store)`, fitted to its store where it has one of its own."""
    return load_fitted(open_project(store))


def load_fitted(project: Project) -> Plan:
    """plan.toml as `load_plan` reads it, fitted to the store where the study or plan.toml says so."""
    plan = load_plan(project)
    if not project.store and not plan.fit_to_store:
        return plan
    return fit(plan, project.store or OWN_STORE)


def fit(plan: Plan, store: str) -> Plan:
    """The plan on the store: runs that can be executed there, with the figures they drew last, and why others cannot.

    A notebook has a run for each collection that plan.toml does not know, and for one at least of those it knows.
    """
    stores = plan.project.corpus / "store"
    if plan.fit_to_store and not (stores / store / MANIFEST).is_file():
        raise DiscourseError(
            f"store {store!r} of this study is not there yet; `discourse build` writes it from the texts."
        )
    if not plan.fit_to_store:
        plan = with_all_figures(plan)
    manifest = read_manifest(store, stores, "--store")
    held = _collections(manifest)
    runs: dict[str, Run] = {}
    left_out: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    for notebook in dict.fromkeys(run.notebook for run in plan.runs):
        for run in _of_notebook(plan, notebook, held, left_out, elsewhere):
            on_store = replace(run, parameters={**run.parameters, "store_name": store})
            changed, _ = adapted(plan, on_store, store, manifest, ())
            fitted = checked(plan, _named(plan, run, changed))
            if fitted.refused:
                left_out[fitted.id] = fitted.refused
            elif fitted.id not in runs:
                runs[fitted.id] = fitted
    families = plan.families if plan.fit_to_store else tuple(_families(plan, runs))
    results = read_results(plan.project)
    said = said_of_figures(families)
    done = [replace(_with_results(run, runs, results), roles=said) for run in runs.values()]
    findings = {name: results[name]["finding"] for name in runs if results.get(name, {}).get("finding")}
    ordered = _in_order(done)
    changed_plan = replace(plan, runs=ordered, families=families, fitted=store)
    return replace(changed_plan, left_out=left_out, elsewhere=elsewhere, findings=findings)


def _families(plan: Plan, runs: Mapping[str, Run]) -> Iterator[Family]:
    """The families of the plan over the figures that stand for theirs on the store, of which captions do not speak: that
    they were named before the data were seen holds for the study that named them.

    A joint p-value holds for one figure, so a joint family that has several here becomes one for each.
    """
    places = {figure: (run.id, place) for run in plan.runs for place, figure in enumerate(run.figures)}

    def here(figures: tuple[str, ...]) -> tuple[str, ...]:
        wanted = [places[figure] for figure in figures]
        return tuple(run.figures[place] for origin, place in wanted for run in runs.values() if run.origin == origin)

    for named in plan.families:
        family = replace(named, in_captions=False)
        figures, also = here(family.figures), here(family.also)
        if family.is_joint and len(figures) > 1:
            yield from (replace(family, id=f"{family.id}_{one}", figures=(one,), also=()) for one in figures)
        else:
            yield replace(family, figures=figures, also=also)


def _collections(manifest: Mapping[str, Any]) -> list[str]:
    """The collections of a store, in the order of its study; others, by name, after them."""
    held = {part["collection"] for part in manifest["tables"] if part["collection"]}
    named = [row.get("id") for row in manifest.get("study", {}).get("collections", []) if isinstance(row, dict)]
    return [name for name in named if name in held] + sorted(held - set(named))


def _of_notebook(
    plan: Plan, notebook: str, held: list[str], left_out: dict[str, str], elsewhere: dict[str, str]
) -> Iterator[Run]:
    """The runs of one notebook: those of the plan whose collection is held, and those made after them for others."""
    runs = [run for run in plan.runs if run.notebook == notebook]
    values = {run.id: _values(plan, run) for run in runs}
    if not any("store_name" in found for found in values.values()):
        left_out.update(dict.fromkeys(values, "its notebook opens no store that could be another one (store_name)."))
        return
    there = [run for run in runs if values[run.id].get("collection") in (None, *held)]
    yield from (replace(run, origin=run.id) for run in there)
    absent = [run for run in runs if run not in there]
    elsewhere.update({run.id: str(values[run.id]["collection"]) for run in absent})
    known = {_values(plan, other).get("collection") for other in plan.runs}
    wanted = [name for name in held if name not in known] or ([] if there else held)
    models = [run for run in absent or there if "collection" in values[run.id]]
    first = values[models[0].id]["collection"] if models else None
    for name in wanted:
        alike = (run for run in models if values[run.id]["collection"] == first)
        yield from (_for_collection(run, values[run.id], str(first), name) for run in alike)


def runs_for(plan: Plan, notebook: str, collections: list[str]) -> list[Run]:
    """The runs that a notebook of the plan has on a store that holds these collections, before its store is looked at."""
    return list(_of_notebook(plan, notebook, collections, {}, {}))


def _values(plan: Plan, run: Run) -> dict[str, Any]:
    return plan.values(replace(run, refused=run.refused or "?"))


def _for_collection(run: Run, values: Mapping[str, Any], old: str, new: str) -> Run:
    """The run as it would stand in the plan for another collection: ids, figures and what it waits for say so."""
    word = re.sub(r"[^a-z0-9]+", "_", new.lower()).strip("_")
    parameters = {**run.parameters, "collection": new}
    if isinstance(values.get("figure_id"), str):
        parameters["figure_id"] = renamed(values["figure_id"], old, word)
    return replace(
        run,
        id=renamed(run.id, old, word),
        parameters=parameters,
        figures=tuple(renamed(figure, old, word) for figure in run.figures),
        after=tuple(renamed(name, old, word) for name in run.after),
        origin=run.id,
    )


def _named(plan: Plan, run: Run, changed: Run) -> Run:
    """The run with the figure id of its run id, where what its own figure id says was of the other study."""
    before, now = _values(plan, run), _values(plan, changed)
    figure_id = now.get("figure_id")
    others = {name for name in before if name != "store_name" and before[name] != now.get(name)}
    if not others or not isinstance(figure_id, str) or set(figure_id.split("_")) <= set(run.id.split("_")):
        return changed
    figures = tuple(run.id + figure.removeprefix(figure_id) for figure in changed.figures)
    return replace(changed, parameters={**changed.parameters, "figure_id": run.id}, figures=figures)


def _with_results(run: Run, runs: Mapping[str, Run], results: Mapping[str, Any]) -> Run:
    figures = tuple(results[run.id]["figures"]) if run.id in results else run.figures
    return replace(run, figures=figures, after=tuple(name for name in run.after if name in runs))


def _in_order(runs: list[Run]) -> tuple[Run, ...]:
    """The runs, each after those it needs."""
    placed: dict[str, Run] = {}
    waiting = list(runs)
    while waiting:
        ready = [run for run in waiting if all(name in placed for name in run.after)]
        if not ready:
            raise DiscourseError(f"plan.toml: runs wait for each other: {', '.join(run.id for run in waiting)}.")
        placed |= {run.id: run for run in ready[:1]}
        waiting.remove(ready[0])
    return tuple(placed.values())
