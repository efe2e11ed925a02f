"""An invented press with all columns that a specification may ask for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.simulated_press import Press, draw


def press_tables(seed: int = 1, press: Press | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents and hits of `simulated_press`, with voices, categories, entries and what else a store says of them."""
    documents, hits = draw(press or Press(world="reprints", weeks=150, border=120, outlets=8, documents=900), seed)
    return dressed(documents, hits, seed)


def dressed(documents: pd.DataFrame, hits: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same with the columns that the simulated press does not have, drawn at random, the same in both eras."""
    rng = np.random.default_rng([seed, 77])
    tokens = documents["token_count"].to_numpy()
    focal = np.where(rng.random(len(tokens)) < 0.8, (tokens * rng.uniform(0.3, 1, len(tokens))).astype(int), 0)
    documents = documents.assign(
        quoted_token_count=(tokens * 0.2).astype(int),
        reported_token_count=(tokens * 0.1).astype(int),
        focal_token_count=focal,
        focal_quoted_token_count=(focal * 0.2).astype(int),
        focal_reported_token_count=(focal * 0.1).astype(int),
        language=rng.choice(["en", "fr"], len(tokens), p=[0.9, 0.1]),
        date_basis=rng.choice(["declared", "text"], len(tokens), p=[0.9, 0.1]),
        boilerplate_share=rng.beta(0.3, 3, len(tokens)),
        cluster_size=1,
    )
    inside = dict(zip(documents["doc_id"], focal > 0, strict=True))
    about = np.where(hits["doc_id"].map(inside) & (rng.random(len(hits)) < 0.6), "focal", "other")
    hits = hits.assign(
        hit_id=np.arange(len(hits)),
        entry=rng.choice(["one", "two", "three"], len(hits)),
        is_core=rng.random(len(hits)) < 0.7,
        about=about,
        voice=rng.choice(["own", "quoted", "reported"], len(hits), p=[0.7, 0.2, 0.1]),
        is_negated=rng.random(len(hits)) < 0.1,
        is_mention=rng.random(len(hits)) < 0.05,
    )
    return documents.reset_index(drop=True), hits.reset_index(drop=True)
