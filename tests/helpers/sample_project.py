"""A small project of invented numbers: a store built in code, two notebooks, a plan of three runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ERAS = ("hun_sen", "hun_manet")
OUTLETS = ("daily", "weekly", "agency")


def build_store(folder: Path, *, extra: int = 0, prefix: str = "d", version: str = "one"):
    """A store with 12 news and 3 UN documents; `extra` tokens of one of them move from a term to the pool."""
    import pyarrow as pa

    from analysis.store import StoreWriter

    writer = StoreWriter(folder)
    vocabulary = {
        "term_id": [0, 1, 2],
        "term": ["<pooled>", "balance", "friend"],
        "lemma": ["<pooled>", "balance", "friend"],
        "is_stopword": [False] * 3,
        "document_count": [15, 15, 15],
        "token_count": [150 + extra, 36, 45 - extra],
    }
    for collection, count in (("news", 12), ("un", 3)):
        ids = [f"{prefix}-{collection}-{i:02d}" for i in range(count)]
        writer.add("documents", pa.table(documents(ids, collection)), collection)
        counts = {
            "doc_id": [d for d in ids for _ in range(3)],
            "term_id": [0, 1, 2] * count,
            "token_count": [n for i in range(count) for n in (10, 1 + i % 4, 2 + i % 3)],
        }
        if collection == "news":
            counts["token_count"][0] += extra
            counts["token_count"][2] -= extra
        writer.add("counts", pa.table(counts), collection)
    writer.add("vocabulary", pa.table(vocabulary))
    labels = {
        "outlets": [{"outlet_id": o, "name": o.title(), "type": "independent"} for o in OUTLETS],
        "eras": [{"era_id": e, "label": e.replace("_", " ").title()} for e in ERAS],
        "entries": [{"frame": "hedging", "entry": "balance"}],
        "sources": [{"source_id": "sample", "licence": "CC0 1.0", "may_print_title": True, "may_print_text": True}],
    }
    info = {"codebook_version": version, "min_documents": 3}
    return writer.finish(info, labels)


def documents(ids: list[str], collection: str) -> dict:
    n = len(ids)
    return {
        "doc_id": ids,
        "collection": [collection] * n,
        "outlet_id": [OUTLETS[i % 3] for i in range(n)],
        "published": [f"20{21 + i % 4}-03-01" for i in range(n)],
        "date_precision": ["day"] * n,
        "date_basis": ["declared"] * n,
        "era_id": [ERAS[int(i % 4 > 2)] for i in range(n)],
        "genre": ["article"] * n,
        "language": ["en"] * n,
        "title": [None] * n,
        "url": [f"https://example.org/{d}" for d in ids],
        "host": ["example.org"] * n,
        "url_key": [None] * n,
        "token_count": [13 + i % 4 + i % 3 for i in range(n)],
        "title_token_count": [5] * n,
        "lead_token_count": [20] * n,
        "quoted_token_count": [10] * n,
        "reported_token_count": [10] * n,
        "focal_token_count": [12] * n,
        "focal_quoted_token_count": [4] * n,
        "focal_reported_token_count": [4] * n,
        "odd_quote_count": [0] * n,
        "boilerplate_share": [0.0] * n,
        "cluster_id": ids,
        "cluster_size": [1] * n,
        "cluster_position": [1] * n,
        "is_cluster_origin": [True] * n,
        "shared_token_share": [0.0] * n,
        "licence": ["CC0 1.0"] * n,
    }


def write_notebook(path: Path, *cells: str, parameters: str | None = None, language: str = "python") -> None:
    """A notebook whose first cell is words, whose second is the parameter cell, and whose others are `cells`."""
    import nbformat

    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": language}
    made = [nbformat.v4.new_markdown_cell("# A question\n\nAnd its limits.")]
    if parameters is not None:
        made.append(nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    made += [nbformat.v4.new_code_cell(cell) for cell in cells]
    for number, cell in enumerate(made):
        cell["id"] = f"c{number}"
    notebook.cells = made
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


PARAMETERS = 'store_name = "default"\ncollection = "news"\nera_ids = []\nfigure_id = "tokens_news"\nscale = 1.0'
READ = """from analysis.figures import forest, publish
from analysis.store import open_store
store = open_store(store_name, collection=collection)
documents = store.table("documents", columns=["outlet_id", "era_id", "token_count"])
rows = documents.groupby(["outlet_id", "era_id"], as_index=False)["token_count"].mean()
rows["token_count"] = rows["token_count"] * scale
rows = rows.assign(low=rows["token_count"] - 3, high=rows["token_count"] + 3)"""
DRAW = """figure = forest(rows, label="outlet_id", estimate="token_count", hue="era_id")
publish(figure, figure_id, rows, title="Tokens by outlet", caption="Mean tokens of a document.",
        alt="A forest plot of mean tokens for three outlets.", store=store, seed=1,
        n={"documents": len(documents)}, unit="document", test="none")"""
COUNT = """from analysis.figures import forest, publish
from analysis.store import open_store
store = open_store(store_name, collection=collection)
rows = store.table("counts").groupby("term_id", as_index=False)["token_count"].sum()
rows = rows.assign(low=rows["token_count"] - 1, high=rows["token_count"] + 1)"""
DRAW_COUNT = (
    DRAW.replace('"outlet_id", estimate', '"term_id", estimate')
    .replace(', hue="era_id"', "")
    .replace("len(documents)", "12")
    .replace("Tokens by outlet", "Tokens by term")
)
PLAN = """
[defaults.10_tokens]
store_name = "default"
collection = "news"
era_ids = []
figure_id = "tokens_news"
scale = 1.0

[defaults.20_terms]
store_name = "default"
collection = "news"
era_ids = []
figure_id = "tokens_news"
scale = 1.0

[[run]]
id = "tokens_news"
notebook = "10_tokens"
parameters = { collection = "news", figure_id = "tokens_news" }
figures = ["tokens_news"]

[[run]]
id = "tokens_un"
notebook = "10_tokens"
parameters = { collection = "un", figure_id = "tokens_un" }
figures = ["tokens_un"]

[[run]]
id = "terms"
notebook = "20_terms"
parameters = { figure_id = "terms" }
figures = ["terms"]
after = ["tokens_news"]
"""

# Of one claim: `discourse run --choices scales`.
CHOICES = """[[curve]]
id = "scales"
label = "Scales"
run = "terms"
figure = "terms"
through = "notebook"
row = { term_id = "1" }
columns = { estimate = "token_count", low = "low", high = "high" }
choices = { scale = [] }
[[choice]]
id = "scale"
label = "Scale"
preferred = "one"
[[choice.alternative]]
id = "one"
reason = "as it is"
set = { scale = 1.0 }
[[choice.alternative]]
id = "two"
reason = "twice"
set = { scale = 2.0 }
"""


# Commands that write, on a project beside whose store lies a second one: name -> (command, what it writes).
WRITING = {
    "site": (("site", "--out", "OUT/site"), "OUT/site"),
    "release": (("release", "--out", "OUT/paper.zip"), "OUT/paper.zip"),
    "merge": (("store", "merge", "default", "other", "--out", "OUT/both"), "OUT/both"),
    "paper": (("figures", "--paper", "OUT/paper"), "OUT/paper"),
    "run": (("run", "--force", "--only", "terms"), "figures"),
}


def add_second_store(project: Path) -> Path:
    """Lay a second store, "other", beside that of the project. Returns `project`."""
    build_store(project / "corpus" / "store" / "other", extra=1, prefix="e")
    return project


def make_project(folder: Path, root: Path) -> Path:
    """A whole project in `folder`, with a copy of the package so that its code can be edited."""
    shutil.copytree(root / "analysis", folder / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("CITATION.cff", "pyproject.toml", "requirements.lock", "LICENSE"):
        shutil.copyfile(root / name, folder / name)
    (folder / "corpus").mkdir()
    shutil.copyfile(root / "corpus" / "eras.toml", folder / "corpus" / "eras.toml")
    build_store(folder / "corpus" / "store" / "default")
    write_notebook(folder / "notebooks" / "10_tokens.ipynb", READ, DRAW, parameters=PARAMETERS)
    write_notebook(folder / "notebooks" / "20_terms.ipynb", COUNT, DRAW_COUNT, parameters=PARAMETERS)
    (folder / "notebooks" / "plan.toml").write_text(PLAN)
    return folder


def discourse(folder: Path, *arguments: str, check: bool = False, **environ: str) -> subprocess.CompletedProcess:
    """`discourse ...` in a process of its own, in `folder`, with the package found there."""
    import os

    clean = {k: v for k, v in os.environ.items() if not k.startswith("DISCOURSE_")}
    return subprocess.run(
        [sys.executable, "-m", "analysis.cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=check,
        env={**clean, "PYTHONPATH": str(folder), **environ},
        timeout=900,
    )
