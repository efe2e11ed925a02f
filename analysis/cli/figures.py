"""Commands about published figures: verify, cite, figures."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

from analysis.errors import DiscourseError

PAPER = Path("paper")
STORE = click.option(
    "--store",
    default=None,
    metavar="NAME",
    help="The study of this store, in studies/NAME  [default: the project's own, or that of the folder one is in]",
)


@click.command()
@click.option("--figure", "figures", multiple=True, metavar="ID", help="Only this figure; may be repeated.")
@click.option("--format", "style", type=click.Choice(["text", "csv", "json", "markdown"]), default="text")
@click.option("--strict", is_flag=True, help="Numbers must be equal to the last digit.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1, 64))
@STORE
def verify(figures, style, strict, jobs, store) -> None:
    """Run the plan into a scratch folder and compare every figure with the committed one."""
    from analysis.run.fit import open_plan
    from analysis.run.progress import progress_bar
    from analysis.run.verify import as_text, summary
    from analysis.run.verify import verify as check

    plan = open_plan(store)
    with progress_bar(len(plan.runs), "verify") as tell:
        found = check(plan, figures, jobs=jobs, tell=tell)
    sentence, passed = summary(found, strict=strict)
    click.echo(as_text(found, style))
    click.echo(sentence, err=style != "text")
    sys.exit(0 if passed else 1)


@click.command()
@click.argument("figure_id")
@click.option("--format", "style", type=click.Choice(["bibtex", "csl", "text"]), default="text", show_default=True)
@STORE
def cite(figure_id, style, store) -> None:
    """Print the citation of a published figure."""
    from analysis.publish.cite import cite as citation
    from analysis.publish.cite import get_sidecar
    from analysis.run.fit import open_project

    project = open_project(store)
    click.echo(citation(project, figure_id, style).rstrip())
    _warn(project, {figure_id: get_sidecar(project, figure_id)})
    _warn_unnamed(project)


def _warn(project, chosen) -> None:
    """Say on standard error which of these figures are no longer what was published."""
    from analysis.run.provenance import doubts

    for figure_id, sidecar in chosen.items():
        for doubt in doubts(sidecar, project.figures):
            click.echo(
                f"discourse: warning: {doubt}: what is cited here is not what was published. Make it anew with "
                f"`{project.again} --only {figure_id}`.",
                err=True,
            )


def _warn_unnamed(project) -> None:
    from analysis.publish.citation_file import unnamed

    for line in unnamed(project):
        click.echo(f"discourse: warning: {line}", err=True)


class PaperIds(click.Command):
    """`figures --paper ID`: what follows --paper is a figure where one of that name is published, else the folder.

    A folder that is not there and is called almost like a figure is refused: it is a slip in an id, sooner than a place.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        from analysis.run.fit import open_project

        given = list(args)
        place = args.index("--paper") + 1 if "--paper" in args else len(args)
        if place < len(args) and not args[place].startswith("-") and not Path(args[place]).is_dir():
            store = next((args[n + 1] for n, word in enumerate(args[:-1]) if word == "--store"), None)
            ids = [path.stem for path in open_project(store).figures.glob("*.json")]
            if args[place] in ids:
                given[place - 1 : place + 1] = [args[place], f"--paper={PAPER}"]
            elif "/" not in args[place] and (near := difflib.get_close_matches(args[place], ids, n=1, cutoff=0.8)):
                raise DiscourseError(
                    f"--paper {args[place]}: neither a figure nor a folder. Did you mean {near[0]!r}? A new folder of that "
                    f"name: --paper ./{args[place]}."
                )
        return super().parse_args(ctx, given)


@click.command(cls=PaperIds)
@click.argument("figure_ids", nargs=-1)
@click.option("--check", is_flag=True, help="Fail if a committed figure no longer matches what it was made from.")
@click.option(
    "--paper",
    type=click.Path(path_type=Path),
    is_flag=False,
    flag_value=PAPER,
    default=None,
    help="Write LaTeX and Markdown snippets with the pictures to this folder (default: paper). `--paper ID` writes that "
    "figure.",
)
@STORE
def figures(figure_ids, check, paper, store) -> None:
    """List the published figures; check that none is stale; write snippets for a paper."""
    from analysis.publish.cite import get_sidecar
    from analysis.run.fit import open_plan, open_project
    from analysis.run.outcomes import text_table
    from analysis.run.provenance import sidecars

    if check:
        sys.exit(1 if _check(open_plan(store), figure_ids) else 0)
    project = open_project(store)
    chosen = {f: get_sidecar(project, f) for f in figure_ids} or sidecars(project.figures)
    if not chosen:
        click.echo(f"No published figures in {project.relative(project.figures)} yet: `{project.again}` draws them.")
        return
    if paper is not None:
        _warn(project, chosen)
        _warn_unnamed(project)
        write_paper(project, chosen, paper)
        return
    rows = [(f, str(s["row_count"]), s.get("run", {}).get("id", ""), s["title"]) for f, s in chosen.items()]
    click.echo(text_table(("figure", "rows", "run", "title"), rows))


def _check(plan, figure_ids) -> bool:
    """Say what is stale among these figures (none named: all), and which parameter cells differ; whether anything is."""
    from analysis.publish.stale import check_figures
    from analysis.run.drift import ABSENT, drift, with_outputs

    owners = {plan.owner(f).notebook for f in figure_ids} or {run.notebook for run in plan.runs}
    problems = [p for p in check_figures(plan) if not figure_ids or p.figure_id in figure_ids]
    cells = [found for found in drift(plan) if found.notebook in owners]
    for problem in problems:
        click.echo(f"{problem.figure_id}: {problem.reason}", err=True)
    for sentence in [*map(str, cells), *with_outputs(plan, owners)]:
        click.echo(sentence, err=True)
    changed = sum(found.planned is not ABSENT for found in cells)
    chosen = figure_ids or list(plan.project.figures.glob("*.json"))
    said = (
        f", {changed} {'parameter differs' if changed == 1 else 'parameters differ'} from the plan" if changed else ""
    )
    click.echo(f"{count(chosen)}, {len({p.figure_id for p in problems})} stale{said}.")
    if problems:
        click.echo(f"Make them anew with `{plan.project.again}`.")
    return bool(problems or changed)


def count(figures) -> str:
    """ "1 figure", "2 figures"."""
    return f"{len(figures)} figure{'' if len(figures) == 1 else 's'}"


def write_paper(project, chosen, folder: Path) -> None:
    """Snippets, pictures and figures.bib for a manuscript, in one folder."""
    import shutil

    from analysis.publish.cite import bibtex, paper_snippets
    from analysis.run.provenance import sidecars
    from analysis.store.atomic import write_text
    from analysis.store.folders import replacing_folder

    with replacing_folder(folder, "paper", project.cache) as place:
        if folder.is_dir():  # snippets of an earlier call stay
            shutil.copytree(folder, place, dirs_exist_ok=True)
        for figure_id, sidecar in chosen.items():
            missing = [k for k in ("pdf", "png") if not (project.figures / f"{figure_id}.{k}").is_file()]
            if missing:
                files = ", ".join(f"{figure_id}.{kind}" for kind in missing)
                raise DiscourseError(f"{files} not there, and nothing was written; `{project.again}` writes it anew.")
            for name, text in paper_snippets(sidecar).items():
                write_text(place / name, text)
            for kind in ("pdf", "png"):
                shutil.copyfile(project.figures / f"{figure_id}.{kind}", place / f"{figure_id}.{kind}")
        there = {name: s for name, s in sidecars(project.figures).items() if (place / f"{name}.tex").is_file()}
        write_text(place / "figures.bib", "\n".join(bibtex(project, s) for s in (there | chosen).values()))
    click.echo(f"{count(chosen)} for LaTeX and Markdown in {folder}")


@click.command()
@click.option("--all", "every", is_flag=True, help="Every test, not only what may be claimed.")
@STORE
def claims(every, store) -> None:
    """What may be claimed when every test of every published figure counts."""
    from analysis.publish.claims import claims as judged
    from analysis.publish.claims import not_drawn, outside_families
    from analysis.run.fit import open_plan
    from analysis.run.outcomes import text_table

    plan = open_plan(store)
    table = judged(plan)
    for family in plan.families:
        rows = table[table["family"] == family.id]
        tested, kept = rows[rows["p"].notna()], rows[rows["is_claim"]]
        best = f"smallest p {tested['p'].min():.3g}" if len(tested) else "nothing could be tested"
        word = "hint" if family.role == "exploratory" else "claim"
        number = f"{len(kept)} {word}{'' if len(kept) == 1 else 's'}"
        click.echo(f"{family.id} ({family.role}): {number} of {len(tested)} tests, {best}. {family.question}")
        shown = tested if every else kept
        if len(shown):
            lines = [(r.about, r.figure, f"{r.p:.3g}", "yes" if r.is_claim else "") for r in shown.itertuples()]
            click.echo(text_table(("about", "figure", "p", word), lines))
    if undrawn := not_drawn(plan):
        click.echo(f"discourse: not drawn on store {plan.fitted}, so not judged: {', '.join(undrawn)}.", err=True)
    if outside := outside_families(plan):
        click.echo(f"discourse: p-values in no [[family]] of plan.toml: {', '.join(outside)}.", err=True)
