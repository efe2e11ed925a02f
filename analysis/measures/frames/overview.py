"""The one table that answers the question: groups of outlets, before and after, frame by frame or voice by voice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, require
from analysis.measures.frames.blocks import blocks_of
from analysis.measures.frames.tally import TIME_UNITS, unit_of
from analysis.measures.inference.eras import era_test
from analysis.measures.inference.long_run import lasting_factor
from analysis.measures.inference.multiple import adjust
from analysis.measures.inference.resampling import MIN_OUTLETS
from analysis.measures.inference.shares import Share, change, share_of_units
from analysis.study.reserved import EVERYTHING, OTHERS, with_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from analysis.store.gateway import Store

ALL, OTHER = EVERYTHING, OTHERS
ROWS = ("groups", "outlets")
SHARES_OF = ("documents", "hits")
LEAST_UNITS = 4


@dataclass(frozen=True)
class Asked:
    """What is compared. pair: (before, after), two eras. series: a column of the hits, and levels: its values, in order.

    of: "documents" (share of the documents with at least one such hit) or "hits" (share of the hits that are such, all
    voices of a group adding up to 1). unit: what is taken as a whole (see `unit_of`); where it is the year, the outlet,
    or in a group of fewer than 6 outlets the document. min_count: documents (or hits) below which a cell is too few.
    replicates, seed: of the labels of the eras, permuted over units of time.
    """

    pair: tuple[str, str]
    levels: Sequence[str]
    series: str = "frame"
    of: str = "documents"
    unit: str = "week"
    min_count: int = 10
    level: float = field(default=0.95, kw_only=True)
    replicates: int = field(default=2000, kw_only=True)
    seed: int = field(default=1, kw_only=True)


def group_outlets(
    documents: pd.DataFrame, store: Store, rows: str = "groups", *, most: int = 12
) -> tuple[pd.DataFrame, list[str]]:
    """The documents with the column `group`, and the groups that have documents: the study's order, the others last.

    rows: "groups" takes outlets together by the rules of the store's study; "outlets", and a study none of whose groups
    has a document, takes the `most` outlets with most documents, largest first, and the others together.
    """
    require("rows", rows, ROWS)
    declared = store.study.ids("groups")
    groups = {o: g for o, g in store.outlet_groups().items() if g in declared} if rows == "groups" else {}
    named = documents["outlet_id"].map(lambda outlet: groups.get(outlet, OTHER))
    order = [group for group in declared if (named == group).any()]
    if not order:
        sizes = documents.groupby("outlet_id").size().sort_values(ascending=False, kind="stable")
        order = list(sizes.index[:most])
        named = documents["outlet_id"].where(documents["outlet_id"].isin(order), OTHER)
    rest = [OTHER] if (named == OTHER).any() else []
    return documents.assign(group=named), order + rest


def group_names(store: Store) -> dict[str, str]:
    """How groups and all else of a store are printed, also the others and all of them together."""
    return with_groups(store.names() | store.study.labels("groups"))


def before_after(documents: pd.DataFrame, hits: pd.DataFrame, order: Iterable[str], asked: Asked) -> pd.DataFrame:
    """One row is one group, one of `levels` and one era: the share, its interval, and on the row of `after` the change.

    documents: with `group` (`group_outlets`), each in one era or none. order: the groups wanted; after them all documents
    together (group `ALL`). Columns: group, the series, era_id, document_count, outlet_count, unit, unit_count, base_count
    (documents, or hits), hit_count (of these, such), share (0 to 1), low, high, too_few; change, change_low, change_high
    (after - before, in shares: above 0 means more after). A share is null, never zero, where a cell has fewer than
    `min_count` documents (hits) or 4 units; a change where either is. No documents give zeros and nulls.

    Where `Asked.unit` is one of time, the row of `after` has p and rotation_p as well: the labels of the eras permuted over
    years (weeks, months), jointly in all outlets and within each of them, and rotated along time (`eras.era_test`; as
    `pooled_contrast` tests shares of documents). rotation_count: 1 / the smallest rotation_p; time_count: units of time
    with documents in the era; p_adjusted: p over the levels of one group (Benjamini-Hochberg). is_clear: whether the change
    may be claimed: the interval leaves out 0, and with a unit of time p_adjusted and rotation_p are at most 1 - `level`
    (is_claim of `pooled_contrast`). An interval over outlets describes who speaks how: all of them may say something else
    in one year, so it marks no change alone.
    """
    import pandas as pd

    require("share of", asked.of, SHARES_OF)
    if "group" not in documents.columns:
        raise DiscourseError("documents: column 'group' is missing; `group_outlets` makes it.")
    found = _per_document(documents, hits, asked)
    base = found.sum(axis=1) if asked.of == "hits" else np.ones(len(documents), dtype=np.int64)
    found = np.minimum(found, 1) if asked.of == "documents" else found
    rows = []
    for group in [*order, ALL]:
        mine = np.ones(len(documents), dtype=bool) if group == ALL else (documents["group"] == group).to_numpy()
        part = documents[mine]
        unit = unit_within(part, asked.unit)
        units = unit_of(part, unit).to_numpy(dtype=object) if len(part) else np.zeros(0, dtype=object)
        eras = part["era_id"].to_numpy(dtype=object)
        cells = [_Cell(units[eras == era], found[mine][eras == era], base[mine][eras == era]) for era in asked.pair]
        outlets = [part.loc[eras == era, "outlet_id"].nunique() for era in asked.pair]
        tests, made = _in_time(part, found[mine], base[mine], asked), []
        for column, level in enumerate(asked.levels):
            pair = _pair(cells, column, asked, {"group": group, asked.series: level, "unit": unit}, outlets)
            made.append(_with_tests(pair, tests, column))
        _claim([after for _, after in made], asked)
        rows += [row for pair in made for row in pair]
    return pd.DataFrame(rows)[_columns(asked)]


def unit_within(documents: pd.DataFrame, unit: str) -> str:
    """The unit of one group: as asked, but not years, of which an era may have two: then outlets, or documents where
    there are fewer than 6 of them."""
    if unit != "year":
        return unit
    return "outlet" if documents["outlet_id"].nunique() >= MIN_OUTLETS else "document"


@dataclass(frozen=True)
class _Cell:
    """Documents of one group in one era: unit, hits by series (or 0 and 1), and base."""

    units: np.ndarray
    found: np.ndarray
    base: np.ndarray

    def sums(self, column: int, names: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What was found, and the base, in each of the units named."""
        place = np.searchsorted(names, self.units.astype(str))
        found, base = (np.bincount(place, weights=w, minlength=len(names)) for w in (self.found[:, column], self.base))
        return found, base


def _pair(cells: Sequence[_Cell], column: int, asked: Asked, key: dict, outlets: Sequence[int]) -> list[dict]:
    rows, shares = [], []
    names = np.unique(np.concatenate([cell.units.astype(str) for cell in cells]))
    sums = [cell.sums(column, names) for cell in cells]
    found, base = (np.stack(side, axis=1) for side in zip(*sums, strict=True))
    wider = lasting_factor(found, base, asked.level) if key["unit"] in TIME_UNITS else 1.0
    for era, cell, count, both in zip(asked.pair, cells, outlets, sums, strict=True):
        share = share_of_units(*both, asked.level, wider)
        few = int(cell.base.sum()) < asked.min_count or share.unit_count < LEAST_UNITS
        shares.append(Share() if few else share)
        numbers = {"share": shares[-1].value, "low": shares[-1].low, "high": shares[-1].high, "too_few": few}
        sizes = {"document_count": len(cell.base), "outlet_count": count, "unit_count": share.unit_count}
        sizes |= {"base_count": int(cell.base.sum()), "hit_count": int(cell.found[:, column].sum())}
        rows.append({**key, "era_id": era, **sizes, **numbers, **dict.fromkeys(_CHANGE, np.nan)})
    rows[1] |= dict(zip(_CHANGE, change(*shares), strict=True))
    return rows


_CHANGE = ("change", "change_low", "change_high")
_TESTS = ("p", "p_adjusted", "rotation_p", "rotation_count", "time_count", "is_clear")


def _columns(asked: Asked) -> list[str]:
    sizes = ["document_count", "outlet_count", "unit", "unit_count", "base_count", "hit_count"]
    return ["group", asked.series, "era_id", *sizes, "share", "low", "high", "too_few", *_CHANGE, *_TESTS]


@dataclass(frozen=True)
class _Tests:
    """Tests of one group along time, one value for each of the levels; time_counts: before and after."""

    p: np.ndarray
    rotation_p: np.ndarray
    rotation_count: int
    time_counts: tuple[int, int]


def _in_time(documents: pd.DataFrame, found: np.ndarray, base: np.ndarray, asked: Asked) -> _Tests | None:
    """Labels of the eras over units of time, within outlets; None without a unit of time or without both eras."""
    place = {era: side for side, era in enumerate(asked.pair)}
    side = documents["era_id"].map(place).to_numpy(dtype=float, na_value=np.nan)
    if asked.unit not in TIME_UNITS or not {0.0, 1.0} <= set(side):
        return None
    kept = ~np.isnan(side)
    units, unit = np.unique(unit_of(documents[kept], asked.unit).to_numpy(dtype=str), return_inverse=True)
    outlets, outlet = np.unique(documents["outlet_id"][kept].to_numpy(dtype=str), return_inverse=True)
    cell = 2 * outlet + side[kept].astype(int)
    x = np.zeros((len(units), 2 * len(outlets), found.shape[1]))
    n = np.zeros(x.shape[:2])
    np.add.at(x, (unit, cell), found[kept])
    np.add.at(n, (unit, cell), base[kept])
    pairs = [(2 * i + 1, 2 * i) for i in range(len(outlets))]
    blocks = blocks_of(x, n, units, pairs, asked.unit)
    test = era_test(blocks, replicates=asked.replicates, seed=asked.seed)
    return _Tests(test.p, test.rotation_p, test.rotation_count, blocks.sides)


def _with_tests(pair: list[dict], tests: _Tests | None, column: int) -> list[dict]:
    """Both rows of one series with what the tests say of it, p on the later one only."""
    for row, place in zip(pair, (0, 1), strict=True):
        row |= {**dict.fromkeys(("p", "p_adjusted", "rotation_p"), np.nan), "rotation_count": 0, "is_clear": False}
        row["time_count"] = tests.time_counts[place] if tests else 0
    if tests is not None and not np.isnan(pair[1]["change"]):
        found = {"p": tests.p[column], "rotation_p": tests.rotation_p[column], "rotation_count": tests.rotation_count}
        pair[1].update(found)
    return pair


def _claim(rows: list[dict], asked: Asked) -> None:
    """Of the later rows of one group: p adjusted over them, and which change may be claimed."""
    limit = 1 - asked.level + 1e-12
    for row, adjusted in zip(rows, adjust([row["p"] for row in rows]), strict=True):
        row["p_adjusted"] = adjusted
        row["is_clear"] = bool(row["change_low"] > 0 or row["change_high"] < 0)
        if asked.unit in TIME_UNITS:
            row["is_clear"] &= bool(max(adjusted, row["rotation_p"]) <= limit)


def _per_document(documents: pd.DataFrame, hits: pd.DataFrame, asked: Asked) -> np.ndarray:
    """Hits of each document (rows) in each of the levels (columns)."""
    import pandas as pd

    row = pd.Index(documents["doc_id"]).get_indexer(hits["doc_id"])
    column = pd.Index(list(asked.levels)).get_indexer(hits[asked.series])
    chosen = (row >= 0) & (column >= 0)
    width = len(asked.levels)
    flat = np.bincount(row[chosen] * width + column[chosen], minlength=len(documents) * width)
    return flat.reshape(len(documents), width).astype(np.int64)


def in_words(
    table: pd.DataFrame, names: Mapping[str, str], before: str, after: str, *, step: str = "year"
) -> list[str]:
    """One sentence for each series of all outlets together: the share before and after, the change, and what its tests say.

    table: see `before_after`. names: how ids are printed. before, after: the eras in words. step: the unit of time tested.
    """
    lines = []
    for level, part in _series(table):
        rows = part[part["group"] == ALL]
        if rows["too_few"].any():
            lines.append(f"{names.get(level, level)}: too few documents to compare.")
            continue
        shares = [f"{100 * s:.1f} %" for s in rows["share"]]
        lines.append(
            f"{names.get(level, level)}: {shares[0]} of {rows['base_count'].iloc[0]:,} documents ({before}), "
            f"{shares[1]} of {rows['base_count'].iloc[1]:,} ({after}); a change of {_points(rows.iloc[1])}"
            f"{_tested(rows.iloc[1], step)}."
        )
    return lines


def _tested(row: Mapping, step: str) -> str:
    """What both tests say, as the end of a sentence; nothing where there are none."""
    if np.isnan(row["p"]):
        return ""
    return (
        f"; {step}s permuted p {row['p_adjusted']:.3f} (adjusted), rotated {row['rotation_p']:.3f} "
        f"({row['time_count']} {step}s after; smallest p "
        f"1/{row['rotation_count']}): {'a change' if row['is_clear'] else 'no change can be claimed'}"
    )


def control_in_words(table: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Which groups changed (`is_clear`), series by series, and whether all outlets did; who has too few on a side."""
    lines = []
    for level, part in _series(table):
        due = part[part["is_clear"].astype(bool)]
        who = [f"{names.get(r.group, r.group)} ({_points(r._asdict())})" for r in due[due["group"] != ALL].itertuples()]
        everybody = bool((due["group"] == ALL).any())
        if who:
            together = "and so did all outlets together" if everybody else "all outlets together did not"
            lines.append(f"{names.get(level, level)} changed in {_listed(who)}; {together}.")
        elif everybody:
            lines.append(f"{names.get(level, level)} changed over all outlets together, in no single group clearly.")
    few = part_too_few(table)
    if few:
        lines.append(f"Too few on one side or both: {_listed([names.get(g, g) for g in few])}.")
    return lines or ["No change of any group can be claimed."]


def part_too_few(table: pd.DataFrame) -> list[str]:
    """The groups that cannot be compared in any series, in order."""
    enough = set(table.loc[table["change"].notna(), "group"])
    return [group for group in dict.fromkeys(table["group"]) if group not in enough]


def _series(table: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    column = table.columns[1]
    return [(level, table[table[column] == level]) for level in dict.fromkeys(table[column])]


def _points(row: Mapping) -> str:
    value, low, high = (round(100 * row[name], 1) + 0.0 for name in _CHANGE)
    return f"{value:+.1f} points (95 % interval {low:.1f} to {high:.1f})"


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
