"""A study as a repository of its own: started, and from an installed wheel through its whole life."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from ports_study import fill

from analysis.cli.main import main
from analysis.run.fit import load_fitted
from analysis.run.project import PACKAGE, Project, find_project
from analysis.store import open_store
from analysis.study.choices import load_choices
from analysis.study.declaration import load_study

LONG = bool(os.environ.get("DISCOURSE_LONG") or os.environ.get("DISCOURSE_WHEEL"))  # `make test-long`, and CI's wheel


def discourse(*arguments):
    done = CliRunner().invoke(main, [str(a) for a in arguments])
    return done.exit_code, done.output


@pytest.fixture
def folder(tmp_path):
    code, told = discourse("new", tmp_path / "ports", "--title", "Ports: a study", "--author", "Lee, Ann")
    assert (code, "`discourse build`, `discourse run`" in told) == (0, True)
    return tmp_path / "ports"


def test_every_file_is_valid_as_it_is(folder, monkeypatch):
    assert load_study(folder / "corpus").title == "Ports: a study"
    assert find_project(folder / "texts") == Project(folder)
    monkeypatch.chdir(folder)
    code, told = discourse("run")
    assert (code, "`discourse build` writes it from the texts" in told) == (2, True)
    code, told = discourse("figures")
    assert (code, told) == (0, "No published figures in figures yet: `discourse run` draws them.\n")


def test_twice_in_a_row_changes_nothing_and_what_is_there_stays(folder, tmp_path):
    (folder / "README.md").write_text("mine")
    (folder / "Makefile").unlink()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code, told = discourse("new", folder)
    assert (code, "Wrote 1 files" in told) == (0, True)
    assert {path: path.read_bytes() for path in before} == before
    assert "Wrote nothing" in discourse("new", folder)[1]
    (tmp_path / "file").write_text("")
    assert discourse("new", tmp_path / "file")[0] == 2
    (tmp_path / "odd" / "README.md").mkdir(parents=True)
    code, told = discourse("new", tmp_path / "odd")
    assert (code, "is a folder, and nothing was written" in told) == (2, True)
    assert list((tmp_path / "odd").iterdir()) == [tmp_path / "odd" / "README.md"]


def test_what_a_killed_one_left_half_written_is_taken_away(folder):
    names = (".README.md", "..gitignore", "corpus/.study.toml")
    left = [folder / f"{name}.4194999-ab12.tmp" for name in names]  # no process has a number as high
    for path in left:
        path.write_text("half")
    (folder / ".README.md.mine.tmp").write_text("mine")
    assert discourse("new", folder)[0] == 0
    assert [path for path in left if path.exists()] == []
    assert (folder / ".README.md.mine.tmp").read_text() == "mine"


def test_texts_lie_in_texts_and_the_store_is_the_one_the_plan_opens(folder, monkeypatch):
    monkeypatch.delenv("DISCOURSE_CORPUS", raising=False)
    monkeypatch.delenv("DISCOURSE_TEXTS", raising=False)
    fill(folder)
    monkeypatch.chdir(folder)
    assert discourse("init", "--force", ".")[0] == 0
    assert 'path = "articles.jsonl"' in (folder / "corpus" / "sources.toml").read_text()
    for arguments in (("check",), ("check", "."), ("build", ".", "--jobs", "1")):
        code, told = discourse(*arguments)
        assert code == 0, told
    assert "Next: `discourse run` draws" in told
    plan = load_fitted(Project(folder))
    assert (plan.fitted, plan.left_out, plan.elsewhere) == ("default", {}, {})
    assert plan.values(plan.runs[0])["store_name"] == "default"
    # a study that names no state is looked at whole
    assert {plan.values(run)["about"] for run in plan.runs if "about" in plan.values(run)} == {"all"}


def test_an_example_is_a_study_with_texts_that_builds_and_draws(tmp_path, monkeypatch):
    monkeypatch.delenv("DISCOURSE_CORPUS", raising=False)
    monkeypatch.delenv("DISCOURSE_TEXTS", raising=False)
    folder = tmp_path / "mine"
    code, told = discourse("new", folder, "--example")
    assert (code, "`discourse build`, `discourse run`" in told) == (0, True)
    study = load_study(folder / "corpus")
    assert study.title in (folder / "README.md").read_text() and study.title in (folder / "CITATION.cff").read_text()
    assert not (folder / "corpus" / "codebook" / "example.toml").exists()
    monkeypatch.chdir(folder)
    code, told = discourse("build", "--jobs", "1")
    assert (code, "261" in told) == (0, True), told
    code, told = discourse("run", "--only", "frames_news")
    assert code == 0, told
    assert (folder / "figures" / "frames_news_rates.svg").is_file()
    assert "frames_news_rates" in discourse("cite", "frames_news_rates")[1]
    curve = load_choices(folder / "notebooks" / "choices.toml").curve("contrast_news")
    plan = load_fitted(Project(folder))
    assert curve.run in {run.id for run in plan.runs} and curve.set["frame"] in labels(folder)


FEW = ("overview_news", "syndication_news", "frames_news", "meaning_news", "keyness_news")


def keep_runs(plan: Path, ids: tuple[str, ...]) -> None:
    """Leave of a plan these runs and the defaults of their notebooks."""
    head, *blocks = re.split(r"(?m)^(?=\[)", plan.read_text(encoding="utf-8"))
    runs = {block: tomllib.loads(block)["run"][0] for block in blocks if block.startswith("[[run]]")}
    kept = [block for block, run in runs.items() if run["id"] in ids]
    assert len(kept) == len(ids)
    notebooks = {f"[defaults.{runs[block]['notebook']}]" for block in kept}
    defaults = [block for block in blocks if block.split("\n")[0] in notebooks]
    plan.write_text("".join([head, *defaults, *kept]), encoding="utf-8")


def labels(folder):
    """The frames of the study's store."""
    return set(open_store(folder / "corpus" / "store" / "default").labels("entries")["frame"])


def whole_life(call, folder, figure):
    """From a built store to a release, and from the release, unpacked elsewhere, to the same figures; `call` runs
    `discourse` in a folder, has to succeed, and returns what was said."""
    told = call("run")
    assert " failed " not in told
    assert "ran" not in re.findall(r"(?m)^\S+ +\S+ +(\w+) ", call("run"))
    assert "author = {Lee, Ann}" in call("cite", figure, "--format", "bibtex")
    assert "for LaTeX and Markdown in paper" in call("figures", "--paper", figure)
    assert {path.suffix for path in (folder / "paper").glob(f"{figure}*")} == {".tex", ".md", ".pdf", ".png"}
    call("site")
    pages = [path.read_text(encoding="utf-8") for path in (folder / "site").rglob("*.html")]
    assert len(pages) > 8 and not [page for page in pages if str(folder) in page]
    cff = folder / "CITATION.cff"
    cff.write_text(cff.read_text().replace("# date-released", "date-released"))
    call("run")
    assert " 0 stale" in call("figures", "--check")
    assert "Verified." in call("verify")
    call("release")
    (archive,) = (folder / "release").glob("*.zip")
    unpacked = folder.parent / "unpacked"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(unpacked)
    released = unpacked / archive.stem
    assert not (released / "texts").exists() and not (released / "corpus" / "private").exists()
    assert " 0 stale" in call("figures", "--check", where=released)
    if LONG:
        assert "Verified." in call("verify", where=released)
    assert call("cite", figure, where=released) == call("cite", figure)
    return told


@pytest.mark.slow
@pytest.mark.skipif(not LONG, reason="minutes: `make test-long`")
def test_the_example_lives_to_its_release_and_what_was_released_draws_the_same(tmp_path):
    folder = tmp_path / "mine"

    def call(*arguments, where=folder):
        line = [sys.executable, "-m", "analysis.cli", *arguments]
        env = {k: v for k, v in os.environ.items() if not k.startswith("DISCOURSE_")} | {"PYTHONPATH": str(PACKAGE)}
        done = subprocess.run(line, check=False, cwd=where, env=env, capture_output=True, text=True, timeout=1800)
        assert done.returncode == 0, f"{arguments}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    call("new", str(folder), "--example", "--author", "Lee, Ann", where=tmp_path)
    if os.environ.get("DISCOURSE_WHEEL") != "FULL":
        keep_runs(folder / "notebooks" / "plan.toml", ("frames_news", "contrast_news", "meaning_news", "curve_news"))
    call("build", "--jobs", "1")
    told = whole_life(call, folder, "frames_news_rates")
    assert re.search(r"(?m)^curve_news .* ran ", told) and (folder / "figures" / "curve_news.svg").is_file()


@pytest.mark.slow
def test_from_a_wheel_in_an_empty_environment_to_a_release(root, tmp_path):
    """With DISCOURSE_WHEEL=FULL, as in the job `wheel` of CI, the dependencies are installed too and the whole plan is run;
    else those of this environment are used, and a few runs of the plan (all are run in test_uk_whole_life)."""
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"  # its pip, since this environment may have none
    pip = [python, "-m", "pip", "--disable-pip-version-check", "-q"]
    done = subprocess.run(
        [*pip, "wheel", root, "--no-deps", "-w", tmp_path], check=False, capture_output=True, text=True
    )
    if done.returncode and "setuptools>=77" in done.stderr + done.stdout:
        pytest.skip("no network to build a wheel with")
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    full = os.environ.get("DISCOURSE_WHEEL") == "FULL"
    more = [] if full else ["--no-deps"]
    subprocess.run([python, "-m", "pip", "-q", "install", *more, wheel], check=True, capture_output=True)
    if not full:  # what this package depends on; not the package itself, which has no .pth line there
        site = next((tmp_path / "env" / "lib").glob("python*/site-packages"))
        (site / "of_this_environment.pth").write_text(sysconfig.get_path("purelib") + "\n")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DISCOURSE_", "PYTHON"))}
    env |= {} if full else {"JUPYTER_PATH": str(Path(sys.prefix) / "share" / "jupyter")}  # nbconvert's templates

    def discourse(*arguments: str, where: Path = tmp_path / "ports") -> str:
        done = subprocess.run(
            [python.parent / "discourse", *arguments],
            check=False,
            cwd=where,
            env=env,
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert done.returncode == 0, f"{arguments}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    discourse("new", "ports", "--title", "Ports: a study", "--author", "Lee, Ann", where=tmp_path)
    fill(tmp_path / "ports")
    if not full:
        keep_runs(tmp_path / "ports" / "notebooks" / "plan.toml", FEW)
    discourse("init", "--force", ".")
    discourse("build")
    told = whole_life(discourse, tmp_path / "ports", "keyness_news_eras")
    assert "overview" in told
    assert "Ports: a study" in (tmp_path / "ports" / "site" / "index.html").read_text()
    assert (tmp_path / "ports" / "release" / "ports-0.1.0.zip").is_file()
