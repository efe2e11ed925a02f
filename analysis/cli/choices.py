"""`discourse run --choices ID`: a claim under all its choices, with the estimate first and one figure at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from analysis.errors import DiscourseError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.run.plan import Plan
    from analysis.run.runner import Settings
    from analysis.study.choices import Choices, Curve


def run_choices(
    plan: Plan, name: str, settings: Settings, *, sample: int | None = None, through: str = "", dry_run: bool = False
) -> int:
    """Evaluate a curve of choices.toml; returns the exit status (0: no run failed).

    sample: combinations to draw instead of the curve's own number (0: all). through: "store" or "notebook" instead of what
    the curve says. Writes figures/drafts/choices/ID.csv with one row a combination, and the curve as SVG, PNG and PDF.
    """
    from analysis.study.choices import load_choices

    choices = load_choices(plan.project.notebooks / "choices.toml")
    curve = choices.curve(name)
    combinations = choices.combinations(curve, sample=sample)
    every = choices.count(curve)
    click.echo(
        f"{curve.label}: {len(combinations):,} of {every:,} combinations of {len(curve.choices)} choices", err=True
    )
    if (through or curve.through) == "store":
        return _in_one_process(plan, choices, curve, sample, dry_run)
    return _by_notebooks(plan, choices, curve, combinations, settings, dry_run)


def _in_one_process(plan: Plan, choices: Choices, curve: Curve, sample: int | None, dry_run: bool) -> int:
    from analysis.measures.frames.curve import drawing, labels_of, reading
    from analysis.run.choices import claim_of, in_one_process

    if dry_run:
        click.echo(f"{claim_of(plan, curve).id}: its specifications would be evaluated in one process")
        return 0
    found = in_one_process(plan, choices, curve.id, sample, lambda words: click.echo(words, err=True))
    for line in found.told:
        click.echo(line, err=True)
    names, alternatives = labels_of(choices, found.curve)
    for line in reading(found.made, names):
        click.echo(line)
    options = {"low": "ratio_low", "high": "ratio_high", "band": ("band_low", "band_high"), "found": "is_found"}
    _write(plan, curve, found.made.rows, "ratio", options | drawing(found.made, names, alternatives))
    return 0


def _by_notebooks(
    plan: Plan, choices: Choices, curve: Curve, combinations: list, settings: Settings, dry_run: bool
) -> int:
    import pandas as pd

    from analysis.measures.frames.curve import PREFIX, labels_of
    from analysis.run import outcomes as report
    from analysis.run.choices import estimate, is_found, run_notebooks, runs_of
    from analysis.run.progress import progress_bar
    from analysis.run.runner import BAD

    click.echo(str(estimate(plan, runs_of(plan, curve, combinations), settings)), err=True)
    if dry_run:
        return 0
    with progress_bar(len(combinations)) as tell:
        rows, outcomes = run_notebooks(plan, curve, combinations, settings, tell)
    table = pd.DataFrame(rows)
    table["is_found"] = is_found(table)
    failed = [o for o in outcomes if o.status in BAD]
    if failed:
        click.echo(report.failures_text(failed), err=True)
    there = table["estimate"].dropna()
    if len(there):
        click.echo(
            f"{len(there):,} of {len(table):,} combinations have an estimate, from {there.min():.2f} to {there.max():.2f}, "
            f"{there.median():.2f} in the middle; {int(table['is_found'].sum()):,} find a change."
        )
        names, alternatives = labels_of(choices, curve)
        options = {"choices": {f"{PREFIX}{name}": label for name, label in names.items()}, "found": "is_found"}
        options["alternatives"] = {(f"{PREFIX}{name}", one): label for (name, one), label in alternatives.items()}
        _write(plan, curve, table, "estimate", options)
    else:
        click.echo("no combination has an estimate: " + "; ".join(sorted(set(table["state"]))), err=True)
    return 1 if failed else 0


def _write(plan: Plan, curve: Curve, rows: pd.DataFrame, estimate: str, options: dict[str, Any]) -> None:
    """The table and, where something can be drawn, the figure, in figures/drafts/choices/."""
    from analysis.errors import NothingFound
    from analysis.figures.save import render, table_bytes
    from analysis.figures.specification import specification_curve
    from analysis.store.atomic import write_bytes

    folder = plan.project.drafts / "choices"
    files = {"csv": table_bytes(rows)}
    try:
        drawn = specification_curve(
            rows, estimate=estimate, preferred="is_preferred", axis_label=f"{curve.label}: {estimate}", **options
        )
        files |= render(drawn, title=curve.label)
    except NothingFound as error:
        click.echo(f"no figure: {error}", err=True)
    for kind, content in files.items():
        write_bytes(folder / f"{curve.id}.{kind}", content)
    click.echo(f"\nFigure and table: {plan.project.relative(folder)}/{curve.id}.*")


def check_options(options: Any) -> None:
    """Refuse options of `discourse run` that change single runs beside --choices, and --sample without it."""
    if options.choices is None:
        if options.sample is not None or options.through:
            raise DiscourseError("--sample and --through belong to --choices ID; name a curve of choices.toml.")
        return
    wrong = [name for name in ("only", "given", "sweep", "store", "publish") if getattr(options, name)]
    if wrong:
        shown = {"given": "-p"}.get(wrong[0], f"--{wrong[0]}")
        raise DiscourseError(f"--choices runs the claim of one curve; {shown} goes with --only, not with it.")
