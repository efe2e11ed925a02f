"""The second study published, cited, shown and checked within this project, without a word of the first anywhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from uk_study import build_study

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = re.compile(
    r"cambod|khmer|phnom|\bhun[ _]|manet|ironclad|iron-clad|hedging|neutrality|KHM|ASEAN|\bEBA\b|2023-0[78]|August 2023"
    r"|20230|Chinese|media closures",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    """The study's folder with its store in corpus/store/default."""
    return build_study(tmp_path_factory.mktemp("uk") / "study")


# Values with which the plan's statistics take little time; what they say is tested elsewhere.
QUICK = {"replicates": 60, "permutations": 60, "n_sample": 8, "dates": 2, "seeds": [1, 2], "ks": [3, 4], "k": 3}


def quick_project(project: Path) -> None:
    """Notebooks and plan of this project, both with the quick values."""
    shutil.copytree(ROOT / "notebooks", project / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for path in [*(project / "notebooks").glob("[0-9]*.ipynb"), project / "notebooks" / "plan.toml"]:
        text = path.read_text(encoding="utf-8")
        for name, value in QUICK.items():
            text = re.sub(rf"\b({name}(?:: [\w\[\]]+)?) = (?:\d+|\[[\d, ]*\])", rf"\1 = {value}", text)
        path.write_text(text, encoding="utf-8")
    assert "replicates = 60" in text and "k = 3" in text and "replicates = 2000" not in text


@pytest.mark.slow
def test_its_whole_life_within_this_project_without_a_word_of_the_first_study(study, tmp_path):
    """`run --store uk --publish` with the plan of this project, then figures, cite, site, release and verify."""
    project = tmp_path / "project"
    quick_project(project)
    shutil.copytree(ROOT / "docs" / "methods", project / "docs" / "methods")
    shutil.copytree(study / "corpus", project / "corpus", ignore=shutil.ignore_patterns("private", "store"))
    shutil.copytree(study / "corpus" / "store" / "default", project / "corpus" / "store" / "uk")
    env = {k: v for k, v in os.environ.items() if not k.startswith("DISCOURSE_")}
    said = []

    def discourse(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "analysis.cli", *arguments, "--store", "uk"],
            cwd=project,
            env={**env, "PYTHONPATH": str(ROOT)},
            check=False,
            capture_output=True,
            text=True,
            timeout=600,
        )
        said.append(done.stdout + done.stderr)
        assert done.returncode == 0, said[-1]
        return done.stdout

    table = discourse("run", "--publish")
    home = project / "studies" / "uk"
    done = json.loads((home / "results.json").read_text(encoding="utf-8"))["runs"]
    plan = tomllib.loads((ROOT / "notebooks" / "plan.toml").read_text(encoding="utf-8"))
    ran = {line.split()[1] for line in table.splitlines() if line.split()[2:3] in (["ran"], ["nothing"], ["left"])}
    assert ran == {run["notebook"].removesuffix(".ipynb") for run in plan["run"]}  # each notebook, the transition too
    assert "transition_un" in done and len(done) >= 15
    cff = (home / "CITATION.cff").read_text(encoding="utf-8").replace("Author to be named", "Ann Lee")
    (home / "CITATION.cff").write_text(cff.replace("# date-released", "date-released"), encoding="utf-8")
    assert discourse("run", "--publish").count("  unchanged  ") == len(done)
    assert "Ann Lee" in discourse("cite", "frames_un_rates")
    assert " 0 stale." in discourse("figures", "--check")
    discourse("figures", "--paper", "frames_un_rates")
    discourse("site")
    discourse("run", "--only", "frames_un", "-p", "min_units", "4")
    page = (home / "site" / "index.html").read_text(encoding="utf-8")
    assert "British governments" in page
    for text in said:
        assert not FOREIGN.findall(text), text
    for path in sorted([*home.rglob("*"), *(project / "paper").rglob("*"), *(project / "figures").rglob("*")]):
        if path.suffix in (".csv", ".json", ".html", ".md", ".tex", ".bib", ".cff", ".svg"):
            assert not FOREIGN.findall(f"{path.name} {words_of(path)}"), path.name


def words_of(path: Path) -> str:
    """The text of a file, of pictures only what is said in them, and without pictures that stand in the text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".svg":
        text = " ".join(re.findall(r"<(?:dc:title|dc:description|desc|title)>(.*?)</", text, re.DOTALL))
    text = re.sub(r"data:[\w/+-]+;base64,[\w+/=\s]+", "", text)
    return re.sub(r"\b[0-9a-f]{12,}\b", "", text)  # hashes hold any digits
