"""Names in any script: fonts to fall back on where DejaVu Sans has no glyph, and a refusal where none has.

The fonts (Noto, SIL Open Font License) come with packages that pyproject.toml asks for, never from the machine, so that the
same name gives the same picture everywhere. matplotlib shapes what they draw (3.11 and later, with libraqm): Khmer vowels
stand where they belong, Arabic runs from right to left.
"""

from __future__ import annotations

import contextlib
import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.text import Text

FAMILY = "DejaVu Sans"
# Module with font files beside it -> its package, and what it is for. The first that has a glyph draws it.
PACKAGES = {
    "manimgx_fonts": ("manimgx-fonts", "most scripts and emoji"),
    "pylopdf_fonts_zh_cn": ("pylopdf-fonts-zh-cn", "Chinese and Japanese"),
    "pylopdf_fonts_ko": ("pylopdf-fonts-ko", "Korean"),
}
_KINDS = (".ttf", ".otf")
_SKIPPED = ("Italic", "Serif")
_RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe"  # Hebrew, Arabic and their neighbours
_FROM_RIGHT = re.compile(f"[{_RIGHT}]+(?: +[{_RIGHT}]+)*")
_MARK = "\u200e"
_LAST = ("NotoSans[", "NotoSansSymbols", "NotoEmoji")  # after the fonts of one script


@dataclass(frozen=True)
class Fallback:
    """One font: the family as matplotlib knows it, the package it comes with, and the characters it draws."""

    family: str
    package: str
    characters: frozenset[int]


@functools.cache
def fallbacks() -> tuple[Fallback, ...]:
    """The fonts of the packages that are installed, made known to matplotlib, in the order in which they are asked."""
    from matplotlib import font_manager, ft2font

    found = []
    for module, (package, _) in PACKAGES.items():
        spec = find_spec(module)
        folder = Path(spec.origin).parent if spec and spec.origin else None
        paths = [p for p in folder.iterdir() if p.suffix in _KINDS] if folder else []
        for path in sorted(paths, key=lambda p: (p.name.startswith(_LAST), p.name)):
            if any(word in path.name for word in _SKIPPED):
                continue
            font_manager.fontManager.addfont(path)
            entry = font_manager.fontManager.ttflist[-1]
            # Titles are bold: the one weight there is stands for all, so that none is looked for in vain.
            font_manager.fontManager.ttflist += [replace(entry, weight=weight) for weight in (400, 700)]
            found.append(Fallback(entry.name, package, frozenset(ft2font.FT2Font(path).get_charmap())))
    return tuple(found)


_FOUND: dict[tuple[Any, ...], Any] = {}  # kept for the process: forked ones begin with what was found before


@contextlib.contextmanager
def found_once(*, plain: bool = False) -> Iterator[None]:
    """Within this block matplotlib looks for the fonts of a text once for each kind of text, not once for each text.

    It asks for all fallbacks whenever it measures or draws one, which is a third of what drawing costs. What it finds hangs
    on the settings, so these must not change inside; the size of letters does not matter, since all fonts are outlines.
    plain: no text needs another font (`packages_used` names none), so that none is opened.
    """
    from matplotlib.font_manager import FontProperties, fontManager

    search = getattr(type(fontManager), "_find_fonts_by_props", None)
    if search is None:
        yield
        return
    before = vars(fontManager).get("_find_fonts_by_props")

    def find(prop: Any, *args: Any, **options: Any) -> Any:
        prop = FontProperties._from_any(prop)
        family = tuple(prop.get_family())
        family = family[:1] if plain and family[:1] == (FAMILY,) else family
        kind = prop.get_style(), prop.get_variant(), prop.get_weight(), prop.get_stretch(), prop.get_file()
        key = (len(fontManager.ttflist), family, kind, args, *options.items())
        if key not in _FOUND:
            asked = prop.copy()
            asked.set_family(list(family))
            _FOUND[key] = search(fontManager, asked, *args, **options)
        return _FOUND[key]

    fontManager._find_fonts_by_props = find
    try:
        yield
    finally:
        if before is None:
            del fontManager._find_fonts_by_props
        else:
            fontManager._find_fonts_by_props = before


@functools.cache
def _characters(path: str) -> frozenset[int]:
    from matplotlib import ft2font

    return frozenset(ft2font.FT2Font(path).get_charmap())


def is_seen(character: str) -> bool:
    """Whether a character leaves ink: white space, joiners, direction marks and variation selectors do not."""
    kind = unicodedata.category(character)
    return kind not in ("Cc", "Cf", "Zs", "Zl", "Zp") and not 0xFE00 <= ord(character) <= 0xFE0F


def keep_order(figure: Figure) -> None:
    """Keep the order of sentences that hold names written from right to left: each such name is closed by a mark (U+200E).

    Without one a number behind the name is drawn in front of it, and a line that begins with it runs from right to left.
    Done to the notes and headings of the figure; a name that stands alone, as a label, runs as its script does.
    """
    for text in figure.texts:
        lines = text.get_text().replace(_MARK, "").split("\n")
        if any(_FROM_RIGHT.search(line) for line in lines):
            marked = [_MARK + _FROM_RIGHT.sub(rf"\g<0>{_MARK}", line) for line in lines]
            text.set_text("\n".join(marked))


def packages_used(figure: Figure) -> list[str]:
    """The packages whose fonts draw a part of the figure, for its sidecar; none where DejaVu Sans draws it all.

    Raises `DiscourseError` that names each glyph which no font here has.
    """
    used: dict[str, None] = {}
    for text in _texts(figure):
        used |= dict.fromkeys(font.package for font in _needed(text))
    return list(used)


def versions_of(packages: Iterable[str]) -> dict[str, str]:
    """The versions of font packages."""
    return {package: version(package) for package in packages}


def _texts(figure: Figure) -> list[Text]:
    """All texts of a figure; labels of ticks get theirs only when they are asked for."""
    from matplotlib.text import Text

    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            axis.get_ticklabels(which="both")
    return [text for text in figure.findobj(Text) if text.get_text()]


def _needed(text: Text) -> list[Fallback]:
    from matplotlib import font_manager

    words = text.get_text()
    if words.isascii():
        return []
    first = text.get_fontproperties().copy()
    first.set_family(FAMILY)
    own = _characters(font_manager.findfont(first))
    needed, missing = [], []
    for character in dict.fromkeys(words):
        if ord(character) in own or not is_seen(character):
            continue
        font = next((f for f in fallbacks() if ord(character) in f.characters), None)
        if font is None:
            missing.append(character)
        elif font not in needed:
            needed.append(font)
    if missing:
        raise DiscourseError(_refusal(words, missing))
    return needed


def _refusal(words: str, missing: list[str]) -> str:
    glyphs = ", ".join(f"{c} (U+{ord(c):04X} {unicodedata.name(c, 'without a name')})" for c in missing)
    absent = [f"{package} ({use})" for module, (package, use) in PACKAGES.items() if find_spec(module) is None]
    step = f"Install {' or '.join(absent)} with pip" if absent else "Give it a name in another script"
    return f"{words!r} cannot be drawn: no font here has {glyphs}. {step}, or change the name in corpus/outlets.toml."
