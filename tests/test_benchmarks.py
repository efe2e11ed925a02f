"""Benchmarks: what the pages say of them is so, without measuring anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks import harness, million

PAGES = ("benchmarks/README.md", "benchmarks/RESULTS.md", "docs/scale.md")


def test_every_command_of_the_pages_names_a_table_or_a_module_that_is_there(root):
    commands = re.findall(
        r"python -m (benchmarks[.\w]*)((?: [\w.-]+)*)", "".join((root / p).read_text() for p in PAGES)
    )
    assert len(commands) > 15
    for module, words in commands:
        assert (root / Path(*module.split("."))).with_suffix(".py").exists() or module == "benchmarks"
        if module == "benchmarks":
            tables = [w for w in words.split(" --")[0].split() if w not in ("NAME", "and")]
            assert set(tables) <= set(bench.TABLES), words


def test_every_section_of_the_results_is_a_table(root):
    sections = re.findall(r"(?m)^## (\w+)$", (root / "benchmarks/RESULTS.md").read_text())
    assert set(sections) <= set(bench.TABLES)
    assert len(sections) == len(set(sections)) > 10


@pytest.mark.parametrize("cores", [1, 2])
def test_a_case_has_as_many_threads_as_cores(cores):
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    assert [harness.environment(cores)[name] for name in names] == [str(cores)] * 2


def test_a_measure_of_the_generated_store_has_one_thread(monkeypatch, tmp_path):
    given = {}

    def run(command, **more):
        given.update(more)
        return type("Done", (), {"stdout": "{}"})

    monkeypatch.setattr(million.subprocess, "run", run)
    assert million.run_case("frame_rates", tmp_path) == {}
    assert given["env"]["OPENBLAS_NUM_THREADS"] == "1"


@pytest.fixture
def told(monkeypatch, tmp_path):
    """What the tables said that were made, without texts; each table says its name."""
    made = {}
    monkeypatch.setenv("DISCOURSE_TEXTS", str(tmp_path))
    monkeypatch.setattr(bench, "TABLES", {name: lambda rounds, n=name: n for name in bench.TABLES})
    monkeypatch.setattr(bench, "write", made.update)
    return made


def test_without_texts_the_tables_that_need_none_are_made_and_the_others_stay(told, capsys):
    bench.main([])
    assert sorted(told) == ["bootstrap", "keyness", "start_up"]
    assert "tokens: not made" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["tokens"], "ungdc.parquet"),
        (["keyness", "tokens"], "DISCOURSE_TEXTS"),
        (["nosuch"], "allowed: tokens"),
        (["keyness", "--rounds", "0"], "rounds: 0"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_anything_is(told, capsys, arguments, why):
    with pytest.raises(SystemExit) as caught:
        bench.main(arguments)
    assert caught.value.code == 2
    assert why in capsys.readouterr().err
    assert told == {}
