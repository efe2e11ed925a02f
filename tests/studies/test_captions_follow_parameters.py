"""Each parameter of each notebook changed in turn: what is drawn and what is said change together."""

from __future__ import annotations

import ast
import functools
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from notebook_slices import Capture, Shown, Sliced, cells_of, fingerprints, names_of, unlike
from uk_study import build_study

from analysis.errors import DiscourseError
from analysis.run.parameters import TAG, declared, read_cells, tags_of
from analysis.run.project import Project
from analysis.store import gateway, open_store
from analysis.store.manifest import store_hash
from analysis.study.settings import corpus_folder

ROOT = Path(__file__).resolve().parents[2]
ALL = sorted((ROOT / "notebooks").glob("*.ipynb"))
# These draw no figure and have no caption: the test at the end changes their parameters and looks at what they show.
NO_FIGURE = {"60_draw_codings", "index"}
NOTEBOOKS = [path for path in ALL if path.stem not in NO_FIGURE]
BASE = {
    "store_name": "default",
    "collection": "un",
    "about": "all",
    "replicates": 60,
    "ks": [3, 4],
    "k": 6,
    "seeds": [1, 2],
    "min_units": 3,
    "min_count": 2,
    "max_outlets": 6,
    "frequency": "Y",
    "period": "year",
    "too_few": 3,
    "24 frames": ["outreach"],
    "n_sample": 8,
    "permutations": 60,
    "40 contrast": "outlet_id",
}
OUTLETS = [f"delegation_{code}" for code in ("deu", "fra", "gbr", "irl", "nor", "usa")]
# The value that each parameter is changed to; of a notebook in particular, "number name".
OTHER: dict[str, Any] = {
    "collection": "letters",
    "outlet_ids": OUTLETS,
    "era_ids": ["cameron", "blair"],
    "max_outlets": 3,
    "rows": "outlets",
    "00 rows": "groups",
    "frequency": "Q",
    "too_few": 9,
    "frames": ["rules"],
    "frame": "rules",
    "about": "focal",
    "unit": "cluster",
    "40 unit": "year",
    "41 unit": "year",
    "41 about": "other",
    "counting": "cluster_once",
    "min_units": 12,
    "replicates": 90,
    "max_entries": 1,
    "drop_stopwords": False,
    "order": "mi",
    "min_count": 12,
    "23 min_count": 60,
    "min_documents": 40,
    "max_words": 3,
    "ks": [3, 5],
    "seeds": [1, 3],
    "k": 4,
    "min_share": 1.0,
    "estimator": "lda",
    "outlet_groups": {"The Islands": OUTLETS[2:4], "Others": [OUTLETS[0], OUTLETS[5]]},
    "own_uses_only": False,
    "n_words": 4,
    "contrast": "era_id",
    "target": ["delegation_fra"],
    "reference": ["delegation_fra"],
    "test": "permutation",
    "min_ratio": 8.0,
    "period": "quarter",
    "break_date": "2007-06-27",
    "window_start": "2014-01-01",
    "slope": True,
    "season": 1,
    "step": "quarter",
    "bins": [-8, -2, 0],
    "control_outlet_ids": OUTLETS[:3],
    "control_frame": "rules",
    "min_outlets": 40,
    "draw_name": "second",
    "dates": 2,
    "borderline": 0.5,
    "min_read": 60,
    "curve_id": "contrast_un",
    "n_sample": 12,
    "permutations": 90,
    "70 min_units": 5,
    "01 min_units": 58,
}
SILENT = {
    "seed": "the sidecar holds the seed; a caption says the method and its number of draws",
    "store_name": "the source line under the figure names the store",
    "figure_id": "names the files only",
    "outlet_pair": "asks for a table beside the figure, which is not drawn",
    "folder": "names the folder into which the invented study is written",
}
NO_EFFECT = {
    "40 min_ratio": "no word of so few invented speeches is key at any ratio",
    "62 outlet_ids": "all invented readings are of one outlet",
}
GOLDEN = ROOT / "tests" / "golden" / "notebook_tables.json"
TOLERANCE = {
    "30": 1e-3,
    "31": 1e-3,
    "32": 1e-3,
    "33": 1e-3,
}  # topic fits differ a little between processors; others 1e-5
REFUSED = {
    "41 about": "all hits about the focal state are of its own delegation there, which is one side: see ELSEWHERE",
    "50 season": "a yearly series has no season",
}


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    return build_study(tmp_path_factory.mktemp("captions") / "study", letters=True)


@pytest.fixture(scope="module")
def in_place(study) -> Any:
    """The study as the one in use, drawing functions captured, and invented readings of its hits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISCOURSE_CORPUS", str(study / "corpus"))
        patch.setenv("DISCOURSE_CACHE", str(study / "cache"))
        patch.delenv("DISCOURSE_TRACE", raising=False)
        patch.chdir(study)
        real = open_store
        patch.setattr("analysis.store.open_store", lambda *a, **k: with_readings(real(*a, **k)))
        yield Capture(patch)


def with_readings(store: Any) -> Any:
    """The store with two invented draws: the second reads every other hit; some hits are wrong, some borderline."""
    table = store.table

    def read(name: str, **more: Any) -> pd.DataFrame:
        if name == "codings":
            return readings(table("hits"))
        rows = table(name, **more)
        return rows.assign(is_negated=rows.index % 3 == 0) if name == "hits" else rows

    object.__setattr__(store, "table", read)
    return store


def readings(hits: pd.DataFrame) -> pd.DataFrame:
    hits = hits[hits["about"] == "focal"].reset_index(drop=True)
    draws = []
    for draw, part in (("first", hits), ("second", hits.iloc[::2])):
        number = part.index.to_numpy()
        draws.append(
            pd.DataFrame(
                {
                    "doc_id": part["doc_id"],
                    "draw": draw,
                    "passage_id": number + 1,
                    "kind": "hit",
                    "hit_id": part["hit_id"],
                    "frame": part["frame"],
                    "entry": part["entry"],
                    "coder": "A",
                    "coder_kind": "person",
                    "frame_right": [("yes", "yes", "no", "borderline", "yes")[n % 5] for n in number],
                    "about": "focal",
                    "voice": part["voice"],
                    "negated": "no",
                    "mention": "no",
                    "missed_frames": None,
                    "seconds": 1.0,
                    "probability": 0.5,
                }
            )
        )
    return pd.concat(draws, ignore_index=True)


@functools.cache
def sliced(notebook: Path, capture: Capture) -> Sliced:
    """The notebook with small parameters, run once."""
    values = {
        name: BASE.get(f"{notebook.stem[:2]} {name}", BASE.get(name, parameter.default))
        for name, parameter in declared(notebook).items()
    }
    found = Sliced(notebook, values, capture)
    found.base()
    return found


def pairs() -> list[tuple[Path, str]]:
    return [(notebook, name) for notebook in NOTEBOOKS for name in declared(notebook)]


def other(notebook: Path, name: str) -> Any:
    return OTHER.get(f"{notebook.stem[:2]} {name}", OTHER.get(name))


def differing(was: dict[int, Shown], now: dict[int, Shown], what: str) -> set[int]:
    return {number for number in was | now if getattr(was.get(number), what, "") != getattr(now.get(number), what, "")}


PAIRS = [pair for pair in pairs() if pair[1] not in SILENT]
TRIED = [
    pytest.param(*pair, id=f"{pair[0].stem[:2]}-{pair[1]}", marks=[pytest.mark.slow] if number % 4 else [])
    for number, pair in enumerate(PAIRS)  # every fourth on every change, all by `make ci`
]


@pytest.fixture(scope="module")
def approved(request) -> Any:
    """Fingerprints of every notebook's tables, by "number", and by "number parameter" of those that differ from these."""
    anew = request.config.getoption("--rewrite-golden")
    known = {} if anew else json.loads(GOLDEN.read_text(encoding="utf-8"))
    yield (known, anew)
    if anew:
        for key in known:
            base = known[key[:2]] if len(key) > 2 else {}
            here = {name: known[key].get(name, {}) for name in {*base, *known[key]}}  # {}: no longer there
            known[key] = {name: table for name, table in here.items() if table != base.get(name)}
        lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(known[key], sort_keys=True)}" for key in sorted(known))
        GOLDEN.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def compare(approved: Any, key: str, values: dict[str, Any]) -> None:
    known, anew = approved
    found = fingerprints(values)
    if anew:
        known[key] = found
        return
    different = unlike({**known.get(key[:2], {}), **known.get(key, {})}, found, TOLERANCE.get(key[:2], 1e-5))
    assert not different, f"{key}: {len(different)} columns differ: {'; '.join(different[:8])}"


@pytest.mark.parametrize(("notebook", "name"), TRIED)
def test_what_is_drawn_and_what_is_said_change_together(notebook, name, in_place, approved):
    base = sliced(notebook, in_place)
    key = f"{notebook.stem[:2]} {name}"
    try:
        changed = base.change(name, other(notebook, name))
    except DiscourseError:
        in_place.take()
        assert key in REFUSED
        return
    drawn, said = (differing(base.figures, changed, what) for what in ("drawn", "said"))
    assert drawn or (key in NO_EFFECT and said), (
        "the value chosen changes nothing that is drawn: choose another, or declare why none can"
    )
    assert drawn <= said, f"figures {sorted(drawn - said)} draw something else and say the same"
    compare(approved, key, base.values)


TURNED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "era_ids": ({"era_ids": ["blair", "cameron"]}, {"era_ids": ["cameron", "blair"]}),
    "target": (
        {"contrast": "era_id", "target": ["blair"], "reference": ["cameron"]},
        {"contrast": "era_id", "target": ["cameron"], "reference": ["blair"]},
    ),
}


@pytest.mark.parametrize(
    ("notebook", "name"),
    [pytest.param(*pair, id=f"{pair[0].stem[:2]}-{pair[1]}") for pair in pairs() if pair[1] in TURNED],
)
def test_two_sides_given_the_other_way_round_are_said_so_or_change_nothing(notebook, name, in_place):
    """A sign that turns while the words stay is the worst a caption can do. Rows in another order are no other rows."""
    base, shown = sliced(notebook, in_place), []
    for values in TURNED[name]:
        place = Sliced(notebook, {**base.parameters, **values}, in_place)
        shown.append(place.base())
    one, other_way = ({n: sorted(figure.drawn.split("\n")[1:]) for n, figure in way.items()} for way in shown)
    turned = {number for number in one if one[number] != other_way[number]}
    assert turned <= differing(*shown, "said")


ELSEWHERE = {  # parameters that do nothing to the notebook as it is tried above: tried on eras
    "40 test": ({"contrast": "era_id", "test": ""}, "pooled"),
    "41 about": ({"contrast": "era_id"}, "other"),
    "41 unit": ({"contrast": "era_id"}, "month"),
}


@pytest.mark.parametrize("key", ELSEWHERE)
def test_what_concerns_eras_alone_is_drawn_and_said_there(key, in_place):
    number, name = key.split()
    notebook = next(path for path in NOTEBOOKS if path.stem.startswith(number))
    others, value = ELSEWHERE[key]
    base = Sliced(notebook, sliced(notebook, in_place).parameters | others, in_place)
    base.base()
    changed = base.change(name, value)
    drawn, said = (differing(base.figures, changed, what) for what in ("drawn", "said"))
    assert drawn and drawn <= said


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_the_tables_of_every_notebook_are_those_approved(notebook, in_place, approved):
    """And above with each parameter changed. To approve a change of the statistics: `pytest` this file with
    --rewrite-golden, then read which columns of which notebooks differ (tests/golden/notebook_tables.json)."""
    sliced(notebook, in_place)
    compare(approved, notebook.stem[:2], sliced(notebook, in_place).before[-1])


# Of a notebook without figures: the values it begins with, and a second one of each parameter.
SHOWN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "60_draw_codings": (
        {
            "store_name": "default",
            "draw_name": "first",
            "coders": ["A", "B"],
            "hits_per_cell": 3,
            "paragraphs_per_cell": 1,
            "seed": 1,
            "write_sheets": True,
        },
        {
            "store_name": "smaller",
            "draw_name": "second",
            "coders": ["A"],
            "hits_per_cell": 2,
            "paragraphs_per_cell": 0,
            "seed": 2,
            "write_sheets": False,
        },
    ),
    "index": ({"store_name": "default"}, {"store_name": "smaller"}),
}


@pytest.fixture(scope="module")
def smaller(study) -> str:
    """A second store beside the study's, of its letters alone."""
    store = study / "corpus" / "store" / "smaller"
    shutil.copytree(store.with_name("default"), store)
    manifest = json.loads((store / "manifest.json").read_text(encoding="utf-8"))
    manifest["tables"] = [part for part in manifest["tables"] if part["collection"] != "un"]
    manifest["store_hash"] = store_hash(manifest)
    (store / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return store.name


def shown_with(notebook: Path, values: dict[str, Any]) -> list[str]:
    """What the cells that a parameter reaches show, and the names of the files that they write."""
    values, tainted, shown = dict(values), set(values), []
    private = corpus_folder() / "private" / "coding"
    for cell in read_cells(notebook):
        if cell["cell_type"] != "code" or TAG in tags_of(cell) or "check_parameters" in cell["source"]:
            continue
        tree = ast.parse(cell["source"])
        reads, writes = names_of(cell["source"])
        is_reached = bool(reads & tainted)
        if not (is_reached or all(isinstance(line, ast.Import | ast.ImportFrom) for line in tree.body)):
            continue
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, notebook.name, "exec"), values)  # the project's own code
        tainted |= writes if is_reached else set()
        if last:
            value = eval(compile(ast.Expression(last.value), notebook.name, "eval"), values)
            shown.append(getattr(value, "html", "") or getattr(value, "text", "") or str(value))
    shown += sorted(path.relative_to(private).as_posix() for path in private.rglob("*") if path.is_file())
    shutil.rmtree(private, ignore_errors=True)
    return [*shown, *(f"{name} {values[name]}" for name in ("facts", "drawn") if name in values)]


@pytest.mark.parametrize("stem", sorted(NO_FIGURE))
def test_a_notebook_without_figures_shows_something_else_for_each_parameter(stem, smaller, in_place, monkeypatch):
    """60 draws passages of the private texts for people to read, which no figure may show; index is a page of links."""
    notebook = ROOT / "notebooks" / f"{stem}.ipynb"
    monkeypatch.setattr("analysis.run.picker.find_project", lambda: Project(ROOT))
    monkeypatch.setattr("analysis.store.open_store", gateway.open_store)  # without the invented readings
    base, other_values = SHOWN[stem]
    assert set(base) == set(other_values) == set(declared(notebook))
    was = shown_with(notebook, base)
    assert shown_with(notebook, base) == was
    for name, value in other_values.items():
        assert shown_with(notebook, base | {name: value}) != was, name


def test_only_notebooks_that_publish_nothing_have_no_caption_to_try():
    assert {path.stem for path in ALL if not any(cell.publishes for cell in cells_of(path))} == NO_FIGURE == set(SHOWN)


def test_every_parameter_is_tried_or_declared_silent():
    missing = [f"{n.stem}: {name}" for n, name in pairs() if name not in SILENT and other(n, name) is None]
    assert missing == []
    tried = [pair for pair in pairs() if pair[1] not in SILENT]
    assert len(tried) > 120
    assert set(SILENT) <= {name for _, name in pairs()}
