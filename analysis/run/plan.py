"""The plan: which notebook runs with which parameters and publishes which figures.

The plan owns every parameter of a published run: `[defaults.NOTEBOOK]` holds what all runs of a notebook share, a run's own
`parameters` what is its own. A notebook's parameter cell is the place to play; what it says changes no published figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, not_allowed, require
from analysis.run.code_hashes import code_of
from analysis.run.dead_ends import check_together
from analysis.run.families import Family, read_families, said_of_figures
from analysis.run.noticed import Harmless, check_harmless
from analysis.run.parameters import TAG, Parameter, check_names, check_values, declared
from analysis.run.project import Project
from analysis.study.schema import record, tables, value_of
from analysis.study.settings import read_toml

TIMEOUT = 1200
_ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Run:
    """One notebook with one set of parameters. `figures` are all figures it publishes, `after` the runs it needs.

    `withheld`: figure that it draws as well and that is not published -> why. Drafts hold it, and so do the figures of a
    study on a store of its own, whose rows may say more.

    `variant` names an ad-hoc run with other parameters; its figures go to figures/drafts/<id>-<variant>, or to the folder
    of figures/drafts that `drafts` names. `refused` says why it cannot be executed, in words ("": it can). `roles`: figure
    -> what its caption says of its tests, for figures of a family. `origin` is the run of plan.toml that it stands for on a
    store of its own.
    """

    id: str
    notebook: str
    parameters: dict[str, Any] = field(default_factory=dict)
    figures: tuple[str, ...] = ()
    withheld: dict[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    timeout: int = TIMEOUT
    variant: str = ""
    drafts: str = ""
    refused: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""

    @property
    def key(self) -> str:
        return f"{self.id}-{self.variant}" if self.variant else self.id


@dataclass(frozen=True)
class Plan:
    """All runs, each after those it needs, the parameters that all runs of a notebook share, the families of tests, and
    the warnings that are declared harmless.

    fit_to_store: the runs are to be fitted to what the store holds (`fit.load_fitted`); then `fitted` names the store,
    `left_out` says in words why a run cannot be executed there, `elsewhere` which collection that the store does not hold
    a run of plan.toml is for, and `findings` what runs without a figure found.
    """

    project: Project
    runs: tuple[Run, ...]
    defaults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    families: tuple[Family, ...] = ()
    fit_to_store: bool = False
    fitted: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, str] = field(default_factory=dict)
    harmless: tuple[Harmless, ...] = ()

    def notebook_path(self, run: Run) -> Path:
        return self.project.notebooks / f"{run.notebook}.ipynb"

    def values(self, run: Run) -> dict[str, Any]:
        """The parameters a run really has, sorted by name: what the plan says of this run, else of its notebook.

        A parameter of which the plan says nothing has the value of the notebook's cell (`drift` names those). A run whose
        notebook cannot be read has what the plan says.
        """
        merged = {**self.defaults.get(run.notebook, {}), **run.parameters}
        try:
            merged = {name: p.default for name, p in declared(self.notebook_path(run)).items()} | merged
        except DiscourseError:
            if not run.refused:
                raise
        return {name: list(v) if isinstance(v, tuple) else v for name, v in sorted(merged.items())}

    def owner(self, figure_id: str) -> Run:
        """The run that publishes a figure; `DiscourseError` lists the plan's figures if none does."""
        for run in self.runs:
            if figure_id in run.figures:
                return run
        raise DiscourseError(not_allowed("figure", figure_id, [f for run in self.runs for f in run.figures]))


def load_plan(project: Project) -> Plan:
    """Read and check notebooks/plan.toml, with every parameter of every run.

    Raises `DiscourseError` where the plan itself cannot be read; a run that cannot be executed (its notebook, a parameter,
    its store) says why in `refused` and leaves the others alone.
    """
    content = read_toml(project.plan)
    for key in content:
        require("plan.toml: key", key, ("timeout", "defaults", "run", "family", "harmless", "fit_to_store"))
    timeout = _seconds("plan.toml", content.get("timeout", TIMEOUT))
    runs = [_run(row, timeout) for row in tables(content, "run", where="plan.toml")]
    _unique("run id", (run.id for run in runs))
    _unique("figure", (figure for run in runs for figure in (*run.figures, *run.withheld)))
    defaults = value_of(dict[str, Any], content.get("defaults", {}), "plan.toml: defaults")
    for notebook, values in defaults.items():
        if not isinstance(values, dict):
            raise DiscourseError(
                f"plan.toml: defaults.{notebook} = {values!r}: write [defaults.{notebook}], then name = value."
            )
        if notebook not in {run.notebook for run in runs}:
            raise DiscourseError(
                "plan.toml: " + not_allowed("defaults", notebook, dict.fromkeys(r.notebook for r in runs))
            )
    is_fit = value_of(bool, content.get("fit_to_store", False), "plan.toml: fit_to_store")
    known = None if is_fit else [figure for run in runs for figure in run.figures]
    families = read_families(tables(content, "family", where="plan.toml"), known)
    said = said_of_figures(families)
    runs = [replace(run, roles={f: said[f] for f in run.figures if f in said}) for run in runs]
    rows = tables(content, "harmless", where="plan.toml")
    harmless = check_harmless(record(Harmless, row, where="plan.toml, harmless") for row in rows)
    plan = Plan(project, _in_order(runs), defaults, families, is_fit, harmless=harmless)
    return replace(plan, runs=tuple(checked(plan, run) for run in plan.runs))


def with_all_figures(plan: Plan) -> Plan:
    """The plan with nothing withheld: what says too little of this study's store may say more of another."""
    runs = (replace(run, figures=(*run.figures, *run.withheld), withheld={}) for run in plan.runs)
    return replace(plan, runs=tuple(runs))


def _seconds(where: str, value: Any) -> int:
    if value_of(int, value, f"{where}: timeout") < 1:
        raise DiscourseError(f"{where}: timeout = {value!r} is not allowed; allowed: seconds, 1 or more.")
    return int(value)


def _run(row: dict[str, Any], timeout: int) -> Run:
    where = f"plan.toml, run {row.get('id', row.get('notebook', '?'))}"
    filled = {"id": row.get("notebook", ""), "timeout": timeout} | row
    run = record(
        Run, filled, where=where, given={"variant": "", "drafts": "", "refused": "", "roles": {}, "origin": ""}
    )
    _seconds(where, run.timeout)
    run = replace(run, notebook=run.notebook.removesuffix(".ipynb"))
    for figure, reason in run.withheld.items():
        if not str(reason).strip():
            raise DiscourseError(f"{where}: withheld: {figure}: say in words why it is not published.")
    for name in (run.id, *run.figures, *run.withheld):
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
    if not known and (run.parameters or plan.defaults.get(run.notebook)):
        raise DiscourseError(
            f"{run.notebook}.ipynb: no cell with parameters is tagged {TAG!r}, and the plan gives it some; tag the cell of "
            "the parameters so (JupyterLab: property inspector, on the right; VS Code: ... of the cell)."
        )
    code_of(plan.notebook_path(run))
    check_names(f"{run.notebook} (plan.toml, defaults.{run.notebook})", plan.defaults.get(run.notebook, {}), known)
    check_names(where, run.parameters, known)
    values = plan.values(run)
    filled = [name for name in ("frames", "target") if name in known and known[name].default]
    check_values(where, values, plan.project.corpus / "store", filled)
    check_together(where, values, plan.project.corpus / "store")
    return known


def checked(plan: Plan, run: Run) -> Run:
    """The run, with the reason in `refused` when it cannot be executed as it stands."""
    try:
        check_run(plan, run)
    except DiscourseError as error:
        return replace(run, refused=str(error))
    return replace(run, refused="")


def select(plan: Plan, only: Iterable[str]) -> list[Run]:
    """The runs named by id, by notebook or by figure, in plan order; none named: all."""
    names = list(only)
    if not names:
        return list(plan.runs)
    found: list[Run] = []
    for name in names:
        wanted = name.removesuffix(".ipynb")
        chosen = [r for r in plan.runs if wanted in (r.id, r.notebook, *r.figures)]
        chosen = chosen or [r for r in plan.runs if r.origin and wanted == r.origin]
        if not chosen:
            _refuse(plan, name, wanted)
        found += chosen
    return [run for run in plan.runs if run in found]


def _refuse(plan: Plan, name: str, wanted: str) -> None:
    """Say why no run is called so: it is left out on the store, is for another collection, or is none of the plan's."""
    if wanted in plan.left_out:
        raise DiscourseError(f"--only {name}: left out on store {plan.fitted}: {plan.left_out[wanted]}")
    if wanted in plan.elsewhere:
        raise DiscourseError(
            f"--only {name}: store {plan.fitted} holds no collection {plan.elsewhere[wanted]}; runs there: "
            f"{', '.join(r.id for r in plan.runs)}."
        )
    raise DiscourseError(not_allowed("--only", name, dict.fromkeys([n for r in plan.runs for n in (r.id, r.notebook)])))
