"""One claim under all its choices: `discourse run --choices ID`, in one process or as one run of a notebook for each."""

from __future__ import annotations

import csv
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError, not_allowed
from analysis.run.cache import Cache
from analysis.run.parameters import Parameter, declared
from analysis.run.plan import Plan, Run, select
from analysis.run.runner import BAD, Outcome, Settings, run_all, todo
from analysis.run.variants import vary
from analysis.study.choices import Choices, Combination, Curve

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.frames.curve import SpecificationCurve

TABLE = "counting"  # the parameter of a notebook that takes a table of choices
VALUES = ("estimate", "low", "high", "p", "rotation_p")


@dataclass(frozen=True)
class Estimate:
    """How long it will take. runs: notebooks to run; seconds: of all of them; basis: what the estimate rests on."""

    runs: int
    seconds: float | None
    basis: str

    def __str__(self) -> str:
        if not self.runs:
            return "nothing to run: all results stand"
        if self.seconds is None:
            return f"{self.runs} notebook runs; {self.basis}"
        return f"{self.runs} notebook runs, about {in_words(self.seconds)} ({self.basis})"


def in_words(seconds: float) -> str:
    """45 s, or 12 min.

    >>> in_words(45), in_words(700)
    ('45 s', '12 min')
    """
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def claim_of(plan: Plan, curve: Curve) -> Run:
    """The run of the plan that makes the claim of a curve; `DiscourseError` if the plan has none of that id."""
    if curve.run not in (run.id for run in plan.runs):
        raise DiscourseError(not_allowed(f"choices.toml, curve {curve.id}: run", curve.run, [r.id for r in plan.runs]))
    return select(plan, [curve.run])[0]


def parameters_of(known: Mapping[str, Parameter], curve: Curve, combination: Combination) -> dict[str, Any]:
    """The parameters of a notebook that make one combination: settings it declares, `frame` as `frames`, and what it does
    not declare in its table `counting`. Raises `DiscourseError` for a setting that it has no place for."""
    given, rest = dict(curve.parameters), {}
    for name, value in combination.set.items():
        if name == "frame" and name not in known and "frames" in known:
            given["frames"] = [value]
        elif name in known and name != TABLE:
            given[name] = value
        else:
            rest[name] = value
    if rest and (TABLE not in known or (set(rest) != {TABLE} and "dict" not in known[TABLE].kind)):
        wrong = next(name for name in rest if TABLE not in known or name != TABLE)
        raise DiscourseError(not_allowed(f"choices.toml, curve {curve.id}: parameter of {curve.run}", wrong, known))
    if rest:
        given[TABLE] = rest[TABLE] if set(rest) == {TABLE} else rest
    return given


def runs_of(plan: Plan, curve: Curve, combinations: Sequence[Combination]) -> list[Run]:
    """One run of the claim's notebook for each combination, in order; one that cannot be executed says why in `refused`."""
    claim = claim_of(plan, curve)
    known = declared(plan.notebook_path(claim))
    return [vary(plan, [claim], parameters_of(known, curve, one), {})[0] for one in combinations]


def estimate(plan: Plan, runs: Sequence[Run], settings: Settings) -> Estimate:
    """How long the runs that are not done yet will take, from earlier runs of the same notebook on this machine."""
    cache = Cache.load(plan.project.cache / "run.json")
    waiting = [run for run, reasons in todo(plan, runs, cache, settings) if reasons and not run.refused]
    keys = {run.id for run in plan.runs if run.notebook in {one.notebook for one in runs}}
    timed = {key: float(record["seconds"]) for key, record in cache.runs.items() if key.split("-", 1)[0] in keys}
    # Runs with other parameters than the plan's are more alike to these than the plan's own, where there are any.
    known = [seconds for key, seconds in timed.items() if "-" in key] or list(timed.values())
    if not known:
        return Estimate(len(waiting), None, "none of this notebook has been timed here: the first one will tell")
    middle = statistics.median(known)
    alike = f"{len(known)} earlier run{'s' if len(known) > 1 else ''} took {middle:.0f} s in the middle"
    return Estimate(len(waiting), middle * len(waiting) / min(settings.jobs, max(len(waiting), 1)), alike)


def run_notebooks(
    plan: Plan,
    curve: Curve,
    combinations: Sequence[Combination],
    settings: Settings,
    tell: Callable[[Outcome], None] = lambda _: None,
) -> tuple[list[dict[str, Any]], list[Outcome]]:
    """(one row a combination, what became of each run). What ran before and is unchanged is not run again.

    A row: choice_* (ids of the alternatives), `VALUES` from the table of the curve's figure (null where it has none), state
    ("" or why there is no estimate), is_preferred, run (its key).
    """
    outcomes = run_all(plan, runs_of(plan, curve, combinations), settings, tell)
    rows = []
    for one, outcome in zip(combinations, outcomes, strict=True):
        values, state = _read(curve, outcome)
        chosen = {f"choice_{name}": value for name, value in one.alternatives.items()}
        rows.append(chosen | values | {"state": state, "is_preferred": one.is_preferred, "run": outcome.run.key})
    return rows, outcomes


def _read(curve: Curve, outcome: Outcome) -> tuple[dict[str, float | None], str]:
    """The values of the one row of a figure's table that holds the estimate; else nulls and the reason."""
    nothing = dict.fromkeys(VALUES)
    if outcome.status in BAD or not outcome.figures:
        words = outcome.error["message"] if outcome.error else "; ".join(outcome.reasons)
        return nothing, f"{outcome.status}: {words}"
    figure = curve.figure if curve.figure in outcome.figures else outcome.figures[0]
    with (outcome.folder / f"{figure}.csv").open(encoding="utf-8", newline="") as stream:
        table = list(csv.DictReader(stream))
    for name in (*curve.row, *curve.columns.values()):
        if table and name not in table[0]:
            where = f"choices.toml, curve {curve.id}: column of figure {figure}"
            raise DiscourseError(not_allowed(where, name, table[0]))
    found = [row for row in table if all(row[name] == value for name, value in curve.row.items())]
    if len(found) != 1:
        wanted = ", ".join(f"{name} = {value}" for name, value in curve.row.items())
        return nothing, f"{len(found)} rows of figure {figure} have {wanted}; one is needed"
    texts = {name: found[0][column] for name, column in curve.columns.items() if name in VALUES}
    return nothing | {name: float(text) if text else None for name, text in texts.items()}, _state(texts)


def _state(texts: Mapping[str, str]) -> str:
    return "" if texts.get("estimate") else "no estimate"


@dataclass(frozen=True)
class InOneProcess:
    """A curve made in one process, with the choices that could be made on the store, and what was left out, in words."""

    made: SpecificationCurve
    curve: Curve
    told: list[str]


def in_one_process(
    plan: Plan, choices: Choices, name: str, sample: int | None = None, told: Callable[[str], None] = lambda _: None
) -> InOneProcess:
    """The curve by tabulating the store anew for each combination; told: is given the estimate before it starts.

    Store, collection, outlets, eras, seed and least number of units are those of the claim's run.
    """
    from analysis.measures.frames.curve import on_store, specification_curve
    from analysis.measures.frames.selection import select_eras
    from analysis.measures.frames.specifications import evaluate, specification
    from analysis.measures.frames.variation import material_of
    from analysis.measures.inference.resampling import Sampling
    from analysis.store import open_store

    claim = choices.curve(name)
    values = plan.values(claim_of(plan, claim)) | dict(claim.parameters)
    store = open_store(plan.project.corpus / "store" / values["store_name"], values["collection"])
    chosen = {"outlet_ids": values.get("outlet_ids", ()), "era_ids": values.get("era_ids", ())}
    selection = select_eras(store.table("documents"), store.study, compare=True, **chosen)
    material = material_of(store, selection)
    curve, frame, left_out = on_store(choices, name, material, store.labels("entries")["frame"])
    combinations = choices.combinations(curve, sample=sample)
    sampling = Sampling(interval="studentised", seed=values.get("seed", 1), min_units=values.get("min_units", 10))
    trial = [specification(one.set | {"frame": frame}) for one in combinations[:4]]
    evaluate(material, trial[:1], sampling)  # loads what is loaded once
    begun = time.perf_counter()
    evaluate(material, trial, sampling)
    seconds = (time.perf_counter() - begun) / len(trial) * len(combinations)
    told(f"{len(combinations)} specifications in one process, about {in_words(max(seconds, 1))}")
    return InOneProcess(specification_curve(material, combinations, sampling, frame=frame), curve, left_out)


def is_found(rows: pd.DataFrame, level: float = 0.05) -> pd.Series:
    """Whether both p-values of a row are at most `level`; a p that a notebook does not give counts as none."""
    first = rows["p"].astype(float) <= level + 1e-12
    return first & (rows["rotation_p"].astype(float).isna() | (rows["rotation_p"].astype(float) <= level + 1e-12))
