"""Executing runs in order, two at a time, and recording each as soon as it has finished."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, NothingFound
from analysis.run.cache import Cache, output_hashes
from analysis.run.code_hashes import RULES
from analysis.run.dependencies import Inputs, inputs_of, read_trace, table_hashes
from analysis.run.execute import Job, end, missing_figures, poll, preload, publish_figures, start
from analysis.run.forks import Forked, Preloaded
from analysis.run.known_code import known_code
from analysis.run.noticed import judged
from analysis.run.plan import Plan, Run
from analysis.run.project import Project
from analysis.run.provenance import complete_sidecars, refresh_sidecars
from analysis.run.results import record_result

LOG = logging.getLogger(__name__)
RAN, FRESH, FAILED, BLOCKED, REFUSED = "ran", "unchanged", "failed", "skipped", "refused"
NOTHING = "nothing"  # the notebook ended in `NothingFound` on a store or with parameters of one's own
LEFT_OUT = "left out"  # the notebook refused the store that the plan was fitted to: a study without what it looks at
NOTHING_FOUND = NothingFound.__name__
BAD = (FAILED, BLOCKED, REFUSED)


@dataclass
class Outcome:
    """What became of one run. `reasons` say why it ran, or why it did not; `warnings` what its kernel warned of, each once
    with its count and, if the plan declares it harmless, the reason (`noticed.judged`)."""

    run: Run
    status: str
    parameters: dict[str, Any] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    seconds: float = 0.0
    peak_mb: int = 0
    figures: list[str] = field(default_factory=list)
    folder: Path = Path()
    error: dict[str, Any] | None = None
    warnings: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Settings:
    """How to execute: how many at once, whether unchanged runs are repeated, where figures go (None: as planned)."""

    jobs: int = 2
    force: bool = False
    figures: Path | None = None
    publish: bool = False
    record: bool = True


def folder_of(project: Project, run: Run, settings: Settings) -> Path:
    """Where a run's figures go: figures/, or figures/drafts/<key> for other parameters than the plan's."""
    if settings.figures is not None:
        return settings.figures / run.key if run.variant else settings.figures
    return project.drafts / (run.drafts or run.key) if run.variant and not settings.publish else project.figures


def todo(plan: Plan, runs: Iterable[Run], cache: Cache, settings: Settings) -> list[tuple[Run, list[str]]]:
    """Each run with the reasons to execute it; an empty list of reasons means that its results still stand."""
    found: dict[str, list[str]] = {}
    result = []
    for run in runs:
        if run.refused:
            result.append((run, [run.refused]))
            continue
        reasons = ["asked for"] if settings.force else cache.reasons(plan, run, folder_of(plan.project, run, settings))
        reasons += [f"needs {name}, which runs" for name in run.after if found.get(name)]
        found[run.id] = reasons
        result.append((run, reasons))
    if settings.record:
        known_code(plan.project.cache, RULES).save()
    return result


def run_all(
    plan: Plan,
    runs: list[Run],
    settings: Settings,
    tell: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Execute what needs it and return one outcome for each run, in plan order.

    A failed or refused run blocks those that come `after` it; all others are finished. `tell` is called as each outcome is
    known.
    """
    cache = Cache.load(plan.project.cache / "run.json" if settings.record else Path("-"))
    outcomes: dict[str, Outcome] = {}
    waiting: list[tuple[Run, list[str]]] = []
    for run, reasons in todo(plan, runs, cache, settings):
        if run.refused:
            outcomes[run.key] = Outcome(run, REFUSED, plan.values(run), reasons)
            tell(outcomes[run.key])
        elif reasons:
            waiting.append((run, reasons))
        else:
            outcomes[run.key] = _fresh(plan, run, cache, settings)
            tell(outcomes[run.key])
    if waiting:
        waiting.sort(key=lambda item: _urgency(item[0], runs, cache))
        with _alone(plan.project) as scratch:
            _loop(plan, waiting, outcomes, cache, settings, scratch, tell)
    return [outcomes[run.key] for run in runs]


def _urgency(run: Run, runs: list[Run], cache: Cache) -> tuple[bool, float]:
    """Runs that others need come first, then those that took long the last time; the sort keeps plan order in ties."""
    needed = any(run.id in other.after for other in runs)
    return not needed, -float(cache.runs.get(run.key, {}).get("seconds", 0.0))


def _fresh(plan: Plan, run: Run, cache: Cache, settings: Settings) -> Outcome:
    record = cache.runs[run.key]
    folder = folder_of(plan.project, run, settings)
    if refresh_sidecars(plan.project, record["figures"], folder, run.roles):
        cache.put(run.key, {**record, "outputs": output_hashes(folder, record["figures"])})
    return Outcome(
        run,
        FRESH,
        plan.values(run),
        [record.get("finding") or "nothing it depends on changed"],
        record["seconds"],
        record["peak_mb"],
        record["figures"],
        folder,
        warnings=judged(record.get("warnings", []), plan.harmless),
    )


def _loop(
    plan: Plan,
    waiting: list[tuple[Run, list[str]]],
    outcomes: dict[str, Outcome],
    cache: Cache,
    settings: Settings,
    scratch: Path,
    tell: Callable[[Outcome], None],
) -> None:
    asked = {run.id for run, _ in waiting}
    running: list[tuple[Job, Inputs, list[str]]] = []
    origin = preload(plan, scratch) if len(waiting) > 1 else None
    try:
        while waiting or running:
            for run, reasons in list(waiting):
                state = _state(run, outcomes, asked)
                if state:
                    waiting.remove((run, reasons))
                    outcomes[run.key] = Outcome(run, BLOCKED, plan.values(run), [state])
                    tell(outcomes[run.key])
                elif state == "" and len(running) < settings.jobs:
                    waiting.remove((run, reasons))
                    before = inputs_of(plan, run, [])
                    running.append((start(plan, run, scratch / run.key, origin), before, reasons))
            for item in [item for item in running if poll(item[0])]:
                running.remove(item)
                if (again := _again(plan, item[0], origin)) is not None:
                    running.append((again, *item[1:]))
                    continue
                outcome = _finish(plan, *item, cache, settings)
                outcomes[outcome.run.key] = outcome
                tell(outcome)
            time.sleep(0.05)
    finally:
        for job, _, _ in running:
            end(job)
        if origin is not None:
            origin.close()


def _again(plan: Plan, job: Job, origin: Preloaded | None) -> Job | None:
    """The same run begun anew by an interpreter of its own, if it ended because the process that forked it was ended; None
    otherwise. Nothing of the first attempt is kept."""
    if origin is None or not isinstance(job.process, Forked) or job.result["error"] is None or not origin.is_gone:
        return None
    if job.result["error"]["name"] != "Died":
        return None
    LOG.warning("%s: the process that forks workers has ended; the run is done again by an interpreter.", job.run.key)
    shutil.rmtree(job.scratch, ignore_errors=True)
    return start(plan, job.run, job.scratch)


def _state(run: Run, outcomes: dict[str, Outcome], asked: set[str]) -> str | None:
    """Why a run cannot be executed; "" when it can be now, None when it has to wait."""
    for name in run.after:
        outcome = outcomes.get(name)
        if outcome is not None and outcome.status in BAD:
            return f"needs {name}, which {'failed' if outcome.status == FAILED else f'was {outcome.status}'}"
    return None if any(name in asked and name not in outcomes for name in run.after) else ""


def _finish(plan: Plan, job: Job, before: Inputs, reasons: list[str], cache: Cache, settings: Settings) -> Outcome:
    run, project, error = job.run, plan.project, job.result["error"]
    folder = folder_of(project, run, settings)
    outcome = Outcome(run, RAN, before.parameters, reasons, job.result["seconds"], job.result["peak_mb"], [], folder)
    outcome.warnings = judged(job.result.get("warnings", []), plan.harmless)
    own = bool(plan.fitted) and folder == project.figures  # published figures of a study on a store of its own
    wrong = None if plan.fitted else missing_figures(job, drafts=folder != project.figures)
    if error is None and wrong:
        error = {"cell": None, "name": "WrongFigures", "message": wrong, "traceback": []}
    if job.executed.is_file() and settings.record:
        _keep_executed(project, job, failed=error is not None)
    if error is not None:
        if error["name"] == NOTHING_FOUND and (plan.fitted or (run.variant and not settings.publish)):
            # The plan promises figures of its own store alone; elsewhere that there is nothing to draw is a result.
            outcome.status, outcome.reasons = NOTHING, [str(error["message"])]
            _keep(plan, job, before, outcome, cache if settings.record else None, own)
        elif error["name"] == DiscourseError.__name__ and plan.fitted and not run.variant:
            outcome.status, outcome.reasons = LEFT_OUT, [str(error["message"])]
            _keep(plan, job, before, outcome, cache if settings.record else None, own)
        else:
            outcome.status, outcome.error = FAILED, error
        return outcome
    inputs = _inputs(plan, job, before)
    complete_sidecars(job.figures, run, inputs, outcome.warnings)
    drafts = bool(run.variant) and not settings.publish
    outcome.figures = publish_figures(job, folder, () if drafts else run.withheld)
    _keep(plan, job, before, outcome, cache if settings.record else None, own)
    shutil.rmtree(job.scratch, ignore_errors=True)
    return outcome


def _inputs(plan: Plan, job: Job, before: Inputs) -> Inputs:
    """What the run depended on: as it was before, and the tables that it was seen to read."""
    tables = table_hashes(plan.project, read_trace(plan.project, job.trace))
    return Inputs(before.notebook, before.parameters, before.code, tables, before.libraries)


def _keep(plan: Plan, job: Job, before: Inputs, outcome: Outcome, cache: Cache | None, own: bool) -> None:
    """Record a finished run: in the cache, so that it is not repeated, and a study's own in its results."""
    if cache is None:
        return
    inputs = _inputs(plan, job, before).as_dict()
    finding = outcome.reasons[0] if outcome.status in (NOTHING, LEFT_OUT) else ""
    if own:
        record_result(plan.project, job.run.id, outcome.figures, finding, inputs)
    if own or not finding:
        cache.put(
            job.run.key,
            {
                "inputs": inputs,
                "figures": outcome.figures,
                "seconds": outcome.seconds,
                "peak_mb": outcome.peak_mb,
                "warnings": job.result.get("warnings", []),
                "outputs": output_hashes(outcome.folder, outcome.figures),
                **({"finding": finding} if finding else {}),
            },
        )


def _keep_executed(project: Project, job: Job, *, failed: bool) -> None:
    """Keep the executed notebook to look at; a failed one beside the one that drew the figures, not in its place."""
    names = {True: f"{job.run.key}.failed.ipynb", False: f"{job.run.key}.ipynb"}
    project.executed.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(job.executed, project.executed / f".{job.run.key}.tmp")
    (project.executed / f".{job.run.key}.tmp").replace(project.executed / names[failed])
    if not failed:
        (project.executed / names[True]).unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(project: Project) -> Iterator[Path]:
    """A clean scratch folder that only one `discourse run` at a time may use; a killed run's leftovers are removed."""
    project.cache.mkdir(parents=True, exist_ok=True)
    with (project.cache / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DiscourseError(
                "another `discourse run` is at work in this folder; wait for it or stop it."
            ) from error
        scratch = project.cache / "scratch"
        _sweep(scratch)
        for leftover in (*project.figures.rglob(".*.tmp"), *project.executed.glob(".*.tmp")):
            leftover.unlink(missing_ok=True)
        scratch.mkdir(exist_ok=True)
        # A folder that no run had before: what a killed run's kernel still writes in its last moments lands elsewhere.
        own = Path(tempfile.mkdtemp(dir=scratch))
        try:
            yield own
        finally:
            _sweep(scratch)


def _sweep(scratch: Path) -> None:
    for description in scratch.glob("*/*/job.json"):
        with contextlib.suppress(OSError, ValueError, KeyError):
            shutil.rmtree(json.loads(description.read_text(encoding="utf-8"))["runtime"], ignore_errors=True)
    shutil.rmtree(scratch, ignore_errors=True)
