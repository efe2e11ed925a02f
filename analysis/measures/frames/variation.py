"""What a notebook is asked to do otherwise: the choices of a specification that are no parameter of their own there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError, not_allowed
from analysis.measures.frames.about import select_about
from analysis.measures.frames.specifications import Material, Specification, specification

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.frames.selection import Selection
    from analysis.store.gateway import Store

OWN = ("frame", "about", "unit", "counting")  # parameters of a notebook, so not among its variations


def material_of(store: Store, selection: Selection) -> Material:
    """The selected documents of two eras as arrays, with the types of outlets and the window that the study declares."""
    outlets = {row["outlet_id"]: row.get("type", "") for row in store.label_rows("outlets")}
    event = store.study.transition
    window = event.window if event else None
    return Material(selection.documents, store.table("hits"), selection.pair, types=outlets, window=window)


def vary(
    store: Store, selection: Selection, about: str, variation: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The documents and hits that a comparison counts: those of `select_about`, narrowed by `variation`.

    variation: fields of `Specification` but for those in `OWN`. Outlets that stand together have one outlet_id; with a
    voice, token_count is that of the voice, and counts by zone or voice are left out. Nothing varied gives what
    `select_about` gives. Raises `DiscourseError` for another name or value.
    """
    if not variation:
        return select_about(selection.documents, store.table("hits"), about)
    for name in variation:
        if name in OWN:
            allowed = [field for field in Specification.__dataclass_fields__ if field not in OWN]
            raise DiscourseError(not_allowed("variation", name, allowed, f"{name} is a parameter of its own."))
    material = material_of(store, selection)
    spec = specification({**variation, "about": about})
    picked = material.pick(spec)
    documents = selection.documents.iloc[picked.rows]
    outlets = np.array([*picked.strata, ""], dtype=object)[picked.stratum]
    narrowed = documents.assign(outlet_id=outlets, token_count=picked.tokens)
    if about == "focal" or spec.voice != "all":
        dropped = [c for c in documents.columns if c.endswith("_token_count") and not c.startswith("focal")]
        narrowed = narrowed.drop(columns=dropped)
    return narrowed, material.hits[picked.hits]


def describe_variation(variation: Mapping[str, Any]) -> str:
    """What was chosen otherwise, as a sentence for a caption; "" where nothing was."""
    if not variation:
        return ""
    return f"Chosen otherwise: {', '.join(f'{name} = {value}' for name, value in sorted(variation.items()))}."
