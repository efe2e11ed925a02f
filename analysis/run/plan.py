"""The plan: which notebook runs with which parameters and publishes which figures."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.errors import DiscourseError, not_allowed
from analysis.run.parameters import Parameter, check_names, check_values, declared, read_manifest
from analysis.run.project import Project
from analysis.study.settings import read_toml

TIMEOUT = 1200
_ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Run:
    """One notebook with one set of parameters. `figures` are all figures it publishes, `after` the runs it needs.

    `variant` names an ad-hoc run with other parameters; its figures go to figures/drafts/<id>-<variant>, or to the folder
    of figures/drafts that `drafts` names.
    """

    id: str
    notebook: str
    parameters: dict[str, Any] = field(default_factory=dict)
    figures: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    timeout: int = TIMEOUT
    variant: str = ""
    drafts: str = ""

    @property
    def key(self) -> str:
        return f"{self.id}-{self.variant}" if self.variant else self.id


@dataclass(frozen=True)
class Plan:
    """All runs, each after those it needs."""

    project: Project
    runs: tuple[Run, ...]

    def notebook_path(self, run: Run):
        return self.project.notebooks / f"{run.notebook}.ipynb"

    def values(self, run: Run) -> dict[str, Any]:
        """The parameters a run really has: the notebook's defaults and what the plan says, sorted by name."""
        known = declared(self.notebook_path(run))
        merged = {name: p.default for name, p in known.items()} | run.parameters
        return {name: list(v) if isinstance(v, tuple) else v for name, v in sorted(merged.items())}

    def owner(self, figure_id: str) -> Run:
        """The run that publishes a figure; `DiscourseError` lists the plan's figures if none does."""
        for run in self.runs:
            if figure_id in run.figures:
                return run
        raise DiscourseError(not_allowed("figure", figure_id, [f for run in self.runs for f in run.figures]))


def load_plan(project: Project) -> Plan:
    """Read and check notebooks/plan.toml, with every parameter of every run. Raises `DiscourseError`."""
    content = read_toml(project.plan)
    for name in content:
        if name not in ("run", "timeout"):
            raise DiscourseError("plan.toml: " + not_allowed("key", name, ("run", "timeout")))
    timeout = content.get("timeout", TIMEOUT)
    runs = [_run(row, timeout) for row in content.get("run", [])]
    _unique("run id", (run.id for run in runs))
    _unique("figure", (figure for run in runs for figure in run.figures))
    plan = Plan(project, _in_order(runs))
    for run in plan.runs:
        check_run(plan, run)
    return plan


def _run(row: dict[str, Any], timeout: int) -> Run:
    allowed = ("id", "notebook", "parameters", "figures", "after", "timeout")
    for name in row:
        if name not in allowed:
            raise DiscourseError(f"plan.toml, run {row.get('id', '?')}: " + not_allowed("key", name, allowed))
    if not isinstance(row.get("notebook"), str):
        raise DiscourseError(f"plan.toml, run {row.get('id', '?')}: `notebook` is missing.")
    run = Run(
        id=row.get("id", row["notebook"]),
        notebook=row["notebook"].removesuffix(".ipynb"),
        parameters=dict(row.get("parameters", {})),
        figures=tuple(row.get("figures", ())),
        after=tuple(row.get("after", ())),
        timeout=int(row.get("timeout", timeout)),
    )
    for name in (run.id, *run.figures):
        if not _ID.fullmatch(name):
            raise DiscourseError(f"plan.toml: {name!r}: ids are lower-case words joined by underscores.")
    if not re.fullmatch(r"[A-Za-z0-9_]+", run.notebook):
        raise DiscourseError(f"plan.toml, run {run.id}: notebook {run.notebook!r} is not the name of a notebook.")
    return run


def _unique(thing: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DiscourseError(f"plan.toml: {thing} {name!r} stands twice.")
        seen.add(name)


def _in_order(runs: list[Run]) -> tuple[Run, ...]:
    by_id = {run.id: run for run in runs}
    done: dict[str, Run] = {}

    def visit(run: Run, path: tuple[str, ...]) -> None:
        if run.id in path:
            raise DiscourseError(f"plan.toml: runs wait for each other: {' -> '.join((*path, run.id))}.")
        for name in run.after:
            if name not in by_id:
                raise DiscourseError(f"plan.toml, run {run.id}: " + not_allowed("after", name, by_id))
            visit(by_id[name], (*path, run.id))
        done[run.id] = run

    for run in runs:
        visit(run, ())
    return tuple(done.values())


def check_run(plan: Plan, run: Run) -> dict[str, Parameter]:
    """Check one run's parameters against its notebook and store; returns what the notebook declares."""
    where = f"{run.notebook} (run {run.id})"
    known = declared(plan.notebook_path(run))
    check_names(where, run.parameters, known)
    filled = [name for name in ("frames", "target") if name in known and known[name].default]
    check_values(where, plan.values(run), plan.project.corpus / "store", filled)
    return known


def select(plan: Plan, only: Iterable[str]) -> list[Run]:
    """The runs named by id, by notebook or by figure, in plan order; none named: all."""
    wanted = list(only)
    if not wanted:
        return list(plan.runs)
    found: list[Run] = []
    for name in wanted:
        chosen = [r for r in plan.runs if name.removesuffix(".ipynb") in (r.id, r.notebook, *r.figures)]
        if not chosen:
            names = dict.fromkeys([n for r in plan.runs for n in (r.id, r.notebook)])
            raise DiscourseError(not_allowed("--only", name, names))
        found += chosen
    return [run for run in plan.runs if run in found]


def vary(plan: Plan, runs: Iterable[Run], given: Mapping[str, Any], sweep: Mapping[str, list[Any]]) -> list[Run]:
    """Runs with other parameters: `given` for all, and one run for each combination of the values in `sweep`."""
    varied = []
    for run in runs:
        for values in itertools.product(*sweep.values()):
            extra = {**given, **dict(zip(sweep, values, strict=True))}
            changed = replace(run, parameters={**run.parameters, **extra}, variant=variant_name(extra), after=())
            check_run(plan, changed)
            varied.append(changed)
    return varied


def on_store(plan: Plan, runs: Iterable[Run], store: str) -> tuple[list[Run], list[str]]:
    """The runs on another store, with figures in figures/drafts/<store>/; and, in words, what had to be left out.

    A run of a collection that the store does not hold is left out. Where a notebook lists eras, those of which the store
    has no document are taken out of the list.
    """
    from analysis.store import open_store

    folder = plan.project.corpus / "store"
    read_manifest(store, folder, "--store")
    opened = open_store(folder / store)
    eras = {
        name: set(open_store(folder / store, name).table("documents", columns=["era_id"])["era_id"].dropna())
        for name in opened.collections
    }
    found, told = [], []
    for run in runs:
        values = plan.values(run)
        collection = values.get("collection")
        if "store_name" not in values or (collection and collection not in eras):
            told.append(f"{run.id}: left out, store {store} holds no collection {collection}")
            continue
        extra: dict[str, Any] = {"store_name": store}
        kept = [e for e in values.get("era_ids", []) if e in eras.get(collection, set())]
        if kept != list(values.get("era_ids", [])):
            told.append(f"{run.id}: era_ids {kept}, since store {store} has no document of the others")
            extra["era_ids"] = kept
        changed = replace(
            run, parameters={**run.parameters, **extra}, variant=variant_name(extra), after=(), drafts=store
        )
        check_run(plan, changed)
        found.append(changed)
    return found, told


def variant_name(extra: Mapping[str, Any]) -> str:
    """A short file-safe name for changed parameters: readable when it can be, with a hash so that none collide."""
    text = json.dumps(extra, sort_keys=True)
    readable = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")[:40].strip("_").lower()
    return f"{readable}_{hashlib.sha256(text.encode()).hexdigest()[:8]}"
