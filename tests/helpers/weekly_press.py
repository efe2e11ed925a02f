"""An invented press of two outlets with moods of weeks."""

from __future__ import annotations

import numpy as np
import pandas as pd


def weekly(ratio=1.0, weeks=80, border=60, seed=0):
    """Two outlets over `weeks` weeks with moods that both share; the frame's rate grows `ratio`-fold at the border."""
    rng = np.random.default_rng(seed)
    week = np.repeat(np.arange(weeks), 4)
    day = np.datetime64("2022-01-03") + (week * 7 + rng.integers(0, 7, len(week))).astype("timedelta64[D]")
    mood = rng.gamma(3, 1 / 3, weeks)[week] * np.where(week >= border, ratio, 1.0)
    docs = pd.DataFrame(
        {
            "doc_id": [f"d{i:04}" for i in range(len(week))],
            "outlet_id": np.tile(["post", "times"], len(week) // 2),
            "era_id": np.where(week >= border, "after", "before"),
            "published": day.astype(str),
            "token_count": rng.integers(300, 900, len(week)),
            "cluster_id": [f"c{i:04}" for i in range(len(week))],
        }
    )
    counts = rng.poisson(docs["token_count"] * 0.004 * mood)
    return docs, pd.DataFrame({"doc_id": docs["doc_id"].repeat(counts), "frame": "iron"})
