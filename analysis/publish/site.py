"""A static site: every figure with its data, provenance and citation; notebooks, codebook, methods. No server needed."""

from __future__ import annotations

import csv
import shutil
import tempfile
from pathlib import Path
from typing import Any

from analysis.publish.cite import bibtex, csl, text, work
from analysis.publish.pages import E, copyable, facts, markdown, notebook_html, page, table, values
from analysis.run.plan import Plan, Run
from analysis.run.provenance import sidecars
from analysis.study.declaration import load_study
from analysis.study.settings import read_toml

ASSETS = Path(__file__).resolve().parent / "assets"
MAX_ROWS = 500


def write_site(plan: Plan, target: Path) -> list[str]:
    """Write the whole site beside `target`, then put it in its place; returns the names of all pages.

    Notebooks are shown as last executed (`discourse run`), or as committed, without outputs, when they were not.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
        place = Path(folder) / "new"
        place.mkdir()
        found = sidecars(plan.project.figures)
        pages = {
            "index.html": _index(plan, found),
            **_figure_pages(plan, found, place),
            **_notebook_pages(plan, found),
            "codebook.html": _codebook(plan),
            **_methods(plan),
        }
        for name, content in pages.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(content, encoding="utf-8")
        shutil.copytree(ASSETS, place / "assets", ignore=shutil.ignore_patterns("__pycache__"))
        if target.exists():
            target.rename(Path(folder) / "old")
        place.rename(target)
    return sorted(pages)


def _index(plan: Plan, found: dict[str, dict[str, Any]]) -> str:
    source, study = work(plan.project), load_study(plan.project.corpus)
    cards = "".join(
        f'<li><a href="figures/{f}.html"><img src="figures/{f}.png" alt="{E(s["alt"])}" loading="lazy">'
        f'<br>{E(s["title"])}</a><br><span class="soft">{f}</span></li>'
        for f, s in found.items()
    )
    body = (
        f"<h1>{E(study.title or source['title'])}</h1><p>{E(study.question)} Each figure below comes with its data, the "
        "notebook that drew it, and the words to cite it.</p>"
        f'<h2>Figures</h2><ul class="cards">{cards}</ul>'
    )
    return _page(plan, study.title or source["title"], body)


def _page(plan: Plan, title: str, body: str, *, depth: int = 0) -> str:
    """A page of this study: its name leads to the first page."""
    return page(title, body, depth=depth, root_title=load_study(plan.project.corpus).name)


def _figure_pages(plan: Plan, found: dict[str, dict[str, Any]], place: Path) -> dict[str, str]:
    pages = {}
    folder = place / "figures"
    folder.mkdir()
    for figure_id, sidecar in found.items():
        for kind in ("svg", "png", "pdf", "csv", "json"):
            shutil.copyfile(plan.project.figures / f"{figure_id}.{kind}", folder / f"{figure_id}.{kind}")
        pages[f"figures/{figure_id}.html"] = _page(plan, sidecar["title"], _figure(plan, sidecar), depth=1)
    return pages


def _figure(plan: Plan, s: dict[str, Any]) -> str:
    name, run = s["figure_id"], s.get("run", {})
    with (plan.project.figures / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    shown = rows[1 : MAX_ROWS + 1]
    more = f", the first {MAX_ROWS} of {len(rows) - 1} rows" if len(rows) - 1 > MAX_ROWS else f", {len(rows) - 1} rows"
    tables = "<br>".join(f"<code>{E(k)} {E(v[:16])}</code>" for k, v in run.get("tables", {}).items())
    downloads = " · ".join(f'<a href="{name}.{k}">{k.upper()}</a>' for k in ("svg", "pdf", "png", "csv", "json"))
    known = {r.id for r in plan.runs}
    notebook = f'<a href="../notebooks/{run["id"]}.html">{E(run["notebook"])}</a>' if run.get("id") in known else "none"
    return (
        f'<h1>{E(s["title"])}</h1><figure><img src="{name}.svg" alt="{E(s["alt"])}">'
        f"<figcaption>{E(s['full_caption'])} {E(s['source'])}</figcaption></figure><p>{downloads}</p>"
        f"<h2>Data</h2>{table(rows[0], shown, name='data', caption='The drawn values' + more)}"
        "<h2>Where it comes from</h2>"
        + facts(
            {
                "Figure": f"<code>{name}</code>",
                "Notebook": notebook,
                "Parameters": values(run.get("parameters", {})),
                "Seed": E(str(s["seed"])) if s["seed"] is not None else "",
                "Store": "<br>".join(
                    f"<code>{E(x['name'])} {E(x['collection'] or 'all')} {E(x['store_hash'][:16])}</code>"
                    for x in s["stores"]
                ),
                "Tables read": tables,
                "Data sha256": f"<code>{E(s['files']['csv'])}</code>",
                "Notes": E(s.get("notes") or ""),
                "Versions": E(", ".join(f"{k} {v}" for k, v in s["versions"].items())),
            }
        )
        + "<h2>Cite this figure</h2>"
        + copyable(text(plan.project, s), "cite-text")
        + f"<details><summary>BibTeX</summary>{copyable(bibtex(plan.project, s).rstrip(), 'cite-bibtex')}</details>"
        + f"<details><summary>CSL-JSON</summary>{copyable(csl(plan.project, s), 'cite-csl')}</details>"
    )


def _notebook_pages(plan: Plan, found: dict[str, dict[str, Any]]) -> dict[str, str]:
    pages = {}
    listed = []
    for run in plan.runs:
        executed = plan.project.executed / f"{run.id}.ipynb"
        done = executed.is_file()
        body = notebook_html(executed if done else plan.notebook_path(run), plan.project.root)
        links = " · ".join(f'<a href="../figures/{f}.html">{E(f)}</a>' for f in run.figures if f in found)
        note = "" if done else '<p class="soft">Shown as committed, without outputs: it has not been run here.</p>'
        head = (
            f'<p class="soft">Run <code>{run.id}</code> of <code>{run.notebook}</code>. Figures: {links or "none"}</p>'
        )
        body = head + note + body
        pages[f"notebooks/{run.id}.html"] = _page(plan, f"{run.notebook} ({run.id})", body, depth=1)
        listed.append(_listed(run, plan.values(run)))
    body = "<h1>Notebooks</h1><table><thead><tr><th>Run</th><th>Notebook</th><th>Parameters</th></tr></thead><tbody>"
    pages["notebooks/index.html"] = _page(plan, "Notebooks", body + "".join(listed) + "</tbody></table>", depth=1)
    return pages


def _listed(run: Run, parameters: dict[str, Any]) -> str:
    return (
        f'<tr><td><a href="{run.id}.html">{run.id}</a></td><td>{E(run.notebook)}</td><td>{values(parameters)}</td></tr>'
    )


def _codebook(plan: Plan) -> str:
    parts = ["<h1>Codebook</h1><p>What counts as a hit, why, and what does not. Examples are invented.</p>"]
    for path in sorted((plan.project.corpus / "codebook").glob("*.toml")):
        content = read_toml(path)
        rows = [
            [
                str(e.get("id", "")),
                "; ".join(_many(e.get("pattern"))),
                str(e.get("category", "")),
                "; ".join(_many(e.get("exclude"))),
                " ".join(_many(e.get("examples"))),
                str(e.get("source", "")),
            ]
            for e in content.get("entry", [])
        ]
        name = content.get("frame", path.stem)
        parts.append(f'<h2 id="{E(name)}">{E(content.get("label", name))}</h2><p>{E(content.get("about", ""))}.</p>')
        columns = ("entry", "pattern", "category", "false friends", "example", "source")
        parts.append(table(columns, rows, name=f"frame-{name}", caption=f"{len(rows)} entries"))
    return _page(plan, "Codebook", "".join(parts))


def _many(value: Any) -> list[str]:
    return [] if value is None else [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _methods(plan: Plan) -> dict[str, str]:
    docs = plan.project.root / "docs"
    pages, links = {}, []
    for path in sorted(docs.rglob("*.md")):
        words = path.read_text(encoding="utf-8")
        name = "-".join(path.relative_to(docs).with_suffix("").parts).removeprefix("methods-")
        title = next((line.lstrip("# ").strip() for line in words.splitlines() if line.startswith("#")), name)
        pages[f"methods/{name}.html"] = _page(plan, title, markdown(words), depth=1)
        links.append(f'<li><a href="{name}.html">{E(title)}</a></li>')
    pages["methods/index.html"] = _page(
        plan, "Methods", f"<h1>Methods and documentation</h1><ul>{''.join(links)}</ul>", depth=1
    )
    return pages
