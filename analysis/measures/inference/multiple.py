"""Many tests at once: p-values adjusted over a declared family."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, not_allowed, require

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

METHODS = {"bh": "fdr_bh", "by": "fdr_by", "bonferroni": "bonferroni", "holm": "holm", "none": ""}


def adjust(p: Sequence[float] | np.ndarray, method: str = "bh") -> np.ndarray:
    """p-values adjusted for the size of their family, in the order given; compare them with the level directly.

    "bh": false discovery rate, Benjamini and Hochberg 1995; "by": the same under any dependence, Benjamini and
    Yekutieli 2001; "bonferroni", "holm": family-wise error. nan means "not tested" and does not count in the family.
    An empty family gives an empty array. Raises `DiscourseError` for an unknown method or a p outside 0 to 1.

    >>> adjust([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.04, 0.04]
    """
    require("method", method, METHODS)
    values = np.asarray(p, dtype=np.float64)
    tested = ~np.isnan(values)
    if ((values[tested] < 0) | (values[tested] > 1)).any():
        raise DiscourseError(f"p: {values[tested].min()} to {values[tested].max()}; p-values lie between 0 and 1.")
    if method == "none" or not tested.any():
        return values.copy()
    from statsmodels.stats.multitest import multipletests

    result = values.copy()
    result[tested] = multipletests(values[tested], method=METHODS[method])[1]
    return result


def adjust_within(rows: pd.DataFrame, family: Sequence[str] = (), *, p: str = "p", method: str = "bh") -> pd.DataFrame:
    """A copy of `rows` with p_adjusted, family and family_count, adjusted within each combination of `family` columns.

    family: columns whose values name a family; none means that all rows are one. family_count: tests in the family.
    Raises `DiscourseError` for a column that is not there.
    """
    for name in (p, *family):
        if name not in rows.columns:
            raise DiscourseError(not_allowed("column", name, list(rows.columns)))
    result = rows.copy()
    label = rows[list(family)].astype(str).agg(" | ".join, axis=1) if family else np.full(len(rows), "all rows")
    result["family"] = label
    result["p_adjusted"] = np.nan
    result["family_count"] = 0
    for name in sorted(result["family"].unique()):
        chosen = (result["family"] == name).to_numpy()
        result.loc[chosen, "p_adjusted"] = adjust(rows.loc[chosen, p].to_numpy(float), method)
        result.loc[chosen, "family_count"] = int(rows.loc[chosen, p].notna().sum())
    result.attrs.update(rows.attrs, adjustment=method)
    return result
