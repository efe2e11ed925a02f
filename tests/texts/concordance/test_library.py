"""Reading the texts themselves: search with filters, the widget, and what they say without texts."""

from __future__ import annotations

import pytest
from invented_study import write_study

from analysis.store import DiscourseError, TextsMissing
from analysis.texts.concordance import library
from analysis.texts.concordance import widget as kwic_widget

COUNT = 9


@pytest.fixture(scope="module")
def study(tmp_path_factory, root):
    return write_study(tmp_path_factory.mktemp("library"), root, count=COUNT)


def search(study, pattern, **chosen):
    return library.search(study / "corpus", study / "texts", pattern, **chosen)


def test_every_kept_document_is_read_and_found(study):
    assert len(list(library.documents(study / "corpus", study / "texts"))) == COUNT
    lines = search(study, "ironclad*", window=4)
    assert len(lines) == COUNT
    assert {line.voice for line in lines} == {"quoted"}
    assert {line.speaker for line in lines} == {"Hun Sen"}
    assert all(
        line.right.split()[:2] == ["between", "Cambodia"] or "friendship" in line.keyword + line.right for line in lines
    )


def test_filters_divide_the_lines(study):
    total = len(search(study, "neutral*"))
    assert sum(len(search(study, "neutral*", voice=v)) for v in ("own", "quoted", "reported")) == total > 0
    assert sum(len(search(study, "neutral*", era=e)) for e in ("hun_sen", "hun_manet")) == total
    assert len(search(study, "neutral*", outlet="post")) == total


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"era": "hun_sn"}, "Did you mean 'hun_sen'"),
        ({"outlet": "pots"}, "allowed: post"),
        ({"voice": "said"}, "own, quoted"),
    ],
)
def test_a_wrong_filter_is_answered_with_what_there_is(study, chosen, says):
    with pytest.raises(DiscourseError, match=says):
        search(study, "x", **chosen)


def test_without_texts_it_says_so(study, tmp_path):
    with pytest.raises(TextsMissing, match="DISCOURSE_TEXTS"):
        library.search(study / "corpus", tmp_path / "nothing", "x")
    with pytest.raises(TextsMissing):
        kwic_widget.Concordance(corpus=study / "corpus", texts=tmp_path)


def test_the_widget_searches_sorts_escapes_and_saves(study):
    widget = kwic_widget.Concordance("ironclad*", corpus=study / "corpus", texts=study / "texts")
    widget.voice.value = "quoted"
    widget.search()
    assert f"{COUNT} lines" in widget.table.value
    widget.sort.value = "right"
    keys = [line.right.lower() for line in widget.lines]
    assert keys == sorted(keys)
    for kind in ("csv", "xlsx"):
        assert widget.save(kind).stat().st_size > 100
    widget.pattern.value = "frame:nothing"
    widget.search()
    assert widget.lines == []
    assert "nothing" in widget.table.value
    assert "&lt;b&gt;" in kwic_widget.as_html([widget_line("<b>")])


def widget_line(text):
    from analysis.texts.concordance.kwic import Line

    return Line("d", "post", None, "body", text, "k", "r", "own", None, None, None, None, None, None)
