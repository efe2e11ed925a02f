from __future__ import annotations

import json
import re
import resource
import subprocess
import sys

import pytest
from sample_project import build_store, discourse

from analysis.run.cache import Cache

RUNS = ["tokens_news", "tokens_un", "terms"]


def plans(folder) -> dict[str, str]:
    """What `discourse run --dry-run` says about each run."""
    done = discourse(folder, "run", "--dry-run")
    assert done.returncode == 0, done.stderr
    return dict(line.split(": ", 1) for line in done.stdout.splitlines())


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def append(path, text):
    path.write_text(path.read_text() + text)


def would_run(folder) -> list[str]:
    return [run for run, what in plans(folder).items() if what != "unchanged"]


def test_nothing_changed_means_nothing_runs_and_fast(finished):
    least = float("inf")
    for _ in range(5):  # processor time, and the least of several: a busy machine makes a run dearer, never cheaper
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = discourse(finished, "run")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.stdout.count("unchanged") == 3
        least = min(least, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        if least < 2:
            break
    assert least < 2
    assert would_run(finished) == []


def test_a_no_op_imports_no_heavy_library(finished):
    done = discourse(finished, "run")
    assert done.returncode == 0
    code = (
        "import sys\nfrom analysis.cli.main import main\ntry:\n    main(['run'])\nexcept SystemExit:\n    pass\n"
        "heavy = ('pandas', 'papermill', 'matplotlib', 'pyarrow', 'numpy')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=finished, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_only_the_notebook_that_imports_a_module_is_stale(copy):
    append(copy / "analysis" / "figures" / "network.py", "\nX = 1\n")
    assert would_run(copy) == []
    replace(copy / "analysis" / "figures" / "forest.py", "def forest(", "# a comment\ndef forest(")
    assert would_run(copy) == []
    append(copy / "analysis" / "figures" / "forest.py", "\nX = 1\n")
    found = plans(copy)
    assert all("analysis/figures/forest.py changed" in found[run] for run in RUNS)


def test_one_changed_parameter_is_one_run(copy):
    replace(copy / "notebooks" / "plan.toml", 'collection = "un"', 'collection = "un", scale = 2.0')
    assert plans(copy) == {
        "tokens_news": "unchanged",
        "terms": "unchanged",
        "tokens_un": "would run: parameter scale: 1.0 is now 2.0",
    }


def test_a_changed_table_touches_only_those_who_read_it(copy):
    build_store(copy / "corpus" / "store" / "default", extra=1)
    assert plans(copy)["terms"] == "would run: input default/counts[news] changed"
    assert would_run(copy) == ["terms"]


def test_a_figure_that_needs_no_run_names_the_store_of_today(copy):
    store = build_store(copy / "corpus" / "store" / "default", extra=1)
    before = json.loads((copy / "figures" / "tokens_un.json").read_text())
    done = discourse(copy, "run", "--only", "tokens_un")
    assert "unchanged" in done.stdout, done.stdout + done.stderr
    after = json.loads((copy / "figures" / "tokens_un.json").read_text())
    assert before["stores"][0]["store_hash"] != after["stores"][0]["store_hash"] == store.store_hash
    assert would_run(copy) == ["terms"]


@pytest.mark.parametrize("harm", ["edit", "remove"])
def test_outputs_are_hashed_again_before_a_skip(copy, harm):
    figure = copy / "figures" / "tokens_un.svg"
    if harm == "edit":
        figure.write_bytes(figure.read_bytes() + b" ")
    else:
        figure.unlink()
    word = {"edit": "was changed", "remove": "is missing"}[harm]
    assert plans(copy)["tokens_un"] == f"would run: figure file tokens_un.svg {word}"


def test_edits_of_code_run_again_and_words_do_not(copy):
    notebook = copy / "notebooks" / "20_terms.ipynb"
    replace(notebook, "And its limits", "And all its limits")
    assert would_run(copy) == []
    replace(notebook, "Mean tokens of a document", "Tokens of a term")
    assert plans(copy)["terms"] == "would run: the notebook's code changed"


@pytest.mark.slow
def test_other_parameters_leave_published_figures_alone(copy):
    before = {p.name: p.read_bytes() for p in (copy / "figures").iterdir() if p.is_file()}
    done = discourse(copy, "run", "--only", "10_tokens", "-p", "collection", "un", "--sweep", "scale=2.0")
    assert done.returncode == 0, done.stderr
    assert {p.name: p.read_bytes() for p in (copy / "figures").iterdir() if p.is_file()} == before
    drafts = sorted(p.name for p in (copy / "figures" / "drafts").rglob("*.csv"))
    assert drafts[0] == "tokens_un.csv"
    assert len(drafts) == 2
    assert re.fullmatch(r"tokens_un_[0-9a-f]{8}\.csv", drafts[1])  # tokens_un is what another run publishes
    refused = discourse(copy, "run", "--only", "10_tokens", "-p", "colection", "un")
    assert refused.returncode == 2
    assert "Did you mean 'collection'" in refused.stderr


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "3",
        '{"format": 1}',
        '{"format": 1, "runs": []}',
        '{"format": 1, "runs": {"terms": {}}}',
        '{"format": 1, "runs": {"terms": null}}',
        '{"format": 2, "runs": {}}',
        "[" * 100000,
        "\x00\x01",
    ],
    ids=range(12),
)
def test_a_damaged_record_counts_as_none(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    assert Cache.load(tmp_path / "run.json").runs == {}


def test_each_part_of_a_record_is_looked_at(finished, tmp_path):
    content = json.loads((finished / ".cache" / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps(content))
    assert sorted(Cache.load(tmp_path / "run.json").runs) == sorted(RUNS)
    for part in ("inputs", "figures", "seconds", "peak_mb", "outputs"):
        for value in (None, "x", [None], {"a": None}):
            broken = json.loads(json.dumps(content))
            broken["runs"]["terms"][part] = value
            (tmp_path / "run.json").write_text(json.dumps(broken))
            assert "terms" not in Cache.load(tmp_path / "run.json").runs, (part, value)


def test_a_damaged_record_is_run_again_without_a_traceback(copy):
    (copy / ".cache" / "run.json").write_text('{"format": 1, "runs": {"terms": {"inputs": 3}}}')
    assert plans(copy)["terms"].startswith("would run: never run here")
