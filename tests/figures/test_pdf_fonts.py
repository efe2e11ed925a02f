from __future__ import annotations

import io
import re
import zlib

import pytest

from analysis.figures import pdf_fonts
from analysis.figures.pdf_fonts import (
    LAYOUT_TABLES,
    _advance,
    with_truetype_outlines,
    without_invisible_glyphs,
    without_layout_tables,
)
from analysis.figures.style import drawing


def fonts_in(data: bytes):
    """The embedded fonts of a PDF file."""
    from fontTools.ttLib import TTFont

    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, flags=re.DOTALL):
        try:
            content = zlib.decompress(match.group(1))
        except zlib.error:
            content = match.group(1)
        if content[:4] in (b"\x00\x01\x00\x00", b"OTTO"):
            yield TTFont(io.BytesIO(content))


def saved(text: str) -> bytes:
    import matplotlib.pyplot as plt

    with drawing():
        figure, axes = plt.subplots()
        axes.set_title(text)
        stream = io.BytesIO()
        figure.savefig(stream, format="pdf", metadata={"CreationDate": None})
        plt.close(figure)
    return stream.getvalue()


def test_embedded_fonts_keep_the_glyphs_and_lose_the_rules_of_layout():
    usual = saved("AVA fi ffl \u00e9")
    with without_layout_tables():
        plain = saved("AVA fi ffl \u00e9")
    before, after = list(fonts_in(usual)), list(fonts_in(plain))
    assert len(before) == len(after) >= 1
    assert any(set(LAYOUT_TABLES) & set(font.keys()) for font in before)
    for old, new in zip(before, after, strict=True):
        assert not set(LAYOUT_TABLES) & set(new.keys())
        assert {"glyf", "loca", "hmtx", "cmap", "head"} & set(old.keys()) <= set(new.keys())
        assert set(new["glyf"].keys()) <= set(old["glyf"].keys())
    assert saved("AVA fi ffl \u00e9") == usual  # the library is left as it was


def test_a_library_without_that_function_is_left_alone(monkeypatch):
    from fontTools import subset

    monkeypatch.delattr(subset, "load_font")
    with without_layout_tables():
        assert not hasattr(subset, "load_font")


def test_the_function_comes_back_after_an_error():
    from fontTools import subset

    usual = subset.load_font
    with pytest.raises(ZeroDivisionError), without_layout_tables():
        1 / 0  # noqa: B018
    assert subset.load_font is usual


def test_fonts_read_ahead_are_used_up_and_give_the_same_bytes(monkeypatch):
    monkeypatch.setattr(pdf_fonts, "_STOCK", {})
    with without_layout_tables():
        usual = saved("AVA fi ffl \u00e9 \u1797\u17d2\u1793")
        pdf_fonts.read_ahead(2)
        plain = next(stock for file, stock in pdf_fonts._STOCK.items() if file.endswith("DejaVuSans.ttf"))
        assert [len(stock) for stock in pdf_fonts._STOCK.values()] == [2, 2]
        for left in (1, 0, 0):
            assert saved("AVA fi ffl \u00e9 \u1797\u17d2\u1793") == usual
            assert len(plain) == left


UNSEEN = [
    "a\U0001f5de\ufe0f News",  # a variation selector
    "ab\u200b News",  # a space of no width
    "\u1793\u200b\u1798 News",  # between two words of Khmer
    "ab\u200d News",  # joiners
    "a\u2066b\u2069 News",  # marks of direction
    "a\ufeff News",  # a byte order mark, for which matplotlib fails
    "1\ufe0f\u20e3 News",
    "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 News",  # Persian, whose letters it keeps apart
    "News\u200b",
    "\u200fNews",
]


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_what_leaves_no_ink_moves_nothing(text):
    from matplotlib import _text_helpers, font_manager

    with drawing():
        font = font_manager.get_font(font_manager.fontManager._find_fonts_by_props(font_manager.FontProperties()))
        font.set_size(10, 72)
        laid = list(_text_helpers.layout(text, font))
        with without_invisible_glyphs():
            items = list(_text_helpers.layout(text, font))
    assert 0 < len(items) < len(laid)
    assert {item.glyph_index for item in items} >= {item.glyph_index for item in laid if item.char.isalpha()}
    places = {(item.x, item.glyph_index) for item in laid}
    end = 0.0  # where a reader of the file is, who knows the glyphs and what is added before each
    for item in items:
        assert (item.x, item.glyph_index) in places
        assert end + item.prev_kern == pytest.approx(item.x, abs=0.05)
        end = item.x + _advance(item)[0]
    with without_invisible_glyphs():
        assert saved(text).startswith(b"%PDF")


def test_texts_without_any_are_the_same_to_the_byte():
    text = "AVA fi \u00e9 \u1797\u17d2\u1793\u17c6 \u062c\u0631\u064a\u062f\u0629 \U0001f4f0 News"
    usual = saved(text)
    with without_invisible_glyphs():
        assert saved(text) == usual
    assert saved(text) == usual


def test_fonts_are_of_the_kind_that_the_file_says_they_are():
    """matplotlib embeds every font as TrueType; one with outlines of the other kind is drawn by some readers only."""
    usual = saved("人民日报 한국어 Times")
    assert len([font for font in fonts_in(usual) if "CFF " in font]) == 2  # Chinese and Korean
    with with_truetype_outlines():
        made = saved("人民日报 한국어 Times")
    assert made == _again()
    fonts = list(fonts_in(made))
    assert len(fonts) == len(list(fonts_in(usual))) == 4
    assert all("glyf" in font and "CFF " not in font for font in fonts)
    pairs = list(zip(fonts_in(usual), fonts, strict=True))
    for before, after in pairs:
        for old, new in zip(before.getGlyphOrder(), after.getGlyphOrder(), strict=True):
            assert bounds(before, old) == pytest.approx(bounds(after, new), abs=2), old
        assert sum(glyph.numberOfContours > 0 for glyph in after["glyf"].glyphs.values()) >= 3


def _again() -> bytes:
    with with_truetype_outlines():
        return saved("人民日报 한국어 Times")


def bounds(font, name: str) -> tuple[float, ...]:
    from fontTools.pens.boundsPen import BoundsPen

    pen = BoundsPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    return (*(pen.bounds or (0, 0, 0, 0)), font["hmtx"][name][0])


def test_fonts_that_are_truetype_already_are_the_same_to_the_byte():
    usual = saved("Times កម្ពុជា")
    with with_truetype_outlines():
        assert saved("Times កម្ពុជា") == usual
