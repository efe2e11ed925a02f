"""Which outlet, quarter, story or word a result hangs on: each left out in turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import require
from analysis.measures.frames.specifications import Material, Specification, Without, sums_by

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("outlet", "quarter", "story", "entry")
MOST_STORIES = 200


def leave_one_out(material: Material, spec: Specification, kinds: tuple[str, ...] = KINDS) -> pd.DataFrame:
    """The ratio of a specification without each outlet, quarter, story and codebook entry, most influential first.

    Only what holds a hit of the frame, or an outlet or quarter with tokens, is left out in turn; of stories (clusters of
    reprints) the `MOST_STORIES` with most hits. One row is one thing left out: kind, item (its id; a story's cluster_id),
    hit_count and document_count (what goes with it), ratio (with everything), ratio_without (of the Mantel-Haenszel kind,
    as in `evaluate`), change = log(ratio_without / ratio): above 0, the ratio is larger without it; infinite or null
    where the ratio without it has no hit on one side, or no meaning. Ordered by size of change (null and infinite first),
    then hits. Raises `DiscourseError` for a kind that is not in `KINDS`.
    """
    import pandas as pd

    for kind in kinds:
        require("kinds", kind, KINDS)
    picked = material.pick(spec)
    counted = picked.hits & (material.column("frame", of_hits=True) == spec.frame)
    inside = np.zeros(len(material.after), dtype=bool)
    inside[picked.rows] = True
    whole = ratio_of(material, spec)
    rows = []
    for kind, item, without in _each(material, counted, inside, kinds):
        rows.append(
            {
                "kind": kind,
                "item": item,
                "hit_count": int((counted & ~(without.hits & without.documents[material.doc_of_hit])).sum()),
                "document_count": int((inside & ~without.documents).sum()),
                "ratio": whole,
                "ratio_without": ratio_of(material, spec, without),
            }
        )
    table = pd.DataFrame(rows, columns=["kind", "item", "hit_count", "document_count", "ratio", "ratio_without"])
    with np.errstate(divide="ignore", invalid="ignore"):
        table["change"] = np.log(table["ratio_without"].to_numpy(float)) - np.log(table["ratio"].to_numpy(float))
    size = table["change"].abs().fillna(np.inf).to_numpy(float)
    order = np.lexsort((table["item"], table["kind"], -table["hit_count"], -size))
    return table.iloc[order].reset_index(drop=True)


def ratio_of(material: Material, spec: Specification, without: Without | None = None) -> float:
    """The Mantel-Haenszel ratio within strata of a specification: above 1 means more in the later era.

    0 or infinite without a hit on one side, nan without any in a stratum of both eras.
    """
    picked = material.pick(spec, without)
    (x0, x1), (n0, n1) = sums_by(material, spec, picked, material.after.astype(np.int64), 2)
    whole = np.maximum(n0 + n1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.divide((x1 * n0 / whole).sum(), (x0 * n1 / whole).sum()))


def _each(
    material: Material, counted: np.ndarray, inside: np.ndarray, kinds: tuple[str, ...]
) -> Iterator[tuple[str, str, Without]]:
    """(kind, item, what stays) for each thing that is left out."""
    everything = np.ones(len(counted), dtype=bool)
    named = {"outlet": lambda: material.outlet_names[material.outlet], "quarter": lambda: _quarters(material.published)}
    for kind in kinds:
        if kind == "entry":
            entries = material.column("entry", of_hits=True)
            for item in sorted(set(entries[counted])):
                yield kind, str(item), Without(np.ones(len(inside), dtype=bool), entries != item)
        elif kind == "story":
            cluster = material.column("cluster_id")
            hits = np.bincount(
                material.cluster[material.doc_of_hit[counted]], minlength=material.cluster.max(initial=0) + 1
            )
            first = {code: name for code, name in zip(material.cluster, cluster, strict=True) if hits[code]}
            chosen = sorted(first, key=lambda code: (-hits[code], str(first[code])))[:MOST_STORIES]
            for code in chosen:
                yield kind, str(first[code]), Without(material.cluster != code, everything)
        else:
            values = named[kind]()
            for item in sorted(set(values[inside])):
                yield kind, str(item), Without(values != item, everything)


def _quarters(published: np.ndarray) -> np.ndarray:
    """2019-05-07 -> 2019 Q2; a date without a month stays as it is."""
    return np.array(
        [f"{day[:4]} Q{(int(day[5:7]) + 2) // 3}" if len(day) >= 7 else day for day in published.tolist()], dtype=object
    )


def describe_item(material: Material, kind: str, item: str, names: dict[str, str]) -> str:
    """How a thing left out is called: an outlet's name, a quarter, an entry, a story by its first outlet and day."""
    if kind != "story":
        return {"outlet": names.get(item, item), "entry": f"entry {item.replace('_', ' ')}"}.get(kind, item)
    rows = np.flatnonzero(material.column("cluster_id").astype(str) == item)
    first = rows[np.argsort(material.place[rows])[0]]
    outlet = str(material.outlet_names[material.outlet[first]])
    more = f", {len(rows)} prints" if len(rows) > 1 else ""
    return f"story of {names.get(outlet, outlet)}, {material.published[first] or 'undated'}{more}"


def most_influential(material: Material, spec: Specification, names: dict[str, str], *, count: int = 5) -> pd.DataFrame:
    """The ratio with everything, and without each of the `count` things that change it most: rows for a figure.

    One row is one ratio: what (in words), kind ("all" in the first row), item, hit_count and document_count left out,
    ratio, change (log, as in `leave_one_out`), state ("" or why there is no ratio), is_undefined.
    """
    import pandas as pd

    table = leave_one_out(material, spec)
    whole = ratio_of(material, spec)
    first = {
        "what": "with all",
        "kind": "all",
        "item": "",
        "hit_count": 0,
        "document_count": 0,
        "ratio": whole,
        "change": 0.0,
    }
    rows = [first]
    for row in table.head(count).to_dict("records"):
        what = f"without {describe_item(material, row['kind'], row['item'], names)}"
        rows.append(row | {"what": what, "ratio": row["ratio_without"]})
    result = pd.DataFrame(rows)[[*first]]
    defined = np.isfinite(result["ratio"]) & (result["ratio"] > 0)
    result["state"] = np.where(
        defined, "", np.where(result["ratio"].isna(), "nothing to compare", "no hit on one side")
    )
    return result.assign(is_undefined=~defined)


def reading(table: pd.DataFrame) -> list[str]:
    """The most influential in a sentence. table: of `most_influential`."""
    whole, rest = table.iloc[0], table.iloc[1:]
    named = [
        f"{row.what}: {row.state or f'{row.ratio:.2f}'} ({row.hit_count} hit{'s' * (row.hit_count != 1)})"
        for row in rest.itertuples()
    ]
    start = (
        f"With everything the ratio is {whole['ratio']:.2f}"
        if not whole["state"]
        else f"With everything: {whole['state']}"
    )
    return [f"{start}; {'; '.join(named)}."] if named else [f"{start}."]
