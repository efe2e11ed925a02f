"""Commands that execute the plan."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

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
@click.option("--choices", default=None, metavar="ID", help="A claim of notebooks/choices.toml under all its choices.")
@click.option("--sample", default=None, type=click.IntRange(0), help="With --choices: combinations to draw; 0: all.")
@click.option(
    "--through",
    default="",
    type=click.Choice(["", "store", "notebook"]),
    help="With --choices: in one process, or one run of the notebook for each.",
)
@click.option(
    "--store",
    default=None,
    metavar="NAME",
    help="A store of your own; figures go to figures/drafts/NAME/, with --publish to studies/NAME/figures/.",
)
@click.option("--dry-run", is_flag=True, help="Say what would run and why.")
@click.option("--force", is_flag=True, help="Run even what is unchanged.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1, 64), help="Notebooks at a time.")
@click.option(
    "--publish",
    is_flag=True,
    help="Let runs with other parameters overwrite published figures; with --store publish the study.",
)
def run(**options: Any) -> None:
    """Execute the plan of notebooks; what has not changed is not repeated."""
    sys.exit(execute(RunOptions(**options)))


@dataclass(frozen=True)
class RunOptions:
    """What stands behind `discourse run`, as click reads it; each field is the option of its name (`given`: -p)."""

    only: tuple[str, ...] = ()
    given: tuple[tuple[str, str], ...] = ()
    sweep: tuple[str, ...] = ()
    choices: str | None = None
    sample: int | None = None
    through: str = ""
    store: str | None = None
    dry_run: bool = False
    force: bool = False
    jobs: int = 2
    publish: bool = False


def execute(options: RunOptions) -> int:
    """Do what the options say; returns the exit status (0: every run ended well).

    Raises `DiscourseError` for options that do not go together, and where no run can be executed.
    """
    from analysis.cli.choices import check_options, run_choices
    from analysis.run.fit import open_plan
    from analysis.run.runner import Settings

    check_options(options)
    plan = open_plan(options.store)
    settings = Settings(jobs=options.jobs, force=options.force, publish=options.publish)
    if options.choices is not None:
        chosen = {"sample": options.sample, "through": options.through, "dry_run": options.dry_run}
        return run_choices(plan, options.choices, settings, **chosen)
    runs = choose(plan, options)
    if runs and all(run.refused for run in runs):
        raise DiscourseError("\n".join(dict.fromkeys(run.refused for run in runs)))
    if options.publish:
        check_publish(runs)
    tell_drift(plan, {run.notebook for run in runs})
    return _say(plan, runs, settings) if options.dry_run else _execute(plan, runs, settings, whole=not options.only)


def choose(plan, options: RunOptions) -> list:
    """The runs that are asked for, with the parameters and the store that are asked for."""
    from analysis.run.plan import load_plan, select
    from analysis.run.variants import on_store, vary

    values, sweeps = read_values(options.given, options.sweep)
    # Asked for another collection, a run is the plan's own; else what stands for it on the store.
    base = load_plan(plan.project) if plan.project.store and "collection" in {*values, *sweeps} else plan
    runs = select(base, options.only)
    if (values or sweeps) and not options.only:
        ids = ", ".join(r.id for r in plan.runs)
        raise DiscourseError(
            "-p and --sweep change one run at a time; add --only ID, as in `discourse run --only frames_news -p "
            f"min_units 5`. Ids: {ids}. To run the whole plan on your own store: `discourse run --store NAME`."
        )
    told = [] if options.only else left_out(plan)
    if values or sweeps or (plan.project.store and not options.publish):
        if plan.project.store:
            runs, more = on_store(base, runs, plan.project.store, values, sweeps)
            told += more
        else:
            runs = vary(plan, runs, values, sweeps)
    for line in told:
        click.echo(line, err=True)
    if not runs and plan.fitted:
        raise DiscourseError(f"no run of the plan can be executed on store {plan.fitted}, for the reasons above.")
    return runs


def left_out(plan) -> list[str]:
    """Which runs of plan.toml a store of its own does without, in words."""
    told = [f"{name}: left out, {reason}" for name, reason in plan.left_out.items()]
    if plan.elsewhere:
        names = ", ".join(dict.fromkeys(plan.elsewhere.values()))
        told.append(
            f"Left out: {len(plan.elsewhere)} runs for collections that store {plan.fitted} does not hold ({names})."
        )
    return told


def check_publish(runs) -> None:
    """Refuse to write several variants of one run over the same published figures: the last one would win."""
    ids = [run.id for run in runs]
    for run in runs:
        if ids.count(run.id) > 1:
            raise DiscourseError(
                f"--publish: {ids.count(run.id)} variants of run {run.id} would be written over the same figures; publish "
                "one of them, or draw drafts without --publish."
            )


def tell_drift(plan, notebooks) -> None:
    """Say on standard error where the parameter cells of these notebooks are not what the plan says, and which of them
    were saved with outputs."""
    from analysis.run.drift import drift, with_outputs

    told = [str(found) for found in drift(plan) if found.notebook in notebooks]
    for sentence in [*told, *with_outputs(plan, notebooks)]:
        click.echo(f"discourse: warning: {sentence}", err=True)


def _say(plan, runs, settings) -> int:
    from analysis.run.cache import Cache
    from analysis.run.runner import todo

    for chosen, reasons in todo(plan, runs, Cache.load(plan.project.cache / "run.json"), settings):
        verb = "refused" if chosen.refused else "would run"
        click.echo(f"{chosen.key}: {verb + ': ' + '; '.join(reasons) if reasons else 'unchanged'}")
    return 1 if any(run.refused for run in runs) else 0


def _execute(plan, runs, settings, *, whole: bool) -> int:
    """whole: every run of the plan was asked for, so that what no run stands for any more is taken away."""
    from analysis.publish.catalogue import write_catalogue
    from analysis.publish.citation_file import ensure_citation
    from analysis.run import outcomes as report
    from analysis.run.progress import progress_bar
    from analysis.run.runner import BAD, FRESH, LEFT_OUT, run_all

    with progress_bar(len(runs)) as tell:
        outcomes = run_all(plan, runs, settings, tell)
    project = plan.project
    is_published = settings.publish or not project.store
    if plan.fitted and is_published:
        for line in [*ensure_citation(plan), *(forget(plan) if whole else [])]:
            click.echo(line, err=True)
    click.echo(report.text_table(report.COLUMNS, report.rows(outcomes)))
    failed = [o for o in outcomes if o.status in BAD]
    if outcomes and all(o.status == LEFT_OUT for o in outcomes):
        click.echo(f"No run could work on store {plan.fitted}: {outcomes[0].reasons[0]}", err=True)
        failed = outcomes
    if failed:
        click.echo("\n" + report.failures_text(outcomes), err=True)
    if warned := report.warnings_text(outcomes):
        click.echo("\n" + warned, err=True)
    changed = any(o.status != FRESH for o in outcomes)
    if changed:
        report.write_html(project, outcomes)
    if is_published:  # also when nothing ran: the plan may name fewer figures now
        write_catalogue(project)
    report.write_job_summary(outcomes)
    places = list(dict.fromkeys(project.relative(o.folder) for o in outcomes if o.figures))
    click.echo(f"\nFigures: {', '.join(places) or 'none'}. Report: {project.relative(project.cache / 'report.html')}")
    return 1 if failed else 0


def forget(plan) -> list[str]:
    """Take away the figures of runs that the plan no longer has on its store; what was taken away, in words."""
    from analysis.run.results import drop_results

    return [
        f"{name}: no longer a run on store {plan.fitted}, its figures were removed"
        for name in drop_results(plan.project, [r.id for r in plan.runs])
    ]


def read_values(given, sweep) -> tuple[dict, dict]:
    """The values of `-p NAME JSON` and `--sweep NAME=A,B,C` options; a JSON list of lists may be swept too."""
    from analysis.run.parameters import parse_value

    names = [name for name, _ in given]
    if twice := [name for number, name in enumerate(names) if name in names[:number]]:
        raise DiscourseError(f"-p {twice[0]}: given twice; give it once.")
    values = {name: parse_value(text) for name, text in given}
    sweeps = {}
    for text in sweep:
        name, sign, listed = text.partition("=")
        if not sign or not listed:
            raise DiscourseError(f"--sweep {text!r}: write NAME=A,B,C.")
        if name in sweeps:
            raise DiscourseError(f"--sweep {name}: given twice; name all its values in one: --sweep {name}=A,B,C.")
        whole = parse_value(listed)
        sweeps[name] = whole if isinstance(whole, list) else [parse_value(part) for part in listed.split(",")]
    return values, sweeps
