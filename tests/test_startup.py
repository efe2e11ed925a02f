"""Start-up stays short: what `discourse --help` and `import analysis` load, and how long they take."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

HEAVY = (
    "pandas",
    "pyarrow",
    "scipy",
    "sklearn",
    "gensim",
    "nltk",
    "matplotlib",
    "seaborn",
    "statsmodels",
    "papermill",
    "trafilatura",
    "simplemma",
    "dask",
    "distributed",
    "nbformat",
    "jupyter_client",
)
CASES = {
    "import": ("import analysis", 0.2),
    "help": (
        "import sys; sys.argv = ['discourse', '--help']\nimport analysis.cli.main\n"
        "try:\n    analysis.cli.main.main()\nexcept SystemExit:\n    pass",
        0.3,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_no_heavy_library_is_loaded_to_start(case, root):
    code = f"{CASES[case][0]}\nimport sys\nprint('LOADED', *[n for n in {HEAVY!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED"


@pytest.mark.parametrize("case", CASES)
def test_starting_takes_at_most_twice_the_time_promised(case, root):
    code, promised = CASES[case]
    least = float("inf")
    for _ in range(10):  # processor time, and the least of several: a busy machine makes a run dearer, never cheaper
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        least = min(least, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        if least < 2 * promised:
            break
    assert least < 2 * promised
