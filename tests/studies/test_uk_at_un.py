"""A second study, made of TOML only, with invented texts: built, every notebook run, and no word of the first in it."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest

from analysis.run.parameters import TAG, read_cells
from analysis.store import open_store

HERE = Path(__file__).parent / "uk_at_un"
ROOT = Path(__file__).resolve().parents[2]
YEARS = range(1991, 2022)
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
    "frequency": "Y",
    "period": "year",
    "collection": "un",
    "seed": 5,
}


def speech(code: str, name: str, year: int, words: dict) -> str:
    """One invented speech: a theme of its delegation, one of its decade, and frames more or less often with the years."""
    rng = np.random.default_rng([year, *map(ord, code)])
    themes = [words["themes"][ord(code[0]) % 5], words["themes"][(year // 8) % 5]]
    sentences = [
        f"The {' and the '.join(rng.choice(theme, 6))} matter to {name}." for theme in themes for _ in range(4)
    ]
    share = {"partnership": 0.5, "outreach": 0.2 + 0.6 * (year > 2016), "rules": 0.4}
    for frame, chance in share.items():
        sentences += [s.format(name=name) for s in words["frames"][frame] if rng.random() < chance]
    rng.shuffle(sentences)
    lines = [*words["plain"], *sentences]
    return "\n\n".join(" ".join(lines[i : i + 3]) for i in range(0, len(lines), 3))


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    """The study's folder with its store in corpus/store/default."""
    from analysis.texts.build.build import Options, build

    folder = tmp_path_factory.mktemp("uk")
    shutil.copytree(HERE, folder / "corpus")
    words = tomllib.loads((folder / "corpus" / "texts.toml").read_text(encoding="utf-8"))
    (folder / "corpus" / "texts.toml").unlink()
    outlets = tomllib.loads((HERE / "outlets.toml").read_text(encoding="utf-8"))["outlet"]
    rows = [
        {
            "id": f"{o['country'].lower()}-{year}",
            "title": f"Speech of {o['name']}",
            "text": speech(o["country"], o["name"].split(" (")[0], year, words),
            "date": f"{year}-09-{10 + len(o['name']) % 15}",
            "delegation": o["outlet_id"],
        }
        for o in outlets
        for year in YEARS
    ]
    text = {row["id"]: row["text"] for row in rows}
    for row in rows:  # a joint statement every seventh year, read by two delegations
        if row["id"].startswith("irl") and int(row["id"][-4:]) % 7 == 0:
            row["text"] = text[row["id"].replace("irl", "deu")]
    (folder / "texts").mkdir()
    (folder / "texts" / "speeches.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    _, report = build(
        Options("default", folder / "corpus", folder / "texts", folder / "corpus/store/default", folder / "work")
    )
    assert not report.refusals
    return folder


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


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_notebook_runs_on_it_without_a_word_of_the_first_study(notebook, place):
    figures = place / "figures"
    before = set(figures.glob("*")) if figures.is_dir() else set()
    run(notebook)
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
    assert "Boris Johnson over Tony Blair" in caption and "After: Boris Johnson" in caption
    others = sum(open_store().table("documents")["era_id"].isin(["major", "brown", "cameron", "may"]))
    assert f"{others} documents of other eras left out" in caption


def test_the_engine_reads_the_studys_own_frames_and_sides(place):
    store = open_store(collection="un")
    hits = store.table("hits")
    assert set(hits["frame"]) == {"partnership", "outreach", "rules"}
    assert store.study.ids("sides")[:3] == ("london", "washington", "europe")
    assert set(hits["speaker_side"]) <= set(store.study.ids("sides"))
    assert store.study.transition.label == "referendum"
