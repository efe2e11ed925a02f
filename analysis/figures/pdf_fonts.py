"""Fonts in PDF files: the glyphs that are drawn and nothing that only a typesetter needs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from analysis.figures.fonts import is_seen

# Ligatures, kerning and other rules of layout. Every glyph of a figure has its place already, so no reader looks them up;
# cutting them down to the glyphs used is most of what writing a PDF costs.
LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF", "BASE", "JSTF", "MATH", "kern")


@contextlib.contextmanager
def without_layout_tables() -> Iterator[None]:
    """Within this block fonts are embedded without their layout tables.

    fontTools takes the tables to drop from a list of its class; one that lays it elsewhere writes larger files, no others.
    """
    from fontTools.subset import Options

    usual = getattr(Options, "_drop_tables_default", None)
    if usual is None:
        yield
        return
    Options._drop_tables_default = [*usual, *(t for t in LAYOUT_TABLES if t not in usual)]
    try:
        yield
    finally:
        Options._drop_tables_default = usual


@contextlib.contextmanager
def without_invisible_glyphs() -> Iterator[None]:
    """Within this block texts of PDF files have no glyph for what leaves no ink and takes no room: joiners, the space of no
    width that divides words of Khmer, marks of direction, variation selectors of emoji.

    They have done their work when the text is shaped. matplotlib 3.11 draws what follows such a glyph over what stands
    before it, and fails for a byte order mark. Texts without any are laid out as ever.
    """
    from matplotlib import _text_helpers

    usual = getattr(_text_helpers, "layout", None)
    if usual is None:
        yield
        return

    def layout(*args: Any, **options: Any) -> Iterator[Any]:
        return iter(_seen(list(usual(*args, **options))))

    _text_helpers.layout = layout
    try:
        yield
    finally:
        _text_helpers.layout = usual


def _seen(items: Sequence[Any]) -> Sequence[Any]:
    """The items of a laid-out text but the invisible ones; what follows one is moved against what is left before it."""
    ends = [item.x for item in items[1:]]
    kept: list[Any] = []
    is_after_one = False
    for number, item in enumerate(items):
        is_sign = any(is_seen(character) or character.isspace() for character in item.char)
        takes_no_room = ends[number] == item.x if number < len(ends) else not is_sign
        if takes_no_room and _advance(item)[1]:
            is_after_one = True
            continue
        if is_after_one:
            item = SimpleNamespace(
                **{name: getattr(item, name) for name in ("ft_object", "char", "glyph_index", "x", "y")},
                prev_kern=item.x - kept[-1].x - _advance(kept[-1])[0] if kept else 0.0,
            )
        is_after_one = False
        kept.append(item)
    return kept if len(kept) < len(items) else items


def _advance(item: Any) -> tuple[float, bool]:
    """(room a glyph takes by itself, whether it is blank)."""
    from matplotlib.ft2font import LoadFlags

    glyph = item.ft_object.load_glyph(item.glyph_index, flags=LoadFlags.NO_HINTING)
    low_x, low_y, high_x, high_y = glyph.bbox
    return glyph.linearHoriAdvance / 65536, low_x == high_x and low_y == high_y
