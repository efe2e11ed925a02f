"""Commands that execute the plan."""

from __future__ import annotations

import sys

import click

from analysis.errors import DiscourseError


@click.command()
@click.option("--only", multiple=True, metavar="NAME", help="A run id, notebook or figure; may be repeated.")
@click.option(
    "-p",
    "--parameter",
    "given",
    nargs=2,
    multiple=True,
    metavar="NAME JSON",
    help="Give a parameter another value; figures go to figures/drafts/.",
)
@click.option("--sweep", multiple=True, metavar="NAME=A,B,C", help="One run for each value.")
@click.option("--store", default=None, metavar="NAME", help="Another store; figures go to figures/drafts/NAME/.")
@click.option("--dry-run", is_flag=True, help="Say what would run and why.")
@click.option("--force", is_flag=True, help="Run even what is unchanged.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1, 64), help="Notebooks at a time.")
@click.option("--publish", is_flag=True, help="Let runs with other parameters overwrite published figures.")
def run(only, given, sweep, store, dry_run, force, jobs, publish) -> None:
    """Execute the plan of notebooks; what has not changed is not repeated."""
    from analysis.run.cache import Cache
    from analysis.run.plan import load_plan, on_store, select, vary
    from analysis.run.project import find_project
    from analysis.run.runner import Settings, todo

    project = find_project()
    plan = load_plan(project)
    runs = select(plan, only)
    values, sweeps = read_values(given, sweep)
    if (values or sweeps) and not only:
        ids = ", ".join(r.id for r in plan.runs)
        raise DiscourseError(
            "-p and --sweep change one run at a time; add --only ID, as in `discourse run --only frames_news -p "
            f"min_clusters 5`. Ids: {ids}. To run the whole plan on your own store: `discourse run --store NAME`."
        )
    if store:
        if publish:
            raise DiscourseError("--store draws drafts of another store; --publish would overwrite figures/ with them.")
        runs, told = on_store(plan, runs, store)
        for line in told:
            click.echo(line, err=True)
    if values or sweeps:
        runs = vary(plan, runs, values, sweeps)
    settings = Settings(jobs=jobs, force=force, publish=publish)
    if dry_run:
        for chosen, reasons in todo(plan, runs, Cache.load(project.cache / "run.json"), settings):
            click.echo(f"{chosen.key}: {'would run: ' + '; '.join(reasons) if reasons else 'unchanged'}")
        return
    sys.exit(_execute(plan, runs, settings))


def _execute(plan, runs, settings) -> int:
    from analysis.publish.catalogue import write_catalogue
    from analysis.run import outcomes as report
    from analysis.run.progress import following
    from analysis.run.runner import BLOCKED, FAILED, FRESH, run_all

    with following(len(runs)) as tell:
        outcomes = run_all(plan, runs, settings, tell)
    project = plan.project
    click.echo(report.text_table(report.COLUMNS, report.rows(outcomes)))
    failed = [o for o in outcomes if o.status in (FAILED, BLOCKED)]
    if failed:
        click.echo("\n" + report.failures_text(outcomes), err=True)
    changed = any(o.status != FRESH for o in outcomes)
    if changed:
        report.write_html(project, outcomes)
        write_catalogue(project)
    report.write_job_summary(outcomes)
    places = list(dict.fromkeys(project.relative(o.folder) for o in outcomes if o.figures))
    click.echo(f"\nFigures: {', '.join(places) or 'none'}. Report: {project.relative(project.cache / 'report.html')}")
    return 1 if failed else 0


def read_values(given, sweep) -> tuple[dict, dict]:
    """The values of `-p NAME JSON` and `--sweep NAME=A,B,C` options; a JSON list of lists may be swept too."""
    from analysis.run.parameters import parse_value

    values = {name: parse_value(text) for name, text in given}
    sweeps = {}
    for text in sweep:
        name, sign, listed = text.partition("=")
        if not sign or not listed:
            raise DiscourseError(f"--sweep {text!r}: write NAME=A,B,C.")
        whole = parse_value(listed)
        sweeps[name] = whole if isinstance(whole, list) else [parse_value(part) for part in listed.split(",")]
    return values, sweeps
