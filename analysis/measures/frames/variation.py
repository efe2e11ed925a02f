"""What a notebook is asked to do otherwise: the choices of a specification that are no parameter of their own there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError, not_allowed
from analysis.measures.frames.about import describe_about, select_about
from analysis.measures.frames.specifications import Material, Specification, specification

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.frames.selection import Selection
    from analysis.store.gateway import Store

OWN = ("frame", "about", "unit")  # parameters of a notebook, so not in its table of choices


def material_of(store: Store, selection: Selection) -> Material:
    """The selected documents of two eras as arrays, with the types of outlets and the window that the study declares."""
    outlets = {row["outlet_id"]: row.get("type", "") for row in store.label_rows("outlets")}
    event = store.study.transition
    window = event.window if event else None
    return Material(selection.documents, store.table("hits"), selection.pair, types=outlets, window=window)


def vary(
    store: Store, selection: Selection, about: str, counting: str | Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, str, str]:
    """(documents, hits, how reprints count, what is said of all this) of a notebook that compares two eras.

    counting: "as_printed" or "cluster_once", which gives what `select_about` gives; or a table of choices: fields of
    `Specification` but for those in `OWN`, by which documents and hits are narrowed. Outlets that stand together have one
    outlet_id then, token_count is that of the voice, and counts by zone or voice are left out. Raises `DiscourseError` for
    another name or value.
    """
    whom = describe_about(about, store.study)
    if isinstance(counting, str):
        return *select_about(selection.documents, store.table("hits"), about), counting, whom
    for name in counting:
        if name in OWN:
            allowed = [field for field in Specification.__dataclass_fields__ if field not in OWN]
            raise DiscourseError(not_allowed("counting", name, allowed, f"{name} is a parameter of its own."))
    spec = specification({**counting, "about": about})
    material = material_of(store, selection)
    picked = material.pick(replace(spec, counting="as_printed"))
    documents = selection.documents.iloc[picked.rows]
    outlets = np.array([*picked.strata, ""], dtype=object)[picked.stratum]
    narrowed = documents.assign(outlet_id=outlets, token_count=picked.tokens)
    if about == "focal" or spec.voice != "all":
        zones = [c for c in documents.columns if c.endswith("_token_count") and not c.startswith("focal")]
        narrowed = narrowed.drop(columns=zones)
    others = {name: value for name, value in counting.items() if name != "counting"}
    return narrowed, material.hits[picked.hits], spec.counting, f"{whom} {describe_choices(others)}".strip()


def describe_choices(chosen: Mapping[str, Any]) -> str:
    """What was chosen otherwise, as a sentence for a caption; "" where nothing was."""
    if not chosen:
        return ""
    return f"Chosen otherwise: {', '.join(f'{name} = {value}' for name, value in sorted(chosen.items()))}."
