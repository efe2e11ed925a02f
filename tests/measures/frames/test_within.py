"""Outlets taken together: tested, and compared, within each of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.measures.frames.contrasts import Comparison, contrast, pooled_contrast
from analysis.measures.frames.coverage import pool_small_outlets
from analysis.measures.inference.resampling import Sampling
from analysis.study.reserved import OTHERS
from tests.helpers.weekly_press import weekly


def test_small_outlets_taken_together_are_tested_within_each_of_them():
    """Two small outlets of rates that never change, and whose shares of the documents do: no change of anything."""
    written, said = weekly(seed=3)
    rng = np.random.default_rng(1)
    rows, extra = [], []
    for week in range(80):
        era, day = "before" if week < 60 else "after", str(np.datetime64("2022-01-03") + 7 * week)
        for name, counts, mean in (("calm", (3, 1), 2), ("keen", (1, 3), 12)):
            for i in range(counts[era == "after"]):
                doc_id = f"{name}{week}.{i}"
                rows.append((doc_id, name, era, day, 1000, doc_id))
                extra += [(doc_id, "iron")] * rng.poisson(mean)
    small = pd.DataFrame(rows, columns=list(written.columns))
    extra = pd.DataFrame(extra, columns=list(said.columns))
    both, found = pd.concat([written, small], ignore_index=True), pd.concat([said, extra], ignore_index=True)
    sampling = Sampling(unit="week", replicates=200, min_units=2)
    plain = Comparison("era_id", "before", "after", plant=False)
    small_ones = both["outlet_id"].isin(["calm", "keen"])
    pooled = both.assign(own_outlet_id=both["outlet_id"], outlet_id=both["outlet_id"].mask(small_ones, OTHERS))
    assert set(pool_small_outlets(both, 2)) == set(pooled)  # by whatever rule they are taken together
    table = contrast(pooled, found, plain, within=["outlet_id"], sampling=sampling).set_index("outlet_id")
    whole = pooled_contrast(small, extra, plain, sampling=sampling).iloc[0]
    row = table.loc[OTHERS]
    columns = ["p", "rotation_p", "ratio", "difference", "difference_low"]
    within = ["p", "rotation_p", "ratio_within", "difference_within", "difference_within_low"]
    assert row[columns].tolist() == whole[within].tolist()
    assert row["p"] > 0.1 and 0.8 < row["ratio"] < 1.25 and row["stratum_count"] == 2
    assert row["rate_compared"] > 1.4 * row["rate_baseline"]  # rates are of all its documents
    alone = contrast(both, found, plain, within=["outlet_id"], sampling=sampling).set_index("outlet_id")
    same = [name for name in table.index if name != OTHERS]
    assert table.loc[same, ["p", "rotation_p", "ratio"]].equals(alone.loc[same, ["p", "rotation_p", "ratio"]])
