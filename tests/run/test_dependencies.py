"""What a run depends on: everything that it reads, and nothing else."""

from __future__ import annotations

import json

import pytest
from sample_project import DRAW, PLAN, build_store, discourse, write_notebook

from analysis.run.dependencies import MISSING, differences, split_key, table_hashes
from analysis.run.plan import load_plan
from analysis.run.project import Project
from analysis.store.contracts import CONTRACTS
from analysis.store.manifest import LABELS, MANIFEST, read_manifest, store_hash

OPEN = "from analysis.figures import forest, publish\nfrom analysis.store import open_store\n"
OPEN += (
    "store = open_store(store_name, collection=collection)\ndocuments = store.table('documents', columns=['doc_id'])\n"
)
ROWS = "import pandas as pd\nrows = pd.DataFrame({'outlet_id': ['a'], 'era_id': ['b'], 'token_count': [1.0], 'low': [0.0], "
ROWS += "'high': [2.0]})"
READ_FILE = "from analysis.study.settings import corpus_folder, read_toml\nread_toml(corpus_folder() / 'own.toml')"
# A run, what its notebook reads besides the documents -> what makes it stale, among all that is changed below.
READS = {
    "names": ("store.names()", {"labels/outlets", "labels/eras", "labels/actors", "labels/entries"}),
    "label": ("store.labels('sources')", {"labels/sources"}),
    "study": ("store.study.title", {"labels/study"}),
    "info": ("store.info['min_documents']", {"labels/info"}),
    "counts": ("store.table('counts')", {"counts[news]"}),
    "rows": ("store.row_count('counts')", {"counts[news]"}),
    "pieces": ("[len(p) for p in store.pieces('counts')]", {"counts[news]"}),
    "other": ("open_store(store_name, collection='un').table('counts')", {"counts[un]"}),
    "vocabulary": ("store.table('vocabulary')", {"vocabulary"}),
    "file": (READ_FILE, {"own.toml"}),
}


def edit(store, change) -> None:
    """The store as it would be with other contents, its hashes right."""
    manifest = json.loads((store / MANIFEST).read_text())
    change(manifest)
    manifest["store_hash"] = store_hash(manifest)
    (store / MANIFEST).write_text(json.dumps(manifest))


def rewrite(store, table, collection=None) -> None:
    """Other bytes for one table, the same rows."""
    import hashlib

    def change(manifest):
        for part in manifest["tables"]:
            if part["table"] == table and part["collection"] == collection:
                import pyarrow.parquet as pq

                path = store / part["file"]
                pq.write_table(pq.read_table(path, partitioning=None), path, compression="none")
                part |= {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}

    edit(store, change)


CHANGES = {
    f"labels/{n}": lambda s, n=n: edit(s, lambda m: m["labels"].setdefault(n, []).append({"x": 1})) for n in LABELS
}
CHANGES |= {
    "labels/outlets": lambda s: edit(s, lambda m: m["labels"]["outlets"][0].update(name="Another")),
    "labels/eras": lambda s: edit(s, lambda m: m["labels"]["eras"][0].update(label="Another")),
    "labels/entries": lambda s: edit(s, lambda m: m["labels"]["entries"].append({"frame": "more", "entry": "e"})),
    "labels/actors": lambda s: edit(s, lambda m: m["labels"].update(actors=[{"actor_id": "a", "name": "A"}])),
    "labels/study": lambda s: edit(s, lambda m: m.update(study={"title": "Another"})),
    "labels/info": lambda s: edit(s, lambda m: m["info"].update(min_documents=4)),
    "counts[news]": lambda s: rewrite(s, "counts", "news"),
    "counts[un]": lambda s: rewrite(s, "counts", "un"),
    "vocabulary": lambda s: rewrite(s, "vocabulary"),
    "own.toml": lambda s: (s.parents[1] / "own.toml").write_text("a = 2\n"),
}


@pytest.fixture(scope="module")
def reading(tmp_path_factory, root):
    """A project with one run for each way to read something of a store, after one complete run."""
    folder = tmp_path_factory.mktemp("reading")
    (folder / "analysis").symlink_to(root / "analysis")
    for name in ("CITATION.cff", "pyproject.toml"):
        (folder / name).write_bytes((root / name).read_bytes())
    (folder / "corpus").mkdir()
    (folder / "corpus" / "eras.toml").write_bytes((root / "corpus" / "eras.toml").read_bytes())
    (folder / "corpus" / "own.toml").write_text("a = 1\n")
    store = build_store(folder / "corpus" / "store" / "default")
    edit(store.path, lambda m: m.update(study={"title": "One"}))
    plan = ""
    cell = 'store_name = "default"\ncollection = "news"\nfigure_id = "x"'
    for name, (code, _) in READS.items():
        write_notebook(folder / "notebooks" / f"{name}.ipynb", OPEN + code, ROWS, DRAW, parameters=cell)
        plan += f'[[run]]\nid = "{name}"\nnotebook = "{name}"\nfigures = ["{name}"]\n'
        plan += f'parameters = {{ figure_id = "{name}" }}\n'
    (folder / "notebooks" / "plan.toml").write_text(plan)
    done = discourse(folder, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow
def test_a_change_makes_exactly_those_runs_stale_that_read_it(reading):
    """The kind: every label, table and file that a store or a study has, changed one at a time and put back."""
    store = reading / "corpus" / "store" / "default"
    before = {p: p.read_bytes() for p in (reading / "corpus").rglob("*") if p.is_file()}
    for name, change in CHANGES.items():
        change(store)
        done = discourse(reading, "run", "--dry-run")
        assert done.returncode == 0, done.stderr
        stale = {line.split(":")[0] for line in done.stdout.splitlines() if "would run" in line}
        assert stale == {run for run, (_, reads) in READS.items() if name in reads}, name
        checked = discourse(reading, "figures", "--check")
        assert {line.split(":")[0] for line in checked.stderr.splitlines() if "[defaults." not in line} == stale, name
        for path, data in before.items():
            path.write_bytes(data)
    assert "would run" not in discourse(reading, "run", "--dry-run").stdout


def test_keys_name_store_table_and_collection():
    assert split_key("default/hits[news]") == ("default", "hits", "news")
    assert split_key("default/labels/eras") == ("default", "labels/eras", None)
    assert split_key("out/side/vocabulary") == ("out/side", "vocabulary", None)


def test_a_store_that_is_gone_damaged_or_edited_counts_as_missing(project):
    keys = ["default/counts[news]", "default/labels/eras", "none/counts", "file:corpus/none.toml"]
    place = Project(project)
    whole = table_hashes(place, keys)
    assert [whole[k] == MISSING for k in keys] == [False, False, True, True]
    (project / "corpus" / "store" / "default" / MANIFEST).write_text("{")
    assert set(table_hashes(place, keys).values()) == {MISSING}


def test_every_table_has_a_hash_of_its_own(project):
    keys = [f"default/{name}" for name in CONTRACTS]
    found = table_hashes(Project(project), keys)
    assert len({found[f"default/{name}"] for name in ("documents", "counts", "vocabulary")}) == 3


def test_differences_are_said_in_words():
    old = {
        "notebook": "a",
        "parameters": {"x": 1, "z": 1},
        "code": {"f.py": "0" * 64},
        "tables": {},
        "libraries": {"n": "1"},
    }
    new = {
        "notebook": "b",
        "parameters": {"x": 2, "y": 1},
        "code": {},
        "tables": {"t": "1" * 64},
        "libraries": {"n": "2"},
    }
    assert differences(old, old) == []
    assert differences(old, new) == [
        "the notebook's code changed",
        "parameter x: 1 is now 2",
        "parameter y: 'absent' is now 1",
        "parameter z: 1 is now 'absent'",
        "f.py is gone",
        "input t is new",
        "library n 1 is now 2",
    ]
    assert "library n 1 is now 2" not in differences(old, new, libraries=False)


def test_the_committed_plan_reads_what_it_names(root):
    plan = load_plan(Project(root))
    assert read_manifest(root / "corpus" / "store" / "default")["store_hash"]
    assert len(plan.runs) > 20
    assert PLAN
