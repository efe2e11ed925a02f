from __future__ import annotations

from sample_project import discourse


def test_a_dry_run_says_what_would_run_and_why_and_runs_nothing(project):
    done = discourse(project, "run", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "tokens_news" in done.stdout
    assert not list((project / "figures").glob("*.png"))


def test_nothing_to_do_is_said_in_one_word(finished):
    done = discourse(finished, "run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("unchanged") >= 3


def test_an_unknown_run_lists_the_runs_there_are(finished):
    done = discourse(finished, "run", "--only", "tokens_newz")
    assert done.returncode == 2
    assert "tokens_news" in done.stderr


def test_a_parameter_without_a_value_is_a_usage_error(finished):
    done = discourse(finished, "run", "--only", "terms", "-p", "scale")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_other_parameters_go_to_drafts(copy):
    before = (copy / "figures" / "tokens_news.csv").read_bytes()
    done = discourse(copy, "run", "--only", "tokens_news", "-p", "scale", "2.0")
    assert done.returncode == 0, done.stderr
    assert (copy / "figures" / "tokens_news.csv").read_bytes() == before
    assert list((copy / "figures" / "drafts").rglob("*.csv"))
