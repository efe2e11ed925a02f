"""scripts/mutants.py: which changes it makes, and which tests it asks."""

from __future__ import annotations

import ast
import importlib.util
import sys

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


def test_tests_of_the_modules_own_name_come_first(mutants, root):
    tests = sorted((root / "tests" / "measures").rglob("test_*.py"))
    reached = {test: mutants.reach(test, root) for test in tests}
    stages = mutants.test_stages("analysis/measures/inference/resampling.py", "measures/inference", reached, root)
    assert stages[0] == ["tests/measures/inference/test_resampling.py"]
    assert "tests/measures/inference/test_permutation.py" in stages[1]
    assert "tests/measures/frames/test_rates.py" in stages[2]
    whole = mutants.test_stages("analysis/measures/inference/resampling.py", "measures", reached, root)
    assert "tests/measures/frames/test_rates.py" in whole[1] and not whole[2]
    assert len({test for stage in stages for test in stage}) == sum(map(len, stages))


def test_a_room_without_files_is_refused(mutants):
    with pytest.raises(mutants.click.ClickException, match="no Python file in analysis/nowhere"):
        mutants.choose("nowhere", 1, 1, ())
