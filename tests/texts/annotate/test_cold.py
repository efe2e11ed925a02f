"""What a fresh process does not do: the first documents cost little more than the later ones."""

from __future__ import annotations

import subprocess
import sys

import pytest

from analysis.study.settings import corpus_folder
from analysis.texts.annotate import codebook as codebooks
from analysis.texts.annotate.anchors import stands
from analysis.texts.annotate.codebook import at_word_start, compiled, related, without_dashes
from analysis.texts.annotate.matcher import Matcher
from analysis.texts.annotate.tokens import lower
from analysis.texts.clean.broken_words import join_broken


@pytest.fixture(scope="module")
def book():
    return codebooks.load(corpus_folder() / "codebook")


def chosen_in(made, entry, part):
    """The exclusions that are tried in a part of a text."""
    groups = made._exclusions_of(entry)
    return tuple(pattern for _, group in groups for pattern, words in group if stands(words, part))


def test_exclusions_that_cannot_match_are_left_out_and_no_others(book):
    made = Matcher(book)
    tried = kept = 0
    for entry in book.entries:
        frame = made.frame_of[entry.frame]
        given = tuple(related([*entry.exclude, *frame.exclude, *book.exclude], entry))
        for text in (*entry.examples, *entry.not_examples, f"{entry.not_examples[:1]} – {entry.examples[:1]}"):
            low = lower(text)
            chosen = chosen_in(made, entry, low)
            for pattern in given:
                regex = codebooks.any_of((pattern,), entry.id, left=False)
                matches = any(at_word_start(low, m.start()) for m in regex.finditer(without_dashes(low)))
                assert pattern in chosen or not matches, (entry.id, pattern, text)
            tried, kept = tried + len(given), kept + len(chosen)
    assert 0 < kept < tried / 10


def test_the_exclusions_chosen_find_what_all_of_them_find(book):
    made = Matcher(book)
    for entry in book.entries:
        given = [*entry.exclude, *made.frame_of[entry.frame].exclude, *book.exclude]
        whole = codebooks.any_of(tuple(related(given, entry)), entry.id, left=False)
        for text in entry.not_examples:
            low = lower(text)
            for start, end, found in made.candidates(low, text):
                if found is entry and whole is not None:
                    part = low[max(0, start - 45) : end + 45]
                    few = codebooks.any_of(chosen_in(made, entry, part), entry.id, left=False)
                    spans = [m.span() for m in whole.finditer(part)]
                    assert spans == ([m.span() for m in few.finditer(part)] if few else [])


def test_no_expression_of_the_codebook_holds_a_sign_beyond_latin_1(book):
    sources = [source for entry in book.entries for source in entry.sources]
    sources += [c.source for entry in book.entries for c in (*entry.bars, *entry.needs) if c.source]
    assert any("–" in source for source in sources)
    assert max(ord(sign) for source in sources for sign in compiled(source).pattern) < 256


@pytest.mark.parametrize("dash", ["-", "–", " ", ""])
def test_a_dash_joins_the_words_of_a_pattern(dash):
    entry = codebooks.Entry(id="a", frame="f", pattern=("iron-clad friend*",), category="c")
    made = Matcher(codebooks.Codebook((codebooks.Frame("f", "f", "", (entry,)),)))
    text = f"An iron{dash}clad{dash or ' '}friendship – firm."
    assert [text[m.start : m.end] for m in made.scan(text)] == [f"iron{dash}clad{dash or ' '}friendship"]


def test_annotating_loads_neither_pandas_nor_a_dictionary(root):
    code = (
        "import sys\nfrom analysis.study.settings import corpus_folder\nfrom analysis.texts.annotate.engine import Engine\n"
        "from analysis.texts.document import Document\nengine = Engine.from_folder(corpus_folder())\n"
        "texts = [text for entry in engine.codebook.entries for text in entry.examples]\n"
        "made = [Document(doc_id=str(i), collection='news', outlet_id='x', text=t) for i, t in enumerate(texts)]\n"
        "hits = engine.annotate(made).hits['hit_id']\n"
        "print(len(hits) > 50, *[n for n in ('pandas', 'simplemma') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True"]


def test_the_dictionary_is_asked_only_where_nothing_else_decides(monkeypatch):
    monkeypatch.setattr("analysis.texts.clean.broken_words._is_word", lambda word: 1 / 0)
    assert join_broken("the short-\nand long-term plan") == "the short- and long-term plan"
    assert join_broken("a har-\nbour, the harbour") == "a harbour, the harbour"
    with pytest.raises(ZeroDivisionError):
        join_broken("a har-\nbour")
