"""How every figure looks: journal widths, fonts, a palette that survives colour blindness and grey printing.

Colours are those of Okabe and Ito (2008), each with its own marker and line style, so that no group is told apart by
colour alone. Settings of the user's matplotlib are set aside while drawing: the same table gives the same picture.
"""

from __future__ import annotations

import contextlib
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError
from analysis.figures.fonts import FAMILY, fallbacks, found_once
from analysis.study.reserved import EVERYTHING, OTHERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DOUBLE_WIDTH = 183 / 25.4
MAX_HEIGHT = 247 / 25.4
DPI = 300
LABEL_INCHES = 0.27  # what a short number takes along an axis, with the space beside it
INK = "#222222"
GREY = "#767676"
PALE = "#e6e6e6"
LEGIBLE = 4.0  # the least contrast of small letters and their ground; GREY has 4.5 on white, which WCAG asks for
# The first two are for eras that declare no colour of their own and for nothing else; a group that stands alone is grey.
ERA_COLOURS = ("#0072B2", "#D55E00")
COLOURS = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31", "#8FBC3F", "#7B5EA7")
ALONE = "#4d4d4d"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (3, 1)), (0, (1, 1)), (0, (6, 2, 2, 2)))
TOO_FEW = "too few"
MANY_PANELS = 3  # side by side; above, one axis label stands for all, since many would run into each other

_STYLE = {
    "font.size": 7,
    "axes.titlesize": 7.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": PALE,
    "grid.linewidth": 0.5,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "legend.handlelength": 1.8,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.6,
    "hatch.linewidth": 0.4,
    "figure.dpi": 100,
    "savefig.dpi": DPI,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "cambodia-discourse",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "text.parse_math": False,  # names are text: a "$" in one is no mathematics
}


@dataclass(frozen=True)
class Look:
    """How one group is drawn."""

    colour: str
    marker: str
    line: Any


@contextlib.contextmanager
def drawing(*, plain: bool = False) -> Iterator[None]:
    """Within this block matplotlib uses the project's settings, whatever the user's own are. plain: no text needs another
    font than DejaVu Sans."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        mpl.rcParams["font.family"] = [FAMILY, *(font.family for font in fallbacks())]
        with found_once(plain=plain):
            yield


def new_figure(width: float = DOUBLE_WIDTH, height: float = 3.0) -> Figure:
    """An empty figure of this size in inches, without pyplot's global state, laid out so that no label is clipped."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, min(max(height, 1.2), MAX_HEIGHT)), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.04, h_pad=0.04, wspace=0.03, hspace=0.05)
    return figure


def group_styles(groups: Iterable[str], eras: Iterable[Any] | None = None) -> dict[str, Look]:
    """A look for each group in the order given. Eras keep their colours in every figure, and no other group has them.

    eras: records or rows with era_id and colour (one that declares none gets one of `ERA_COLOURS`). After eight
    groups colours repeat with the next marker, so that 64
    groups stay apart.
    """
    names = list(dict.fromkeys(groups))
    rows = era_rows(eras)
    spare = iter([c for c in ERA_COLOURS if c not in {row.get("colour") for row in rows}] + list(COLOURS))
    own = {row["era_id"]: row.get("colour") or next(spare) for row in rows[: len(COLOURS)]}
    free = [c for c in COLOURS if c not in own.values()] or list(COLOURS)
    free = [ALONE] if len(names) == 1 else free
    found: dict[str, Look] = {}
    position = 0
    for index, name in enumerate(names):
        turn = index // len(COLOURS)
        if name in own:
            colour = own[name]
        else:
            colour = free[position % len(free)]
            position += 1
        found[name] = Look(colour, MARKERS[(index + turn) % len(MARKERS)], LINES[(index + turn) % len(LINES)])
    return found


def in_order(values: Iterable[Any], order: Iterable[Any] | None = None, eras: Iterable[Any] | None = None) -> list[Any]:
    """The distinct values in `order` (values not named there come last), else in order of appearance.

    eras: records or rows with era_id, in order of time; values that are eras stand in it. All that is taken together as
    others (`reserved.OTHERS`) stands last, whatever the order, but before a last line for everything.
    """
    seen = list(dict.fromkeys(v for v in values if v is not None and v == v))
    first = [v for v in dict.fromkeys(order or [row["era_id"] for row in era_rows(eras)]) if v in seen]
    found = first + [v for v in seen if v not in first]
    rest, others = [v for v in found if v != OTHERS], [v for v in found if v == OTHERS]
    total = rest[-1:] if rest[-1:] == [EVERYTHING] else []  # a last line for all of them stays the last
    return rest[: len(rest) - len(total)] + others + total


def two_of(values: list[Any], what: str) -> tuple[Any, Any]:
    """The two values of a column that must have two; any other number raises `DiscourseError`."""
    if len(values) != 2:
        raise DiscourseError(f"{what}: {values!r} are {len(values)} values; this figure compares two.")
    return values[0], values[1]


def handle(look: Look, name: object) -> Any:
    """The entry of a legend for one group: its line and mark."""
    from matplotlib.lines import Line2D

    return Line2D(
        [], [], color=look.colour, marker=look.marker, markeredgecolor="white", markeredgewidth=0.4, label=str(name)
    )


# How much of its colour a mark is filled with, by which tests its row passes (words of `measures.frames.contrasts.PASSES`).
FILLS = {"both tests": 1.0, "one test": 0.45, "neither test": 0.0, "the test": 1.0, "not the test": 0.0, "": 0.0}
_PASSED = {"both tests": "passes both tests", "the test": "passes the test", "": "not tested"}


def filled(look: Look, passed: str) -> dict[str, Any]:
    """The mark of a row that passes these tests: full, pale or open; a cross where nothing was tested."""
    from matplotlib.colors import to_hex, to_rgb

    share = FILLS[passed]
    pale = to_hex([1 - share * (1 - part) for part in to_rgb(look.colour)])
    face = look.colour if share == 1 else pale if share else "white"
    marker, size = (look.marker, 4.0) if passed else ("x", 3.0)
    return {
        "marker": marker,
        "color": look.colour,
        "markerfacecolor": face,
        "markeredgecolor": look.colour,
        "markeredgewidth": 0.8,
        "markersize": size,
        "clip_on": False,
    }


def fill_handles(look: Look, passed: Iterable[str]) -> list[Any]:
    """The entries of a legend for marks filled so, from most tests to fewest, with those that no row has."""
    from matplotlib.lines import Line2D

    there = set(passed)
    scales = {"both tests", "one test", "neither test"}, {"the test", "not the test"}
    there = there.union(*(scale for scale in scales if scale & there))
    words = [word for word in FILLS if word in there]
    return [Line2D([], [], linestyle="", label=_PASSED.get(word, word), **filled(look, word)) for word in words]


def era_rows(eras: Any) -> list[dict[str, Any]]:
    """Eras as dictionaries without what they leave open, from the study's records, a frame, or rows; none: no rows."""
    if eras is None:
        return []
    rows = (
        eras.to_dict("records")
        if hasattr(eras, "to_dict")
        else [e if isinstance(e, Mapping) else vars(e) for e in eras]
    )
    return [{k: v for k, v in row.items() if v == v and v not in (None, "")} for row in rows]


def shade(row: Mapping[str, Any]) -> str:
    """The background of an era: its own shade, else its colour paled to a seventh, else a pale grey."""
    if row.get("shade") or not row.get("colour"):
        return row.get("shade", PALE)
    parts = (int(row["colour"][i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) / 7):02x}" for part in parts)


def shorten(label: object, width: int = 34) -> str:
    """The label as text, cut with an ellipsis when wider than `width` letters, and never within one.

    A Chinese or Korean character is as wide as two letters; marks above, below and joiners have no width of their own.

    >>> shorten("a name that is long", 10)
    'a name th…'
    """
    text = str(label)
    widths = [letter_width(character) for character in text]
    if sum(widths) <= width:
        return text
    room, end = width - 1, 0
    for number, wide in enumerate(widths):
        room -= wide
        if room < 0:
            break
        end = number + 1
    while 0 < end < len(text) and (widths[end] == 0 or _joins(text[end - 1])):
        end -= 1  # the letter before keeps its marks, or goes with them
    return text[:end].rstrip() + "\u2026"


def short_names(labels: Iterable[object], width: int = 34) -> list[str]:
    """Each label cut as `shorten` does, but those that would then read alike are told apart.

    They are cut in the middle instead, so that as little of their ends shows as tells them apart; those that no cut
    tells apart have a number behind them. Labels that are equal in full stay equal.

    >>> short_names(["Daily of the North and West", "Daily of the North and East", "Post"], 20)
    ['Daily of the No…West', 'Daily of the No…East', 'Post']
    """
    texts = [str(label) for label in labels]
    groups: dict[str, list[str]] = {}
    for text in dict.fromkeys(texts):
        groups.setdefault(shorten(text, width), []).append(text)
    made = {text: cut for cut, alike in groups.items() for text in alike}
    for alike in groups.values():
        if len(alike) > 1:
            made |= _told_apart(alike, width, set(groups))
    return [made[text] for text in texts]


def _told_apart(alike: list[str], width: int, taken: set[str]) -> dict[str, str]:
    """A cut for each of some labels that begin alike, none of them `taken`."""
    for end in range(4, width - 4):
        cuts = [shorten(text, width - end) + _end(text, end) for text in alike]
        if len(set(cuts)) == len(alike) and not taken & set(cuts):
            return dict(zip(alike, cuts, strict=True))
    mark = len(str(len(alike))) + 3
    return {text: f"{shorten(text, width - mark)} ({number})" for number, text in enumerate(alike, 1)}


def _end(text: str, width: int) -> str:
    """The end of a text that is at most so wide, never beginning within a letter."""
    start = len(text)
    while start and sum(letter_width(one) for one in text[start - 1 :]) <= width:
        start -= 1
    while start < len(text) and (letter_width(text[start]) == 0 or _joins(text[start - 1])):
        start += 1
    return text[start:].lstrip()


def letter_width(character: str) -> int:
    """How many letters wide a character is: 2, 1, or 0 for marks and joiners."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _joins(character: str) -> bool:
    """Whether a character binds the next one to itself, as a joiner or the sign under which Khmer sets a consonant."""
    return character in ("\u200d", "\u17d2")


def legend_above(figure: Figure, handles: list[Any], *, title: str | None = None, per_row: int = 6) -> None:
    """One legend for the whole figure, above the panels, outside the data."""
    if handles:
        rows = math.ceil(len(handles) / per_row)
        figure.legend(
            handles=handles,
            loc="outside upper center",
            ncols=math.ceil(len(handles) / rows),
            title=title,
            title_fontsize=6.5,
            columnspacing=1.2,
            handletextpad=0.5,
            borderaxespad=0.2,
        )


# Places within a decade for short logarithmic axes.
_HALVES = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
_FIFTHS = (1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
_TENTHS = tuple(n / 10 for n in range(10, 100))


def log_scale(axes: Axes, direction: str) -> None:
    """A logarithmic axis ("x" or "y") with plain numbers, fewer of each decade where they would touch.

    matplotlib's own labels of such an axis are mathematics, which `drawing` does not read.
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    class Places(LogLocator):
        def tick_values(self, vmin: float, vmax: float) -> Any:
            """Where numbers stand: at 1, 2, 5 of each decade, else at 1, 3, else at decades, as many as have room; at more
            places where the axis is so short that fewer than three numbers would stand there."""
            inches = axes.bbox.size[0 if direction == "x" else 1] / axes.figure.dpi
            room = max(inches / (LABEL_INCHES if direction == "x" else 0.5 * LABEL_INCHES), 3)
            for subs in (_HALVES, _FIFTHS, _TENTHS) if 0 < vmin < vmax < 5 * vmin else ():
                found = LogLocator(base=10, subs=subs, numticks=99).tick_values(vmin, vmax)
                if 3 <= sum(bool(vmin <= value <= vmax) for value in found) <= room:
                    return found
            for subs in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
                found = LogLocator(base=10, subs=subs, numticks=99).tick_values(vmin, vmax)
                if 2 <= sum(bool(vmin <= value <= vmax) for value in found) <= room:
                    return found
            found = super().tick_values(vmin, vmax)
            return found if len(found) else LogLocator(base=10, numticks=6).tick_values(vmin, vmax)

    axes.set(**{f"{direction}scale": "log"})
    axis = axes.xaxis if direction == "x" else axes.yaxis
    axis.set_major_locator(Places(base=10, subs=(1.0, 2.0, 5.0), numticks=6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def in_per_cent(axes: Axes, direction: str) -> None:
    """Write the shares of an axis ("x" or "y"), from 0 to 1, in per cent; more decimals where the ticks need them."""
    from matplotlib.ticker import FuncFormatter

    axis = axes.xaxis if direction == "x" else axes.yaxis
    axis.set_major_formatter(
        FuncFormatter(lambda share, _: f"{round(100 * share, 6) + 0.0:g} %".replace("-", "\u2212"))
    )


def fitting_size(count: int, figure: Figure, size: float = 6.5) -> float:
    """The size in points, at most `size`, of `count` labels below each other that do not touch in this figure."""
    room = 72 * (figure.get_size_inches()[1] - 0.75) / max(count, 1)
    return max(min(size, 0.85 * room), 3.5)


def legible_grey(ground: Sequence[float]) -> str:
    """The lightest of three greys whose contrast (WCAG 2.2) with a ground, its red, green and blue from 0 to 1, is at least
    `LEGIBLE`; else the darkest."""
    from matplotlib.colors import to_rgb

    def luminance(colour: Sequence[float]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05

    under = luminance(ground)
    return next((grey for grey in (GREY, ALONE) if under / luminance(to_rgb(grey)) >= LEGIBLE), INK)


def quiet(axes: Axes, *, grid: str = "x") -> None:
    """Grid lines along one axis, behind the data, and no tick marks on the other."""
    axes.grid(True, axis=grid)
    axes.tick_params(axis="y" if grid == "x" else "x", length=0)
