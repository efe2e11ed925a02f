"""Commands that publish: release and site."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from analysis.cli.figures import STORE
from analysis.errors import DiscourseError

if TYPE_CHECKING:
    from analysis.publish.promise import Finding
    from analysis.run.plan import Plan
    from analysis.run.project import Project


@click.command()
@click.argument("checked", metavar="STORE", required=False)
@click.option("--out", type=click.Path(path_type=Path), default=None, help="The archive (default: release/<name>.zip).")
@click.option("--canary", "canaries", multiple=True, help="A planted sentence that must not be found; may be repeated.")
@click.option(
    "--check", is_flag=True, help="Only run the privacy gate and list what it finds; of STORE alone if given."
)
@click.option(
    "--previous",
    type=click.Path(exists=True, path_type=Path),
    default=None,
    help="The last release (its archive, or the folder of its store): what do the two tell together?",
)
@STORE
def release(checked, out, canaries, check, previous, store) -> None:
    """Write the archive that goes with a paper, after the privacy gate; `--check STORE` looks at one store of any study."""
    from analysis.publish.release import published_files, release_content, used_stores, write_release
    from analysis.publish.stale import check_figures
    from analysis.run.fit import open_plan

    plan = open_plan(store)
    project, texts = plan.project, texts_of(plan.project)
    if checked is not None:
        if not check:
            raise DiscourseError(
                f"release takes a store's name alone only with --check: `discourse release --check {checked}`; to release "
                f"the study of that store: `discourse release --store {checked}`."
            )
        _list(check_one(project, checked, previous))
    if check:
        stores = used_stores(plan)
        files = release_content(plan, stores) | published_files(project)
        _list(gate_with(project, files, stores, texts, canaries, previous))
    _refuse_unnamed(plan)
    stale = check_figures(plan)
    if stale:
        shown = "".join(f"\n  {p.figure_id}: {p.reason}" for p in stale[:5])
        raise DiscourseError(
            f"{len({p.figure_id for p in stale})} published figures no longer match their notebooks, parameters, store or "
            f"code, and nothing was written. Make them anew with `{project.again}`.{shown}"
            + (f"\n  and {len(stale) - 5} more reasons: `discourse figures --check`" if len(stale) > 5 else "")
        )
    if not texts.is_dir():
        click.echo(
            f"{project.relative(texts)} is not there: the archive was checked for private columns, sentences and canaries, "
            "but not compared with the private texts. Name their folder in DISCOURSE_TEXTS to do that too.",
            err=True,
        )
    out = out or project.home / "release" / f"{_name(plan)}.zip"
    if previous is not None:
        _refuse_differences(used_stores(plan), project, previous)
    names = write_release(plan, out, texts, canaries)
    click.echo(f"{project.relative(out)}: {len(names)} files, {out.stat().st_size:,} bytes")


def texts_of(project: Project) -> Path:
    """The private texts that a release is compared with; those of a study in studies/NAME are named, or in its texts/."""
    from analysis.study.settings import texts_folder

    given = os.environ.get("DISCOURSE_TEXTS")
    return project.home / "texts" if project.store and not given else texts_folder()


def _name(plan: Plan) -> str:
    """The name of the archive: the study and its version, which is the package's for the project's own study."""
    from analysis import __version__
    from analysis.publish.citation_file import study_of
    from analysis.publish.cite import work

    version = work(plan.project)["version"] if plan.fitted else __version__
    return f"{plan.fitted if plan.project.store else study_of(plan).name}-{version or 'unversioned'}"


def _refuse_unnamed(plan: Plan) -> None:
    """Refuse to release a study that says not by whom or when."""
    from analysis.publish.citation_file import unnamed
    from analysis.publish.cite import work

    source = work(plan.project)
    lacks = [name for name, key in (("version", "version"), ("date-released", "date")) if not source[key]]
    place = plan.project.relative(plan.project.home / "CITATION.cff")
    told = [
        *unnamed(plan.project),
        *(f"{place}: a release needs {name}; add it, then `{plan.project.again}`." for name in lacks),
    ]
    if told:
        raise DiscourseError("the release was not written. " + " ".join(told))


def _list(found: list[Finding]) -> NoReturn:
    """Print findings and end with status 1 if there is one."""
    for finding in found:
        click.echo(f"{finding.place}: {finding.reason}", err=True)
    click.echo(f"{len(found)} findings.")
    sys.exit(1 if found else 0)


def check_one(project: Project, store: str, previous: Path | None) -> list[Finding]:
    """The findings of one store, a name in corpus/store or a folder."""
    from analysis.publish.release import gate_store, previous_store
    from analysis.store import open_store

    folder = Path(store) if (Path(store) / "manifest.json").is_file() else open_store(store).path
    with previous_store(previous, folder.name) as old:
        return gate_store(folder, old)


def gate_with(project, files, stores, texts, canaries, previous) -> list[Finding]:
    """The whole gate, and what the previous release gives away beside each store."""
    from analysis.publish.release import gate

    return [*gate(project, files, stores, texts, canaries), *differences(stores, project, previous)]


def differences(stores: list[str], project: Project, previous: Path | None) -> list[Finding]:
    """What each store and the previous release tell together; nothing without one."""
    from analysis.publish.differencing import check_differences
    from analysis.publish.release import previous_store
    from analysis.store import open_store

    found = []
    for name in stores:
        with previous_store(previous, name) as old:
            if old is not None:
                found += check_differences(open_store(project.corpus / "store" / name), old)
    return found


def _refuse_differences(stores: list[str], project: Project, previous: Path) -> None:
    if found := differences(stores, project, previous):
        listed = "\n".join(f"  {f.place}: {f.reason}" for f in found)
        raise DiscourseError(f"the release was not written; beside the previous one it gives away:\n{listed}")


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of the site (default: site, or studies/NAME/site).",
)
@STORE
def site(out, store) -> None:
    """Write the static site: figures, notebooks, codebook, methods."""
    from analysis.publish.citation_file import unnamed
    from analysis.publish.site import write_site
    from analysis.publish.stale import check_figures
    from analysis.run.fit import open_plan

    plan = open_plan(store)
    project = plan.project
    out = out or project.home / "site"
    pages = write_site(plan, out)
    for line in unnamed(project):
        click.echo(f"discourse: warning: {line}", err=True)
    stale = {p.figure_id for p in check_figures(plan)}
    if stale:
        option = f" --store {project.store}" if project.store else ""
        click.echo(
            f"discourse: warning: {len(stale)} of what the site shows is stale ({', '.join(sorted(stale)[:5])}"
            f"{' ...' if len(stale) > 5 else ''}): `discourse figures --check{option}` says why, "
            f"`{project.again}` makes it anew.",
            err=True,
        )
    click.echo(f"{len(pages)} pages; open {project.relative(out / 'index.html')}")
