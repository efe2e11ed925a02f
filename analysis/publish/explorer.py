"""The explorer page: rates of frames with intervals, computed in the browser from the public store, without a server.

The data are columns of whole numbers (codes and counts per document and per hit) in one script file, so that the page
opens from `file://` under the site's content security policy. No word, title, address or document id is among them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from analysis.measures.frames.rates import PER
from analysis.measures.frames.tally import MOST_STRADDLING, TIME_UNITS, unit_of
from analysis.measures.inference.resampling import Sampling

if TYPE_CHECKING:
    import pandas as pd

    from analysis.store.gateway import Store

VOICES = ("own", "quoted", "reported")
ABOUT = ("focal", "other", "none")
_TOKENS = ("token_count", "quoted_token_count", "reported_token_count")
_NONE = -1


def explorer_script(store: Store) -> str:
    """The data of the page as a script that sets one name, `DISCOURSE`. Same store, same bytes."""
    content = json.dumps(explorer_data(store), ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return f'"use strict";\nconst DISCOURSE = {content};\n'


def summary(store: Store) -> dict[str, Any]:
    """What the page says around its numbers: focal state, tokens a rate is per, resamples, smallest cell, store."""
    study, usual = store.study, Sampling()
    return {
        "focal": study.focal_name or study.focal_state,
        "per": PER,
        "replicates": usual.replicates,
        "min_units": usual.min_units,
        "store_hash": store.store_hash[:16],
    }


def explorer_data(store: Store) -> dict[str, Any]:
    """What the browser needs: names and order of outlets, groups, eras and frames, and each collection's columns.

    Every list under `documents` has one whole number per document, in the order of doc_id; `hits` name their document by
    its place. Codes count from 0 in the order of the lists of names; -1 means none. A store without documents gives no
    collection.
    """
    study, names = store.study, store.names()
    documents = store.table("documents")
    hits = store.table("hits")
    eras = [e.era_id for e in study.eras] or sorted(set(documents["era_id"].dropna()))
    frames = sorted({*hits["frame"], *(row["frame"] for row in store.label_rows("entries"))})
    sizes = documents.groupby("outlet_id").size()
    outlets = sorted(sizes.index, key=lambda outlet: (-sizes[outlet], outlet))
    groups, group_of = _groups(store, outlets)
    places = {"outlet": outlets, "era": eras, "frame": frames}
    return {
        **summary(store),
        "outlets": [{"id": o, "name": names.get(o, o), "group": group_of[o]} for o in outlets],
        "groups": groups,
        "eras": [{"id": e, "name": names.get(e, e)} for e in eras],
        "frames": [{"id": f, "name": names.get(f, f)} for f in frames],
        "voices": list(VOICES),
        "straddling": MOST_STRADDLING,
        "collections": [
            _collection(store, documents[documents["collection"] == c], hits, places) for c in store.collections
        ],
    }


def _groups(store: Store, outlets: list[str]) -> tuple[list[dict[str, str]], dict[str, int]]:
    """The study's groups that hold an outlet, in its order, the rest last; and the place of each outlet's group."""
    study = store.study
    found = study.outlet_groups(store.label_rows("outlets"))
    declared = [g.id for g in study.groups]
    of = {o: found.get(o, "") if found.get(o) in declared else "" for o in outlets}
    there = [g for g in declared if g in of.values()] + ([""] if "" in of.values() else [])
    labels = study.labels("groups") | {"": "all others" if len(there) > 1 else "all outlets"}
    listed = [{"id": g, "name": labels[g]} for g in there]
    return listed, {o: there.index(g) for o, g in of.items()}


def _collection(
    store: Store, documents: pd.DataFrame, hits: pd.DataFrame, places: dict[str, list[str]]
) -> dict[str, Any]:
    import pandas as pd

    name = documents["collection"].iloc[0]
    declared = store.study.collection(name)
    documents = documents.sort_values("doc_id", kind="stable", ignore_index=True)
    hits = hits[hits["doc_id"].isin(documents["doc_id"])].sort_values(["doc_id", "hit_id"], kind="stable")
    row = pd.Index(documents["doc_id"]).get_indexer(hits["doc_id"])
    once = documents.sort_values(["cluster_position", "doc_id"], kind="stable")
    columns = {
        "outlet": _codes(documents["outlet_id"], places["outlet"]),
        "era": _codes(documents["era_id"], places["era"]),
        "unit": pd.factorize(unit_of(documents, declared.unit), sort=True)[0].tolist(),
        "cluster": pd.factorize(documents["cluster_id"], sort=True)[0].tolist(),
        "rank": once.reset_index().sort_values("index").index.tolist(),
    }
    for column in (*_TOKENS, *(f"focal_{c}" for c in _TOKENS)):
        columns[column.removesuffix("_token_count").replace("token_count", "all")] = documents[column].tolist()
    return {
        "id": name,
        "name": declared.name,
        "unit": declared.unit,
        "is_time": declared.unit in TIME_UNITS,
        "documents": columns,
        "hits": {
            "document": row.tolist(),
            "frame": _codes(hits["frame"], places["frame"]),
            "voice": _codes(hits["voice"], VOICES),
            "about": _codes(hits["about"], ABOUT),
            "core": hits["is_core"].astype(int).tolist(),
        },
    }


def _codes(values: pd.Series, there: tuple[str, ...] | list[str]) -> list[int]:
    place = {value: i for i, value in enumerate(there)}
    return [place.get(value, _NONE) for value in values]
