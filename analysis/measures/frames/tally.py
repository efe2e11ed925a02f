"""From documents and hits to integer counts per unit: who is counted, in which cell, with which exposure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, Unpack

import numpy as np

from analysis.errors import DiscourseError, not_allowed, require
from analysis.measures.inference.resampling import MIN_OUTLETS, Units, aggregate, home_strata

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

EXPOSURES = ("all", "own", "quoted", "reported", "title", "lead")
COUNTINGS = ("as_printed", "cluster_once")
MEASURES = ("rate", "share")
MOST_STRADDLING = 0.1
OWN_OUTLET = "own_outlet_id"  # column: the outlet of a document whose outlet_id names several of them taken together
COUNTS_OF_CELLS = ("document_count", "cluster_count", "unit_count", "token_count")
TIME_UNITS = ("week", "month", "year")
UNITS = ("week", "month", "year", "cluster", "outlet_month", "outlet", "document")  # what a notebook may ask for


class Counting(TypedDict, total=False):
    """What is counted. measure: "rate" (hits) or "share" (documents with a hit). exposure: see `exposure_tokens`.
    counting: "as_printed" counts every document, "cluster_once" the first document of each cluster. levels: a frame of
    the columns of `series` that names the series wanted even when they have no hit, in that order; without it they are
    the ones found, sorted.
    """

    measure: str
    exposure: str
    counting: str
    levels: pd.DataFrame | None


@dataclass(frozen=True)
class Tally:
    """Counts of cells and series per unit.

    cells: a frame, one row per combination of the grouping columns, with document_count, cluster_count, unit_count and
    token_count. series: a frame, one row per series. units: resampling units with one numerator column per cell and
    series and one denominator column per cell. left_out_count: documents without a value in a grouping column.
    """

    cells: pd.DataFrame
    series: pd.DataFrame
    units: Units
    measure: str
    left_out_count: int

    def numerators(self) -> np.ndarray:
        """Column of each cell's numerator in `units.values`: cells x series."""
        return np.arange(len(self.cells) * len(self.series)).reshape(len(self.cells), len(self.series))

    def denominators(self) -> np.ndarray:
        """Column of each cell's denominator: cells x series (the same for all series)."""
        first = len(self.cells) * len(self.series)
        return np.repeat(np.arange(first, first + len(self.cells))[:, None], len(self.series), axis=1)


def exposure_tokens(documents: pd.DataFrame, exposure: str = "all") -> pd.Series:
    """Tokens in which a hit could have stood, one value per document.

    "all": token_count; "quoted", "reported": tokens in that voice; "own": the rest; "title", "lead": tokens of that
    zone. Raises `DiscourseError` for another name.
    """
    require("exposure", exposure, EXPOSURES)
    if exposure == "own":
        return documents["token_count"] - documents["quoted_token_count"] - documents["reported_token_count"]
    column = "token_count" if exposure == "all" else f"{exposure}_token_count"
    return documents[column]


def hits_in(hits: pd.DataFrame, exposure: str = "all") -> pd.DataFrame:
    """The hits that lie within the exposure: of that voice, or in that zone."""
    require("exposure", exposure, EXPOSURES)
    if exposure == "all":
        return hits
    return hits[hits["zone" if exposure in ("title", "lead") else "voice"] == exposure]


def once_per_cluster(documents: pd.DataFrame) -> pd.DataFrame:
    """One document for each syndication cluster: the first to appear among those given (then by doc_id)."""
    ordered = documents.sort_values(["cluster_position", "doc_id"], kind="stable")
    return ordered.drop_duplicates("cluster_id").sort_values("doc_id", kind="stable")


def unit_of(documents: pd.DataFrame, unit: str = "cluster") -> pd.Series:
    """The resampling unit of each document, as text.

    "week", "month", "year": calendar blocks over all outlets (weeks by their Monday), so that reprints and an event that
    fills all papers stay together; a document dated more coarsely joins a block of that month or year, an undated one
    that of the undated. "cluster": cluster_id; "document": doc_id; "outlet": outlet_id; "outlet_month": outlet and
    month; else a column of the documents. Raises `DiscourseError` for an unknown column, an empty value, and for whole
    outlets when there are fewer than 6.
    """
    columns = {"cluster": "cluster_id", "document": "doc_id", "outlet": "outlet_id"}
    if unit in TIME_UNITS:
        return _calendar_blocks(documents["published"], unit)
    if unit == "outlet_month":
        return documents["outlet_id"].astype(str) + "|" + _calendar_blocks(documents["published"], "month")
    column = columns.get(unit, unit)
    if column not in documents.columns:
        raise DiscourseError(not_allowed("unit", unit, UNITS, "A column of the documents can be one as well."))
    ids = documents[column]
    if ids.isna().any():
        raise DiscourseError(f"unit {unit}: {int(ids.isna().sum())} documents have none; every document needs one.")
    ids = ids.astype(str)
    if unit in ("outlet", "outlet_id") and len(documents) and (found := ids.nunique()) < MIN_OUTLETS:
        raise DiscourseError(
            f"unit outlet: there are {found} outlets, and an interval from so few units is not to be believed (at least "
            f"{MIN_OUTLETS}). Use unit='week' or 'month', and say that the result holds for these outlets only."
        )
    return ids


def has_too_few(least: int, *unit_counts: np.ndarray | pd.Series) -> np.ndarray:
    """Whether any side has fewer than `least` units: the one rule of what cannot be compared, for audits and contrasts.

    unit_counts: units (`unit_of`) with a document, one array a side; the result is one bool a row.
    """
    return np.minimum.reduce([np.asarray(count) for count in unit_counts]) < least


def _calendar_blocks(published: pd.Series, unit: str) -> pd.Series:
    """Monday of the week, month or year of each date, as text that sorts in order of time."""
    dates = published.fillna("undated").astype(str)
    if unit != "week":
        return dates.str[: {"month": 7, "year": 4}[unit]].where(dates != "undated", "undated")
    exact = dates.str.len() == 10
    days = dates[exact].to_numpy(dtype="datetime64[D]")
    mondays = days - ((days.astype(int) + 3) % 7).astype("timedelta64[D]")  # 1 January 1970 was a Thursday
    result = dates.copy()
    result[exact] = mondays.astype(str)
    return result


def whole_calendar(blocks: Sequence[str], unit: str) -> list[str]:
    """Blocks in order of time with those between the first and the last that no document has; unknown dates as they are."""
    there = sorted(set(blocks))
    size = {"week": 10, "month": 7, "year": 4}.get(unit)
    dated = [block for block in there if len(block) == size]
    if size is None or not dated:
        return there
    kind, step = {"week": ("D", 7), "month": ("M", 1), "year": ("Y", 1)}[unit]
    end = np.datetime64(dated[-1], kind) + np.timedelta64(1, kind)
    between = np.arange(np.datetime64(dated[0], kind), end, np.timedelta64(step, kind))
    return sorted({*there, *between.astype(str).tolist()})


def tally(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    series: Sequence[str] = ("frame",),
    unit: str = "cluster",
    **counting: Unpack[Counting],
) -> Tally:
    """Count hits (or documents with a hit) per unit, cell and series; `counting` as in `Counting`.

    by: grouping columns of the documents; all combinations of their values are cells. series: columns of the hits.
    Documents without a grouping value are left out and counted. Hits of documents not given are ignored,
    so that a selection of documents selects their hits.
    """
    import pandas as pd

    measure, exposure, once, levels = _options(**counting)
    by, series = list(by), list(series)
    _checked(documents, hits, by, series, levels)
    kept = documents.dropna(subset=by) if by else documents
    left_out = len(documents) - len(kept)
    if once:
        kept = once_per_cluster(kept)
    kept = kept.reset_index(drop=True)
    kept = kept.assign(unit_id=unit_of(kept, unit), exposed_count=exposure_tokens(kept, exposure))
    cells, cell_of = _cells(kept, by)
    chosen = hits_in(hits, exposure)
    rows = chosen[chosen["doc_id"].isin(kept["doc_id"])]
    if levels is None:
        levels = rows[series].drop_duplicates().sort_values(series) if series else pd.DataFrame(index=[0])
    names = levels.reset_index(drop=True)
    counts = _per_document(kept, rows, names, series)
    if measure == "share":
        counts = (counts > 0).astype(np.int64)
    exposed = kept["exposed_count"].to_numpy(np.int64) if measure == "rate" else np.ones(len(kept), dtype=np.int64)
    values, places, width = _spread(counts, exposed, cell_of, len(cells))
    units = aggregate(kept["unit_id"].to_numpy(object), values, places=places, width=width)
    exposure = units.values[:, counts.shape[1] * len(cells) :]
    home = _time_strata(cells, exposure) if unit in TIME_UNITS else home_strata(exposure)
    units = Units(units.unit_ids, units.values, home)
    return Tally(_describe(cells, kept, cell_of), names, units, measure, left_out)


def _time_strata(cells: pd.DataFrame, exposure: np.ndarray) -> np.ndarray:
    """Strata of blocks of time: the side of each column that parts time (an era), none for one that does not (outlets).

    A block that straddles a border counts where it has most.
    """
    found = np.zeros(len(exposure), dtype=np.int64)
    for column in cells.columns:
        per_value = by_value(exposure, cells[column])
        if parts_time(per_value):
            found = found * per_value.shape[1] + per_value.argmax(axis=1)
    return found


def by_value(exposure: np.ndarray, values: pd.Series) -> np.ndarray:
    """Exposure of units in cells, added up over the cells that share a value: units x values, values in order."""
    codes = np.unique(values.astype(str), return_inverse=True)[1]
    return np.stack([exposure[:, codes == code].sum(axis=1) for code in range(codes.max(initial=-1) + 1)], axis=1)


def parts_time(per_value: np.ndarray) -> bool:
    """Whether values follow each other along blocks in order of time: few changes from one to another, few blocks with two.

    per_value: exposure, blocks x values. Twice as many changes as values are borne, since coarse dates stand apart.
    """
    filled = per_value[per_value.sum(axis=1) > 0]
    if filled.shape[1] < 2 or len(filled) < 2:
        return False
    changes = np.count_nonzero(np.diff(filled.argmax(axis=1)))
    straddling = ((filled > 0).sum(axis=1) > 1).sum()
    return bool(changes <= 2 * filled.shape[1] and straddling <= max(MOST_STRADDLING * len(filled), 1))


def _options(
    measure: str = "rate", exposure: str = "all", counting: str = "as_printed", levels: pd.DataFrame | None = None
) -> tuple[str, str, bool, pd.DataFrame | None]:
    """measure, exposure, whether each cluster counts once, levels."""
    require("measure", measure, MEASURES)
    require("exposure", exposure, EXPOSURES)
    require("counting", counting, COUNTINGS)
    return measure, exposure, counting == "cluster_once", levels


def _checked(
    documents: pd.DataFrame, hits: pd.DataFrame, by: list[str], series: list[str], levels: pd.DataFrame | None
) -> None:
    _need("documents", documents, ["doc_id", "cluster_id", "token_count", *by])
    _need("hits", hits, ["doc_id", *series])
    if documents["doc_id"].duplicated().any():
        name = documents.loc[documents["doc_id"].duplicated(), "doc_id"].iloc[0]
        raise DiscourseError(f"documents: {name!r} stands twice; keep one row per document.")
    if levels is not None:
        _need("levels", levels, series)
        if levels.duplicated(series or None).any():
            raise DiscourseError(f"levels: a series of {', '.join(series)} is named twice; name each once.")


def _need(name: str, frame: pd.DataFrame, columns: list[str]) -> None:
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise DiscourseError(not_allowed(f"column of the {name}", missing[0], list(frame.columns)))


def _cells(documents: pd.DataFrame, by: list[str]) -> tuple[pd.DataFrame, np.ndarray]:
    import pandas as pd

    if not by:
        return pd.DataFrame(index=[0]), np.zeros(len(documents), dtype=np.int64)
    values = [sorted(documents[c].unique()) for c in by]
    index = pd.MultiIndex.from_product(values, names=by)
    place = index.get_indexer(pd.MultiIndex.from_frame(documents[by]))
    return index.to_frame(index=False), place


def _per_document(documents: pd.DataFrame, hits: pd.DataFrame, names: pd.DataFrame, series: list[str]) -> np.ndarray:
    """Hits of each document (rows) in each series (columns)."""
    import pandas as pd

    row = pd.Index(documents["doc_id"]).get_indexer(hits["doc_id"])
    if not series:
        return np.bincount(row, minlength=len(documents)).astype(np.int64)[:, None]
    column = pd.MultiIndex.from_frame(names[series]).get_indexer(pd.MultiIndex.from_frame(hits[series]))
    chosen = column >= 0
    flat = row[chosen] * len(names) + column[chosen]
    return np.bincount(flat, minlength=len(documents) * len(names)).reshape(len(documents), len(names))


def _spread(
    counts: np.ndarray, exposed: np.ndarray, cell_of: np.ndarray, n_cells: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """Each document's counts and exposure, the columns of its cell they belong to, and the number of columns
    (cells * series + cells)."""
    m = counts.shape[1]
    places = np.column_stack([*(cell_of * m + column for column in range(m)), n_cells * m + cell_of])
    return np.column_stack([counts, exposed]), places, n_cells * m + n_cells


def _describe(cells: pd.DataFrame, documents: pd.DataFrame, cell_of: np.ndarray) -> pd.DataFrame:
    grouped = documents.assign(cell=cell_of).groupby("cell")
    everywhere = range(len(cells))
    described = cells.copy()
    for name, column in (("cluster_count", "cluster_id"), ("unit_count", "unit_id")):
        described[name] = grouped[column].nunique().reindex(everywhere, fill_value=0).to_numpy()
    described.insert(len(cells.columns), "document_count", grouped.size().reindex(everywhere, fill_value=0).to_numpy())
    described["token_count"] = grouped["exposed_count"].sum().reindex(everywhere, fill_value=0).to_numpy()
    return described
