"""Two sides compared: ratio and difference of rates, and the difference of differences, over whole units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack

import numpy as np

from analysis.errors import DiscourseError, not_allowed
from analysis.measures.frames.blocks import along_time, era_blocks
from analysis.measures.frames.lasting import lasting, lasting_of_influence, moved_away
from analysis.measures.frames.rates import PER
from analysis.measures.frames.tally import TIME_UNITS, Counting, Tally, has_too_few, tally
from analysis.measures.frames.within import CHANGES, blocks_within, paired_cells, scaled_difference, with_changes_within
from analysis.measures.inference.arguments import checked
from analysis.measures.inference.eras import Blocks, era_test, ratio_within
from analysis.measures.inference.multiple import adjust_within
from analysis.measures.inference.permutation import Sides, permutation_test
from analysis.measures.inference.power import Decision, detectable_ratio, detectable_ratios
from analysis.measures.inference.resampling import (
    Contrasts,
    Sampling,
    Units,
    bootstrap_t,
    evaluate,
    influence,
    intervals,
    standard_errors,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd


_WITHIN = tuple(f"{what}_within{end}" for what in ("ratio", "difference") for end in ("", "_low", "_high"))
_TESTS = ("p", "rotation_p", "p_joint", "rotation_p_joint")
PASSES = ("both tests", "one test", "neither test", "the test", "not the test")


@checked
@dataclass(frozen=True)
class Comparison:
    """What is compared: `compared` against `baseline`, two values of the column `between` of the documents.

    A ratio above 1 and a difference above 0 mean that `compared` has more. adjust: how p-values are adjusted ("bh",
    "by", "holm", "bonferroni", "none"). family: columns that part the result into families (none: one family).
    power: chance with which the detectable ratios would have been found. plant: look for them by planting changes
    (seconds a series); without it they are null.
    """

    between: str
    baseline: str
    compared: str
    adjust: str = "bh"
    family: tuple[str, ...] = ()
    power: float = 0.8
    plant: bool = True


def contrast(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    comparison: Comparison,
    *,
    within: Sequence[str] = (),
    series: Sequence[str] = ("frame",),
    sampling: Sampling | None = None,
    **counting: Unpack[Counting],
) -> pd.DataFrame:
    """Compare two sides: one row is one combination of `within` and one series.

    within: columns of the documents that stay fixed, such as outlet_id when eras are compared, era_id when outlets are.
    counting: as in `analysis.measures.frames.tally.Counting`. Columns: `within`, series,
    baseline, compared; for both sides document_count_*, cluster_count_*, unit_count_*, hit_count_*, token_count_*, and
    rate_* (per 10,000 tokens, or a share); unit; ratio, ratio_low, ratio_high; difference, difference_low,
    difference_high; p, rotation_p, p_joint, rotation_p_joint, rotation_count, detectable_up, detectable_down (see below);
    p_adjusted, family, family_count; is_claim; passes (`passes_of`); too_few; note.

    Outlets taken together (`tally.OWN_OUTLET`) are tested, and have their ratio and difference, within each of them as in
    `pooled_contrast`; their rates move with the mix. stratum_count: outlets of a row.

    Sides that follow each other in time (eras) with a unit of time: p of permuted blocks and rotation_p of `era_test`,
    the smallest rise and fall this decision would have found (`detectable_ratios`, with `Comparison.power`). Else: p of
    `permutation_test` over units, no rotation, and detectable_up = 1 / detectable_down by a normal law. p_joint and
    rotation_p_joint hold for all series of one combination of `within` together (eras only). is_claim:
    p_adjusted and, where there is one, rotation_p are at most 1 - `Sampling.level`.

    Ratio and p are null where a side has fewer than `Sampling.min_units` units. With no hit on one side the ratio
    is 0 or infinite and has no interval; with very few its interval may have no bound, which `note` says; difference and p
    remain. Without a hit on either side the difference is null too. Raises `DiscourseError` for a side that does not occur.
    """
    sampling = sampling or Sampling()
    chosen = _two_sides(documents, comparison)
    within = list(within)
    counted = tally(chosen, hits, by=[*within, comparison.between], series=series, unit=sampling.unit, **counting)
    _some_series(counted, series)
    cells = paired_cells(counted, within, comparison)
    table = _compared(counted, cells, within, comparison, sampling)
    family = _family_sizes(table, comparison, sampling)
    if along_time(counted, comparison.between, sampling.unit):
        blocks = blocks_within(counted, chosen, hits, (within, cells), (comparison, sampling, series, counting))
        table = _with_era_tests(table, blocks, family, comparison, sampling)
        table = with_changes_within(table, blocks, sampling, counted.measure)
    else:
        table = _unit_tests(table, counted, cells, family, (comparison, sampling))
    return _finished(table, comparison, sampling)


def pooled_contrast(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    comparison: Comparison,
    *,
    strata: str = "outlet_id",
    series: Sequence[str] = ("frame",),
    sampling: Sampling | None = None,
    **counting: Unpack[Counting],
) -> pd.DataFrame:
    """As `contrast`, over all documents together, tested within `strata` with labels that move jointly in all of them.

    A change in the mix of outlets is then not taken for a change of wording by the p-values; `ratio` and `difference`
    are those of the pooled rates and do move with the mix. ratio_within, ratio_within_low, ratio_within_high: the
    Mantel-Haenszel ratio within strata (`eras.ratio_within`); strata with one side only say nothing to it.
    difference_within, difference_within_low, difference_within_high: the mean of the differences within strata, with the
    same weights (per 10,000 tokens, or a share); null where no stratum with both sides has a hit. effective_count:
    1 / sum of squared weights of the strata, largest_weight and largest_stratum: how far the result is that of one
    outlet. detectable_up and detectable_down belong to the within-strata test. One row is one series. Needs sides that
    follow each other in time; a unit without time (cluster) is taken as one block in no order, without a rotation.
    """
    sampling = sampling or Sampling()
    chosen = _two_sides(documents, comparison)
    counted = tally(chosen, hits, by=[comparison.between], series=series, unit=sampling.unit, **counting)
    _some_series(counted, series)
    table = _compared(counted, paired_cells(counted, [], comparison), [], comparison, sampling)
    counting["levels"] = counted.series
    fine = tally(chosen, hits, by=[strata, comparison.between], series=series, unit=sampling.unit, **counting)
    pairs = paired_cells(fine, [strata], comparison)
    blocks = era_blocks(fine, pairs, sampling.unit)
    table = _with_era_tests(table, [blocks], _family_sizes(table, comparison, sampling), comparison, sampling)
    timed = sampling.unit in TIME_UNITS
    found = (*ratio_within(blocks, sampling, in_time=timed), *scaled_difference(blocks, sampling, counted.measure))
    for name, values in zip(_WITHIN, found, strict=True):
        table[name] = values
    weights = blocks.weights()
    table["effective_count"] = 1 / (weights**2).sum() if weights.any() else np.nan
    table["largest_weight"] = weights.max(initial=0.0)
    table["largest_stratum"] = fine.cells[strata].iloc[pairs[int(weights.argmax())][0]] if weights.any() else ""
    return _finished(table, comparison, sampling)


def _unit_tests(
    table: pd.DataFrame, counted: Tally, cells: list, family: np.ndarray, asked: tuple[Comparison, Sampling]
) -> pd.DataFrame:
    """The same columns where sides do not follow each other in time: units trade places, nothing rotates."""
    comparison, sampling = asked
    table["p"] = _permuted(counted, cells, sampling)
    table["rotation_p"], table["rotation_count"], table["stratum_count"] = np.nan, 0, 1
    table["p_joint"], table["rotation_p_joint"] = np.nan, np.nan
    x, y = _columns(counted, cells)
    error = standard_errors(counted.units, Contrasts(x, y, (1.0, -1.0), "log"))
    up = detectable_ratio(error, (1 - sampling.level) / family, comparison.power)
    table["detectable_up"], table["detectable_down"] = up, 1 / up
    return table


def _with_era_tests(
    table: pd.DataFrame, blocks: list[Blocks], family: np.ndarray, comparison: Comparison, sampling: Sampling
) -> pd.DataFrame:
    """p, rotation_p, rotation_count, detectable_up and detectable_down of the rows: one group of series a `Blocks`."""
    timed = sampling.unit in TIME_UNITS
    parts: dict[str, list] = {name: [] for name in (*_TESTS, "rotation_count", "up", "down")}
    number = len(table) // max(len(blocks), 1)
    for place, one in enumerate(blocks):
        test = era_test(one, replicates=sampling.replicates, seed=sampling.seed)
        for name in _TESTS:
            parts[name].append(getattr(test, name) if timed or name.startswith("p") else np.full(number, np.nan))
        parts["rotation_count"].append(np.full(number, test.rotation_count if timed else 0))
        few = min(one.sides) < sampling.min_units
        size = max(int(family[place * number]), 1) if number else 1
        decision = Decision(1 - sampling.level, size, timed, comparison.power, seed=sampling.seed)
        nothing = (np.full(number, np.nan),) * 2
        up, down = nothing if few or not comparison.plant else detectable_ratios(one, decision)
        parts["up"].append(up)
        parts["down"].append(down)
    joined = {name: np.concatenate(values) if values else np.zeros(0) for name, values in parts.items()}
    joined["detectable_up"], joined["detectable_down"] = joined.pop("up"), joined.pop("down")
    return table.assign(**joined)


def _family_sizes(table: pd.DataFrame, comparison: Comparison, sampling: Sampling) -> np.ndarray:
    """Tests in the family of each row: those with enough units and a hit."""
    enough = ~has_too_few(sampling.min_units, table["unit_count_baseline"], table["unit_count_compared"])
    tested = enough & (table["hit_count_baseline"] + table["hit_count_compared"] > 0)
    if comparison.adjust == "none":
        return np.ones(len(table), dtype=np.int64)
    if not comparison.family:
        return np.full(len(table), max(int(tested.sum()), 1))
    sizes = tested.groupby([table[name].astype(str) for name in comparison.family]).transform("sum")
    return np.maximum(sizes.to_numpy(), 1)


def difference_of_differences(
    documents: pd.DataFrame,
    hits: pd.DataFrame,
    comparison: Comparison,
    *,
    across: Comparison,
    series: Sequence[str] = ("frame",),
    sampling: Sampling | None = None,
    **counting: Unpack[Counting],
) -> pd.DataFrame:
    """Did `across.compared` change more than `across.baseline` did? One row is one series.

    comparison: the change, such as between eras. across: who is compared, such as an outlet with another. Columns:
    cluster counts and rates of the four cells; document_count; ratio_of_ratios with limits (above 1: the change was
    upward in `across.compared`, relative to the other); difference_of_differences with limits; p (bootstrap t of the
    log ratio of ratios; there is no labelling to permute under this hypothesis), p_adjusted, family_count,
    detectable_ratio, too_few, note. Where the change is one between stretches of time, limits and p know how long moods
    last (`lasting_of_influence`). With a rate of zero among the four the ratio of ratios and its p are null; the
    difference of differences remains.
    """
    sampling = sampling or Sampling()
    chosen = _two_sides(_two_sides(documents, comparison), across)
    counted = tally(
        chosen, hits, by=[across.between, comparison.between], series=series, unit=sampling.unit, **counting
    )
    keys = list(counted.cells[[across.between, comparison.between]].itertuples(index=False, name=None))
    order = [
        keys.index((who, when))
        for who in (across.compared, across.baseline)
        for when in (comparison.compared, comparison.baseline)
    ]
    x, y = counted.numerators()[order].T, counted.denominators()[order].T
    few = bool(has_too_few(sampling.min_units, *counted.cells["unit_count"].to_numpy()[order]))
    table = counted.series.copy()
    rate = _rate(counted.units, x, y) * (PER if counted.measure == "rate" else 1)
    for i, corner in enumerate(("compared_after", "compared_before", "baseline_after", "baseline_before")):
        table[f"cluster_count_{corner}"] = int(counted.cells["cluster_count"].iloc[order[i]])
        table[f"unit_count_{corner}"] = int(counted.cells["unit_count"].iloc[order[i]])
        table[f"rate_{corner}"] = np.nan if few else rate[:, i]
    table["document_count"] = int(counted.cells["document_count"].sum())
    logs = Contrasts(x, y, (1.0, -1.0, -1.0, 1.0), "log")
    tokens = counted.units.values[:, y[0]].astype(np.float64)  # of compared after, before; baseline after, before
    lasts = along_time(counted, comparison.between, sampling.unit)
    exposure = tokens[:, :2] + tokens[:, 2:] if lasts else None
    for name, values in _four_cells(counted, logs, sampling, comparison, exposure).items():
        table[name] = np.nan if few else np.where(np.isfinite(values), values, np.nan)
    table["unit"], table["too_few"] = sampling.unit, few
    table["note"] = f"too few: a cell with fewer than {sampling.min_units} units ({sampling.unit})" if few else ""
    return adjust_within(table, comparison.family, method=comparison.adjust)


def _four_cells(
    counted: Tally, logs: Contrasts, sampling: Sampling, comparison: Comparison, exposure: np.ndarray | None
) -> dict[str, np.ndarray]:
    """Ratio of ratios and difference of differences with limits, p and detectable ratio; one value per series.

    exposure: tokens of each unit after and before, if these follow each other in time: limits, p and detectable ratio
    then know how long moods last (`lasting_of_influence`); None: they do not.
    """
    scale = PER if counted.measure == "rate" else 1
    plain = replace(logs, scale="linear")
    wider, wider_plain = (
        np.ones(len(logs.numerators))
        if exposure is None
        else lasting_of_influence(influence(counted.units, one), exposure, sampling.level)
        for one in (logs, plain)
    )
    estimate, low, high = moved_away(*intervals(counted.units, logs, sampling), wider)
    linear = [v * scale for v in moved_away(*intervals(counted.units, plain, sampling), wider_plain)]
    columns = {"ratio_of_ratios": np.exp(estimate), "ratio_low": np.exp(low), "ratio_high": np.exp(high)}
    columns |= dict(zip(("difference_of_differences", "difference_low", "difference_high"), linear, strict=True))
    columns["p"] = bootstrap_p(counted.units, logs, sampling, wider)
    error = standard_errors(counted.units, logs) * wider
    columns["detectable_ratio"] = detectable_ratio(error, 1 - sampling.level, comparison.power)
    return columns


def bootstrap_p(units: Units, contrasts: Contrasts, sampling: Sampling, wider: np.ndarray | float = 1.0) -> np.ndarray:
    """Two-sided p of "the contrast is 0" from the bootstrap t (Davison and Hinkley 1997, section 4.4). wider: how many
    times larger the error is than that of units that know nothing of each other."""
    with np.errstate(divide="ignore", invalid="ignore"):
        error = standard_errors(units, contrasts) * wider
        observed = evaluate(units.totals, contrasts) / error
        t = bootstrap_t(units, contrasts, sampling)
        extreme = (np.abs(t) >= np.abs(observed)).sum(axis=0)
    p = (1 + extreme) / (1 + np.isfinite(t).sum(axis=0))
    return np.where(np.isfinite(observed), p, np.nan)


def _two_sides(documents: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    if comparison.between not in documents.columns:
        raise DiscourseError(not_allowed("between", comparison.between, list(documents.columns)))
    found = sorted(documents[comparison.between].dropna().unique())
    for side in (comparison.baseline, comparison.compared):
        if side not in found:
            raise DiscourseError(not_allowed(f"value of {comparison.between}", side, found))
    if comparison.baseline == comparison.compared:
        raise DiscourseError(f"{comparison.between}: {comparison.baseline!r} is on both sides; name two values.")
    return documents[documents[comparison.between].isin([comparison.baseline, comparison.compared])]


def _some_series(counted: Tally, series: Sequence[str]) -> None:
    if not len(counted.series):
        raise DiscourseError(
            f"contrast: nothing to compare: no {', '.join(series)} was named and none is in the hits; name at least one."
        )


def _sides(counted: Tally, pair: tuple[int, int]) -> Sides:
    """The units that occur in either cell of a pair."""
    x, y = counted.numerators(), counted.denominators()
    a, b = pair
    values = counted.units.values
    tokens_a, tokens_b = values[:, y[a, 0]], values[:, y[b, 0]]
    there = (tokens_a > 0) | (tokens_b > 0)
    return Sides(values[there][:, x[a]], tokens_a[there], values[there][:, x[b]], tokens_b[there])


def _permuted(counted: Tally, cells: list[tuple[int, int]], sampling: Sampling) -> np.ndarray:
    tests = [
        permutation_test(_sides(counted, pair), replicates=sampling.replicates, seed=sampling.seed)[1] for pair in cells
    ]
    return np.concatenate(tests) if tests else np.zeros(0)


def _columns(counted: Tally, cells: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Columns of numerators and denominators, (cells x series) x (compared, baseline)."""
    a, b = np.array([p[0] for p in cells], dtype=int), np.array([p[1] for p in cells], dtype=int)
    x = np.stack([counted.numerators()[a].ravel(), counted.numerators()[b].ravel()], axis=1)
    y = np.stack([counted.denominators()[a].ravel(), counted.denominators()[b].ravel()], axis=1)
    return x, y


def _compared(counted: Tally, cells: list, within: list[str], comparison: Comparison, sampling: Sampling):
    """Rates of both sides, their ratio and difference with intervals; rows are pairs x series."""
    n_series = len(counted.series)
    a, b = np.array([p[0] for p in cells], dtype=int), np.array([p[1] for p in cells], dtype=int)
    table = counted.cells.iloc[np.repeat(a, n_series)][within].reset_index(drop=True)
    for name in counted.series.columns:
        table[name] = np.tile(counted.series[name].to_numpy(), len(cells))
    table["baseline"], table["compared"] = comparison.baseline, comparison.compared
    x, y = _columns(counted, cells)
    scale = PER if counted.measure == "rate" else 1
    totals, rate = counted.units.totals, _rate(counted.units, x, y) * scale
    for side, cell, column in (("baseline", b, 1), ("compared", a, 0)):
        for count in ("document_count", "cluster_count", "unit_count"):
            table[f"{count}_{side}"] = np.repeat(counted.cells[count].to_numpy()[cell], n_series)
        table[f"hit_count_{side}"] = totals[x[:, column]]
        table[f"token_count_{side}"] = np.repeat(counted.cells["token_count"].to_numpy()[cell], n_series)
        table[f"rate_{side}"] = rate[:, column]
    table["unit"] = sampling.unit
    logs = Contrasts(x, y, (1.0, -1.0), "log")
    with np.errstate(over="ignore"):
        ratio = [np.exp(v) for v in intervals(counted.units, logs, sampling)]
    difference = [v * scale for v in intervals(counted.units, replace(logs, scale="linear"), sampling)]
    if along_time(counted, comparison.between, sampling.unit):
        wider = lasting(counted, sampling.unit, sampling.level)[a].ravel()
        difference = moved_away(*difference, wider)
        with np.errstate(divide="ignore", over="ignore"):
            ratio = [np.exp(v) for v in moved_away(*(np.log(v) for v in ratio), wider)]
    for name, values in zip(CHANGES, (*ratio, *difference), strict=True):
        table[name] = values
    return table


def _rate(units: Units, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    totals = units.totals.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(totals[y] > 0, totals[x] / totals[y], np.nan)


def _finished(table: pd.DataFrame, comparison: Comparison, sampling: Sampling) -> pd.DataFrame:
    """Blank what rests on too few units, add notes, then adjust p within the families and say what may be claimed."""
    few = has_too_few(sampling.min_units, table["unit_count_baseline"], table["unit_count_compared"])
    counts = [table["hit_count_baseline"], table["hit_count_compared"]]
    zero, bare = (counts[0] == 0) | (counts[1] == 0), (counts[0] + counts[1]) == 0
    table["difference"] = table["difference"].where(~bare, np.nan)
    apart = table["difference_within"].isna() & ~bare if "difference_within" in table else bare & False
    blank = ("ratio", "difference", "detectable", *_TESTS)
    for name in [c for c in table.columns if c in blank or c.startswith(tuple(f"{b}_" for b in blank[:3]))]:
        table[name] = table[name].where(~few, np.nan)
    for name in ("baseline", "compared"):  # a side's own rate stands if that side has enough units
        enough = table[f"unit_count_{name}"] >= sampling.min_units
        table[f"rate_{name}"] = table[f"rate_{name}"].where(enough, np.nan)
    table["too_few"] = few
    unbounded = np.isinf(table["ratio_high"]) | (table["ratio_low"] == 0)
    reasons = [
        f"too few: a side with fewer than {sampling.min_units} units ({sampling.unit})",
        "no hit on either side",
        "no hit within outlets: none where both sides have documents",
        "no hit on one side",
        "too few hits: the interval of the ratio has no bound",
    ]
    table["note"] = np.select([few, bare, apart, zero, unbounded], reasons, "")
    table = adjust_within(table, comparison.family, method=comparison.adjust)
    alpha = 1 - sampling.level
    rotated = table["rotation_p"].isna() | (table["rotation_p"] <= alpha + 1e-12)
    table["is_claim"] = (table["p_adjusted"] <= alpha + 1e-12) & rotated
    table["passes"] = passes_of(table, sampling.level)
    return table


def weights_in_words(pooled: pd.DataFrame, names: Mapping[str, str] | None = None) -> str:
    """How many equal strata those of a `pooled_contrast` count as, and which has most of the weight, for a caption."""
    row = pooled.iloc[0]
    if not row["largest_weight"]:
        return "No outlet has documents on both sides"
    largest = (names or {}).get(row["largest_stratum"], row["largest_stratum"])
    few = f"{row['effective_count']:.1f} equal ones" if round(row["effective_count"], 1) != 1 else "1.0, a single one"
    return f"Within outlets these count as {few}; {largest} alone has {row['largest_weight']:.0%} of the weight"


def passes_of(table: pd.DataFrame, level: float = 0.95) -> pd.Series:
    """In words (`PASSES`) how many of the tests of a row hold at 1 - level: p_adjusted, and rotation_p where there is one;
    "" where nothing was tested. "both tests" and "the test" are the rows of which a change is claimed."""
    import pandas as pd

    alpha = 1 - level + 1e-12
    p, along = table["p_adjusted"], table["rotation_p"]
    number = (p <= alpha).astype(int) + (along <= alpha).astype(int)
    timed = np.array(PASSES[2::-1], dtype=object)[number]
    alone = np.where(p <= alpha, *PASSES[3:])
    words = np.where(p.isna(), "", np.where(along.isna(), alone, timed))
    return pd.Series(words, index=table.index, dtype=object)
