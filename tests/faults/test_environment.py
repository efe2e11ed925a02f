"""Hostile environments and odd places: the same bytes, or a refusal in words.

One row of `ENVIRONMENTS` is a setting of the machine, one of `FOLDERS` the name of a project's folder.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from quick import sample
from sample_project import discourse

from analysis.cli.main import main

LONG = bool(os.environ.get("DISCOURSE_LONG"))
ENVIRONMENTS = {
    "no home": {"HOME": "/nonexistent"},
    "C locale": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "ASCII output": {"PYTHONIOENCODING": "ascii"},
    "hash seed": {"PYTHONHASHSEED": "12345"},
    "another zone": {"TZ": "Asia/Phnom_Penh"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
    "warnings are errors": {"PYTHONWARNINGS": "error::DeprecationWarning"},
    "a screen backend": {"MPLBACKEND": "TkAgg"},
    "matplotlib's folder is a file": {"MPLCONFIGDIR": "/dev/null"},
    "Jupyter's folders are elsewhere": {"JUPYTER_CONFIG_DIR": "/nonexistent", "JUPYTER_PATH": "/nonexistent"},
    "IPython's folder is a file": {"IPYTHONDIR": "/dev/null"},
    "narrow terminal": {"COLUMNS": "1", "LINES": "1"},
    "many threads": {"OMP_NUM_THREADS": "64", "OPENBLAS_NUM_THREADS": "64"},
    "no colour": {"NO_COLOR": "1", "TERM": "dumb"},
    "development mode": {"PYTHONDEVMODE": "1"},
    "startup file": {"PYTHONSTARTUP": "/nonexistent.py"},
    "a summary nowhere": {"GITHUB_STEP_SUMMARY": "/nonexistent/summary.md"},
    "empty settings": {"DISCOURSE_CORPUS": "", "DISCOURSE_CACHE": ""},
}
RARE = {  # by `make test-long`
    "temporary files nowhere": {"TMPDIR": "/nonexistent/x"},
    "temporary files in a file": {"TMPDIR": "/etc/hostname"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "a locale nobody has": {"LC_ALL": "xx_XX.foo"},
    "Latin-1 output": {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
    "a zone nobody has": {"TZ": "Nowhere/Else"},
    "columns in words": {"COLUMNS": "abc", "LINES": "-5"},
    "threads in words": {"OPENBLAS_NUM_THREADS": "many", "OMP_NUM_THREADS": "-1"},
    "numbers of 640 digits": {"PYTHONINTMAXSTRDIGITS": "640"},
    "a memory pool nobody has": {"ARROW_DEFAULT_MEMORY_POOL": "nonsense"},
    "a proxy of nonsense": {"http_proxy": "::::", "ALL_PROXY": "socks9://a"},
    "runtime files in a file": {"JUPYTER_RUNTIME_DIR": "/etc/hostname", "XDG_RUNTIME_DIR": "/etc/hostname"},
    "a backend of nobody": {"MPLBACKEND": "module://nothing"},
    "a safe path": {"PYTHONSAFEPATH": "1"},
    "no path at all": {"PATH": ""},
    "a cache that is a file": {"DISCOURSE_CACHE": "/etc/hostname"},
}
if LONG:
    ENVIRONMENTS |= RARE
FOLDERS = [
    "a b",
    "$HOME",
    "{x}",
    "it's",
    'say "x"',
    "a;b",
    "#1",
    "50%",
    "é ភ្នំពេញ 人民",
    "-dash",
    "x" * 120,
    "a\nb",
    "*?[x]",
    "a\\b",
]


def figures(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (folder / "figures").iterdir() if p.is_file()}


@pytest.mark.parametrize("name", sample(ENVIRONMENTS, ("C locale", "warnings are errors")))
def test_an_environment_changes_nothing(copy, finished, name):
    """All commands that read; and in the long suite a whole run, byte for byte."""
    for command in (("run", "--dry-run"), ("figures", "--check"), ("cite", "terms")):
        done = discourse(copy, *command, **ENVIRONMENTS[name])
        assert done.returncode == 0, (command, done.stderr)
        assert "Traceback" not in done.stderr
        assert "would run" not in done.stdout
    if LONG or name in ("no home", "C locale"):
        done = discourse(copy, "run", "--force", "--only", "terms", **ENVIRONMENTS[name])
        assert done.returncode == 0, done.stderr
        assert figures(copy) == figures(finished)


@pytest.mark.parametrize("number", sample(range(len(FOLDERS)), (8,)))
def test_a_folder_of_any_name_gives_the_same_bytes(finished, tmp_path, monkeypatch, number):
    """The check and, for some, a run in processes that find the package there; the site in this process."""
    folder = Path(shutil.copytree(finished, tmp_path / FOLDERS[number], symlinks=True))
    done = discourse(folder, "figures", "--check")
    assert done.returncode == 0, done.stderr
    if LONG or number in (2, 8):
        done = discourse(folder, "run", "--force", "--only", "terms")
        assert done.returncode == 0, done.stdout + done.stderr
        assert figures(folder) == figures(finished)
    monkeypatch.chdir(folder)
    site = CliRunner().invoke(main, ["site", "--out", str(folder / "my site")])
    assert site.exit_code == 0, site.output
    page = (folder / "my site" / "notebooks" / "terms.html").read_text()
    assert str(folder) not in page
