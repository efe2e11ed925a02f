"""The methods paragraph that an author can paste: written from the settings that were used, never from memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.measures.inference.resampling import Sampling

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.frames.contrasts import Comparison
    from analysis.measures.time.interrupted import Design, Segmented

_INTERVALS = {
    "bca": "bias-corrected and accelerated bootstrap (Efron, 1987)",
    "percentile": "percentile bootstrap",
    "studentised": "studentised bootstrap (Davison and Hinkley, 1997)",
}
_ADJUSTMENTS = {
    "bh": "adjusted for the false discovery rate (Benjamini and Hochberg, 1995)",
    "by": "adjusted for the false discovery rate under dependence (Benjamini and Yekutieli, 2001)",
    "holm": "adjusted by Holm's method",
    "bonferroni": "adjusted by Bonferroni's method",
    "none": "not adjusted",
}
_UNITS = {
    "cluster": "syndication clusters",
    "outlet_month": "blocks of outlet and month",
    "outlet": "outlets",
    "document": "documents",
}


def rates_paragraph(table: pd.DataFrame, sampling: Sampling) -> str:
    """How the table of `rates.rates` was made, in two or three sentences."""
    share = "document_share" in table.columns
    what = "the share of documents with at least one hit" if share else "hits per 10,000 tokens"
    few, left = int(table["too_few"].sum()), int(table.attrs.get("left_out_count", 0))
    text = (
        f"We report {what} with {sampling.level:.0%} intervals from the {_INTERVALS[sampling.interval]} with "
        f"{sampling.replicates:,} replicates over whole {_units(sampling)}, so that reprints and words of one article are "
        f"not taken for independent. Cells with fewer than {sampling.min_clusters} clusters are not reported ({few} of "
        f"{len(table)})."
    )
    return text + (f" {left:,} documents without a value in a grouping column were left out." if left else "")


def contrast_paragraph(table: pd.DataFrame, comparison: Comparison, sampling: Sampling) -> str:
    """How the table of `contrasts.contrast` or `pooled_contrast` was made."""
    families = sorted({int(n) for n in table["family_count"]})
    size = f"{families[0]}" if len(families) == 1 else f"{families[0]} to {families[-1]}"
    return (
        f"We compared {comparison.compared} with {comparison.baseline} by the ratio and the difference of rates, with "
        f"{sampling.level:.0%} intervals from the {_INTERVALS[sampling.interval]} over {_units(sampling)} "
        f"({sampling.replicates:,} replicates). P-values come from a two-sided studentised permutation of "
        f"{_units(sampling)} (Chung and Romano, 2013) and are {_ADJUSTMENTS[comparison.adjust]} over families of "
        f"{size} tests. Sides with fewer than {sampling.min_clusters} clusters were not compared. For each comparison "
        f"we give the smallest ratio that it would have found with a power of {comparison.power:.0%}."
    )


def segmented_paragraph(fit: Segmented, design: Design) -> str:
    """How a segmented regression was made."""
    families = {
        "quasipoisson": "quasi-Poisson",
        "poisson": "Poisson",
        "negative_binomial": "negative binomial",
        "gaussian": "linear",
    }
    dates = " and ".join(sorted(fit.effects["break_date"].unique()))
    terms = "level and slope" if design.slope else "level"
    season = f", {design.season} pairs of seasonal harmonics" if design.season else ""
    window = ""
    if design.window:
        window = f" Documents dated from {design.window[0]} to before {design.window[1]} were left out."
    trend = "a linear trend" if design.trend else "no trend"
    offset = " with the log of the exposure as offset" if design.exposure else ""
    return (
        f"We fitted a segmented {families[design.family]} regression{offset} to {fit.model.observation_count} periods "
        f"(Lopez Bernal et al., 2017), with {trend}{season} and a change of {terms} at {dates}; dispersion "
        f"{fit.model.dispersion:.2f}, {fit.model.df} residual degrees of freedom.{window}"
    )


def _units(sampling: Sampling) -> str:
    return _UNITS.get(sampling.unit, f"units of {sampling.unit}")
