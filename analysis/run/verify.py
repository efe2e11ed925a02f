"""Rerunning the plan beside the committed figures, and saying for each whether it came out the same."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from analysis.errors import DiscourseError, not_allowed
from analysis.figures.save import digest_of
from analysis.run.compare import DATA_DIFFER, IDENTICAL, Comparison, compare
from analysis.run.dependencies import split_key, store_folder, table_hashes
from analysis.run.outcomes import markdown_table, place, text_table
from analysis.run.plan import Plan, Run
from analysis.run.provenance import read_sidecar
from analysis.run.runner import LEFT_OUT, NOTHING, Outcome, Settings, run_all
from analysis.store.atomic import sha256_of
from analysis.store.manifest import MANIFEST, read_manifest

COLUMNS = ("figure", "status", "detail", "changed inputs")
FORMATS = ("text", "csv", "json", "markdown")


def verify(
    plan: Plan, figures: Iterable[str] = (), *, jobs: int = 2, tell: Callable[[Outcome], None] = lambda _: None
) -> list[Comparison]:
    """Execute the runs of `figures` (none named: of all) into a scratch folder and compare with figures/.

    Nothing in the project changes. Each comparison names the store tables that changed since the figure was published.
    """
    wanted = list(figures)
    runs = [r for r in plan.runs if any(f in r.figures for f in wanted)] if wanted else list(plan.runs)
    for figure_id in wanted:
        plan.owner(figure_id)
    with tempfile.TemporaryDirectory(prefix="discourse-verify-") as scratch:
        settings = Settings(jobs=jobs, force=True, figures=Path(scratch), record=False)
        with _own_cache(Path(scratch) / "cache"):
            outcomes = {o.run.id: o for o in run_all(plan, _free(runs), settings, tell)}
        return [
            *(
                _verdict(plan, run, figure_id, Path(scratch), outcomes[run.id])
                for run in runs
                for figure_id in run.figures
                if not wanted or figure_id in wanted
            ),
            *(_finding(plan, run, outcomes[run.id]) for run in runs if run.id in plan.findings),
        ]


def _finding(plan: Plan, run: Run, outcome: Outcome) -> Comparison:
    """Whether a run that was recorded to find nothing to draw finds nothing again, in the same words."""
    ended = outcome.status in (NOTHING, LEFT_OUT)
    if ended and outcome.reasons == [plan.findings[run.id]]:
        return Comparison(run.id, IDENTICAL, f"nothing to draw, as recorded: {plan.findings[run.id]}")
    now = "; ".join(outcome.reasons) if ended else f"the run {outcome.status}"
    return Comparison(run.id, DATA_DIFFER, f"recorded was: {plan.findings[run.id]} Now: {now}")


@contextlib.contextmanager
def _own_cache(folder: Path) -> Iterator[None]:
    """Kernels keep fitted models in `folder` meanwhile: a model fitted earlier would not be verified."""
    before = os.environ.get("DISCOURSE_CACHE")
    os.environ["DISCOURSE_CACHE"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["DISCOURSE_CACHE"]
        else:
            os.environ["DISCOURSE_CACHE"] = before


def _free(runs: list[Run]) -> list[Run]:
    """The runs as they are; those they come after count only if they are run too."""
    from dataclasses import replace

    ids = {run.id for run in runs}
    return [replace(run, after=tuple(name for name in run.after if name in ids)) for run in runs]


def _verdict(plan: Plan, run: Run, figure_id: str, scratch: Path, outcome: Outcome) -> Comparison:
    committed = plan.project.figures
    sidecar = committed / f"{figure_id}.json"
    changed: list[str] = []
    if sidecar.is_file():
        try:
            recorded = read_sidecar(sidecar)
            changed = changed_tables(plan, recorded.get("run", {}).get("tables", {}))
            if digest_of(recorded) != recorded.get("digest"):
                changed.append(f"{figure_id}.json was edited by hand")
        except DiscourseError as error:
            changed = [str(error)]
    result = compare(figure_id, committed, scratch, "; ".join(changed))
    if run.refused:
        return Comparison(figure_id, result.status, f"{run.notebook}: {run.refused}", result.inputs)
    if outcome.error:
        return Comparison(figure_id, result.status, f"{run.notebook}: {place(outcome.error)}", result.inputs)
    return result


def changed_tables(plan: Plan, recorded: dict[str, str]) -> list[str]:
    """Which recorded inputs have other bytes now, and whether the store's own manifest knows of it."""
    now = table_hashes(plan.project, recorded)
    found = []
    for key, digest in recorded.items():
        if now[key] != digest:
            damaged = not key.startswith("file:") and _differs_from_manifest(plan, key)
            found.append(f"{key} {'does not match its manifest' if damaged else 'changed'}")
    return found


def _differs_from_manifest(plan: Plan, key: str) -> bool:
    store, table, collection = split_key(key)
    folder = store_folder(plan.project, store)
    try:
        manifest = read_manifest(folder)
    except DiscourseError:
        return (folder / MANIFEST).is_file()
    for part in manifest["tables"]:
        if part["table"] == table and collection in (None, part["collection"]):
            path = folder / part["file"]
            if not path.is_file() or sha256_of(path) != part["sha256"]:
                return True
    return False


def as_text(comparisons: Sequence[Comparison], style: str = "text") -> str:
    """The verdicts as a table: text, csv, json or markdown."""
    rows = [(c.figure_id, c.status, c.detail, c.inputs) for c in comparisons]
    if style == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([COLUMNS, *rows])
        return out.getvalue().rstrip("\n")
    if style == "json":
        return json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows], indent=1, ensure_ascii=False)
    if style == "markdown":
        return markdown_table(COLUMNS, rows)
    if style != "text":
        raise DiscourseError(not_allowed("--format", style, FORMATS))
    return text_table(COLUMNS, rows)


def summary(comparisons: Sequence[Comparison], *, strict: bool = False) -> tuple[str, bool]:
    """One sentence, and whether verification passes (strict: only identical data pass)."""
    counts: dict[str, int] = {}
    for c in comparisons:
        counts[c.status] = counts.get(c.status, 0) + 1
    passed = all(c.passes and not (strict and "tolerance" in c.status) for c in comparisons)
    listed = ", ".join(f"{n} {status}" for status, n in counts.items()) or "no figures in the plan"
    things = "1 figure" if len(comparisons) == 1 else f"{len(comparisons)} figures"
    return f"{things}: {listed}. {'Verified' if passed else 'NOT verified'}.", passed
