"""One contrast of two eras under hundreds of defensible choices, each tabulated anew from the same arrays.

The store's tables are turned into arrays once; a specification is a mask over documents and one over hits, and its sums are
one `bincount`. The numbers of a specification are those of `pooled_contrast` with the same choices (`ratio_within`, its
interval, p and rotation_p), which notebook 24 prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import DiscourseError, not_allowed, require
from analysis.measures.frames.about import CHOICES as ABOUT
from analysis.measures.frames.blocks import blocks_of, in_time
from analysis.measures.frames.rates import PER
from analysis.measures.frames.tally import COUNTINGS, TIME_UNITS, unit_of, whole_calendar
from analysis.measures.inference.eras import Blocks, era_test, ratio_within
from analysis.study.reserved import OTHERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analysis.measures.inference.resampling import Sampling

ALLOWED = {
    "categories": ("core", "all"),
    "about": ABOUT,
    "voice": ("all", "own", "quoted", "reported"),
    "uses": ("all", "affirmed"),
    "unit": TIME_UNITS,
    "counting": COUNTINGS,
    "window": ("kept", "left_out"),
    "outlets": ("all", "both_eras"),
    "small": ("apart", "together", "left_out"),
    "mix": ("within", "pooled"),
    "dates": ("all", "declared"),
}


POOLED = "(pooled)"  # all outlets as one; a row "(all)" beside it is what outlets say together


@dataclass(frozen=True, kw_only=True)
class Specification:
    """One way to count and compare; each field is a choice with its plain default.

    frame: of the codebook. categories: those of its total ("core") or all. about: whom (see `select_about`). voice: whose
    words, over the tokens in that voice. uses: all hits, or "affirmed": neither negated nor words talked about. unit: of
    time. counting: as in `Counting`. window: whether the documents of the declared window around the border are "kept" or
    "left_out". since: ISO day; what is older is left out. outlets: all, or those with documents in "both_eras".
    without_type: a type of outlet that is left out. small: all but the `max_outlets` largest outlets stand "apart",
    "together" as one, or are "left_out". min_stories: the fewest independent stories an outlet needs. mix: compared
    "within" outlets, or "pooled" over all, so that a change in who is there counts as change. language: only this one.
    dates: all, or those "declared" by the source. max_boilerplate: the largest share of a text that was taken out.
    """

    frame: str = ""
    categories: str = "core"
    about: str = "focal"
    voice: str = "all"
    uses: str = "all"
    unit: str = "week"
    counting: str = "as_printed"
    window: str = "kept"
    since: str = ""
    outlets: str = "all"
    without_type: str = ""
    small: str = "apart"
    max_outlets: int = 12
    min_stories: int = 0
    mix: str = "within"
    language: str = ""
    dates: str = "all"
    max_boilerplate: float = 1.0

    def __post_init__(self) -> None:
        for name, allowed in ALLOWED.items():
            require(f"specification: {name}", getattr(self, name), allowed)


def specification(settings: Mapping[str, Any]) -> Specification:
    """The specification of these settings; an unknown name or a value of another type raises `DiscourseError`."""
    known = {field.name: type(field.default) for field in fields(Specification)}
    for name, value in settings.items():
        if name not in known:
            raise DiscourseError(not_allowed("parameter of a specification", name, known))
        fits = isinstance(value, int | float) if known[name] is float else isinstance(value, known[name])
        if not fits or isinstance(value, bool):
            raise DiscourseError(f"specification: {name} = {value!r} should be of type {known[name].__name__}.")
    return Specification(**settings)


@dataclass(frozen=True)
class Picked:
    """What one specification counts. rows: its documents, positions in the tables given. stratum: of each, a number into
    `strata`, names in order. tokens: of each. hits: a mask over the hits, of all frames."""

    rows: np.ndarray
    stratum: np.ndarray
    strata: list[str]
    tokens: np.ndarray
    hits: np.ndarray


class Material:
    """Documents and hits of two eras as arrays.

    documents, hits: store tables, documents with era_id in `pair` = (before, after) only. types: outlet_id -> its type.
    window: ISO days [start, end) around the border, if the study declares one. Columns that a choice needs and the tables
    do not have are named when it is asked for.
    """

    def __init__(
        self,
        documents: pd.DataFrame,
        hits: pd.DataFrame,
        pair: tuple[str, str],
        *,
        types: Mapping[str, str] | None = None,
        window: tuple[str, str] | None = None,
    ) -> None:
        import pandas as pd

        eras = set(documents["era_id"])
        if eras - set(pair):
            raise DiscourseError(f"documents: eras {sorted(eras - set(pair))} are not among the two compared.")
        self.documents, self.hits, self.pair = documents, hits, pair
        self.window, self.types = window, dict(types or {})
        self.after = (documents["era_id"] == pair[1]).to_numpy()
        self.published = documents["published"].fillna("").astype(str).to_numpy(dtype=str)
        self.outlet, self.outlet_names = _codes(documents["outlet_id"])
        self.cluster, _ = _codes(documents["cluster_id"])
        self.doc_of_hit = pd.Index(documents["doc_id"]).get_indexer(hits["doc_id"])
        self._blocks: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._columns: dict[tuple[bool, str], np.ndarray] = {}
        order = documents.reset_index(drop=True).sort_values(["cluster_position", "doc_id"], kind="stable")
        self.place = np.empty(len(documents), dtype=np.int64)
        self.place[order.index.to_numpy()] = np.arange(len(documents))

    def column(self, name: str, *, of_hits: bool = False) -> np.ndarray:
        """A column of the documents or hits as an array; `DiscourseError` if it is not there."""
        key = of_hits, name
        if key not in self._columns:
            table = self.hits if of_hits else self.documents
            if name not in table.columns:
                thing = "column of the hits" if of_hits else "column of the documents"
                raise DiscourseError(not_allowed(thing, name, list(table.columns)))
            values = table[name]
            self._columns[key] = values.astype(object).to_numpy() if values.dtype == object else values.to_numpy()
        return self._columns[key]

    def blocks(self, unit: str) -> tuple[np.ndarray, np.ndarray]:
        """(block of each document, names of the blocks in order of time)."""
        if unit not in self._blocks:
            self._blocks[unit] = _codes(unit_of(self.documents, unit))
        return self._blocks[unit]

    def pick(self, spec: Specification, without: Without | None = None) -> Picked:
        """The documents and hits that a specification counts; `without`: what is left out beside."""
        kept = self._documents(spec)
        hits = self._hits(spec)
        if without is not None:
            kept &= without.documents
            hits &= without.hits
        kept &= self._outlets(spec, kept)
        outlet, names = self._strata(spec, kept)
        kept &= outlet >= 0
        if spec.counting == "cluster_once":
            kept = self._once(kept)
        rows = np.flatnonzero(kept)
        used, stratum = np.unique(outlet[rows], return_inverse=True)
        inside = np.zeros(len(kept) + 1, dtype=bool)
        inside[:-1] = kept
        return Picked(rows, stratum, [names[i] for i in used], self.tokens(spec)[rows], hits & inside[self.doc_of_hit])

    def tokens(self, spec: Specification) -> np.ndarray:
        """Tokens of each document in which a hit of the specification could stand."""
        start = "focal_" if spec.about == "focal" else ""
        whole = self.column(f"{start}token_count")
        if spec.voice == "all":
            return whole
        quoted, reported = (self.column(f"{start}{voice}_token_count") for voice in ("quoted", "reported"))
        return {"quoted": quoted, "reported": reported}.get(spec.voice, whole - quoted - reported)

    def _documents(self, spec: Specification) -> np.ndarray:
        kept = np.ones(len(self.documents), dtype=bool)
        if spec.about == "focal":
            kept &= self.column("focal_token_count") > 0
        if spec.window == "left_out":
            if self.window is None:
                raise DiscourseError("window = 'left_out': the study declares no window of a transition; keep it.")
            start, end = self.window
            kept &= ~((self.published >= start) & (self.published < end))
        if spec.since:
            kept &= self.published >= spec.since
        if spec.language:
            kept &= self.column("language") == spec.language
        if spec.dates == "declared":
            kept &= self.column("date_basis") == "declared"
        if spec.max_boilerplate < 1:
            kept &= self.column("boilerplate_share") <= spec.max_boilerplate
        if spec.without_type:
            there = np.array([self.types.get(name, "") != spec.without_type for name in self.outlet_names])
            kept &= there[self.outlet]
        return kept

    def _hits(self, spec: Specification) -> np.ndarray:
        chosen = self.doc_of_hit >= 0
        if spec.categories == "core":
            chosen &= self.column("is_core", of_hits=True).astype(bool)
        if spec.about != "all":
            chosen &= (self.column("about", of_hits=True) == "focal") == (spec.about == "focal")
        if spec.voice != "all":
            chosen &= self.column("voice", of_hits=True) == spec.voice
        if spec.uses == "affirmed":
            for name in ("is_negated", "is_mention"):
                chosen &= ~self.column(name, of_hits=True).astype(bool)
        return chosen

    def _outlets(self, spec: Specification, kept: np.ndarray) -> np.ndarray:
        """Documents of outlets that meet what the specification asks of an outlet, counted over the documents kept."""
        size = len(self.outlet_names)
        good = np.ones(size, dtype=bool)
        if spec.outlets == "both_eras":
            for side in (False, True):
                good &= np.bincount(self.outlet[kept & (self.after == side)], minlength=size) > 0
        if spec.min_stories:
            pairs = np.unique(
                self.outlet[kept].astype(np.int64) * (self.cluster.max(initial=0) + 1) + self.cluster[kept]
            )
            stories = np.bincount(pairs // (self.cluster.max(initial=0) + 1), minlength=size)
            good &= stories >= spec.min_stories
        return good[self.outlet]

    def _strata(self, spec: Specification, kept: np.ndarray) -> tuple[np.ndarray, list[str]]:
        """Stratum of each document (-1: left out) and the names of the strata, in order of their names."""
        names = list(self.outlet_names)
        outlet = self.outlet.copy()
        if spec.small != "apart":
            size = np.bincount(outlet[kept], minlength=len(names))
            large = np.lexsort((np.arange(len(names)), -size))[: spec.max_outlets]
            is_small = ~np.isin(outlet, large)
            if spec.small == "left_out":
                outlet[is_small] = -1
            elif (is_small & kept).any():
                outlet, names = _renamed(outlet, names, is_small, OTHERS)
        if spec.mix == "pooled":
            outlet, names = _renamed(outlet, names, outlet >= 0, POOLED)
        return outlet, names

    def _once(self, kept: np.ndarray) -> np.ndarray:
        """The first document of each cluster among those kept."""
        rows = np.flatnonzero(kept)
        rows = rows[np.argsort(self.place[rows], kind="stable")]
        result = np.zeros(len(kept), dtype=bool)
        result[rows[np.unique(self.cluster[rows], return_index=True)[1]]] = True
        return result


@dataclass(frozen=True)
class Without:
    """What is left out beside a specification: masks of what stays, over documents and over hits."""

    documents: np.ndarray
    hits: np.ndarray


def _codes(values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    import pandas as pd

    codes, names = pd.factorize(values.astype(str), sort=True)
    return codes, np.asarray(names, dtype=object)


def _renamed(codes: np.ndarray, names: list[str], chosen: np.ndarray, name: str) -> tuple[np.ndarray, list[str]]:
    """Codes into `names` with those chosen called `name`; names in order of the alphabet again."""
    found = sorted({*names, name})
    place = np.array([found.index(one) for one in names] or [0])
    result = np.where(codes >= 0, place[np.maximum(codes, 0)], -1)
    result[chosen] = found.index(name)
    return result, found


def sums_by(material: Material, spec: Specification, picked: Picked, block: np.ndarray, size: int) -> tuple:
    """(hits, tokens) by block and stratum: size x strata. block: of each document of the tables."""
    strata = max(len(picked.strata), 1)
    where = np.full(len(material.after), -1, dtype=np.int64)
    where[picked.rows] = block[picked.rows] * strata + picked.stratum
    n = np.bincount(where[picked.rows], weights=picked.tokens, minlength=size * strata)
    mine = picked.hits & (material.column("frame", of_hits=True) == spec.frame)
    x = np.bincount(where[material.doc_of_hit[mine]], minlength=size * strata).astype(np.float64)
    return x.reshape(size, strata), n.reshape(size, strata)


def spec_blocks(material: Material, spec: Specification, picked: Picked | None = None) -> Blocks:
    """Blocks of time in the specification's own unit, as `pooled_contrast` tests them: one stratum an outlet."""
    picked = picked or material.pick(spec)
    code, names = material.blocks(spec.unit)
    present = np.unique(code[picked.rows])
    place = np.zeros(len(names), dtype=np.int64)
    place[present] = np.arange(len(present))
    x, n = sums_by(material, spec, picked, place[code] * 2 + material.after, 2 * len(present))
    strata = x.shape[1]
    # units x (stratum, side): cells in the order of a tally by outlet and era
    x, n = (v.reshape(-1, 2, strata).transpose(0, 2, 1).reshape(-1, 2 * strata) for v in (x, n))
    pairs = [(2 * o + 1, 2 * o) for o in range(strata)]
    return blocks_of(x[:, :, None], n, names[present], pairs, spec.unit)


def joint_sums(
    material: Material, specs: Sequence[Specification], unit: str
) -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray, np.ndarray]:
    """(hits and tokens of each specification, labels, which blocks are filled) over one calendar of `unit` for all.

    The blocks are those of all documents of both eras, in order of time; one that straddles the border stands twice, and
    one that no document has is there, for the rotation.
    """
    code, names = material.blocks(unit)
    calendar = {block: i for i, block in enumerate(whole_calendar(list(names), unit))}
    block = np.array([calendar[name] for name in names], dtype=np.int64)[code]
    sides = [np.bincount(block[material.after == side], minlength=len(calendar)) > 0 for side in (False, True)]
    rows, after = in_time(*sides)
    place = np.full((len(calendar), 2), -1, dtype=np.int64)
    place[rows, after.astype(int)] = np.arange(len(rows))
    where = place[block, material.after.astype(int)]
    sums = [sums_by(material, spec, material.pick(spec), where, len(rows)) for spec in specs]
    return sums, after, np.bincount(where, minlength=len(rows)) > 0


def evaluate(material: Material, specs: Sequence[Specification], sampling: Sampling) -> pd.DataFrame:
    """Each specification with what notebook 24 says of the row "all outlets": one row is one specification, in order.

    Columns: ratio, ratio_low, ratio_high (within strata; above 1 means more in the later era), t, p (blocks permuted),
    rotation_p, rotation_count, is_found (p and rotation_p at most 1 - level), hit_count_*, token_count_*,
    document_count_*, unit_count_* of baseline and compared, strata_count, rate_* per 10,000 tokens, too_few, state
    ("" or why there is no ratio or interval). `sampling.unit` is not used: each specification has its own. Specifications
    with the same counts are computed once. Ratio, its limits and p are null where an era has fewer than
    `sampling.min_units` units.
    """
    import pandas as pd

    known: dict[tuple, dict[str, Any]] = {}
    rows = []
    for spec in specs:
        picked = material.pick(spec)
        blocks = spec_blocks(material, spec, picked)
        key = (blocks.x.tobytes(), blocks.n.tobytes(), blocks.after.tobytes(), blocks.x.shape)
        counts = _counts(material, spec, picked)
        if key not in known:
            known[key] = _results(blocks, sampling)
        rows.append(_row(known[key] | counts, sampling))
    return pd.DataFrame(rows)


def _counts(material: Material, spec: Specification, picked: Picked) -> dict[str, Any]:
    """Documents, units, tokens and hits of both eras."""
    code, _ = material.blocks(spec.unit)
    mine = material.doc_of_hit[picked.hits & (material.column("frame", of_hits=True) == spec.frame)]
    found: dict[str, Any] = {"strata_count": len(picked.strata)}
    for name, side in (("baseline", False), ("compared", True)):
        chosen = material.after[picked.rows] == side
        found[f"document_count_{name}"] = int(chosen.sum())
        found[f"unit_count_{name}"] = len(np.unique(code[picked.rows[chosen]]))
        found[f"hit_count_{name}"] = int((material.after[mine] == side).sum())
        tokens = found[f"token_count_{name}"] = int(picked.tokens[chosen].sum())
        found[f"rate_{name}"] = PER * found[f"hit_count_{name}"] / tokens if tokens else float("nan")
    return found


def _results(blocks: Blocks, sampling: Sampling) -> dict[str, Any]:
    """Ratio, limits and p-values of one series of blocks; null where an era has no tokens."""
    if not min(blocks.sides):
        nothing = ("ratio", "ratio_low", "ratio_high", "t", "p", "rotation_p")
        return dict.fromkeys(nothing, float("nan")) | {"rotation_count": 0}
    ratio, low, high = (float(v[0]) for v in ratio_within(blocks, sampling))
    test = era_test(blocks, replicates=sampling.replicates, seed=sampling.seed)
    return {
        "ratio": ratio,
        "ratio_low": low,
        "ratio_high": high,
        "t": float(test.t[0]),
        "p": float(test.p[0]),
        "rotation_p": float(test.rotation_p[0]),
        "rotation_count": test.rotation_count,
    }


def _row(found: dict[str, Any], sampling: Sampling) -> dict[str, Any]:
    few = min(found["unit_count_baseline"], found["unit_count_compared"]) < sampling.min_units
    if few:
        found |= dict.fromkeys(("ratio", "ratio_low", "ratio_high", "p", "rotation_p"), float("nan"))
    for side in ("baseline", "compared"):
        if found[f"unit_count_{side}"] < sampling.min_units:
            found[f"rate_{side}"] = float("nan")
    hits = found["hit_count_baseline"], found["hit_count_compared"]
    ratio = found["ratio"]
    reasons = (
        (few, f"fewer than {sampling.min_units} units in an era"),
        (not any(hits), "no hit"),
        (np.isnan(ratio), "no hit in an outlet of both eras"),
        (ratio == 0 or np.isinf(ratio), "no hit on one side"),
        (np.isinf(found["ratio_high"]) or found["ratio_low"] == 0, "the interval has no bound"),
    )
    alpha = 1 - sampling.level + 1e-12
    found["is_found"] = found["p"] <= alpha and found["rotation_p"] <= alpha
    return found | {"too_few": few, "state": next((reason for holds, reason in reasons if holds), "")}
