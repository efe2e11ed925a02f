"""A static site: every figure with its data, provenance and citation; notebooks, codebook, methods. No server needed."""

from __future__ import annotations

import csv
import posixpath
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis.errors import DiscourseError
from analysis.publish.citation_file import study_of
from analysis.publish.cite import bibtex, csl, text, work
from analysis.publish.explorer import explorer_script, summary
from analysis.publish.pages import markdown, notebook_html, page
from analysis.publish.words import IDS, word_sides
from analysis.run.code_hashes import notebook_hash
from analysis.run.first_plan import for_any_study
from analysis.run.parameters import read_cells
from analysis.run.plan import Plan, Run
from analysis.run.provenance import doubts, sidecars
from analysis.run.start_page import asked
from analysis.store.folders import replacing_folder
from analysis.store.gateway import Store, open_store
from analysis.study.declaration import Study
from analysis.study.settings import read_toml

ASSETS = Path(__file__).resolve().parent / "assets"
MAX_ROWS = 5_000
STORED = ("entry", "category", "source")
KINDS = ("svg", "png", "pdf", "csv", "json")
Sidecars = dict[str, dict[str, Any]]


def write_site(plan: Plan, target: Path) -> list[str]:
    """Write the whole site elsewhere, then put it in the place of `target`; returns the names of all pages.

    Notebooks are shown as last executed without a failure (`discourse run`), or as committed, without outputs, when they
    were not. Raises `DiscourseError`, and changes nothing, when `target` holds anything that is no site of ours.
    """
    with replacing_folder(target, "site", plan.project.cache) as place:
        found = sidecars(plan.project.figures)
        study = study_of(plan)
        site, store = study.name, _store(plan)
        pages = {
            "index.html": _index(plan, found, study),
            **_figure_pages(plan, found, place, site, store),
            **_notebook_pages(plan, found, site),
            "codebook.html": _codebook(plan, site),
            "explorer.html": _explorer(store, site),
            **_methods(plan, site),
        }
        for name, content in pages.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(content, encoding="utf-8")
        shutil.copytree(ASSETS, place / "assets", ignore=shutil.ignore_patterns("__pycache__"))
        if store:
            (place / "assets" / "explorer-data.js").write_text(explorer_script(store), encoding="utf-8")
    return sorted(pages)


def _index(plan: Plan, found: Sidecars, study: Study) -> str:
    title = study.title or work(plan.project)["title"]
    content = {"question": study.question, "questions": _questions(plan, found), "methods": _titles(plan)}
    content |= {"findings": plan.findings, "left_out": plan.left_out}
    return page("index.html", title, site=study.name, heading=title, **content)


def _questions(plan: Plan, found: Sidecars) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """(question, first sentences on it, figures) of each notebook of the plan that has figures; others at the end."""
    of = {figure_id: run.notebook for run in plan.runs for figure_id in run.figures}
    listed: list[tuple[str, str, list[dict[str, Any]]]] = []
    for notebook in dict.fromkeys(run.notebook for run in plan.runs):
        figures = [sidecar for figure_id, sidecar in found.items() if of.get(figure_id) == notebook]
        if figures:
            listed.append((*asked(plan.project.notebooks / f"{notebook}.ipynb"), figures))
    rest = [sidecar for figure_id, sidecar in found.items() if figure_id not in of]
    return [*listed, ("Other figures", "", rest)] if rest else listed


def _titles(plan: Plan) -> list[tuple[str, str]]:
    """(page, title) of each document, for the search on the first page."""
    listed = []
    for path in _documents(plan):
        words = path.read_text(encoding="utf-8")
        listed.append((_page_name(plan, path), _title(words, path.stem)))
    return listed


def _store(plan: Plan) -> Store | None:
    """The store that most runs of the plan use (the first of equals); None if it is not here or is no store."""
    named = Counter(str(plan.values(run).get("store_name") or "default") for run in plan.runs)
    for name, _ in named.most_common(1):
        try:
            return open_store(plan.project.corpus / "store" / name)
        except DiscourseError:
            return None
    return None


def _explorer(store: Store | None, site: str) -> str:
    if store is None:
        words = (
            "The store of these figures is not here, so there is nothing to explore; build it with `discourse build`."
        )
        return page(
            "document.html", "Explore the counts", site=site, content=markdown(f"# Explore the counts\n\n{words}")
        )
    return page("explorer.html", "Explore the counts", site=site, **summary(store))


def _figure_pages(plan: Plan, found: Sidecars, place: Path, site: str, store: Store | None) -> dict[str, str]:
    pages, names = {}, store.names() if store else {}
    folder = place / "figures"
    folder.mkdir()
    for figure_id, sidecar in found.items():
        for kind in KINDS:
            path = plan.project.figures / f"{figure_id}.{kind}"
            if not path.is_file():
                raise DiscourseError(
                    f"{path.name} is missing, and no site was written; `{plan.project.again}` writes it anew."
                )
            shutil.copyfile(path, folder / path.name)
        content = _figure(plan, sidecar, names)
        pages[f"figures/{figure_id}.html"] = page("figure.html", sidecar["title"], site=site, depth=1, **content)
    return pages


def _figure(plan: Plan, s: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """What the page of one figure shows. names: how ids are printed; the file for downloading keeps the ids."""
    name, run = s["figure_id"], s.get("run", {})
    columns, *rows = _drawn(plan.project.figures / f"{name}.csv")
    rows = _named(columns, rows, names)
    count = len(rows)
    more = f", the first {MAX_ROWS} of {count} rows" if count > MAX_ROWS else f", {count} rows"
    return {
        "s": {"seed": None, "notes": None, "versions": {}, **s},
        "run": run,
        "doubts": doubts(s, plan.project.figures),
        "columns": columns,
        "sides": word_sides(columns, rows[:MAX_ROWS], run.get("parameters", {})),
        "rows": rows[:MAX_ROWS],
        "caption": f"The drawn values{more}",
        "run_page": run.get("id") if run.get("id") in {r.id for r in plan.runs} else None,
        "parameters": lines(run.get("parameters", {})),
        "stores": [f"{x['name']} {x['collection'] or 'all'} {x['store_hash'][:16]}" for x in s["stores"]],
        "tables": [f"{k} {v[:16]}" for k, v in run.get("tables", {}).items()],
        "versions": ", ".join(f"{k} {v}" for k, v in s.get("versions", {}).items()),
        "citation": {
            "text": text(plan.project, s),
            "bibtex": bibtex(plan.project, s).rstrip(),
            "csl": csl(plan.project, s),
        },
    }


def _named(columns: list[str], rows: list[list[str]], names: dict[str, str]) -> list[list[str]]:
    """Rows with the names of outlets, eras, actors and frames in place of their ids.

    >>> _named(["outlet_id", "n"], [["daily", "3"]], {"daily": "The Daily", "3": "no"})
    [['The Daily', '3']]
    """
    of_ids = [column.endswith("_id") or column in ("frame", *IDS) for column in columns]
    return [[names.get(v, v) if is_id else v for v, is_id in zip(row, of_ids, strict=False)] for row in rows]


def _drawn(path: Path) -> list[list[str]]:
    """The rows of a figure's data, the names of columns first."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DiscourseError(f"{path.name} cannot be read: {error}; `discourse run` writes it anew.") from error
    if not rows:
        raise DiscourseError(f"{path.name} is empty; `discourse run` writes it anew.")
    return rows


def lines(parameters: dict[str, Any]) -> list[str]:
    """Parameters as lines of code."""
    return [f"{name} = {value!r}" for name, value in parameters.items()]


def _notebook_pages(plan: Plan, found: Sidecars, site: str) -> dict[str, str]:
    pages, listed = {}, []
    for run in plan.runs:
        listed.append((run, lines(plan.values(run))))
        executed = plan.project.executed / f"{run.id}.ipynb"
        ran = _shown(plan, executed)
        content = ran or _shown(plan, plan.notebook_path(run))
        if content is None:
            continue
        pages[f"notebooks/{run.id}.html"] = page(
            "notebook.html",
            f"{run.notebook} ({run.id})",
            site=site,
            depth=1,
            run=run,
            figures=[f for f in run.figures if f in found],
            notes=_notes(plan, run, found, ran is not None),
            content=content,
        )
    pages["notebooks/index.html"] = page("notebooks.html", "Notebooks", site=site, depth=1, runs=listed)
    return pages


def _shown(plan: Plan, notebook: Path) -> Markup | None:
    """A notebook as HTML; None for one that is not there or damaged."""
    try:
        read_cells(notebook)
        return notebook_html(notebook, plan.project.root)
    except DiscourseError:
        return None


def _notes(plan: Plan, run: Run, found: Sidecars, ran: bool) -> list[str]:
    """What a reader of a notebook's page should know about how it stands to its figures. ran: its execution is shown."""
    if run.refused:
        return [f"This run cannot be executed as it stands: {run.refused}"]
    if not ran:
        return ["Shown as committed, without outputs: it has not been run here."]
    published = {found[f].get("run", {}).get("notebook_sha256") for f in run.figures if f in found}
    if published and notebook_hash(plan.notebook_path(run)) not in published:
        return ["The notebook was changed since; this is the execution that drew the figures."]
    return []


def _codebook(plan: Plan, site: str) -> str:
    frames = []
    folder = plan.project.home / "corpus" if plan.project.store else plan.project.corpus
    for path in sorted((folder / "codebook").glob("[!_]*.toml")):
        content = read_toml(path)
        name = str(content.get("frame", path.stem))
        entries = [e for e in content.get("entry", []) if isinstance(e, dict)]
        frames.append(
            {
                "name": name,
                "label": str(content.get("label", name)),
                "about": str(content.get("about", "")),
                "rows": [_entry(e) for e in entries],
            }
        )
    columns = ("entry", "pattern", "category", "false friends", "example", "source")
    if not frames and plan.fitted:  # the patterns are with the texts; the store says which entries there are
        frames, columns = _stored_frames(plan), STORED
    return page("codebook.html", "Codebook", site=site, frames=frames, columns=columns)


def _stored_frames(plan: Plan) -> list[dict[str, Any]]:
    """The frames and entries that the labels of the store name."""
    store = open_store(plan.project.corpus / "store" / plan.fitted)
    rows, names = store.labels("entries").reindex(columns=["frame", *STORED]).astype(object), store.names()
    rows = rows.where(rows.notna(), "").astype(str)
    about = "The patterns are not part of the store, which names the entries"
    return [
        {"name": name, "label": names.get(name, name), "about": about, "rows": part[[*STORED]].to_numpy().tolist()}
        for name, part in rows.groupby("frame")
    ]


def _entry(entry: dict[str, Any]) -> list[str]:
    listed = {name: _many(entry.get(name)) for name in ("id", "pattern", "category", "exclude", "examples", "source")}
    return [(" " if name == "examples" else "; ").join(values) for name, values in listed.items()]


def _many(value: Any) -> list[str]:
    return [] if value is None else [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _documents(plan: Plan) -> list[Path]:
    """The documents that are shown; of a study on a store of its own those on how it is counted: others are on our own."""
    docs = plan.project.root / "docs"
    return sorted((docs / "methods" if plan.fitted else docs).rglob("*.md"))


def _methods(plan: Plan, site: str) -> dict[str, str]:
    docs = plan.project.root / "docs"
    paths = {path.relative_to(docs).as_posix(): path for path in _documents(plan)}
    names = {place: _page_name(plan, path) for place, path in paths.items()}
    pages, links = {}, []
    for place, path in paths.items():
        words = for_any_study(path.read_text(encoding="utf-8"), ours=not plan.fitted)
        name = names[place]
        title = _title(words, name)
        content = markdown(words, lambda target, place=place: _page_of(target, place, names))
        pages[f"methods/{name}.html"] = page("document.html", title, site=site, depth=1, content=content)
        links.append((name, title))
    pages["methods/index.html"] = page("methods.html", "Methods", site=site, depth=1, pages=links)
    return pages


def _page_name(plan: Plan, path: Path) -> str:
    place = path.relative_to(plan.project.root / "docs").with_suffix("").as_posix()
    return place.replace("/", "-").removeprefix("methods-")


def _title(words: str, otherwise: str) -> str:
    return next((line.lstrip("# ").strip() for line in words.splitlines() if line.startswith("#")), otherwise)


def _page_of(target: str, place: str, names: dict[str, str]) -> str | None:
    """Where a link from the document `place` to another file leads among the pages; None if that file is none of them."""
    path, _, part = target.partition("#")
    found = names.get(posixpath.normpath(posixpath.join(posixpath.dirname(place), path)))
    return None if found is None else f"{found}.html" + (f"#{part}" if part else "")
