"""The citation of a study on a store of its own: its CITATION.cff, begun for it, and what it still lacks."""

from __future__ import annotations

from analysis.errors import DiscourseError
from analysis.publish.cite import work
from analysis.run.plan import Plan
from analysis.run.project import Project
from analysis.store import open_store
from analysis.store.atomic import write_text
from analysis.study.declaration import Study, load_study
from analysis.study.study_folder import NO_AUTHOR, citation


def study_of(plan: Plan) -> Study:
    """What the plan's study declares: the copy in the store it was fitted to, else the corpus folder's files.

    A project whose corpus declares nothing has a study without name and title.
    """
    if plan.fitted:
        return open_store(plan.project.corpus / "store" / plan.fitted).study
    try:
        return load_study(plan.project.corpus)
    except DiscourseError:
        return Study()


def ensure_citation(plan: Plan) -> list[str]:
    """Begin CITATION.cff where a study on a store of its own has none; what was written and what it lacks, in words."""
    place = plan.project.home / "CITATION.cff"
    told = []
    if not place.is_file():
        write_text(place, citation(study_of(plan).title or plan.fitted))
        told = [f"Wrote {plan.project.relative(place)}, by which the figures are cited."]
    return told + unnamed(plan.project)


def unnamed(project: Project) -> list[str]:
    """A sentence where the citation still names no author; empty when it does."""
    if any(author.name == NO_AUTHOR for author in work(project)["authors"]):
        return [f"{project.relative(project.home / 'CITATION.cff')} names no author yet: write yours into it."]
    return []
