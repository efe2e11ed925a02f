"""The concordance in a notebook: searched, sorted, saved, and refusals in words."""

from __future__ import annotations

import shutil

import pytest

from analysis.errors import DiscourseError, TextsMissing
from analysis.run.example_study import write_example
from analysis.texts.concordance.kwic import Line
from analysis.texts.concordance.widget import ALL, Concordance, as_html

LINE = Line(
    "d", "post", "2023-08-22", "body", "left <b>", "neutral", "right & more", "own", None, None, None, None, None, None
)


@pytest.fixture
def widget(tmp_path, root):
    pytest.importorskip("ipywidgets")
    corpus, texts = tmp_path / "corpus", tmp_path / "texts"
    shutil.copytree(root / "corpus", corpus, ignore=shutil.ignore_patterns("store", "private"))
    texts.mkdir()
    (corpus / "sources.toml").write_text('[[source]]\nsource_id = "s"\npath = "*.md"\ncollection = "news"\n')
    for name, day in (("a", "2023-01-01"), ("b", "2024-01-01")):
        (texts / f"{name}.md").write_text(
            f"---\noutlet: unknown\ndate: {day}\n---\nThe {name} minister spoke of a neutral path for the whole kingdom.\n"
        )
    return Concordance("neutral", corpus=corpus, texts=texts)


def test_lines_are_escaped_and_cut_to_what_can_be_read():
    page = as_html([LINE] * 3, shown=2)
    assert "left &lt;b&gt;" in page and "right &amp; more" in page and "<b>neutral</b>" in page
    assert "3 lines (the first 2 are shown)" in page and page.count("<tr>") == 3
    assert "0 lines" in as_html([])


def test_searching_choosing_and_saving(widget):
    widget.search()
    assert len(widget.lines) == 2 and "2 lines" in widget.table.value
    widget.era.value = next(era for era in widget.era.options if era != ALL)
    widget.search()
    assert len(widget.lines) == 1
    widget.sort.value = "right"
    path = widget.save("csv")
    assert path == widget.corpus.parent / "figures" / "drafts" / "concordance.csv"  # seen in JupyterLab, ignored by git
    assert path.read_text(encoding="utf-8").startswith("doc_id,")
    assert widget.save("xlsx").stat().st_size > 1000
    assert "Saved 1 lines" in widget.table.value


def test_a_pattern_that_cannot_be_read_is_said_in_place_of_the_table(widget):
    widget.pattern.value = "neutral AND <b>"
    widget.search()
    assert widget.lines == [] and "(a|b)" in widget.table.value and "<b>" not in widget.table.value


def test_without_texts_it_says_so_at_once(tmp_path, root):
    pytest.importorskip("ipywidgets")
    with pytest.raises(TextsMissing):
        Concordance(corpus=root / "corpus", texts=tmp_path / "nowhere")


def test_outlets_are_shown_by_name():
    assert "The &lt;Post&gt;" in as_html([LINE], names={"post": "The <Post>"})


@pytest.mark.parametrize("from_notebooks", [False, True])
def test_a_study_is_named_as_in_commands(tmp_path, monkeypatch, from_notebooks):
    pytest.importorskip("ipywidgets")
    monkeypatch.delenv("DISCOURSE_CORPUS", raising=False)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "eras.toml").write_text("")
    (tmp_path / "notebooks").mkdir()
    write_example(tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "notebooks" if from_notebooks else tmp_path)
    made = Concordance("options open", study="mine")
    assert {"harbour_courier", "inland_gazette"} <= {*made.outlet.options}
    made.search()
    assert made.lines and "Harbour Courier" in made.table.value
    with pytest.raises(DiscourseError, match=r"no corpus/sources\.toml there"):
        Concordance(study="notebooks")
