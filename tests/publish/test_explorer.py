from __future__ import annotations

import csv
import itertools
import json
import random
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit

from analysis.measures.frames.about import select_about
from analysis.measures.frames.coverage import select_documents
from analysis.measures.frames.lasting import lasting
from analysis.measures.frames.rates import FEW_HITS, rates
from analysis.measures.frames.tally import tally
from analysis.measures.inference.resampling import Contrasts, Sampling, intervals
from analysis.publish import explorer
from analysis.publish.explorer import explorer_data, explorer_script
from analysis.store.gateway import open_store

ASSETS = Path(explorer.__file__).parent / "assets"
NODE = shutil.which("node")
GRID = {
    "collection": ("news", "un"),
    "by": ("group", "outlet", "all"),
    "measure": ("rate", "share"),
    "voice": ("all", "own", "quoted", "reported"),
    "about": ("focal", "other", "all"),
    "counting": ("as_printed", "cluster_once"),
    "core": (True, False),
    "unit": ("declared", "outlet"),
}


@pytest.fixture(scope="module")
def store():
    return open_store("default")


@pytest.fixture(scope="module")
def data(store):
    return explorer_data(store)


def choices() -> list[dict]:
    """Every value of every choice several times, in combinations drawn once."""
    every = [dict(zip(GRID, values, strict=True)) for values in itertools.product(*GRID.values())]
    every = [c for c in every if (c["by"], c["unit"]) != ("outlet", "outlet")]
    return random.Random(1).sample(every, 40)


def in_browser(data: dict, wanted: list[dict], tmp_path: Path) -> list[dict]:
    """The tables that the page's own functions make of these choices, run by Node."""
    (tmp_path / "input.json").write_text(json.dumps({"data": data, "wanted": wanted}))
    script = f"""
    const counts = require({json.dumps(str(ASSETS / "explorer-counts.js"))}), fs = require("fs");
    const {{ data, wanted }} = JSON.parse(fs.readFileSync({json.dumps(str(tmp_path / "input.json"))}));
    const range = n => new Set(Array.from({{ length: n }}, (_, i) => i));
    const out = wanted.map(w => {{
      const collection = data.collections.find(c => c.id === w.collection);
      const of = {{ all: () => 0, outlet: o => o, group: o => data.outlets[o].group }}[w.by];
      const there = new Set(collection.documents.outlet.map(of));
      const rows = new Set([...there].sort((a, b) => a - b));
      return counts.rates(collection, {{ ...w, rows, eras: range(data.eras.length), frames: range(data.frames.length),
        minUnits: data.min_units, replicates: data.replicates, per: data.per, straddling: data.straddling, seed: 1 }}, of);
    }});
    console.log(JSON.stringify(out));
    """
    done = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout)


def in_python(store, data: dict, wanted: dict, *, log: bool = False):
    """The same from the store's tables, by the package's own functions."""
    documents = store.table("documents")
    documents = documents[documents["collection"] == wanted["collection"]]
    hits = store.table("hits")
    hits = hits[hits["doc_id"].isin(documents["doc_id"])]
    documents = select_documents(documents, era_ids=[e["id"] for e in data["eras"]])
    documents, hits = select_about(documents, hits, wanted["about"], core=wanted["core"])
    place = {o["id"]: i for i, o in enumerate(data["outlets"])}
    group = [o["group"] for o in data["outlets"]]
    row = {"all": lambda o: 0, "outlet": place.__getitem__, "group": lambda o: group[place[o]]}[wanted["by"]]
    documents = documents.assign(row=documents["outlet_id"].map(row))
    declared = next(c["unit"] for c in data["collections"] if c["id"] == wanted["collection"])
    import pandas as pd

    options = {
        "by": ("row", "era_id"),
        "levels": pd.DataFrame({"frame": [f["id"] for f in data["frames"]]}),
        "measure": wanted["measure"],
        "exposure": wanted["voice"],
        "counting": wanted["counting"],
    }
    unit = declared if wanted["unit"] == "declared" else "outlet_id"
    if unit == "outlet_id":
        documents = documents.assign(home=documents["outlet_id"])
        unit = "home"  # not `outlet`, which refuses a handful
    sampling = Sampling(unit=unit)
    counted = tally(documents, hits, unit=unit, **options)
    if log:
        return counted, sampling
    table = rates(documents, hits, sampling=sampling, **options)
    return table.assign(wider=lasting(counted, unit).ravel())


def moved(row, measure: str, scale: float) -> tuple[float, float]:
    """Limits of the package, as far away as moods that last make it, along log odds of a share and the log of a rate."""
    to, back = (logit, expit) if measure == "share" else (np.log, np.exp)
    value, low, high = (row[name] / scale for name in ("value", "low", "high"))
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = [back(to(value) + (to(limit) - to(value)) * row["wider"]) for limit in (low, high)]
        kept = np.isfinite(to(np.array([value, low, high])))
    return tuple(
        scale * (end if kept[0] and fine else limit)
        for end, fine, limit in zip(ends, kept[1:], (low, high), strict=True)
    )


@pytest.mark.skipif(NODE is None, reason="Node is not installed")
def test_rates_of_the_browser_are_those_of_the_package_and_intervals_agree(store, data, tmp_path):
    wanted = choices()
    frames, eras = [f["id"] for f in data["frames"]], [e["id"] for e in data["eras"]]
    limits, lasting_seen = [], 0
    for choice, made in zip(wanted, in_browser(data, wanted, tmp_path), strict=True):
        table = in_python(store, data, choice).set_index(["row", "era_id", "frame"])
        value = "rate_per_10000" if choice["measure"] == "rate" else "document_share"
        compared = 0
        for line in made["table"]:
            key = (line["row"], eras[line["era"]], frames[line["frame"]])
            if key not in table.index:
                assert line["documents"] == 0
                continue
            row = table.loc[key]
            assert (line["documents"], line["units"], line["hits"], line["exposure"]) == (
                row["document_count"],
                row["unit_count"],
                row["hit_count"],
                row["token_count"] if choice["measure"] == "rate" else row["document_count"],
            ), (choice, key)
            assert line["tooFew"] == row["too_few"], (choice, key)
            if row["too_few"]:
                assert line["value"] is None
                continue
            compared += 1
            assert line["value"] == pytest.approx(row[value], rel=1e-9, abs=1e-12), (choice, key)
            if row["hit_count"] < FEW_HITS:  # no chance in these
                assert (line["low"], line["high"]) == pytest.approx((row["low"], row["high"]), rel=1e-9), (choice, key)
            else:
                row = row.rename({value: "value"})
                low, high = moved(row, choice["measure"], 1e4 if choice["measure"] == "rate" else 1)
                limits += [(line["low"] - low) / (high - low), (line["high"] - high) / (high - low)]
                lasting_seen += row["wider"] > 1.3
        assert compared or table["too_few"].all()
    # Two sets of 2,000 random resamples: limits differ by a few hundredths of the interval's width, with no direction.
    assert len(limits) > 200 and lasting_seen > 10
    assert np.quantile(np.abs(limits), 0.95) < 0.12
    assert abs(np.mean(limits)) < 0.02


@pytest.mark.skipif(NODE is None, reason="Node is not installed")
def test_ratios_of_eras_are_those_of_the_package(store, data, tmp_path):
    choice = {
        "collection": "news",
        "by": "all",
        "measure": "rate",
        "voice": "all",
        "about": "all",
        "counting": "as_printed",
        "core": True,
        "unit": "declared",
    }
    made = in_browser(data, [choice], tmp_path)[0]["changes"]
    counted, sampling = in_python(store, data, choice, log=True)
    later = [counted.cells["era_id"].tolist().index(e["id"]) for e in data["eras"]]
    x, y = counted.numerators()[later], counted.denominators()[later]
    estimate, low, high = intervals(counted.units, Contrasts(x[::-1].T, y[::-1].T, (1.0, -1.0), "log"), sampling)
    wider = lasting(counted, sampling.unit)[later[0]]
    low, high = (estimate + (limit - estimate) * wider for limit in (low, high))
    compared = 0
    for line in made:
        f = line["frame"]
        if line["ratio"] is None or not np.isfinite(estimate[f]):
            continue
        compared += 1
        assert np.log(line["ratio"]) == pytest.approx(estimate[f], abs=1e-9)
        if line["low"] and line["high"] and np.isfinite([low[f], high[f]]).all():
            assert np.log([line["low"], line["high"]]) == pytest.approx(
                [low[f], high[f]], abs=0.12 * (high[f] - low[f])
            )
    assert compared >= 3


def test_data_hold_no_words_ids_or_addresses_and_the_same_bytes(store, data):
    script = explorer_script(store)
    assert script == explorer_script(open_store("default"))
    documents = store.table("documents")
    for column in ("doc_id", "title", "url", "host", "url_key", "cluster_id"):
        for value in set(documents[column].dropna()):
            assert len(value) < 5 or json.dumps(value) not in script, column
    sizes = {len(values) for c in data["collections"] for values in c["documents"].values()}
    assert sorted(sizes) == sorted({len(c["documents"]["outlet"]) for c in data["collections"]})


def test_a_store_without_groups_or_documents_is_shown(tmp_path):
    from sample_project import build_store

    store = open_store(build_store(tmp_path / "s").path)
    found = explorer_data(store)
    assert [g["name"] for g in found["groups"]] == ["all outlets"]
    assert {o["group"] for o in found["outlets"]} == {0}


@pytest.fixture(scope="module")
def folder(store, tmp_path_factory):
    """The explorer's page alone, as the site writes it."""
    from analysis.publish.pages import page

    place = tmp_path_factory.mktemp("explorer") / "site"
    shutil.copytree(ASSETS, place / "assets")
    (place / "assets" / "explorer-data.js").write_text(explorer_script(store), encoding="utf-8")
    (place / "explorer.html").write_text(page("explorer.html", "Explore", site="s", **explorer.summary(store)))
    return place


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_page_opens_from_a_file_fits_and_keeps_its_state(folder, browser, width, tmp_path):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_default_timeout(180_000)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((folder / "explorer.html").as_uri(), timeout=180_000)
    page.wait_for_selector("#table tbody tr", timeout=180_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.inner_text("#sentence")
    page.select_option("select[name=by]", "all")
    page.select_option("select[name=about]", "all")
    page.uncheck("input[name=frame] >> nth=0")
    page.focus("select[name=measure]")
    page.keyboard.press("ArrowDown")  # every choice by keyboard
    page.wait_for_function("location.hash.includes('measure=share')")
    rows, address = page.inner_text("#table tbody"), page.url
    assert "%" in rows
    with page.expect_download() as waiting:
        page.click("#csv")
    saved = list(csv.DictReader(Path(waiting.value.path()).read_text().splitlines()))
    assert len(saved) == page.locator("#table tbody tr").count()
    again = browser.new_page(viewport={"width": width, "height": 900})
    again.set_default_timeout(180_000)
    again.goto(address, timeout=180_000)
    again.wait_for_selector("#table tbody tr", timeout=180_000)
    assert again.inner_text("#table tbody") == rows
    page.click("#table th button >> nth=6")
    counts = [int(t.replace(",", "")) for t in page.locator("#table tbody tr td:nth-child(7)").all_inner_texts()]
    assert counts == sorted(counts)
    while page.locator("input[name=frame]:checked").count():
        page.locator("input[name=frame]:checked").first.uncheck()
    assert "tick one frame" in page.inner_text("#sentence")
    assert not wrong, wrong
    page.close()
    again.close()
