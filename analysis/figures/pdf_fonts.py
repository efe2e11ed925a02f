"""Fonts in PDF files: the glyphs that are drawn and nothing that only a typesetter needs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from analysis.figures.fonts import FAMILY, is_seen

# Ligatures, kerning and other rules of layout. Every glyph of a figure has its place already, so no reader looks them up;
# cutting them down to the glyphs used is most of what writing a PDF costs.
LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF", "BASE", "JSTF", "MATH", "kern")

# What `maxp` of a font without programs for its glyphs says of them.
_NO_PROGRAMS = tuple(
    f"max{what}"
    for what in (
        "TwilightPoints",
        "Storage",
        "FunctionDefs",
        "InstructionDefs",
        "StackElements",
        "SizeOfInstructions",
        "ComponentElements",
    )
)

_STOCK: dict[str, list[Any]] = {}  # fonts that are read and not yet cut down, by file: what is cut is used up


@contextlib.contextmanager
def without_layout_tables() -> Iterator[None]:
    """Within this block fonts are embedded without their layout tables; those of `read_ahead` are not read again.

    fontTools opens a font by a function that matplotlib calls; one that opens it elsewhere writes larger files, no others.
    """
    from fontTools import subset

    usual = getattr(subset, "load_font", None)
    if usual is None:
        yield
        return

    def load(file: Any, options: Any, *args: Any, **named: Any) -> Any:
        stock = _STOCK.get(str(file)) if not (args or named or getattr(options, "font_number", 0) > 0) else None
        return stock.pop() if stock else _cut(usual(file, options, *args, **named))

    subset.load_font = load
    try:
        yield
    finally:
        subset.load_font = usual


def _cut(font: Any) -> Any:
    for table in LAYOUT_TABLES:
        if table in font:
            del font[table]
    return font


@contextlib.contextmanager
def with_truetype_outlines() -> Iterator[None]:
    """Within this block fonts are embedded with the outlines of TrueType, which is what the file says they are.

    matplotlib says so of every font. Those of Chinese and Korean have outlines of another kind (CFF), of which some
    readers, such as MuPDF, then draw nothing.
    """
    from matplotlib.backends import _backend_pdf_ps

    usual = getattr(_backend_pdf_ps, "font_as_file", None)
    if usual is None:
        yield
        return

    def as_file(font: Any) -> Any:
        return usual(_as_truetype(font) if "CFF " in font else font)

    _backend_pdf_ps.font_as_file = as_file
    try:
        yield
    finally:
        _backend_pdf_ps.font_as_file = usual


def _as_truetype(font: Any) -> Any:
    """A font of few glyphs with quadratic outlines, none a thousandth of its size from where it was."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    names, outlines, table = font.getGlyphOrder(), font.getGlyphSet(), newTable("glyf")
    table.glyphOrder, table.glyphs = names, {}
    for name in names:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, font["head"].unitsPerEm / 1000, reverse_direction=True))
        table.glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), table
    font.recalcBBoxes = True
    table.compile(font)
    for name in ("CFF ", "VORG"):
        if name in font:
            del font[name]
    for name in names:
        font["hmtx"][name] = font["hmtx"][name][0], getattr(table[name], "xMin", 0)
    font["maxp"].tableVersion = 0x00010000
    vars(font["maxp"]).update(dict.fromkeys(_NO_PROGRAMS, 0), maxZones=1)
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
    return font


def read_ahead(copies: int) -> None:
    """Read the usual fonts so many times, in a process whose forks will each write a few figures: reading is most of what
    a font costs."""
    from fontTools import subset
    from matplotlib.font_manager import FontProperties, fontManager

    for weight in ("normal", "bold"):
        file = fontManager.findfont(FontProperties(family=FAMILY, weight=weight))
        data = Path(file).read_bytes()
        for _ in range(copies):
            # From memory: forks would share the place in one open file.
            font = _cut(subset.load_font(BytesIO(data), subset.Options(glyph_names=True, recommended_glyphs=True)))
            for table in ("head", "maxp", "loca", "glyf", "hhea", "hmtx", "post", "cmap"):
                font[table]  # read, and each outline left as it stands in the file
            _STOCK.setdefault(str(file), []).append(font)


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
