from __future__ import annotations

import io
import re
import zlib

import pytest

from analysis.figures.pdf_fonts import LAYOUT_TABLES, without_layout_tables
from analysis.figures.style import drawing


def fonts_in(data: bytes):
    """The embedded TrueType fonts of a PDF file."""
    from fontTools.ttLib import TTFont

    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, flags=re.DOTALL):
        try:
            content = zlib.decompress(match.group(1))
        except zlib.error:
            content = match.group(1)
        if content[:4] == b"\x00\x01\x00\x00":
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


def test_a_library_without_that_list_is_left_alone(monkeypatch):
    from fontTools.subset import Options

    monkeypatch.delattr(Options, "_drop_tables_default")
    with without_layout_tables():
        assert not hasattr(Options, "_drop_tables_default")


def test_the_list_comes_back_after_an_error():
    from fontTools.subset import Options

    usual = Options._drop_tables_default
    with pytest.raises(ZeroDivisionError), without_layout_tables():
        1 / 0  # noqa: B018
    assert Options._drop_tables_default is usual
