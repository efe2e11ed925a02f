"""A changed rate split into what changed within outlets and what changed because other outlets are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict, Unpack

import numpy as np

from analysis.errors import DiscourseError, NothingFound, require
from analysis.measures.frames.lasting import lasting_of_influence, moved_away
from analysis.measures.frames.rates import PER
from analysis.measures.frames.tally import COUNTINGS, TIME_UNITS, once_per_cluster, unit_of
from analysis.measures.inference.arguments import COUNT_ROW, POSITIVE, checked

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.declaration import Study

PARTS = ("within", "mix", "entry", "exit")
NAMES = {
    "total": "total",
    "within": "within outlets",
    "mix": "mix of outlets",
    "entry": "outlets that came",
    "exit": "outlets that left",
}


class Options(TypedDict, total=False):
    """How a change is split. unit: of time, drawn as a whole. counting: as in `tally.Counting`. replicates, seed: of the
    intervals. min_units: an era with fewer is too few."""

    unit: str
    counting: str
    replicates: int
    min_units: int
    seed: int


@checked(per=POSITIVE, hits_after=COUNT_ROW, tokens_after=COUNT_ROW, hits_before=COUNT_ROW, tokens_before=COUNT_ROW)
def decompose(
    hits_after: np.ndarray,
    tokens_after: np.ndarray,
    hits_before: np.ndarray,
    tokens_before: np.ndarray,
    per: float = PER,
) -> dict[str, float]:
    """The change of a pooled rate in parts that add up exactly (Kitagawa 1955, symmetric; entry and exit as Griliches
    and Regev 1995).

    Each array has one value for each outlet, 0 where it has nothing. With r = hits / tokens, w an outlet's share of the
    tokens, R the mean of both total rates, sums over outlets there in both times: within = sum of mean w times change of
    r; mix = sum of (mean r - R) times change of w; over outlets that came: entry = sum of w1 (r1 - R); over those that
    left: exit = -sum of w0 (r0 - R). Answer: total, within, mix, entry, exit, per `per` tokens; above 0 means more
    after. Equal shares give a mix of 0. Raises `DiscourseError` when either time has no tokens, or hits lack tokens.
    """
    x1, n1, x0, n0 = (np.asarray(a, dtype=float) for a in (hits_after, tokens_after, hits_before, tokens_before))
    if not x1.shape == n1.shape == x0.shape == n0.shape:
        raise DiscourseError(
            f"hits and tokens need one value for each outlet; they have {[len(a) for a in (x1, n1, x0, n0)]}."
        )
    if ((x1 > 0) & (n1 <= 0)).any() or ((x0 > 0) & (n0 <= 0)).any():
        raise DiscourseError("hits of an outlet without tokens; give its tokens.")
    if n1.sum() <= 0 or n0.sum() <= 0:
        raise NothingFound("no tokens before or no tokens after; a change needs both.")
    w1, w0 = n1 / n1.sum(), n0 / n0.sum()
    r1, r0 = (
        np.divide(x1, n1, out=np.zeros_like(x1), where=n1 > 0),
        np.divide(x0, n0, out=np.zeros_like(x0), where=n0 > 0),
    )
    middle = (x1.sum() / n1.sum() + x0.sum() / n0.sum()) / 2
    both, came, left = (n1 > 0) & (n0 > 0), (n1 > 0) & (n0 <= 0), (n0 > 0) & (n1 <= 0)
    parts = {
        "within": ((w1 + w0) / 2 * (r1 - r0))[both].sum(),
        "mix": (((r1 + r0) / 2 - middle) * (w1 - w0))[both].sum(),
        "entry": (w1 * (r1 - middle))[came].sum(),
        "exit": -(w0 * (r0 - middle))[left].sum(),
    }
    total = x1.sum() / n1.sum() - x0.sum() / n0.sum()
    return {"total": per * float(total)} | {name: per * float(value) for name, value in parts.items()}


def composition(
    cells: pd.DataFrame,
    sides: tuple[str, str, str],
    *,
    outlet: str = "outlet_id",
    replicates: int = 1000,
    seed: int = 1,
    level: float = 0.95,
    in_time: bool = False,
) -> pd.DataFrame:
    """The parts of a changed rate with intervals from whole units drawn again.

    cells: one row is one outlet in one unit of time on one side: `outlet`, unit, hit_count, token_count, and the column
    of `sides` = (column, baseline value, compared value). One row of the answer is one part: part ("total" and `PARTS`),
    change (per 10,000 tokens, above 0 means more in the compared side), low, high (percentile, units drawn with
    replacement within each side, over all outlets together), unit_count. in_time: units follow each other in time, in
    order of their names; limits then lie farther away where they are alike (`lasting_of_influence`; `_pooled_within`).
    Raises `DiscourseError` for a missing column or a side without units.
    """
    import pandas as pd

    column, baseline, compared = sides
    for name in (outlet, "unit", "hit_count", "token_count", column):
        if name not in cells.columns:
            raise DiscourseError(f"cells: column {name!r} is missing; there are {', '.join(map(str, cells.columns))}.")
    outlets = sorted(set(cells[outlet]))
    rng = np.random.default_rng(seed)
    made = [_by_unit(cells[cells[column] == value], outlet, outlets, value) for value in (compared, baseline)]
    point = decompose(*(a for table in made for a in table.sum(axis=0)))
    drawn = []
    for _ in range(replicates):
        picked = [table[rng.integers(0, len(table), len(table))].sum(axis=0) for table in made]
        if all(p[1].sum() > 0 for p in picked):
            drawn.append(list(decompose(*(a for p in picked for a in p)).values()))
    low, high = np.quantile(np.array(drawn), [0.5 - level / 2, 0.5 + level / 2], axis=0)
    if in_time:
        wider = _pooled_within(lasting_of_influence(*_influence(made), level))
        _, low, high = moved_away(np.array(list(point.values())), low, high, wider)
    units = sum(len(table) for table in made)
    return pd.DataFrame(
        {"part": list(point), "change": list(point.values()), "low": low, "high": high, "unit_count": units}
    )


def _pooled_within(wider: np.ndarray) -> np.ndarray:
    """The factors of total and `PARTS`, that of the change within outlets from the mean of its square and the total's: the
    few outlets of both eras tell badly how long moods last, which all outlets share."""
    pooled, within = wider.copy(), 1 + PARTS.index("within")
    pooled[within] = np.sqrt((wider[within] ** 2 + wider[0] ** 2) / 2)
    return pooled


def _influence(made: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """What each unit adds to each part (the parts less those without the unit, compared side first as it stands; its mean
    taken out), and tokens by side. Units are put in order of time: the baseline side first."""
    sums = [table.sum(axis=0) for table in made]
    rows, tokens = [], []
    for side in (1, 0):
        left = []
        for unit in made[side]:
            without = [total - unit if other == side else total for other, total in enumerate(sums)]
            enough = without[side][1].sum() > 0
            left.append(list(decompose(*(a for total in without for a in total)).values()) if enough else [np.nan] * 5)
        effect = -np.array(left)
        known = effect[~np.isnan(effect).any(axis=1)]
        rows.append(effect - (known.mean(axis=0) if len(known) else 0.0))  # a side of one unit says nothing of it
        tokens.append(np.stack([made[side][:, 1].sum(axis=1) * (side == place) for place in (0, 1)], axis=1))
    return np.concatenate(rows), np.concatenate(tokens)


def _by_unit(cells: pd.DataFrame, outlet: str, outlets: list, side: str) -> np.ndarray:
    """(units, 2, outlets): hits and tokens of each unit by outlet."""
    if not len(cells):
        raise NothingFound(f"composition: no documents of {side!r}; a change needs both sides.")
    units = sorted(set(cells["unit"]))
    table = np.zeros((len(units), 2, len(outlets)))
    where = (
        cells["unit"].map({u: i for i, u in enumerate(units)}),
        cells[outlet].map({o: i for i, o in enumerate(outlets)}),
    )
    np.add.at(table, (where[0], 0, where[1]), cells["hit_count"].to_numpy(dtype=float))
    np.add.at(table, (where[0], 1, where[1]), cells["token_count"].to_numpy(dtype=float))
    return table


def compositions(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    sides: tuple[str, str, str],
    frames: Sequence[str],
    **options: Unpack[Options],
) -> pd.DataFrame:
    """The parts of the changed rate of each frame: one row is one frame and part, as in `composition`.

    documents, hits: as `select_about` gives them. sides: (column of the documents, baseline value, compared value).
    Columns: frame, part, change, low, high, outlet_count (outlets in the part), unit_count_baseline,
    unit_count_compared, too_few (an era with fewer than `min_units` units: its changes are null). Raises `NothingFound`
    where a side has no tokens.
    """
    import pandas as pd

    unit, once = options.get("unit", "week"), options.get("counting", "as_printed") == "cluster_once"
    require("counting", options.get("counting", "as_printed"), COUNTINGS)
    column, baseline, compared = sides
    kept = once_per_cluster(documents) if once else documents
    kept = kept.assign(unit=unit_of(kept, unit).to_numpy())
    keys = [kept["outlet_id"], kept["unit"], kept[column]]
    tokens = kept.groupby(keys, sort=True)["token_count"].sum()
    units = [kept.loc[kept[column] == side, "unit"].nunique() for side in (baseline, compared)]
    members = _members(tokens.groupby(level=[0, 2]).sum(), baseline, compared)
    found = []
    for frame in frames:
        counted = hits.loc[hits["frame"] == frame, "doc_id"].value_counts()
        cells = kept["doc_id"].map(counted).fillna(0).groupby(keys, sort=True).sum()
        table = pd.DataFrame({"hit_count": cells, "token_count": tokens}).reset_index()
        chosen = {name: value for name, value in options.items() if name in ("replicates", "seed")}
        parts = composition(table, sides, **chosen, in_time=unit in TIME_UNITS).drop(columns="unit_count")
        parts["outlet_count"] = parts["part"].map(members)
        found.append(parts.assign(frame=frame))
    result = pd.concat(found, ignore_index=True)
    result["unit_count_baseline"], result["unit_count_compared"] = units
    result["too_few"] = min(units) < options.get("min_units", 2)
    for name in ("change", "low", "high"):
        result[name] = result[name].where(~result["too_few"])
    return result[["frame", *(name for name in result.columns if name != "frame")]]


def _members(tokens: pd.Series, baseline: str, compared: str) -> dict[str, int]:
    """How many outlets stand behind each part."""
    there = tokens[tokens > 0].index.to_frame(index=False, name=["outlet", "side"])
    before, after = (set(there.loc[there["side"] == side, "outlet"]) for side in (baseline, compared))
    both, came, left = len(before & after), len(after - before), len(before - after)
    return {"total": both + came + left, "within": both, "mix": both, "entry": came, "exit": left}


def arrivals(documents: pd.DataFrame, sides: tuple[str, str, str]) -> pd.DataFrame:
    """Who was there when: one row is one outlet, those that came or left with most of the tokens first.

    Columns: outlet_id, kind ("entry": tokens in the compared era only, "exit": before only, "both"), share_baseline and
    share_compared (of the era's tokens, 0 to 1), document_count, first_month and last_month (null where no date is known
    to the month), month (in which it came or left; null for "both"). Outlets without tokens are left out.
    """
    import pandas as pd

    column, baseline, compared = sides
    rows = documents[documents["token_count"] > 0]
    wide = rows.pivot_table("token_count", "outlet_id", column, aggfunc="sum", fill_value=0)
    wide = wide.reindex(columns=[baseline, compared], fill_value=0)
    shares = wide / wide.sum().clip(lower=1)
    months = rows["published"].str.slice(0, 7).where(rows["published"].str.len() >= 7)
    months = months.groupby(rows["outlet_id"]).agg(["min", "max"])
    before, after = wide[baseline] > 0, wide[compared] > 0
    kind = np.select([before & after, after], ["both", "entry"], "exit")
    table = pd.DataFrame(
        {
            "kind": kind,
            "share_baseline": shares[baseline],
            "share_compared": shares[compared],
            "document_count": rows.groupby("outlet_id").size(),
            "first_month": months["min"],
            "last_month": months["max"],
        }
    ).reset_index()
    table["month"] = np.select(
        [table["kind"] == "entry", table["kind"] == "exit"], [table["first_month"], table["last_month"]], None
    )
    moved = np.where(table["kind"] == "both", 0.0, np.maximum(table["share_baseline"], table["share_compared"]))
    most = table[["share_baseline", "share_compared"]].max(axis=1)
    order = np.lexsort((table["outlet_id"], -most, -moved))
    return table.iloc[order].reset_index(drop=True)


def months_of(documents: pd.DataFrame, moves: pd.DataFrame, most: int = 30) -> pd.DataFrame:
    """Documents and tokens by outlet and month, for the `most` outlets with the largest share of an era, those in both eras
    first, then who left, then who came; documents dated more coarsely than a month are in none.

    Columns: outlet_id, kind, month, document_count, token_count.
    """
    largest = moves.assign(share=moves[["share_baseline", "share_compared"]].max(axis=1)).nlargest(most, "share")
    order = {name: place for place, name in enumerate(("both", "exit", "entry"))}
    largest = largest.sort_values(
        ["kind", "share"], key=lambda c: c.map(order) if c.name == "kind" else -c, kind="stable"
    )
    rows = documents[documents["outlet_id"].isin(largest["outlet_id"]) & (documents["published"].str.len() >= 7)]
    grouped = rows.groupby([rows["outlet_id"], rows["published"].str.slice(0, 7).rename("month")])
    table = grouped["token_count"].agg(["size", "sum"]).reset_index()
    table.columns = ["outlet_id", "month", "document_count", "token_count"]
    place = {name: i for i, name in enumerate(largest["outlet_id"])}
    table.insert(1, "kind", table["outlet_id"].map(largest.set_index("outlet_id")["kind"]))
    return table.sort_values(
        ["outlet_id", "month"], key=lambda c: c.map(place) if c.name == "outlet_id" else c
    ).reset_index(drop=True)


def marks(
    moves: pd.DataFrame, names: Mapping[str, str], study: Study, pair: tuple[str, str], most: int = 5
) -> dict[str, str]:
    """Label -> ISO date of what a figure over months marks: where the later era begins, and the months in which the `most`
    outlets with the largest share of an era came or left."""
    starts = {era.era_id: era.start for era in study.eras}
    found = {names.get(pair[1], pair[1]): starts[pair[1]]} if pair[1] in starts else {}
    moved = moves[moves["month"].notna()].head(most)
    for row in moved.sort_values("month").itertuples():
        found[f"{names.get(row.outlet_id, row.outlet_id)} {'enters' if row.kind == 'entry' else 'leaves'}"] = (
            f"{row.month}-15"
        )
    return found


def reading(parts: pd.DataFrame, moves: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """The parts in sentences, every number from the tables."""
    said = []
    for frame, rows in parts.groupby("frame", sort=False):
        name = names.get(frame, frame)
        if rows["too_few"].any():
            said.append(f"{name}: too few units in an era to say what changed.")
            continue
        by = rows.set_index("part")
        pieces = ", ".join(f"{by.loc[part, 'change']:+.2f} {NAMES[part]}" for part in PARTS)
        total, low, high = by.loc["total", ["change", "low", "high"]]
        rate = f"{total:+.2f} hits per 10,000 tokens ({low:+.2f} to {high:+.2f})"
        said.append(f"{name}: {rate}, of which {pieces}.")
    shares = moves.groupby("kind")[["share_baseline", "share_compared"]].sum()
    shares = shares.reindex(["both", "entry", "exit"], fill_value=0)
    count = moves["kind"].value_counts().reindex(shares.index, fill_value=0)
    before, after = shares["share_baseline"], shares["share_compared"]
    said.append(
        f"{count['both']} outlets wrote in both eras ({before['both']:.0%} of the tokens before, "
        f"{after['both']:.0%} after), {count['entry']} came ({after['entry']:.0%} after) and {count['exit']} left "
        f"({before['exit']:.0%} before)."
    )
    return said
