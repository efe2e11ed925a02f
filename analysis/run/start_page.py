"""What the start page of JupyterLab shows: the question of each notebook, what a store holds, the drafts there are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError
from analysis.run.parameters import read_cells
from analysis.run.project import Project, find_project
from analysis.store.html import render
from analysis.study.reserved import with_groups

if TYPE_CHECKING:
    import pandas as pd

    from analysis.store import Store

TEMPLATES = Path(__file__).resolve().parent / "templates"
MOST_DRAFTS = 20


@dataclass(frozen=True)
class Page:
    """A piece of HTML for the output of a cell; links lead from the notebook that shows it."""

    html: str

    def __repr__(self) -> str:
        return re.sub(r"\s*\n\s*", "\n", re.sub(r"<[^>]+>", "", self.html)).strip()

    def _repr_html_(self) -> str:
        return self.html


def asked(notebook: Path) -> tuple[str, str]:
    """The heading of a notebook, which is its question, and the paragraph under it; its name where it has none."""
    try:
        first = next((c["source"] for c in read_cells(notebook) if c["cell_type"] == "markdown"), "")
    except DiscourseError:
        first = ""
    heading, _, rest = first.partition("\n")
    paragraph = rest.strip().split("\n\n")[0]
    return heading.lstrip("# ").strip() or notebook.stem, re.sub(r"[*`]", "", paragraph)


def questions(project: Project | None = None) -> Page:
    """Every notebook that has a number, with its question as a link, and its published figures as links beside it.

    project: default is the one around the working folder. Notebooks of which no figure is published stand there too.
    """
    project = project or find_project()
    figures = _published(project)
    rows = []
    for path in sorted(project.notebooks.glob("[0-9]*.ipynb")):
        links = [(name, _link(project.figures / f"{name}.svg")) for name in figures.get(path.name, ())]
        rows.append({"name": path.stem, "link": _link(path), "question": asked(path)[0], "figures": links})
    return Page(render(TEMPLATES, "questions.html", rows=rows))


def _published(project: Project) -> dict[str, list[str]]:
    """Notebook file -> ids of its published figures, in alphabetical order, as their sidecars say."""
    from analysis.run.provenance import read_sidecar

    found: dict[str, list[str]] = {}
    for path in sorted(project.figures.glob("*.json")):
        try:
            made = read_sidecar(path).get("run") or {}
        except DiscourseError:
            continue
        found.setdefault(Path(str(made.get("notebook", ""))).name, []).append(path.stem)
    return found


def _link(path: Path) -> str:
    """A file as seen from the working folder, which is that of the open notebook."""
    return Path(os.path.relpath(path, Path.cwd())).as_posix()


def holdings(store: Store) -> Page:
    """Ids to write into parameter cells: per collection its eras, groups and outlets with numbers of documents; frames.

    A store without documents shows its frames only.
    """
    study, names = store.study, with_groups(store.names())
    documents = store.table("documents", columns=["doc_id", "collection", "outlet_id", "era_id"])
    hits = store.table("hits", columns=["doc_id", "frame"])
    eras = list(study.in_time(documents["era_id"].dropna().unique()))
    parts = []
    for collection, part in documents.groupby("collection", sort=True):
        parts.append(
            {
                "id": collection,
                "name": study.collection(str(collection)).name,
                "documents": len(part),
                "unit": study.collection(str(collection)).unit,
                "rows": _outlets(store, part, eras, names),
            }
        )
    collection_of = documents.set_index("doc_id")["collection"]
    counted = hits.groupby([hits["doc_id"].map(collection_of), "frame"]).size()
    frames = [
        {"id": f, "name": names.get(f, f), "hits": [int(counted.get((p["id"], f), 0)) for p in parts]}
        for f in sorted({row["frame"] for row in store.label_rows("entries")})
    ]
    samples = [(sample.id, len(sample.outlets)) for sample in study.samples]
    named = [(era, names.get(era, era)) for era in eras]
    return Page(render(TEMPLATES, "holdings.html", parts=parts, frames=frames, eras=named, samples=samples))


def _outlets(store: Store, part: pd.DataFrame, eras: Iterable[str], names: dict[str, str]) -> list[dict[str, Any]]:
    """One row for each outlet of a collection, group by group in the study's order, the largest first in its group."""
    group_of = store.study.outlet_groups(store.label_rows("outlets"))
    order = {group: place for place, group in enumerate(store.study.ids("groups"))}
    labels = store.study.labels("groups")
    counts = part.groupby(["outlet_id", part["era_id"].fillna("")]).size()
    rows = []
    for outlet, total in ((str(o), int(n)) for o, n in part.groupby("outlet_id").size().items()):
        group = group_of.get(outlet, "")
        rows.append(
            {
                "id": outlet,
                "name": names.get(outlet, outlet),
                "group": labels.get(group, ""),
                "place": order.get(group, len(order)),
                "documents": total,
                "eras": [int(counts.get((outlet, era), 0)) for era in eras],
            }
        )
    return sorted(rows, key=lambda row: (row["place"], -row["documents"], row["id"]))


def drafts(project: Project | None = None) -> Page:
    """The drafts drawn last, newest first, as links to the picture and its rows; at most `MOST_DRAFTS`."""
    project = project or find_project()
    found = sorted(project.drafts.glob("**/*.json"), key=lambda path: (-path.stat().st_mtime, path.name))
    drawn = [path for path in found if path.with_suffix(".svg").is_file()]
    rows = [
        (path.stem, _link(path.with_suffix(".svg")), _link(path.with_suffix(".csv"))) for path in drawn[:MOST_DRAFTS]
    ]
    return Page(render(TEMPLATES, "saved.html", rows=rows, more=max(len(drawn) - MOST_DRAFTS, 0)))
