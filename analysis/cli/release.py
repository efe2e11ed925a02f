"""Commands that publish: release and site."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from analysis.errors import DiscourseError


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=None, help="The archive (default: release/<name>.zip).")
@click.option("--canary", "canaries", multiple=True, help="A planted sentence that must not be found; may be repeated.")
@click.option("--check", is_flag=True, help="Only run the privacy gate and list what it finds.")
def release(out, canaries, check) -> None:
    """Write the archive that goes with a paper, after the privacy gate."""
    from analysis import __version__
    from analysis.publish.release import gate, release_files, used_stores, write_release
    from analysis.publish.stale import check_figures
    from analysis.run.plan import load_plan
    from analysis.run.project import find_project
    from analysis.study.settings import texts_folder

    project = find_project()
    plan = load_plan(project)
    if check:
        stores = used_stores(plan)
        found = gate(project, release_files(project, stores), stores, texts_folder(), canaries)
        for finding in found:
            click.echo(f"{finding.place}: {finding.reason}", err=True)
        click.echo(f"{len(found)} findings.")
        sys.exit(1 if found else 0)
    stale = check_figures(plan)
    if stale:
        shown = "".join(f"\n  {p.figure_id}: {p.reason}" for p in stale[:5])
        raise DiscourseError(
            f"{len({p.figure_id for p in stale})} published figures no longer match their notebooks, parameters, store or "
            f"code, and nothing was written. Make them anew with `discourse run`.{shown}"
            + (f"\n  and {len(stale) - 5} more reasons: `discourse figures --check`" if len(stale) > 5 else "")
        )
    if not texts_folder().is_dir():
        click.echo(
            f"{texts_folder()} is not there: the archive was checked for private columns, sentences and canaries, but not "
            "compared with the private texts. Name their folder in DISCOURSE_TEXTS to do that too.",
            err=True,
        )
    from analysis.study.declaration import load_study

    out = out or project.root / "release" / f"{load_study(project.corpus).name}-{__version__}.zip"
    names = write_release(plan, out, texts_folder(), canaries)
    click.echo(f"{project.relative(out)}: {len(names)} files, {out.stat().st_size:,} bytes")


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Folder of the site (default: site).")
def site(out) -> None:
    """Write the static site: figures, notebooks, codebook, methods."""
    from analysis.publish.site import write_site
    from analysis.publish.stale import check_figures
    from analysis.run.plan import load_plan
    from analysis.run.project import find_project

    project = find_project()
    out = out or project.root / "site"
    plan = load_plan(project)
    pages = write_site(plan, out)
    stale = {p.figure_id for p in check_figures(plan)}
    if stale:
        click.echo(
            f"discourse: warning: {len(stale)} of what the site shows is stale ({', '.join(sorted(stale)[:5])}"
            f"{' ...' if len(stale) > 5 else ''}): `discourse figures --check` says why, `discourse run` makes it anew.",
            err=True,
        )
    click.echo(f"{len(pages)} pages; open {project.relative(out / 'index.html')}")
