from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.figures import forest, publish
from analysis.figures.save import digest_of, draft_id, figures_folder, full_caption, table_bytes

WORDS = {"title": "A title", "caption": "What it shows", "alt": "Two marks with lines."}


@pytest.fixture
def rows():
    return pd.DataFrame({"outlet": ["a", "b"], "estimate": [1.0, 1 / 3], "low": [0.5, 0.1], "high": [2.0, np.nan]})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DISCOURSE_FIGURES", str(tmp_path))
    return tmp_path


def test_five_files_with_equal_bytes_in_any_process_folder_and_locale(rows, tmp_path):
    code = (
        "import pandas as pd\nfrom analysis.figures import forest, publish\nimport matplotlib\n"
        "matplotlib.rcParams['font.size'] = 20\n"
        f"rows = pd.DataFrame({rows.fillna(9).to_dict('list')!r})\n"
        f"publish(forest(rows, label='outlet'), 'a_b', rows, **{WORDS!r})\n"
    )
    found = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Phnom_Penh")):
        place = tmp_path / f"run {seed}"
        environ = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "DISCOURSE_FIGURES": str(place),
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        }
        subprocess.run([sys.executable, "-c", code], check=True, env=environ, cwd=tmp_path)
        found.append({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(place.iterdir())})
    assert found[0] == found[1]
    assert [name.split(".")[1] for name in found[0]] == ["csv", "json", "pdf", "png", "svg"]


def test_the_sidecar_says_what_was_drawn_and_carries_no_time_or_path(rows, folder):
    made = publish(
        forest(rows, label="outlet"),
        "a_b",
        rows,
        n={"documents": 1200, "clusters": 900},
        unit="cluster",
        test="bootstrap",
        limits="Few outlets.",
        seed=7,
        **WORDS,
    )
    sidecar = json.loads((folder / "a_b.json").read_text())
    assert sidecar["full_caption"] == (
        "What it shows. n: 1,200 documents, 900 clusters. Unit: cluster. Test: bootstrap. Limits: Few outlets."
    )
    assert (sidecar["seed"], sidecar["row_count"], sidecar["width_mm"]) == (7, 2, 183.0)
    assert sidecar["digest"] == digest_of(sidecar)
    for kind, digest in sidecar["files"].items():
        assert hashlib.sha256(made.path(kind).read_bytes()).hexdigest() == digest
    everything = b"".join(p.read_bytes() for p in folder.iterdir())
    for secret in (str(folder).encode(), b"CreationDate", b"dc:date", os.uname().nodename.encode() + b"/"):
        assert secret not in everything


def test_numbers_have_ten_digits_and_missing_is_empty(rows):
    table = pd.DataFrame(
        {
            "a": [1 / 3, -0.0, 1e-30],
            "b": [True, False, True],
            "c": ["x,y", None, "z"],
            "d": [1, 2, 3],
            "e": [np.nan, 123456789012.3, np.inf],
        }
    )
    assert table_bytes(table).decode().splitlines() == [
        "a,b,c,d,e",
        '0.3333333333,true,"x,y",1,',
        "0,false,,2,1.23456789e+11",
        "1e-30,true,z,3,inf",
    ]


def test_a_caption_ends_each_part_once():
    assert full_caption("One.", n="12 speeches", test="none.") == "One. n: 12 speeches. Test: none."


@pytest.mark.parametrize("name", ["A", "a-b", "../a", "a b", "", "_a", "a__b"])
def test_ids_are_words_joined_by_underscores(rows, folder, name):
    with pytest.raises(DiscourseError, match="lower-case words"):
        publish(forest(rows, label="outlet"), name, rows, **WORDS)


def test_empty_tables_and_empty_words_are_refused(rows, folder):
    figure = forest(rows, label="outlet")
    with pytest.raises(DiscourseError, match="empty"):
        publish(figure, "a_b", rows.head(0), **WORDS)
    for name in WORDS:
        with pytest.raises(DiscourseError, match=f"{name} is empty"):
            publish(figure, "a_b", rows, **{**WORDS, name: " "})
    assert not list(folder.iterdir())


def test_outside_a_run_figures_are_drafts(tmp_path, monkeypatch):
    monkeypatch.delenv("DISCOURSE_FIGURES", raising=False)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert figures_folder() == tmp_path / "figures" / "drafts"


def test_jupyter_shows_picture_title_and_id(rows, folder):
    data, metadata = publish(forest(rows, label="outlet"), "a_b", rows, **WORDS)._repr_mimebundle_()
    assert "A title" in data["text/html"]
    assert 'alt="Two marks with lines."' in data["text/html"]
    odd = WORDS | {"title": "<b> & 'x'", "alt": 'a "mark"'}
    page = publish(forest(rows, label="outlet"), "a_b", rows, **odd)._repr_mimebundle_()[0]["text/html"]
    assert "<strong>&lt;b&gt; &amp; &#39;x&#39;.</strong>" in page and 'alt="a &#34;mark&#34;"' in page
    assert metadata["image/png"]["width"] > 300


@pytest.mark.parametrize("name", ["<NA>", "NaT", "None", "nan", "NA", "true"])
def test_a_name_that_looks_like_a_missing_value_stays_in_the_data(name):
    rows = pd.DataFrame({"outlet": [name, None], "n": [1, 2]})
    assert table_bytes(rows) == f"outlet,n\n{name},1\n,2\n".encode()


def test_from_another_folder_drafts_go_to_the_project_and_the_place_is_said(tmp_path, monkeypatch, root):
    monkeypatch.delenv("DISCOURSE_FIGURES", raising=False)
    monkeypatch.chdir(tmp_path)
    assert figures_folder() == root / "figures" / "drafts"
    study = tmp_path / "study"
    (study / "corpus").mkdir(parents=True)
    (study / "corpus" / "study.toml").write_text("")
    monkeypatch.chdir(study / "corpus")
    assert figures_folder() == study / "figures" / "drafts"
    rows = pd.DataFrame({"o": ["a"], "v": [1.0], "l": [0.5], "h": [1.5]})
    figure = forest(rows, label="o", estimate="v", low="l", high="h")
    made = publish(figure, "one", rows, title="T", caption="C", alt="A")
    page = made._repr_mimebundle_()[0]["text/html"]
    link = os.path.relpath(made.path("svg"))
    assert f'Draft, saved as <a href="{link}">{link.removeprefix("../")}</a>, <a href=' in page
    assert ">CSV</a>" in page and str(study) not in page
    monkeypatch.setenv("DISCOURSE_FIGURES", str(tmp_path / "run"))
    assert str(tmp_path) not in made._repr_mimebundle_()[0]["text/html"]


@pytest.mark.parametrize(
    ("figure_id", "collection", "named"),
    [
        ("frames_news_rates", "un", "frames_un_rates"),
        ("frames_news_rates", "news", "frames_news_rates"),
        ("frames_news_rates", None, "frames_news_rates"),
        ("my_picture", "un", "my_picture"),
        ("frames_un_and_news", "un", "frames_un_and_news"),
    ],
)
def test_a_draft_is_called_after_the_collection_that_was_drawn(figure_id, collection, named):
    store = SimpleNamespace(collection=collection, collections=["news", "un"])
    assert draft_id(figure_id, [store]) == named


def test_drafts_of_a_study_in_a_repository_of_its_own_lie_there(tmp_path, monkeypatch):
    monkeypatch.delenv("DISCOURSE_FIGURES", raising=False)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "plan.toml").write_text("")
    monkeypatch.chdir(tmp_path / "notebooks")
    assert figures_folder() == tmp_path / "figures" / "drafts"
