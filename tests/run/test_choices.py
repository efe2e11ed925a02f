"""A claim under all its choices by runs of a notebook: parameters, the estimate before, and the same numbers both ways."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.run.cache import Cache
from analysis.run.choices import estimate, in_one_process, in_words, is_found, parameters_of, run_notebooks, runs_of
from analysis.run.parameters import Parameter
from analysis.run.plan import load_plan
from analysis.run.project import Project
from analysis.run.runner import Settings
from analysis.study.choices import Alternative, Choice, Choices, Combination, Curve, load_choices

KNOWN = {
    "frames": Parameter("frames", [], "list[str]"),
    "unit": Parameter("unit", "", "str"),
    "counting": Parameter("counting", "as_printed", "str | dict"),
}
CURVE = Curve("c", "C", "r", {}, parameters={"collection": "un"})


def combination(**settings) -> Combination:
    return Combination({}, settings, False)


def test_settings_become_parameters_or_stand_in_the_table():
    given = parameters_of(KNOWN, CURVE, combination(frame="danger", unit="week", voice="own", counting="cluster_once"))
    assert given == {
        "collection": "un",
        "frames": ["danger"],
        "unit": "week",
        "counting": {"voice": "own", "counting": "cluster_once"},
    }
    assert parameters_of(KNOWN, CURVE, combination(counting="cluster_once"))["counting"] == "cluster_once"
    assert "counting" not in parameters_of(KNOWN, CURVE, combination(unit="week"))


@pytest.mark.parametrize("left_out", ["counting", "dict"])
def test_a_setting_that_the_notebook_has_no_place_for_is_named(left_out):
    known = {n: p for n, p in KNOWN.items() if n != "counting"}
    if left_out == "dict":
        known["counting"] = Parameter("counting", "as_printed", "str")
    with pytest.raises(DiscourseError, match=r"curve c: parameter of r: 'voice' is not allowed; allowed: frames, unit"):
        parameters_of(known, CURVE, combination(voice="own"))


def scales(run: str = "tokens_news", **changed) -> tuple[Choices, Curve]:
    """Tokens of one outlet, with three scales."""
    ways = tuple(Alternative(f"by_{n}", "r", {"scale": float(n)}) for n in (1, 2, 3))
    given = {
        "choices": {"scale": ()},
        "figure": "tokens_news",
        "row": {"outlet_id": "daily", "era_id": "hun_sen"},
        "columns": {"estimate": "token_count", "low": "low", "high": "high"},
        "through": "notebook",
    }
    curve = Curve("tokens", "Tokens", run, **given | changed)
    return Choices({"tokens": curve}, {"scale": Choice("scale", "Scale", "by_1", ways)}), curve


def test_one_run_of_the_claim_for_each_combination_and_a_claim_that_the_plan_has(project):
    plan = load_plan(Project(project))
    choices, curve = scales()
    runs = runs_of(plan, curve, choices.combinations(curve))
    assert [run.parameters["scale"] for run in runs] == [1.0, 2.0, 3.0]
    assert len({run.key for run in runs}) == 3 and not any(run.refused for run in runs)
    with pytest.raises(
        DiscourseError, match=r"run: 'tokens_nws' is not allowed; allowed: tokens_news, tokens_un, terms"
    ):
        runs_of(plan, scales("tokens_nws")[1], choices.combinations(curve))


def test_the_estimate_rests_on_earlier_runs_of_the_notebook(project):
    plan = load_plan(Project(project))
    choices, curve = scales()
    runs = runs_of(plan, curve, choices.combinations(curve))
    first = estimate(plan, runs, Settings(jobs=2))
    assert first.runs == 3 and first.seconds is None and "the first one will tell" in str(first)
    record = {"inputs": {}, "figures": [], "peak_mb": 1, "outputs": {}}
    record["inputs"] = {"notebook": "", "parameters": {}, "code": {}, "tables": {}, "libraries": {}}
    cache = Cache(plan.project.cache / "run.json")
    plan.project.cache.mkdir(exist_ok=True)
    for key, seconds in (("tokens_news", 10.0), ("tokens_un", 30.0), ("terms", 900.0)):
        cache.put(key, record | {"seconds": seconds})
    timed = estimate(plan, runs, Settings(jobs=2))
    assert (
        timed.seconds == 30.0 and str(timed) == "3 notebook runs, about 30 s (2 earlier runs took 20 s in the middle)"
    )
    cache.put("tokens_news-scale_9", record | {"seconds": 4.0})
    assert "about 6 s (1 earlier run took 4 s in the middle)" in str(estimate(plan, runs, Settings(jobs=2)))
    assert estimate(plan, [], Settings()).runs == 0 and "nothing to run" in str(estimate(plan, [], Settings()))
    assert (in_words(99), in_words(101)) == ("99 s", "2 min")


def test_rows_are_read_from_the_figures_and_nothing_runs_twice(project):
    plan = load_plan(Project(project))
    choices, curve = scales()
    given = choices.combinations(curve)
    rows, outcomes = run_notebooks(plan, curve, given, Settings(jobs=2))
    assert [o.status for o in outcomes] == ["ran"] * 3
    one = rows[0]["estimate"]
    assert [row["estimate"] for row in rows] == pytest.approx([one, 2 * one, 3 * one])
    assert rows[1]["low"] == pytest.approx(2 * one - 3) and rows[1]["p"] is None and rows[1]["state"] == ""
    assert [row["choice_scale"] for row in rows] == ["by_1", "by_2", "by_3"]
    assert [row["is_preferred"] for row in rows] == [True, False, False]
    again, outcomes = run_notebooks(plan, curve, given, Settings(jobs=2))
    assert [o.status for o in outcomes] == ["unchanged"] * 3 and again == rows
    assert str(estimate(plan, runs_of(plan, curve, given), Settings())) == "nothing to run: all results stand"
    none, _ = run_notebooks(plan, scales(row={"outlet_id": "nobody"})[1], given, Settings())
    assert none[0]["estimate"] is None and "0 rows of figure tokens_news have outlet_id = nobody" in none[0]["state"]
    with pytest.raises(DiscourseError, match=r"column of figure tokens_news: 'era' is not allowed.*'era_id'"):
        run_notebooks(plan, scales(row={"era": "hun_sen"})[1], given, Settings())


def test_a_refused_run_is_a_row_with_its_reason_and_stops_no_other(project):
    plan = load_plan(Project(project))
    choices, curve = scales(parameters={"era_ids": ["nowhere"]})
    rows, outcomes = run_notebooks(plan, curve, choices.combinations(curve), Settings())
    assert {o.status for o in outcomes} == {"refused"} and all("nowhere" in row["state"] for row in rows)


def test_a_change_needs_both_p_values_where_there_are_two():
    import pandas as pd

    rows = pd.DataFrame({"p": [0.01, 0.01, 0.01, 0.2, None], "rotation_p": [0.04, 0.3, None, 0.01, None]})
    assert is_found(rows).tolist() == [True, False, True, False, False]


@pytest.mark.slow
def test_a_notebook_by_papermill_says_what_one_process_says(root, tmp_path, monkeypatch):
    """Notebook 24, run for the preferred and two drawn combinations, against the same specifications in this process."""
    monkeypatch.chdir(root)
    plan, choices = load_plan(Project(root)), load_choices()
    curve = next(one for one in choices.curves.values() if one.through == "notebook")
    given = choices.combinations(curve, sample=3, seed=4)
    rows, outcomes = run_notebooks(plan, curve, given, Settings(figures=tmp_path, record=False))
    assert [o.status for o in outcomes] == ["ran"] * 3
    told: list[str] = []
    whole = in_one_process(plan, choices, curve.id, sample=0, told=told.append)
    assert "specifications in one process, about" in told[0] and not whole.told
    made = whole.made.rows
    names = [f"choice_{name}" for name in curve.choices]
    for row in rows:
        same = made[(made[names] == [row[name] for name in names]).all(axis=1)].iloc[0]
        for theirs, ours in (("estimate", "ratio"), ("low", "ratio_low"), ("high", "ratio_high"), ("p", "p")):
            expected = None if same[ours] != same[ours] else pytest.approx(same[ours], rel=1e-8)
            assert row[theirs] == expected, (row, ours)
        assert row["rotation_p"] is None or row["rotation_p"] == pytest.approx(same["rotation_p"])
