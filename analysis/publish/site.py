"""A static site: every figure with its data, provenance and citation; notebooks, codebook, methods. No server needed."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis.errors import DiscourseError
from analysis.publish.citation_file import study_of
from analysis.publish.cite import bibtex, csl, text, work
from analysis.publish.pages import markdown, notebook_html, page
from analysis.run.code_hashes import notebook_hash
from analysis.run.parameters import read_cells
from analysis.run.plan import Plan, Run
from analysis.run.provenance import doubts, sidecars
from analysis.store import open_store
from analysis.store.folders import replacing_folder
from analysis.study.declaration import Study
from analysis.study.settings import read_toml

ASSETS = Path(__file__).resolve().parent / "assets"
MAX_ROWS = 500
_OWN_PART = re.compile(r"^<!-- this study -->\n.*?^<!-- end -->\n?", re.DOTALL | re.MULTILINE)
_OWN_MARK = re.compile(r"^<!-- (this study|end) -->\n?", re.MULTILINE)
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
        site = study.name
        pages = {
            "index.html": _index(plan, found, study),
            **_figure_pages(plan, found, place, site),
            **_notebook_pages(plan, found, site),
            "codebook.html": _codebook(plan, site),
            **_methods(plan, site),
        }
        for name, content in pages.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(content, encoding="utf-8")
        shutil.copytree(ASSETS, place / "assets", ignore=shutil.ignore_patterns("__pycache__"))
    return sorted(pages)


def _index(plan: Plan, found: Sidecars, study: Study) -> str:
    title = study.title or work(plan.project)["title"]
    return page(
        "index.html",
        title,
        site=study.name,
        heading=title,
        question=study.question,
        figures=list(found.values()),
        findings=plan.findings,
        left_out=plan.left_out,
    )


def _figure_pages(plan: Plan, found: Sidecars, place: Path, site: str) -> dict[str, str]:
    pages = {}
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
        content = _figure(plan, sidecar)
        pages[f"figures/{figure_id}.html"] = page("figure.html", sidecar["title"], site=site, depth=1, **content)
    return pages


def _figure(plan: Plan, s: dict[str, Any]) -> dict[str, Any]:
    """What the page of one figure shows."""
    name, run = s["figure_id"], s.get("run", {})
    rows = _drawn(plan.project.figures / f"{name}.csv")
    count = len(rows) - 1
    more = f", the first {MAX_ROWS} of {count} rows" if count > MAX_ROWS else f", {count} rows"
    return {
        "s": {"seed": None, "notes": None, "versions": {}, **s},
        "run": run,
        "doubts": doubts(s, plan.project.figures),
        "columns": rows[0],
        "rows": rows[1 : MAX_ROWS + 1],
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
        content = _shown(plan, executed) or _shown(plan, plan.notebook_path(run))
        if content is None:
            continue
        pages[f"notebooks/{run.id}.html"] = page(
            "notebook.html",
            f"{run.notebook} ({run.id})",
            site=site,
            depth=1,
            run=run,
            figures=[f for f in run.figures if f in found],
            notes=_notes(plan, run, found, executed),
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


def _notes(plan: Plan, run: Run, found: Sidecars, executed: Path) -> list[str]:
    """What a reader of a notebook's page should know about how it stands to its figures."""
    if run.refused:
        return [f"This run cannot be executed as it stands: {run.refused}"]
    if _shown(plan, executed) is None:
        return ["Shown as committed, without outputs: it has not been run here."]
    published = {found[f].get("run", {}).get("notebook_sha256") for f in run.figures if f in found}
    if published and notebook_hash(plan.notebook_path(run)) not in published:
        return ["The notebook was changed since; this is the execution that drew the figures."]
    return []


def _codebook(plan: Plan, site: str) -> str:
    frames = []
    folder = plan.project.home / "corpus" / "codebook" if plan.project.store else plan.project.corpus / "codebook"
    for path in sorted(folder.glob("*.toml")):
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
        frames = _stored_frames(plan)
        columns = ("entry", "category", "source")
    return page("codebook.html", "Codebook", site=site, frames=frames, columns=columns)


def _stored_frames(plan: Plan) -> list[dict[str, Any]]:
    """The frames and entries that the labels of the store name."""
    rows = open_store(plan.project.corpus / "store" / plan.fitted).labels("entries").fillna("").astype(str)
    frames = []
    for name in sorted(set(rows["frame"])) if len(rows) else []:
        of_frame = rows[rows["frame"] == name].reindex(columns=["entry", "category", "source"], fill_value="")
        about = "The patterns of this codebook are not part of the store; it names its entries"
        label = name.replace("_", " ").capitalize()
        frames.append({"name": name, "label": label, "about": about, "rows": of_frame.to_numpy().tolist()})
    return frames


def _entry(entry: dict[str, Any]) -> list[str]:
    listed = {name: _many(entry.get(name)) for name in ("id", "pattern", "category", "exclude", "examples", "source")}
    return [(" " if name == "examples" else "; ").join(values) for name, values in listed.items()]


def _many(value: Any) -> list[str]:
    return [] if value is None else [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _for(plan: Plan, words: str) -> str:
    """A page of docs/ for this study: what stands between `<!-- this study -->` and `<!-- end -->` is of this project's
    own study, and is left out for others."""
    return _OWN_PART.sub("", words) if plan.fitted else _OWN_MARK.sub("", words)


def _methods(plan: Plan, site: str) -> dict[str, str]:
    # Of a study of one's own only what says how it is counted: other pages are about this project's own study.
    docs = plan.project.root / "docs" / "methods" if plan.fitted else plan.project.root / "docs"
    pages, links = {}, []
    for path in sorted(docs.rglob("*.md")):
        words = _for(plan, path.read_text(encoding="utf-8"))
        name = "-".join(path.relative_to(docs).with_suffix("").parts).removeprefix("methods-")
        title = next((line.lstrip("# ").strip() for line in words.splitlines() if line.startswith("#")), name)
        pages[f"methods/{name}.html"] = page("document.html", title, site=site, depth=1, content=markdown(words))
        links.append((name, title))
    pages["methods/index.html"] = page("methods.html", "Methods", site=site, depth=1, pages=links)
    return pages
