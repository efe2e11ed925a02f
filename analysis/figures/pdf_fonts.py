"""Fonts in PDF files: the glyphs that are drawn and nothing that only a typesetter needs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

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
