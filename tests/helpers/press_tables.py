"""An invented press with all columns that a specification may ask for."""

from __future__ import annotations

import pandas as pd

from benchmarks.simulated_press import Press, draw, dressed


def press_tables(seed: int = 1, press: Press | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents and hits of `simulated_press`, with voices, categories, entries and what else a store says of them."""
    documents, hits = draw(press or Press(world="reprints", weeks=150, border=120, outlets=8, documents=900), seed)
    return dressed(documents, hits, seed)
