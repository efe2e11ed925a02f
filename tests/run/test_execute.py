"""One process for one notebook: what it is given, how its end is noticed, and what it leaves."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from sample_figures import write_figure

from analysis.run.execute import START_ALLOWANCE, Job, end, environment, missing_figures, poll, publish_figures
from analysis.run.plan import Run
from analysis.run.processor import processor_name
from analysis.run.project import PACKAGE, Project


@pytest.fixture
def job(tmp_path):
    """A job with its scratch folder; no process yet."""
    made = Job(Run("terms", "20_terms", figures=("terms",), timeout=10), tmp_path / "scratch")
    made.figures.mkdir(parents=True)
    (made.scratch / "log.txt").write_text("first line\nlast line\n")
    (tmp_path / "runtime").mkdir()
    (made.scratch / "job.json").write_text(json.dumps({"runtime": str(tmp_path / "runtime")}))
    made.begun = time.monotonic()
    return made


def started(job, code):
    job.process = subprocess.Popen([sys.executable, "-S", "-c", code], start_new_session=True)
    return job


def waited(job):
    """Poll until the job has ended, at most two minutes: a busy machine may take its time."""
    stop = time.monotonic() + 120
    while not poll(job):
        assert time.monotonic() < stop
        time.sleep(0.02)
    return job.result


def test_a_kernel_sees_no_setting_of_the_user(job, tmp_path, monkeypatch):
    for name in ("MPLSTYLE", "JUPYTER_TOKEN", "IPYTHON_X", "DISCOURSE_TEXTS"):
        monkeypatch.setenv(name, "the user's")
    monkeypatch.setenv("DISCOURSE_CORPUS", ".")
    found = environment(tmp_path, job, tmp_path / "runtime", Project(tmp_path))
    assert "the user's" not in found.values()
    assert (found["PYTHONHASHSEED"], found["OMP_NUM_THREADS"], found["TZ"]) == ("0", "1", "UTC")
    assert found["DISCOURSE_PROCESSOR"] == processor_name()
    assert found["DISCOURSE_FIGURES"] == str(job.figures.resolve())
    assert found["DISCOURSE_CORPUS"].startswith("/")


def test_a_process_without_a_result_has_died_and_its_last_words_are_kept(job, tmp_path):
    result = waited(started(job, "raise SystemExit(3)"))
    assert result["error"]["name"] == "Died"
    assert result["error"]["message"] == "the process ended with status 3"
    assert result["error"]["traceback"] == ["first line", "last line"]
    assert not (tmp_path / "runtime").exists()


def test_the_result_is_taken_as_it_was_written(job):
    (job.scratch / "result.json").write_text('{"error": null, "seconds": 2.5, "peak_mb": 7}')
    assert waited(started(job, "pass")) == {"error": None, "seconds": 2.5, "peak_mb": 7}


def test_a_late_process_is_ended(job):
    started(job, "import time; time.sleep(60)")
    assert not poll(job)
    job.begun -= 10 + START_ALLOWANCE
    assert poll(job)
    assert job.result["error"]["name"] == "Timeout"
    assert job.process.returncode == -9
    end(job)  # once more does no harm


def test_figures_are_moved_whole(job, tmp_path):
    write_figure(job.figures, "terms")
    folder = tmp_path / "figures"
    assert publish_figures(job, folder) == ["terms"]
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {p.name: p.read_bytes() for p in job.figures.iterdir()}
    assert len(list(folder.iterdir())) == 5


@pytest.mark.parametrize(
    ("staged", "variant", "drafts", "said"),
    [
        (["terms"], "", False, None),
        ([], "", False, "the plan names ['terms'], which the notebook did not publish"),
        (["terms", "more"], "", False, "it published ['more'], which the plan does not name"),
        (["more"], "5", True, None),
        (["more", "terms"], "5", False, "it published ['more'], which the plan does not name"),
    ],
)
def test_a_run_publishes_the_figures_of_the_plan(tmp_path, staged, variant, drafts, said):
    job = Job(Run("terms", "20_terms", figures=("terms",), variant=variant), tmp_path)
    for name in staged:
        write_figure(job.figures, name)
    assert missing_figures(job, drafts=drafts) == said


def test_a_figure_that_is_withheld_is_drawn_and_not_published(job, tmp_path):
    job.run = replace(job.run, withheld={"more": "as the terms"})
    write_figure(job.figures, "terms")
    assert "['more']" in missing_figures(job, drafts=False)
    write_figure(job.figures, "more")
    assert missing_figures(job, drafts=False) is None
    assert publish_figures(job, tmp_path / "figures", job.run.withheld) == ["terms"]
    assert {path.stem for path in (tmp_path / "figures").iterdir()} == {"terms"}
    assert publish_figures(job, tmp_path / "drafts") == ["more", "terms"]


def test_the_package_is_named_where_it_is_not_installed_and_a_study_of_its_own_names_its_folder(job, tmp_path):
    own = environment(tmp_path, job, tmp_path / "runtime", Project(tmp_path, "mine"))
    assert own["PYTHONPATH"] == str(PACKAGE)  # the project has no package of its own
    assert own["DISCOURSE_STUDY"] == str((tmp_path / "studies" / "mine" / "corpus").resolve())
    assert "DISCOURSE_STUDY" not in environment(tmp_path, job, tmp_path / "runtime", Project(tmp_path))
