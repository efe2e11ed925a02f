"""From sketches to syndication clusters: which documents carry one story, who was likely first, how much is shared.

Nothing is deleted: every document keeps its row and says which cluster it belongs to.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.texts.build.threads import in_order
from analysis.texts.dedupe.buckets import BUCKETS, Spool
from analysis.texts.dedupe.sketches import Sketches, SketchStore, mix
from analysis.texts.read.dates import span

THRESHOLD = 0.30
SHORT_THRESHOLD = 0.75
PART_THRESHOLD = 0.50
LONG, SHORT = 80, 30
SHORT_DAYS = 31
MIN_SHARED = 6
ASYMMETRY = 0.25
NEIGHBOURS = 24
TITLE_DAYS = 7
TITLE_WORDS = 5
_PAIR = np.dtype([("key", np.int64), ("shared", np.int32)])
_WORD = re.compile(r"\w+")


def title_key(title: str | None) -> str:
    """A title without case and punctuation, for comparing; "" below five words (too little to tell stories apart)."""
    words = _WORD.findall((title or "").casefold())
    return " ".join(words) if len(words) >= TITLE_WORDS else ""


@dataclass(frozen=True, slots=True)
class Clusters:
    """One value per document, in the order given. See the documents table for the meaning; credits: agency or None."""

    cluster_id: list[str]
    cluster_size: np.ndarray
    cluster_position: np.ndarray
    is_cluster_origin: np.ndarray
    shared_token_share: np.ndarray
    links: np.ndarray


@dataclass(frozen=True, slots=True)
class Meta:
    """What clustering needs to know of the documents besides their sketches; one value per document."""

    doc_ids: Sequence[str]
    published: Sequence[str | None]
    precision: Sequence[str]
    outlet_ids: Sequence[str]
    title_keys: Sequence[str]
    credits: Sequence[str | None]


def cluster(
    sketches: Sketches | SketchStore, meta: Meta, *, threshold: float = THRESHOLD, threads: int = 1
) -> Clusters:
    """Cluster documents that carry one story.

    Two documents are linked if one holds at least `threshold` of the other's shingles (more is asked of texts under 80
    shingles, 0.75 at 30 and below, and a month between them at most), or if two outlets print the same title of five
    words or more within a week and at least one of them is a headline or short summary. A text under a quarter of the
    other's length joins the cluster that holds most of it (half or more), one short text per long one, so that a digest
    does not tie its stories together. Above about 256 shingles the share is estimated from a sample (standard error at
    most 0.03). The result is the same for any number of threads.
    """
    count = len(sketches)
    if not count:
        empty = np.empty(0)
        return Clusters(
            [], empty.astype(np.int32), empty.astype(np.int32), empty.astype(bool), empty, empty.reshape(0, 2)
        )
    representative = _same_digest(sketches, meta)
    pairs, shares = similar_pairs(sketches, representative, threshold=threshold, threads=threads)
    timely = np.array([_timely(sketches, meta, a, b) for a, b in pairs.tolist()], dtype=bool)
    pairs, shares = pairs[timely], shares[timely]
    parent = _Forest(count)
    for document, first in enumerate(representative.tolist()):
        parent.union(document, first)
    counts = sketches.counts
    ratio = counts[pairs].min(axis=1) / np.maximum(counts[pairs].max(axis=1), 1) if len(pairs) else np.empty(0)
    for a, b in pairs[ratio >= ASYMMETRY].tolist():
        parent.union(a, b)
    part = (ratio < ASYMMETRY) & (shares >= PART_THRESHOLD)
    _attach_short(parent, pairs[part], shares[part], counts)
    for a, b in _same_title(sketches, meta):
        parent.union(a, b)
    return _describe(parent.roots(), sketches, meta, pairs, threads)


class _Forest:
    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def find(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def union(self, a: int, b: int) -> None:
        a, b = self.find(a), self.find(b)
        self.parent[max(a, b)] = min(a, b)

    def roots(self) -> np.ndarray:
        return np.array([self.find(i) for i in range(len(self.parent))], dtype=np.int64)


def _same_digest(sketches: Sketches | SketchStore, meta: Meta) -> np.ndarray:
    """For each document the first one with the same set of shingles in time for it (itself if there is none)."""
    first: dict[tuple[int, int], int] = {}
    found = np.arange(len(sketches))
    for index, (digest, count) in enumerate(zip(sketches.digests.tolist(), sketches.counts.tolist(), strict=True)):
        if count:
            same = first.setdefault((digest, count), index)
            if _timely(sketches, meta, same, index):
                found[index] = same
            else:
                first[digest, count] = index
    return found


def required_share(shingle_count: np.ndarray, threshold: float = THRESHOLD) -> np.ndarray:
    """The share of the shorter text's shingles that makes a link, by their number: less evidence in a short text."""
    top = max(SHORT_THRESHOLD, threshold)
    part = np.clip((LONG - shingle_count) / (LONG - SHORT), 0.0, 1.0)
    return threshold + (top - threshold) * part


def similar_pairs(
    sketches: Sketches | SketchStore,
    representative: np.ndarray | None = None,
    *,
    threshold: float = THRESHOLD,
    threads: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Linked pairs (indices, shape (n, 2), first < second) and the share of the shorter text found in the longer.

    Shingles found in more than 200 documents (or 1 % of them) are formulae: they count as not shared.
    """
    keep = np.ones(len(sketches), bool) if representative is None else representative == np.arange(len(sketches))
    most = max(200, len(sketches) // 100)

    def near(samples: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        hashes, owners = samples
        chosen = keep[owners]
        hashes, owners = _without_formulae(hashes[chosen], owners[chosen], most)
        return _count_pairs(hashes, owners.astype(np.int64), len(sketches))

    def linked(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return _linked(*_sum_by_key(rows["key"], rows["shared"]), sketches, threshold)

    with Spool(_PAIR, sketches.folder) as seen:
        for rows in in_order(near, sketches.ranges(), threads):
            # By the first document, so that all that is known of a pair comes together again.
            seen.add(rows["key"] // len(sketches) * BUCKETS // len(sketches), rows)
        found = list(in_order(linked, seen, threads))
    pairs, shares = (np.concatenate(column) for column in zip(*found, strict=True))
    return pairs, shares


def _linked(
    keys: np.ndarray, shared: np.ndarray, sketches: Sketches | SketchStore, threshold: float
) -> tuple[np.ndarray, np.ndarray]:
    """The pairs that share enough, and how much, of pairs (first * documents + second) and their shared samples."""
    pairs = np.stack([keys // len(sketches), keys % len(sketches)], axis=1)
    enough = shared >= MIN_SHARED / 2
    pairs, shared = pairs[enough], shared[enough]
    counts = sketches.counts[pairs]
    limit = sketches.limits[pairs].min(axis=1).astype(np.float64) / 2.0**64
    smaller = counts.min(axis=1)
    estimate = np.minimum(1.0, shared / np.maximum(smaller * limit, 1e-9))
    linked = (estimate >= required_share(smaller, threshold)) & (shared >= np.minimum(MIN_SHARED, 0.9 * smaller))
    return pairs[linked], estimate[linked]


def _sum_by_key(keys: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different keys, ascending, and the sum of each one's values."""
    order = np.argsort(keys, kind="stable")
    first = np.flatnonzero(np.diff(keys[order], prepend=-1))
    return keys[order][first], np.add.reduceat(values[order].astype(np.int64), first) if len(first) else first


def _without_formulae(hashes: np.ndarray, owner: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """The samples that more than one document and at most `most` have, by hash and document."""
    order = np.argsort(hashes)
    hashes = hashes[order]
    start = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]])) if len(hashes) else np.empty(0, int)
    lengths = np.diff(np.append(start, len(hashes)))
    keep = np.repeat((lengths > 1) & (lengths <= most), lengths)
    hashes, owner = hashes[keep], owner[order[keep]]  # few samples stand in two texts: only these need the second key
    order = np.lexsort((owner, hashes))
    return hashes[order], owner[order]


def _count_pairs(hashes: np.ndarray, owner: np.ndarray, count: int) -> np.ndarray:
    """Rows (key, shared) of the pairs of documents that stand near each other under one hash."""
    found = [np.empty(0, np.int64)]
    for step in range(1, NEIGHBOURS + 1):
        same = np.flatnonzero(hashes[step:] == hashes[:-step])
        if not len(same):
            break
        found.append(owner[same] * count + owner[same + step])
    keys = np.sort(np.concatenate(found))
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    rows = np.empty(len(first), dtype=_PAIR)
    rows["key"], rows["shared"] = keys[first], np.diff(np.append(first, len(keys)))
    return rows


def _attach_short(parent: _Forest, pairs: np.ndarray, shares: np.ndarray, counts: np.ndarray) -> None:
    best: dict[int, tuple[float, int]] = {}
    for (a, b), share in zip(pairs.tolist(), shares.tolist(), strict=True):
        small, large = (a, b) if (counts[a], b) < (counts[b], a) else (b, a)
        root = parent.find(small)
        candidate = (share, -large)
        if root != parent.find(large) and (root not in best or candidate > best[root]):
            best[root] = candidate
    taken: set[int] = set()
    for root, (_, large) in sorted(best.items(), key=lambda item: (-item[1][0], item[0])):
        holder = parent.find(-large)
        if holder not in taken:  # a text that holds two stories is a digest: it must not tie them together
            parent.union(root, holder)
            taken |= {parent.find(holder), holder}


def _same_title(sketches: Sketches | SketchStore, meta: Meta) -> list[tuple[int, int]]:
    groups: dict[str, list[int]] = {}
    for index, key in enumerate(meta.title_keys):
        if key:
            groups.setdefault(key, []).append(index)
    found = []
    for members in groups.values():
        for position, a in enumerate(members[1:], start=1):
            for b in members[max(0, position - NEIGHBOURS) : position]:
                brief = min(sketches.counts[a], sketches.counts[b]) < SHORT
                days = _days_between(meta, a, b)
                other = meta.outlet_ids[a] != meta.outlet_ids[b]  # one outlet's equal titles are a series
                if brief and other and days is not None and days <= TITLE_DAYS:
                    found.append((b, a))
    return found


def _days_between(meta: Meta, a: int, b: int) -> int | None:
    if meta.precision[a] != "day" or meta.precision[b] != "day":
        return None
    first, second = (dt.date.fromisoformat(str(meta.published[i])) for i in (a, b))
    return abs((first - second).days)


def _timely(sketches: Sketches | SketchStore, meta: Meta, a: int, b: int) -> bool:
    """Short texts are often the same caption or background line under another story: a reprint comes soon."""
    days = _days_between(meta, a, b)
    return days is None or days <= SHORT_DAYS or min(sketches.counts[a], sketches.counts[b]) >= LONG


def _describe(
    roots: np.ndarray, sketches: Sketches | SketchStore, meta: Meta, links: np.ndarray, threads: int
) -> Clusters:
    count = len(roots)
    ids: list[str] = list(meta.doc_ids)
    size, position = np.ones(count, np.int32), np.ones(count, np.int32)
    origin = np.ones(count, bool)
    first_of = np.full(count, -1, dtype=np.int32)
    order = np.argsort(roots, kind="stable")
    edges = np.flatnonzero(np.concatenate([[True], np.diff(roots[order]) > 0, [True]]))
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if stop - start == 1:
            continue
        members = order[start:stop].tolist()
        first = _origin(members, sketches, meta)
        ranked = sorted(members, key=lambda i: (_first_day(meta, i), i != first, meta.doc_ids[i]))
        for rank, member in enumerate(ranked, start=1):
            ids[member] = meta.doc_ids[first]
            size[member], position[member] = stop - start, rank
            origin[member] = member == first
        first_of[members] = first
    return Clusters(ids, size, position, origin, shares_in(sketches, first_of, threads=threads), links)


def _first_day(meta: Meta, index: int) -> tuple[str, str]:
    iso = meta.published[index]
    if iso is None:
        return "9999-12-31", "none"
    return span(iso, meta.precision[index])[1], meta.precision[index]


def _origin(members: list[int], sketches: Sketches | SketchStore, meta: Meta) -> int:
    credited = {meta.credits[i] for i in members if meta.credits[i]}
    own = [i for i in members if meta.outlet_ids[i] in credited]
    return min(own or members, key=lambda i: (_first_day(meta, i), -int(sketches.counts[i]), meta.doc_ids[i]))


def shares_in(sketches: Sketches | SketchStore, origin: np.ndarray, *, threads: int = 1) -> np.ndarray:
    """For each document the share of its shingles found in its origin, 0 to 1, from the samples they have in common.

    origin: index of the origin of each document's cluster, -1 for documents in no cluster, whose share is 0. An origin
    has 1, and so has a document without shingles (a headline): such are clustered only when their titles are equal.
    """
    count = len(sketches)
    clustered = origin >= 0
    asked = clustered & (origin != np.arange(count)) & (sketches.counts > 0)
    found = np.where(clustered & ~asked, 1.0, 0.0)
    if not asked.any():
        return found
    is_origin = np.zeros(count, bool)
    is_origin[origin[asked]] = True
    limits = sketches.limits

    def counted(samples: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        hashes, owners = samples
        of_origins = is_origin[owners]
        there = np.sort(_keys(hashes[of_origins], owners[of_origins]))
        rows = np.flatnonzero(asked[owners])
        rows = rows[hashes[rows] <= np.minimum(limits[owners[rows]], limits[origin[owners[rows]]])]
        here = _keys(hashes[rows], origin[owners[rows]])
        place = np.minimum(np.searchsorted(there, here), len(there) - 1)
        shared = rows[there[place] == here] if len(there) else rows[:0]
        return np.bincount(owners[shared], minlength=count), np.bincount(owners[rows], minlength=count)

    both, own = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for more, of_all in in_order(counted, sketches.ranges(), threads):
        both += more
        own += of_all
    found[asked] = both[asked] / np.maximum(own[asked], 1)
    return found


def _keys(hashes: np.ndarray, documents: np.ndarray) -> np.ndarray:
    """One number for a hash in a document. Two of 64 bits are as good as never equal by chance."""
    return hashes ^ mix(documents.astype(np.uint64) + np.uint64(1))
