"""Joining two public stores, such as one's own and a colleague's who may not share texts either.

Nothing is guessed: stores annotated with different codebooks, or with eras that mean different dates, are refused.
Words that only one of the two kept are pooled, because in the other they are hidden in its pool, not absent.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError, not_allowed
from analysis.store.contracts import CONTRACTS, POOLED_TERM, POOLED_TERM_ID
from analysis.store.folders import replacing_folder
from analysis.store.gateway import LABELS, Store, StoreWriter
from analysis.store.match_stories import public_pairs, rejoin
from analysis.store.sketches import keyed_pairs, read_sketches
from analysis.study.declaration import LISTS, Study
from analysis.study.settings import corpus_folder

if TYPE_CHECKING:
    import os

    import pandas as pd

_LABEL_KEYS = {
    "outlets": ("outlet_id",),
    "eras": ("era_id",),
    "entries": ("frame", "entry"),
    "actors": ("actor_id",),
    "sources": ("source_id",),
    "published": ("outlet_id", "month"),
}
_STRICT = ("eras", "entries")


def merge_stores(
    first: Store, second: Store, target: str | os.PathLike[str], *, sketches: tuple[Path, Path] | None = None
) -> Store:
    """Write the documents of both stores into a new store at `target` and open it.

    Document and cluster ids of `second` get its folder's name in front when any of them exists in `first`. Documents
    with the same or nearly the same counts within two weeks are joined into one syndication cluster (`public_pairs`), or,
    with `sketches` (the files of keyed sketches of both, made with one key), those of which a fifth of the marks agree;
    nothing is deleted. `vocabulary.document_count` and `token_count` are sums; terms that only one store kept
    are pooled, and `info` says how many tokens that is.

    Raises `DiscourseError` when `target` exists, when codebooks or eras differ (naming the difference), or when the
    stores have the same hash.
    """
    target = Path(target)
    if target.exists() and any(target.iterdir()):
        raise DiscourseError(f"{target}: is not empty; name a new folder for the joined store.")
    if first.store_hash == second.store_hash:
        raise DiscourseError(f"{first.path.name} and {second.path.name} are the same store ({first.store_hash[:12]}).")
    labels = {name: _joined_labels(name, first, second) for name in LABELS}
    labels = {name: rows for name, rows in labels.items() if rows or name != "published"}
    tables = {name: (first.table(name), second.table(name)) for name in CONTRACTS if CONTRACTS[name].partitioned}
    prefix = _told_apart(tables, second.path.name)
    vocabulary, maps, lost = _joined_vocabulary(first.table("vocabulary"), second.table("vocabulary"))
    for name in ("counts", "contexts"):
        own, other = (_renumbered(t, m) for t, m in zip(tables[name], maps, strict=True))
        tables[name] = own, other
    pairs = _pairs(tables, vocabulary, prefix, sketches)
    documents, joined = rejoin(*tables["documents"], pairs)
    parts = _info_parts(first, second, tables["documents"], lost)
    vocabulary = _pool_documents(vocabulary, tables["counts"])
    info = {
        "merged": parts,
        "id_prefix": prefix,
        "joined_clusters": joined,
        "joined_by": "public counts" if sketches is None else "keyed sketches",
        "document_count": len(documents),
        "codebook_version": first.manifest["info"].get("codebook_version"),
        "min_documents": min(p["min_documents"] or 0 for p in parts),
        "small_tokens": min(p["small_tokens"] or 0 for p in parts),
    }
    with replacing_folder(target, "store", corpus_folder().parent / ".cache", marked=False) as folder:
        writer = StoreWriter(folder, study=_joined_study(first, second))
        _write(writer, documents, vocabulary, tables)
        _write_captures(writer, first, second, prefix)
        writer.finish(info, labels)
    return Store(target)


def _told_apart(tables: dict[str, tuple[pd.DataFrame, pd.DataFrame]], name: str) -> str:
    """Give ids of the second store that the first has too a prefix, in all tables; returns that of documents ("": none)."""
    prefix = _prefix(tables["documents"], name)
    if prefix:
        for _, other in tables.values():
            other["doc_id"] = prefix + other["doc_id"]
        tables["documents"][1]["cluster_id"] = prefix + tables["documents"][1]["cluster_id"]
    draws = tables["codings"]
    if set(draws[0]["draw"]) & set(draws[1]["draw"]):
        draws[1]["draw"] = f"{name}-" + draws[1]["draw"]
    return prefix


def _pairs(
    tables: dict[str, tuple[pd.DataFrame, pd.DataFrame]],
    vocabulary: pd.DataFrame,
    prefix: str,
    sketches: tuple[Path, Path] | None,
) -> pd.DataFrame:
    """Documents of the one and the other store that are one story, by their counts or by their keyed sketches."""
    if sketches is None:
        stop = set(vocabulary.loc[vocabulary["is_stopword"], "term_id"])
        return public_pairs(tables["documents"], tables["counts"], stop)
    marks = [read_sketches(path) for path in sketches]
    pairs = keyed_pairs(marks[0], {prefix + doc_id: own for doc_id, own in marks[1].items()})
    known = [set(t["doc_id"]) for t in tables["documents"]]
    return pairs[pairs["first_id"].isin(known[0]) & pairs["second_id"].isin(known[1])]


def _write_captures(writer: StoreWriter, first: Store, second: Store, prefix: str) -> None:
    """The captures of both, if there are any; one that both list stands once, as `first` has it."""
    import pandas as pd
    import pyarrow as pa

    theirs = second.table("captures")
    theirs["doc_id"] = theirs["doc_id"].map(lambda doc_id: prefix + doc_id, na_action="ignore")
    found = [t for t in (first.table("captures"), theirs) if len(t)]
    if found:
        rows = pd.concat(found, ignore_index=True).drop_duplicates("capture_id").sort_values("capture_id")
        writer.add("captures", pa.Table.from_pandas(rows, CONTRACTS["captures"].schema(), preserve_index=False))


def _joined_study(first: Store, second: Store) -> Study | None:
    """What both declare, in the words of `first` where an id stands in both; None if neither carries a study."""
    if not any("study" in store.manifest for store in (first, second)):
        return None
    ours, theirs = first.study, second.study
    lists = {}
    for name in LISTS:
        if name != "eras":
            known = set(ours.ids(name))
            lists[name] = getattr(ours, name) + tuple(one for one in getattr(theirs, name) if one.id not in known)
    return replace(ours, **lists)


def _joined_labels(name: str, first: Store, second: Store) -> list[dict[str, Any]]:
    """Rows of both, those of `first` where an id stands in both; eras and codebook entries must say the same."""
    rows, others = (store.manifest["labels"].get(name, []) for store in (first, second))
    keys = _LABEL_KEYS[name]

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(row.get(k) for k in keys)

    known = {key(row): row for row in rows}
    if name in _STRICT:
        theirs = {key(row): row for row in others}
        only = [_shown(k) for k in known if k not in theirs], [_shown(k) for k in theirs if k not in known]
        changed = [_change(k, known[k], theirs[k]) for k in known if k in theirs and known[k] != theirs[k]]
        if any((*only, changed)):
            thing = "codebooks" if name == "entries" else name
            raise DiscourseError(
                f"{first.path.name} and {second.path.name} have different {thing}: only in the first: "
                f"{_listed(only[0])}; only in the second: {_listed(only[1])}; changed: {_listed(changed)}. Annotate both "
                "with the same configuration and build again."
            )
    return rows + [row for row in others if key(row) not in known]


def _shown(key: tuple[Any, ...]) -> str:
    return "/".join(str(k) for k in key)


def _listed(items: list[str]) -> str:
    return ", ".join(items[:8]) + (f" and {len(items) - 8} more" if len(items) > 8 else "") if items else "none"


def _change(key: tuple[Any, ...], old: dict[str, Any], new: dict[str, Any]) -> str:
    fields = [f for f in dict.fromkeys([*old, *new]) if old.get(f) != new.get(f)]
    told = "; ".join(f"{f} {json.dumps(old.get(f))} / {json.dumps(new.get(f))}" for f in fields[:2])
    return f"{_shown(key)} ({told})"


def _prefix(documents: tuple[pd.DataFrame, pd.DataFrame], name: str) -> str:
    first, second = documents
    shared = any(set(first[c]) & set(second[c]) for c in ("doc_id", "cluster_id"))
    if not shared:
        return ""
    prefix = f"{name}:"
    if any(value.startswith(prefix) for value in first["doc_id"]):
        raise DiscourseError(not_allowed("name of the second store", name, ["any name not joined before"]))
    return prefix


def _joined_vocabulary(first: pd.DataFrame, second: pd.DataFrame):
    """(vocabulary, old id -> new id for each store, tokens that had to be pooled for each store)."""
    kept = [v[v["term_id"] != POOLED_TERM_ID].set_index("term") for v in (first, second)]
    terms = sorted(set(kept[0].index) & set(kept[1].index))
    number = {term: i for i, term in enumerate(terms, start=1)}
    both = kept[0].loc[terms].copy()
    for column in ("document_count", "token_count"):
        both[column] = both[column].to_numpy() + kept[1].loc[terms, column].to_numpy()
    both = both.reset_index().assign(term_id=range(1, len(terms) + 1))
    maps = [{row.term_id: number.get(row.term, POOLED_TERM_ID) for row in v.itertuples()} for v in (first, second)]
    lost = [int(k.loc[~k.index.isin(number), "token_count"].sum()) for k in kept]
    pools = [v[v["term_id"] == POOLED_TERM_ID] for v in (first, second)]
    pool = {
        "term_id": POOLED_TERM_ID,
        "term": POOLED_TERM,
        "lemma": POOLED_TERM,
        "is_stopword": False,
        "document_count": 0,
        "token_count": sum(int(p["token_count"].sum()) for p in pools) + sum(lost),
    }
    import pandas as pd

    return pd.concat([pd.DataFrame([pool]), both], ignore_index=True), maps, lost


def _renumbered(table: pd.DataFrame, numbers: dict[int, int]) -> pd.DataFrame:
    """The table with new term ids; rows that now share a key (the pool) are added up."""
    table = table.assign(term_id=table["term_id"].map(numbers).to_numpy())
    keys = [c for c in table.columns if c != "token_count"]
    return table.groupby(keys, as_index=False, sort=False)[["token_count"]].sum()


def _pool_documents(vocabulary: pd.DataFrame, counts: tuple[pd.DataFrame, ...]) -> pd.DataFrame:
    pooled = sum(int((c["term_id"] == POOLED_TERM_ID).sum()) for c in counts)
    vocabulary.loc[vocabulary["term_id"] == POOLED_TERM_ID, "document_count"] = pooled
    return vocabulary


def _info_parts(first: Store, second: Store, documents, lost: list[int]) -> list[dict[str, Any]]:
    return [
        {
            "name": store.path.name,
            "store_hash": store.store_hash,
            "code_version": store.manifest["code_version"],
            "document_count": len(table),
            "min_documents": store.manifest["info"].get("min_documents"),
            "small_tokens": store.manifest["info"].get("small_tokens"),
            "tokens_pooled_by_joining": tokens,
        }
        for store, table, tokens in zip((first, second), documents, lost, strict=True)
    ]


def _write(writer: StoreWriter, documents: pd.DataFrame, vocabulary: pd.DataFrame, tables) -> None:
    import pandas as pd
    import pyarrow as pa

    def add(name: str, rows: pd.DataFrame, collection: str | None = None) -> None:
        schema = CONTRACTS[name].schema()
        writer.add(name, pa.Table.from_pandas(rows[schema.names], schema=schema, preserve_index=False), collection)

    there = set(documents["collection"])
    known = [name for name in (writer.study.ids("collections") if writer.study else ()) if name in there]
    for collection in [*known, *sorted(there - set(known))]:
        chosen = documents[documents["collection"] == collection]
        add("documents", chosen.sort_values("doc_id"), collection)
        for name, pair in tables.items():
            if name != "documents":
                rows = pd.concat([t for t in pair if len(t)] or list(pair), ignore_index=True)
                rows = rows[rows["doc_id"].isin(set(chosen["doc_id"]))]
                add(name, rows.sort_values(list(CONTRACTS[name].key)), collection)
    add("vocabulary", vocabulary)
