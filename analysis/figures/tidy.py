"""Tables as they are read on the screen: names for ids, words for columns, digits that mean something, eras in order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.figures.style import in_order

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 12
_HEADS = {
    "rate_per_10000": "per 10,000 tokens",
    "document_share": "documents with it",
    "hit_share": "share of hits",
    "p_adjusted": "adjusted p",
    "rotation_p": "p by rotation",
    "is_claim": "a change",
    "is_key": "key",
}
_SHARE_ENDS = ("low", "high")  # of the interval of a share, where a table has one
_REMARKS = ("note", "too_few")
_ENDINGS = (("_id", ""), ("_count", "s"), ("_low", ", from"), ("_high", ", to"))


@dataclass(frozen=True)
class Tidy:
    """A table as JupyterLab shows it. frame: the whole of it, every row, column and digit."""

    frame: pd.DataFrame
    shown: pd.DataFrame
    left_out: str = ""

    def __repr__(self) -> str:
        return self.shown.to_string(index=False) + (f"\n{self.left_out}" if self.left_out else "")

    def _repr_html_(self) -> str:
        note = f"<p><small>{self.left_out}</small></p>" if self.left_out else ""
        return self.shown.to_html(index=False, border=0, escape=True) + note


def tidy(
    table: pd.DataFrame | Mapping[str, Any],
    columns: Sequence[str] = (),
    *,
    names: Mapping[Any, str] | None = None,
    eras: Iterable[Any] | None = None,
    rows: int = MOST_ROWS,
) -> Tidy:
    """A table for reading: `columns` of it (default: all) and at most `rows`, with names in place of ids.

    names: id -> how it is printed, for every cell that is one. eras: the study's, in whose order the rows of one group
    stand (a column era_id). An index with names becomes columns. Numbers have as many digits as they need: counts none,
    shares are in per cent with the ends of their interval, p has three, others three figures; what is no number is an empty
    cell. No rate is below zero, so neither is the end of its interval here. Columns of remarks (`note`, `too_few`) are
    shown where there is one. The whole table as it was stays in `.frame`. A mapping is a table of two columns, what and
    value.
    """
    import pandas as pd

    if isinstance(table, Mapping):
        table = pd.DataFrame({"what": [_head(key) for key in table], "value": list(table.values())}, dtype=object)
    named = any(name is not None for name in table.index.names) or table.index.dtype.kind not in "iu"
    flat = table.reset_index(names=None if table.index.names != [None] else [""]) if named else table
    chosen = [c for c in columns or flat.columns if c in flat.columns and not _says_nothing(flat[c], c)]
    ends = _SHARE_ENDS if any(str(c).endswith("share") for c in chosen) and "rate_per_10000" not in chosen else ()
    ordered = _by_era(flat, chosen, eras)
    top = ordered[chosen].head(rows)
    made = {}
    for column in chosen:
        head = str((names or {}).get(column, _head(column)))
        if column == "low" and "rate_per_10000" in chosen:
            top = top.assign(low=top[column].clip(lower=0))
        made[head] = [_cell(value, "share" if column in ends else column, names or {}) for value in top[column]]
    parts = []
    if len(ordered) > rows:
        parts.append(f"{len(ordered) - rows:,} more rows")
    if len(chosen) < len(flat.columns):
        parts.append(f"{len(flat.columns) - len(chosen)} more columns")
    said = f"{' and '.join(parts)} in .frame." if parts else ""
    return Tidy(table, pd.DataFrame(made), said)


def _says_nothing(values: pd.Series, column: Any) -> bool:
    """Whether this is a column of remarks without a remark: no note, and nothing that has too few."""
    return column in _REMARKS and not any(bool(value) and str(value) not in ("nan", "<NA>") for value in values)


def _by_era(table: pd.DataFrame, columns: Sequence[str], eras: Iterable[Any] | None) -> pd.DataFrame:
    """Rows in the order given, but eras of one group in order of time."""
    if "era_id" not in table.columns or eras is None:
        return table
    place = {era: i for i, era in enumerate(in_order(table["era_id"], eras=eras))}
    keys = [c for c in columns if c != "era_id" and table[c].dtype.kind not in "fiub"]
    if not keys:
        return table.assign(_era=table["era_id"].map(place)).sort_values("_era", kind="stable").drop(columns="_era")
    first = ["\x1f".join(map(str, row)) for row in table[keys].itertuples(index=False, name=None)]
    order = {group: i for i, group in enumerate(dict.fromkeys(first))}
    ranked = table.assign(_group=[order[group] for group in first], _era=table["era_id"].map(place))
    return ranked.sort_values(["_group", "_era"], kind="stable").drop(columns=["_group", "_era"])


def _head(column: Any) -> str:
    if column in _HEADS:
        return _HEADS[column]
    text = str(column)
    for ending, words in _ENDINGS:
        if text.endswith(ending):
            text = text.removesuffix(ending) + words
            break
    return text.replace("_", " ")


def _cell(value: Any, column: str, names: Mapping[Any, str]) -> str:
    if value is None or str(value) in ("<NA>", "NaT", "nan", "None"):
        return ""
    if isinstance(value, str) or hasattr(value, "strftime"):
        return str(names.get(value, value))
    if type(value).__name__ in ("bool", "bool_"):
        return "yes" if value else "no"
    number = float(value)
    if not math.isfinite(number):
        return "no bound"
    if str(column).endswith("share"):
        return f"{round(100 * number, 1) + 0.0:.1f} %"
    if number == int(number) and type(value).__name__.startswith(("int", "uint")):
        return f"{int(number):,}"
    if column == "p" or str(column).endswith(("_p", "p_adjusted")):
        return "< 0.001" if number < 0.0005 else f"{number:.3f}"
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number + 0.0:.3g}"
