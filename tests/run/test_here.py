"""Mistakes in the parameter cell of an open notebook, each with the one line that its reader sees."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.run.here import check_parameters
from analysis.run.parameters import TAG, read_cells, tags_of

# notebook, what was changed, the line
MISTAKES = [
    (
        "20_compare_frames",
        {"outlet_ids": "guardian"},
        "parameter cell, parameter outlet_ids: 'guardian' is not of type list[str]. Write outlet_ids = [\"guardian\"].",
    ),
    (
        "41_compare_collocates",
        {"min_count": "10"},
        "parameter cell, parameter min_count: '10' is not of type int. Write min_count = 10.",
    ),
    (
        "24_contrast_eras",
        {"min_units": 10.5},
        "parameter cell, parameter min_units: 10.5 is not of type int. Write min_units = 10.",
    ),
    (
        "20_compare_frames",
        {"frames": None},
        'parameter cell, parameter frames: None is not of type list[str]. Write frames = ["a", "b"].',
    ),
    (
        "50_trace_transition",
        {"slope": "no"},
        "parameter cell, parameter slope: 'no' is not of type bool. Write slope = True or False.",
    ),
    (
        "32_compare_topics",
        {"outlet_groups": {"A": "x"}},
        "parameter cell, parameter outlet_groups: {'A': 'x'} is not of type dict[str, list[str]].",
    ),
    ("31_fit_topics", {"k": 700}, "parameter cell, parameter k: 700 is too large; give 200 or less."),
    ("31_fit_topics", {"k": 0}, "parameter cell, parameter k: 0 is too small; give 2 or more."),
    ("30_choose_topics", {"ks": []}, "parameter cell, parameter ks: the list is empty; give one number at least."),
    ("30_choose_topics", {"ks": [8, 8]}, "parameter cell, parameter ks: 8 stands twice; name each one once."),
    (
        "20_compare_frames",
        {"frames": ["hedgin"]},
        "parameter cell: parameter frames (store default): 'hedgin' is not allowed; allowed: * Did you mean 'hedging'?",
    ),
    (
        "20_compare_frames",
        {"collection": "New"},
        "parameter cell: parameter collection (store default): 'New' is not allowed; allowed: *",
    ),
    (
        "20_compare_frames",
        {"about": "us"},
        "parameter cell: parameter about: 'us' is not allowed; allowed: focal, other, all.",
    ),
    (
        "50_trace_transition",
        {"period": "years"},
        "parameter cell: parameter period: 'years' is not allowed; allowed: month, quarter, year. Did you mean 'year'?",
    ),
    (
        "50_trace_transition",
        {"break_date": "22.8.2020"},
        "parameter cell, parameter break_date: '22.8.2020' is not a day; write year-month-day, as in 2010-05-11.",
    ),
    (
        "50_trace_transition",
        {"window_start": "2021-09-01", "break_date": "2021-08-22"},
        "parameter cell, parameter window_start: '2021-09-01' is not before break_date '2021-08-22'; give an earlier day.",
    ),
    (
        "32_compare_topics",
        {"min_share": 60},
        "parameter cell, parameter min_share: 60 is not allowed; allowed: a share, from 0 to 1.",
    ),
    (
        "20_compare_frames",
        {"figure_id": "My figure"},
        "parameter cell, parameter figure_id: 'My figure': use lower-case words joined by underscores, as in frames_news.",
    ),
]
MISTAKES += [
    (
        "50_trace_transition",
        {"period": "year", "season": 2},
        "parameter cell, parameter season: 2 with period = 'year': years have no season; give season 0, or period month or "
        "quarter.",
    ),
    (
        "50_trace_transition",
        {"period": "year", "break_date": "1994-05-01"},
        "parameter cell, parameter period: 'year': too few years: * or another collection.",
    ),
    (
        "32_compare_topics",
        {"outlet_groups": {"A": ["x"], "B": ["x"]}},
        "parameter cell: parameter outlet_groups (store default): 'x' is not allowed; allowed: *",
    ),
]
RIGHT = [
    ("24_contrast_eras", {"era_ids": "reversed"}),  # put in order of time; the caption says which is after
    ("50_trace_transition", {"collection": "news"}),
    ("20_compare_frames", {}),
]


def opened(root, notebook):
    """The names that the parameter cell of a notebook leaves, as in JupyterLab."""
    values: dict[str, object] = {}
    for cell in read_cells(root / "notebooks" / f"{notebook}.ipynb"):
        if TAG in tags_of(cell):
            exec(compile(cell["source"], notebook, "exec"), values)  # the project's own code
    return values


@pytest.fixture
def here(root, monkeypatch):
    monkeypatch.setenv("DISCOURSE_CORPUS", str(root / "corpus"))
    return root


@pytest.mark.parametrize(
    ("notebook", "changed", "line"), MISTAKES, ids=[f"{n[:2]}-{next(iter(c))}" for n, c, _ in MISTAKES]
)
def test_a_mistake_is_one_line(notebook, changed, line, here):
    with pytest.raises(DiscourseError) as caught:
        check_parameters(opened(here, notebook) | changed)
    (seen,) = caught.value._render_traceback_()
    start, _, end = line.partition("*")
    assert seen.startswith(f"DiscourseError: {start}") and seen.endswith(end)
    assert "\n" not in seen
    assert end or "*" in line or seen == f"DiscourseError: {line}"


@pytest.mark.parametrize(("notebook", "changed"), RIGHT)
def test_what_is_right_passes(notebook, changed, here):
    values = opened(here, notebook) | changed
    if changed.get("era_ids"):
        from analysis.store import open_store

        values["era_ids"] = list(reversed(open_store().labels("eras")["era_id"].tolist()))
    assert check_parameters(values) is None


# A parameter cell as it was typed over: notebook, what stands in the place of what, the line
TYPED_OVER = [
    (
        "20_compare_frames",
        "outlet_ids: list[str] = []",
        'outlet_ids = "guardian"',
        "parameter outlet_ids: 'guardian' is not of type list[str]. Write outlet_ids = [\"guardian\"].",
    ),
    (
        "20_compare_frames",
        "min_units: int = 10",
        'min_units = "10"',
        "min_units: '10' is not of type int. Write min_units = 10.",
    ),
    (
        "50_trace_transition",
        'break_date: str = ""',
        "break_date = 2010",
        'not of type str. Write break_date = "2010-05-11".',
    ),
    ("50_trace_transition", 'period: str = "month"', 'period = "year"', "or another collection."),
    ("20_compare_frames", "outlet_ids: list", "outlet_id: list", "figure_id. Did you mean 'outlet_ids'?"),
    ("24_contrast_eras", "seed: int = 1\n", "", "parameter seed: is missing. Write seed: int = 1."),
    ("20_compare_frames", "frames: list[str] = []", "", "parameter frames: is missing. Write frames: list[str] = []."),
    ("24_contrast_eras", "seed: int", "sead: int", "min_units, figure_id, seed. Did you mean 'seed'?"),
]


def typed(root, monkeypatch, notebook, old, new, *, before=""):
    """What the kernel of JupyterLab holds when the check is executed: names, annotations and the cells so far."""
    (source,) = [c["source"] for c in read_cells(root / "notebooks" / f"{notebook}.ipynb") if TAG in tags_of(c)]
    assert old in source
    monkeypatch.setenv("JPY_SESSION_NAME", f"/somewhere/notebooks/{notebook}.ipynb")
    cells = [*([before] if before else []), source.replace(old, new, 1)]
    values: dict[str, object] = {}
    for cell in cells:
        exec(compile(cell, notebook, "exec"), values)  # the project's own code
    return values | {"In": ["", *cells, "check_parameters(globals())"]}


@pytest.mark.parametrize(("notebook", "old", "new", "line"), TYPED_OVER, ids=[n or o for _, o, n, _ in TYPED_OVER])
def test_what_was_typed_without_a_type_misspelt_or_lost_is_one_line(notebook, old, new, line, here, monkeypatch):
    with pytest.raises(DiscourseError) as caught:
        check_parameters(typed(here, monkeypatch, notebook, old, new))
    (seen,) = caught.value._render_traceback_()
    assert seen.startswith("DiscourseError: parameter cell") and seen.endswith(line) and "\n" not in seen


def test_a_name_lost_in_the_second_run_is_noticed_although_the_kernel_still_has_it(here, monkeypatch):
    values = typed(here, monkeypatch, "24_contrast_eras", "seed: int = 1\n", "", before="seed: int = 1")
    assert values["seed"] == 1
    with pytest.raises(DiscourseError, match="parameter seed: is missing"):
        check_parameters(values)


def test_other_names_and_cells_are_no_mistakes(here, monkeypatch):
    one = ("24_contrast_eras", "seed: int = 1\n", "seed = 1\nmy_remark = 'about the outlets'\n")
    values = typed(here, monkeypatch, *one)
    assert check_parameters(values) is None
    values["order"] = ["made by a later cell"]  # which is a text in another notebook
    assert check_parameters(values) is None
    for cell in ("import numpy", "print(seed)", "%matplotlib inline", ""):
        assert check_parameters(values | {"In": ["", cell, "check_parameters(globals())"]}) is None
    monkeypatch.setenv("JPY_SESSION_NAME", "/somewhere/my_own.ipynb")
    assert check_parameters({"k": "eight", "In": ["", "k = 'eight'", ""]}) is None


def test_a_unit_is_one_of_those_there_are_or_left_to_the_study(here):
    values = opened(here, "20_compare_frames")
    with pytest.raises(
        DiscourseError, match=r"parameter unit: 'weeks' is not allowed; allowed: week, month, .*'week'\?"
    ):
        check_parameters(values | {"unit": "weeks"})
    assert check_parameters(values | {"unit": ""}) is None and check_parameters(values | {"unit": "cluster"}) is None


def test_every_notebook_checks_its_parameters_right_after_their_cell(root):
    for notebook in sorted((root / "notebooks").glob("[0-9]*.ipynb")):
        cells = [cell for cell in read_cells(notebook) if cell["cell_type"] == "code"]
        place = next((n for n, cell in enumerate(cells) if TAG in tags_of(cell)), None)
        if place is not None:
            assert "check_parameters(globals())" in cells[place + 1]["source"], notebook.name


def test_ipython_shows_the_line_and_nothing_of_the_inside():
    from IPython.core.interactiveshell import InteractiveShell

    shown = []
    shell = InteractiveShell()
    shell._showtraceback = lambda etype, value, lines: shown.append(lines)
    shell.run_cell("from analysis.errors import DiscourseError\nraise DiscourseError('k: 0 is too small.')")
    assert shown == [["DiscourseError: k: 0 is too small."]]
