"""Careless input on the command line: one message that names the thing, the value and the next step, no traceback."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sample_project import build_store, discourse

from analysis.cli.main import main
from analysis.cli.run import run as run_command
from analysis.errors import DiscourseError
from analysis.publish.stale import stale_reasons
from analysis.run.outcomes import failures_text
from analysis.run.parameters import Parameter, check_names, check_values
from analysis.run.plan import load_plan
from analysis.run.project import Project
from analysis.run.runner import Outcome
from analysis.store import open_store

KNOWN = {
    "min_clusters": Parameter("min_clusters", 10, "int"),
    "ks": Parameter("ks", [6], "list[int]"),
    "break_date": Parameter("break_date", "2023-08-22", "str"),
    "figure_id": Parameter("figure_id", "a", "str"),
    "frames": Parameter("frames", ["hedging"], "list[str]"),
}


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("min_clusters", -1, "-1 is negative"),
        ("ks", [6, -2], "-2 is negative"),
        ("min_clusters", 1, "1 is too small; give 2 or more"),
        ("frames", "hedging", """-p frames '["a", "b"]'"""),
        ("break_date", "2023-22-08", "year-month-day"),
        ("figure_id", "A b", "joined by underscores"),
    ],
)
def test_values_that_no_notebook_can_use_are_refused_before_it_starts(name, value, part):
    with pytest.raises(DiscourseError) as caught:
        check_names("run x", {name: value}, KNOWN)
    assert part in str(caught.value)
    assert name in str(caught.value)


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"baseline": "hun_san"}, "Did you mean 'hun_sen'"),
        ({"outlet_pair": ["daily", "dayly"]}, "'dayly'"),
        ({"contrast": "era_id", "target": ["hun_mane"]}, "parameter target"),
        ({"contrast": "outlet_id", "reference": ["dail"]}, "parameter reference"),
        ({"contrast": "outlett_id"}, "Did you mean 'outlet_id'"),
    ],
)
def test_sides_and_contrasts_are_checked_against_the_store(tmp_path, values, part):
    build_store(tmp_path / "default")
    with pytest.raises(DiscourseError) as caught:
        check_values("run x", {"store_name": "default", **values}, tmp_path)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("name", "bad", "good", "part"),
    [
        ("counting", "once", "cluster_once", "allowed: as_printed, cluster_once"),
        ("period", "week", "quarter", "allowed: month, quarter, year"),
        ("test", "welsh", "welch", "Did you mean 'welch'"),
        ("order", "dice", "log_dice", "log_dice"),
        ("frequency", "W", "Y", "allowed: M, Q, Y"),
        ("outlet_pair", ["daily"], ["daily", "weekly"], "name two outlets, or none"),
    ],
)
def test_ways_to_count_and_test_are_checked_before_anything_starts(name, bad, good, part):
    known = {name: Parameter(name, good, "list[str]" if isinstance(good, list) else "str")}
    check_names("run x", {name: good}, known)
    with pytest.raises(DiscourseError) as caught:
        check_names("run x", {name: bad}, known)
    for words in (part, f"parameter {name}", repr(bad)):
        assert words in str(caught.value)


def test_an_empty_list_of_frames_is_refused_with_the_frames_there_are(tmp_path):
    build_store(tmp_path / "default")
    check_values("run x", {"store_name": "default", "frames": []}, tmp_path)
    with pytest.raises(DiscourseError, match=r"parameter frames .*the list is empty; allowed: hedging\. Name one"):
        check_values("run x", {"store_name": "default", "frames": []}, tmp_path, ["frames"])


def test_other_contrasts_take_any_value(tmp_path):
    build_store(tmp_path / "default")
    check_values("run x", {"store_name": "default", "contrast": "genre", "target": ["opinion"]}, tmp_path)


def test_a_damaged_manifest_is_named(tmp_path):
    build_store(tmp_path / "default")
    for text in ("{", "[]", '{"format": 1}'):
        (tmp_path / "default" / "manifest.json").write_text(text)
        with pytest.raises(DiscourseError, match=r"manifest\.json.*rebuild"):
            check_values("run x", {"store_name": "default"}, tmp_path)
        with pytest.raises(DiscourseError, match=r"rebuild|this version reads"):
            open_store(tmp_path / "default")


def test_store_show_names_the_damaged_file(tmp_path, monkeypatch):
    store = build_store(tmp_path / "default")
    part = store.manifest["tables"][0]
    (store.path / part["file"]).write_bytes(b"x")
    done = CliRunner().invoke(main, ["store", "show", str(store.path)])
    assert done.exit_code == 1
    assert sum("damaged" in line for line in done.output.splitlines()) == 1
    assert part["file"] in done.output


def test_a_parameter_without_a_run_lists_the_runs(project, monkeypatch):
    monkeypatch.chdir(project)
    with pytest.raises(DiscourseError) as caught:
        run_command.callback(
            only=(), given=[("scale", "2")], sweep=(), store=None, dry_run=True, force=False, jobs=1, publish=False
        )
    for part in ("--only", "tokens_news", "terms", "--store NAME"):
        assert part in str(caught.value)


def test_a_refusal_has_no_traceback_and_a_defect_has_one(project):
    run = load_plan(Project(project)).runs[0]

    def told(name):
        error = {"cell": 4, "name": name, "message": "a: 'b' is not allowed", "traceback": ["Traceback", "File x"]}
        return failures_text([Outcome(run, "failed", error=error)])

    assert told("DiscourseError") == f"{run.notebook} (run {run.key}) refused in cell 4: a: 'b' is not allowed"
    assert "Traceback" in told("KeyError")


@pytest.mark.slow
def test_an_edited_and_a_broken_sidecar(copy):
    plan = load_plan(Project(copy))
    run = plan.owner("terms")
    path = copy / "figures" / "terms.json"
    path.write_text(path.read_text().replace("Tokens by term", "Words by term"))
    (copy / "figures" / "terms.csv").write_text("a\n1\n")
    reasons = stale_reasons(plan, run, "terms", copy / "figures")
    assert "edited by hand" in reasons[0]
    assert any("terms.csv" in reason for reason in reasons[1:])
    path.write_text("{")
    for arguments in (["cite", "terms"], ["figures"], ["figures", "--check"]):
        done = discourse(copy, *arguments)
        assert done.returncode in (1, 2)
        assert "terms.json is not valid JSON" in done.stderr
        assert "Traceback" not in done.stderr
