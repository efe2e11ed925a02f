"""Each file that we wrote ourselves, harmed in each way: every command says so in words, or does not mind.

One row of `FILES` is a file, one of `HARMS` a way to harm it; the suite tries every pair with every command.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from harms import HARMS
from quick import sample

from analysis.cli.main import main

FILES = {
    "record of runs": ".cache/run.json",
    "executed notebook": ".cache/executed/terms.ipynb",
    "manifest": "corpus/store/default/manifest.json",
    "table": "corpus/store/default/counts/collection=news/*.parquet",
    "vocabulary": "corpus/store/default/vocabulary/*.parquet",
    "sidecar": "figures/terms.json",
    "data": "figures/terms.csv",
    "picture": "figures/terms.png",
    "catalogue": "figures/README.md",
    "references": "figures/figures.bib",
    "plan": "notebooks/plan.toml",
    "notebook": "notebooks/20_terms.ipynb",
    "eras": "corpus/eras.toml",
    "citation": "CITATION.cff",
}
LONG = bool(os.environ.get("DISCOURSE_LONG"))
STEP = 4  # of the commands, every fourth is tried after each harm; all of them by `make test-long`
COMMANDS = (
    ("run", "--dry-run"),
    ("run", "--dry-run", "--store", "default", "--only", "terms"),
    ("figures",),
    ("figures", "--check"),
    ("figures", "terms", "--paper", "OUT/paper"),
    ("cite", "terms"),
    ("cite", "tokens_un", "--format", "csl"),
    ("site", "--out", "OUT/site"),
    ("release", "--check"),
    ("release", "--out", "OUT/paper.zip"),
    ("store", "show"),
    ("store", "upgrade", "default"),
)


@pytest.fixture(scope="module")
def whole(finished, tmp_path_factory) -> Path:
    return Path(shutil.copytree(finished, tmp_path_factory.mktemp("damage") / "whole", symlinks=True))


@pytest.mark.parametrize("file", sample(FILES, ("manifest", "sidecar", "eras")))
def test_no_damage_ends_in_a_traceback(whole, file, tmp_path, monkeypatch):
    (path,) = whole.glob(FILES[file])
    kept = path.read_bytes()
    monkeypatch.chdir(whole)
    for name in [n for n in os.environ if n.startswith("DISCOURSE_")]:
        monkeypatch.delenv(name)
    defects, silent = [], []
    for number, (harm, apply) in enumerate(HARMS.items()):
        apply(path)
        for command in COMMANDS if LONG else (*COMMANDS[number % STEP :: STEP], COMMANDS[3]):
            done = CliRunner().invoke(main, [c.replace("OUT", str(tmp_path / harm.replace(" ", "_"))) for c in command])
            if done.exception is not None and not isinstance(done.exception, SystemExit):
                defects.append(f"{harm}: {' '.join(command)}: {done.exception!r}")
            elif done.exit_code and not done.output.strip():
                silent.append(f"{harm}: {' '.join(command)}")
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        path.unlink(missing_ok=True)
        path.write_bytes(kept)
    assert defects == []
    assert silent == []
