"""scripts/mutants.py: which changes it makes, and which tests it asks."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

SOURCE = '''
def sign(a: int, b: int = 3, *, loud: bool = False) -> str:
    """Says which is larger: 5 > 4."""
    if not loud and a + 1 < b:
        raise ValueError("a" if a > 0 else "b")
    return f"{a - b}"
'''


@pytest.fixture(scope="module")
def mutants(root):
    spec = importlib.util.spec_from_file_location("mutants", root / "scripts" / "mutants.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["mutants"]


def test_every_change_is_one_expression_and_still_compiles(mutants, tmp_path):
    file = tmp_path / "sign.py"
    file.write_text(SOURCE)
    found = mutants.mutants_of(file, tmp_path)
    changes = {(m.before, m.after) for m in found}
    assert changes == {
        ("3", "4"),
        ("1", "2"),
        ("not loud and a + 1 < b", "(not loud or a + 1 < b)"),
        ("not loud and a + 1 < b", "(not (not loud and a + 1 < b))"),
        ("not loud", "(loud)"),
        ("a + 1", "a - 1"),
        ("a + 1 < b", "a + 1 <= b"),
        ("a + 1 < b", "a + 1 >= b"),
    }
    for mutant in found:
        text = SOURCE.encode()
        ast.parse(text[: mutant.start] + mutant.after.encode() + text[mutant.end :])


def test_the_same_seed_draws_the_same_changes_of_one_room(mutants):
    first = mutants.choose("measures/inference", 12, 7, ())
    assert first == mutants.choose("measures/inference", 12, 7, ())
    assert first != mutants.choose("measures/inference", 12, 8, ())
    assert len(set(first)) == 12 and {m.path.rsplit("/", 1)[0] for m in first} == {"analysis/measures/inference"}


def test_a_change_is_placed_in_the_statement_around_it(mutants, tmp_path):
    file = tmp_path / "deep.py"
    file.write_text(
        "def f(a):\n    x = [\n        a,\n        a + 1,\n    ]\n    if a > 2:\n        return x\n    return -a\n"
    )
    placed = {(m.before, m.line, m.statement, m.last) for m in mutants.mutants_of(file, tmp_path)}
    assert placed == {("a + 1", 4, 2, 4), ("1", 4, 2, 4), ("a > 2", 6, 6, 6), ("2", 6, 6, 6), ("-a", 8, 8, 8)}


def test_the_tests_of_a_room_and_the_doctests_in_it_are_asked_and_with_far_those_of_the_wing(mutants, root):
    near = mutants.test_files("measures/inference", root)
    assert "tests/measures/inference/test_resampling.py" in near
    assert "analysis/measures/inference/multiple.py" in near  # it holds examples
    assert not any(test.startswith("tests/measures/frames") for test in near)
    assert "tests/measures/frames/test_rates.py" in mutants.test_files("measures/inference", root, far=True)
    assert mutants.test_files("errors", root) == ["analysis/errors.py", "tests/test_errors.py"]


PROJECT = {
    "analysis/__init__.py": "",
    "analysis/room/__init__.py": "",
    "analysis/room/half.py": (
        "TABLE = {n: n // 2 for n in range(9)}\n\n\ndef half(n):\n    if n < 0:\n        return -half(-n)\n"
        "    while n > 8:\n        n = n - 2\n    return TABLE[n]\n\n\ndef unused(n):\n    return n + 1\n"
    ),
    "tests/room/test_half.py": (
        "from analysis.room.half import half\n\n\ndef test_small():\n    assert half(4) == 2\n\n\n"
        "def test_below():\n    assert half(-4) == -2\n\n\ndef test_large():\n    assert half(10) == 4\n"
    ),
    "tests/room/test_broken.py": "def test_broken():\n    assert False\n",
    "pyproject.toml": (
        "[tool.pytest.ini_options]\npythonpath = ['.']\nmarkers = ['shared', 'browser', 'slow']\n"
        "addopts = '--import-mode=importlib'\n"
    ),
}


@pytest.fixture(scope="module")
def bench(mutants, tmp_path_factory):
    """A small project with one module, whose tests have been asked once."""
    pytest.importorskip("coverage")
    folder = tmp_path_factory.mktemp("project")
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    subprocess.run(["git", "init", "-q", folder], check=True)
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr(mutants, "ROOT", folder)
        made = mutants.Bench(tmp_path_factory.mktemp("copies"), "room", 1, grace=0.2)
        made.draw_map(pool)
        yield made, {m.before + m.after: m for m in mutants.mutants_of(folder / "analysis/room/half.py", folder)}
        made.close()


def test_a_map_knows_which_tests_reach_a_line_and_leaves_out_those_that_fail(bench):
    made, found = bench
    assert made.reached["tests/room/test_broken.py"].left_out == ["tests/room/test_broken.py::test_broken"]
    files, first, _ = made.asked(found["n - 2n + 2"])
    assert (files, first) == (["tests/room/test_half.py"], ["tests/room/test_half.py::test_large"])
    assert made.asked(found["910"])[:2] == (["tests/room/test_half.py"], [])  # at import: every test of the file
    assert made.asked(found["n + 1n - 1"])[0] == []


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ("n < 0n >= 0", ""),
        ("n - 2n + 2", ""),  # without an end
        ("n < 0n <= 0", "no test minds"),
        ("n + 1n - 1", "no test reaches it"),
    ],
)
def test_a_change_is_noticed_or_lives_and_the_copy_is_put_right(bench, change, outcome):
    made, found = bench
    assert made.survives(found[change]) == outcome
    asker = made.askers.get()
    made.askers.put(asker)
    assert (asker.folder / "analysis/room/half.py").read_text() == PROJECT["analysis/room/half.py"]


def test_with_quick_the_file_of_the_modules_name_and_those_of_the_room_are_asked(bench, mutants, tmp_path):
    _, found = bench
    quick = mutants.Bench(tmp_path, "room", 1, grace=0.2)
    with ThreadPoolExecutor(1) as pool:
        quick.run_once(list(found.values()), pool)
    assert quick.reached["tests/room/test_half.py"].seconds and quick.reached["tests/room/test_broken.py"].left_out
    files, first, _ = quick.asked(found["n - 2n + 2"])
    assert (files, first) == (["tests/room/test_half.py", "tests/room/test_broken.py"], [])
    assert quick.survives(found["n < 0n >= 0"]) == "" and quick.survives(found["n < 0n <= 0"]) == "no test minds"
    quick.close()


def test_a_room_without_files_is_refused(mutants):
    with pytest.raises(mutants.click.ClickException, match="no Python file in analysis/nowhere"):
        mutants.choose("nowhere", 1, 1, ())
