"""A second study, made of TOML only, with invented texts: built, every notebook run, and no word of the first in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from quick import sample
from uk_study import build_study

from analysis.errors import NothingFound
from analysis.run.parameters import TAG, read_cells
from analysis.store import open_store

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = re.compile(
    r"cambod|khmer|phnom|\bhun[ _]|manet|ironclad|iron-clad|hedging|neutrality|KHM|ASEAN|\bEBA\b|2023-0[78]|August 2023"
    r"|20230|Chinese|media closures",
    re.IGNORECASE,
)
SMALL = {
    "replicates": 60,
    "ks": [3, 4],
    "k": 3,
    "seeds": [1, 2],
    "min_units": 3,
    "min_count": 2,
    "max_outlets": 6,
    "min_outlets": 3,
    "frequency": "Y",
    "period": "year",
    "collection": "un",
    "seed": 5,
}
LARGER = {"51": {"about": "all"}}  # so few speak of the focal state that nothing could be drawn


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    """The study's folder with its store in corpus/store/default."""
    return build_study(tmp_path_factory.mktemp("uk") / "study")


@pytest.fixture
def place(study, monkeypatch) -> Path:
    """The study as the one in use."""
    monkeypatch.setenv("DISCOURSE_CORPUS", str(study / "corpus"))
    monkeypatch.setenv("DISCOURSE_FIGURES", str(study / "figures"))
    monkeypatch.delenv("DISCOURSE_TRACE", raising=False)
    monkeypatch.chdir(study)
    return study


def run(notebook: Path, **given: object) -> dict[str, object]:
    """All cells of a notebook in this process, with smaller parameters; its variables."""
    values: dict[str, object] = {}
    for cell in read_cells(notebook):
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], notebook.name, "exec"), values)  # the project's own code
            if TAG in cell["metadata"].get("tags", []):
                values.update({k: v for k, v in {**SMALL, **given}.items() if k in values})
    return values


# Those that read the private texts are left out: this study has none.
NOTEBOOKS = [
    path
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    if "analysis.texts" not in path.read_text(encoding="utf-8")
]


SOME = [path for path in NOTEBOOKS if path.stem[:2] in ("20", "24", "31")]


@pytest.mark.parametrize("notebook", sample(NOTEBOOKS, SOME), ids=lambda p: p.stem)
def test_every_notebook_runs_on_it_without_a_word_of_the_first_study(notebook, place):
    figures = place / "figures"
    before = set(figures.glob("*")) if figures.is_dir() else set()
    try:
        run(notebook, **LARGER.get(notebook.stem[:2], {}))
    except NothingFound as nothing:  # so few invented speeches fill no cell of these; that is a result, in words
        assert notebook.stem[:2] in ("41", "61"), nothing
        assert "too few" in str(nothing) and not FOREIGN.findall(str(nothing))
        return
    made = set(figures.glob("*")) - before
    assert {p.suffix for p in made} >= {".csv", ".json", ".svg", ".png", ".pdf"}
    for path in made:
        if path.suffix in (".csv", ".json", ".svg"):
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".svg":
                text = " ".join(re.findall(r"<(?:dc:title|dc:description|desc|title)>(.*?)</", text, re.DOTALL))
            assert not FOREIGN.findall(f"{path.name} {text}"), path.name


def test_eras_stand_in_order_of_time_and_captions_say_which_is_after(place):
    found = run(next(p for p in NOTEBOOKS if p.stem.startswith("24_")), era_ids=["johnson", "blair"])
    caption = json.loads((place / "figures" / f"{found['figure_id']}.json").read_text(encoding="utf-8"))["caption"]
    assert found["selection"].pair == ("blair", "johnson")
    assert "Boris Johnson less Tony Blair" in caption and "After: Boris Johnson" in caption
    others = sum(open_store().table("documents")["era_id"].isin(["major", "brown", "cameron", "may"]))
    assert f"{others} documents of other eras left out" in caption


def test_the_engine_reads_the_studys_own_frames_and_sides(place):
    store = open_store(collection="un")
    hits = store.table("hits")
    assert set(hits["frame"]) == {"partnership", "outreach", "rules"}
    assert store.study.ids("sides")[:3] == ("london", "washington", "europe")
    assert set(hits["speaker_side"]) <= set(store.study.ids("sides"))
    assert store.study.transition.label == "referendum"
