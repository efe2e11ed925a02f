"""Options of the drawing functions: frozen records, so that each option is named, typed and explained in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from analysis.errors import DiscourseError, not_allowed
from analysis.figures.style import DOUBLE_WIDTH

Options = TypeVar("Options", bound="Common")


@dataclass(frozen=True, kw_only=True)
class Common:
    """Options of every figure.

    names: value of a label, hue or panel -> how it is written (default: as it is). eras: the study's eras
    (`store.study.eras`) or rows with era_id, label, start, end; they give eras their order and colour, and lines over
    time their background. axis_label: what the axis or colour says, with its unit. width: inches.
    """

    names: Mapping[Any, str] | None = None
    eras: Any = None
    axis_label: str = ""
    width: float = DOUBLE_WIDTH

    def name(self, value: Any) -> Any:
        """How a value is written."""
        return (self.names or {}).get(value, value)


@dataclass(frozen=True, kw_only=True)
class Grouped(Common):
    """Options of figures with groups. hue: a column, one colour for each of its values. panel: one plot for each."""

    hue: str | None = None
    panel: str | None = None


@dataclass(frozen=True, kw_only=True)
class BarOptions(Grouped):
    """low, high: columns of the interval. stacked: hues on top of each other (no intervals then). order: labels from
    top to bottom (default: as they come). percent: values are shares, written in per cent."""

    low: str | None = None
    high: str | None = None
    stacked: bool = False
    order: Sequence[str] | None = None
    percent: bool = False


@dataclass(frozen=True, kw_only=True)
class RankedOptions(Common):
    """panel_order: panels from left to right (default: as they come). columns: panels side by side. percent: values are
    shares, written in per cent. from_zero: bars from zero; else dots, on a scale that begins where the values do."""

    panel_order: Sequence[Any] | None = None
    columns: int = 3
    percent: bool = False
    from_zero: bool = True


@dataclass(frozen=True, kw_only=True)
class ForestOptions(Grouped):
    """reference: a line to compare with (0 for differences, 1 for ratios). ends: what values below and above it mean, such
    as two eras, written at the ends of the axis. too_few: a boolean column; where true (or where the estimate is missing)
    there is no mark, and a line below says so, with the words of the column `why` if there is one. n: a column of counts
    printed after the label (of the first panel, hues in order). order: labels from top to bottom (default: as they come).
    log: logarithmic axis. share_axis: the same scale in all panels. percent: shares are written in per cent. from_zero:
    axes of values that are nowhere negative start at zero. passes: a column with the tests that a row passes, in the words
    of `style.FILLS`; marks are full, pale or open after it, and a legend says so."""

    reference: float | None = None
    too_few: str | None = None
    why: str | None = None
    n: str | None = None
    order: Sequence[str] | None = None
    ends: tuple[str, str] | None = None
    log: bool = False
    share_axis: bool = True
    percent: bool = False
    from_zero: bool = True
    passes: str | None = None


@dataclass(frozen=True, kw_only=True)
class HeatmapOptions(Common):
    """too_few: a boolean column of cells to hatch. center: the neutral value of a scale with two ends (0 for
    differences), drawn white, as 0 is in any other map. low, high: columns of the interval; cells whose interval holds
    the neutral value are faded. reach: how far the scale goes from the neutral value (default: as far as the values), so
    that maps can be compared. percent: numbers are shares, written in per cent. digits: decimals of the numbers.
    row_order, column_order: default as they come."""

    too_few: str | None = None
    low: str | None = None
    high: str | None = None
    reach: float | None = None
    percent: bool = False
    center: float | None = None
    digits: int = 1
    row_order: Sequence[Any] | None = None
    column_order: Sequence[Any] | None = None


@dataclass(frozen=True, kw_only=True)
class MonthsOptions(Common):
    """breaks: label -> ISO date, drawn as lines. cell_months: months in a cell; 12 with months as YYYY."""

    breaks: Mapping[str, str] | None = None
    cell_months: int = 1
    axis_label: str = "documents"


@dataclass(frozen=True, kw_only=True)
class NetworkOptions(Common):
    """group: node -> group, which gives colour. max_edges: only the heaviest are drawn."""

    group: Mapping[str, str] | None = None
    max_edges: int = 60


@dataclass(frozen=True, kw_only=True)
class ScatterOptions(Common):
    """size: a column drawn as area. hue: a column of groups. muted: a value of `hue` drawn pale and behind the others.
    rank: a column; points with the largest values are named first (default: file order). max_labels: how many of them.
    log_x, log_y: logarithmic axes. reference_x, reference_y: lines to compare with. axis_labels: of x and y."""

    size: str | None = None
    hue: str | None = None
    muted: str | None = None
    rank: str | None = None
    max_labels: int = 40
    log_x: bool = False
    log_y: bool = False
    reference_x: float | None = None
    reference_y: float | None = None
    axis_labels: Sequence[str] = ("", "")
    height: float = 4.2


@dataclass(frozen=True, kw_only=True)
class SeriesOptions(Grouped):
    """low, high: columns of the band. too_few: a boolean column; such points break the line and are marked on the axis.
    breaks: label -> ISO date, drawn as lines. columns: panels side by side. share_axis: the same scale in all panels.
    percent: values are shares, written in per cent."""

    low: str | None = None
    high: str | None = None
    too_few: str | None = None
    breaks: Mapping[str, str] | None = None
    columns: int = 3
    share_axis: bool = True
    percent: bool = False


@dataclass(frozen=True, kw_only=True)
class OverviewOptions(Common):
    """n: a column of counts printed under each label. order, panel_order: default as they come.
    columns: panels side by side. period_words: what the two periods are called. below: panel -> lines written under it.
    """

    n: str | None = None
    order: Sequence[Any] | None = None
    panel_order: Sequence[Any] | None = None
    columns: int = 3
    period_words: tuple[str, str] = ("before", "after")
    below: Mapping[Any, Sequence[str]] | None = None


@dataclass(frozen=True, kw_only=True)
class PanelOptions(Common):
    """breaks: label -> ISO date, drawn as lines. columns: panels side by side."""

    breaks: Mapping[str, str] | None = None
    columns: int = 4


@dataclass(frozen=True, kw_only=True)
class CardOptions(Common):
    """low, high, too_few: as in `series`. labels: topic -> name. topics: which, in which order (default: as in the
    trend). n_words: words on a card. columns: cards side by side."""

    low: str | None = "low"
    high: str | None = "high"
    too_few: str | None = "is_too_few"
    labels: Mapping[int, str] | None = None
    topics: Sequence[int] | None = None
    n_words: int = 9
    columns: int = 4


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a published figure states beside its caption.

    store: the store or stores the rows come from, for the source line. seed: of every random step. n: what is counted
    -> how many. unit: what is resampled. test, limits: in words, added to the caption. notes: kept in the sidecar.
    """

    store: Any = None
    seed: int | None = None
    n: Mapping[str, int] | str | None = None
    unit: str | None = None
    test: str | None = None
    limits: str | None = None
    notes: str | None = None


def read_options(kind: type, given: Mapping[str, Any], function: str) -> Any:
    """The record `kind` of the options given by name; an unknown name raises `DiscourseError` that lists all."""
    allowed = [field.name for field in fields(kind)]
    for name in given:
        if name not in allowed:
            raise DiscourseError(not_allowed(f"option of {function}", name, allowed))
    return kind(**given)
