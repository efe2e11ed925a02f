"""What does not change while a finished figure is written in several formats, done once instead of at every look.

matplotlib lays out each text whenever it asks how large it is, some four times a drawing, and finds all ticks of an axis
anew for every neighbour that asks where its labels end. A finished figure changes in neither.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def solve_layout(figure: Figure) -> None:
    """Place the panels of a figure for good: its layout engine is asked once and taken out."""
    engine = figure.get_layout_engine()
    if engine is not None and figure.axes:
        engine.execute(figure)
    figure.set_layout_engine(None)


@contextlib.contextmanager
def settled() -> Iterator[None]:
    """Within this block texts are laid out and ticks found once for each renderer, resolution and place of their panel.

    No artist may change by itself inside. A matplotlib that does either elsewhere only takes longer.
    """
    from matplotlib.axis import Axis
    from matplotlib.text import Text

    with _instead(Text, "_get_layout", _once_a_text), _instead(Axis, "_update_ticks", _once_an_axis):
        yield


@contextlib.contextmanager
def _instead(kind: type, name: str, remember: Callable[[Any], Any]) -> Iterator[None]:
    """Within this block a method of a class is the one that `remember` makes of it; a class without it is left alone."""
    usual = vars(kind).get(name)
    if usual is None:
        yield
        return
    setattr(kind, name, remember(usual))
    try:
        yield
    finally:
        setattr(kind, name, usual)


def _once_a_text(layout: Any) -> Any:
    known: dict[tuple[Any, ...], Any] = {}
    held: list[Any] = []  # renderers, so that no new one has the address of one before

    def once(text: Any, renderer: Any) -> Any:
        if text.get_wrap():
            return layout(text, renderer)
        key = (id(renderer), text.get_figure(root=True).dpi, *_look(text))
        if key not in known:
            held.append(renderer)
            known[key] = layout(text, renderer)
        return known[key]

    return once


def _once_an_axis(update: Any) -> Any:
    known: dict[Any, tuple[Any, Any]] = {}  # axis: where it lay when its ticks were found, and these

    def once(axis: Any) -> Any:
        place = (axis.get_figure(root=True).dpi, tuple(axis.get_view_interval()), axis.axes.bbox.bounds)
        if axis not in known or known[axis][0] != place:
            known[axis] = place, update(axis)
        return known[axis][1]

    return once


def _look(text: Any) -> tuple[Any, ...]:
    """All that the layout of a text hangs on but the renderer and its resolution."""
    return (
        text.get_text(),
        hash(text.get_fontproperties()),
        text.get_rotation(),
        text.get_rotation_mode(),
        text.get_horizontalalignment(),
        text.get_verticalalignment(),
        text._get_multialignment(),
        text._linespacing,
        text.get_usetex(),
        text.get_parse_math(),
        text._rotation,
    )
