"""What a notebook was asked for, and the clauses with which captions say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError, not_allowed
from analysis.figures.options import read_options
from analysis.study.reserved import OTHERS
from analysis.study.wording import listed, period, sequence

if TYPE_CHECKING:
    from analysis.store import Store

MOST_NAMES = 8
COUNTINGS = {
    "as_printed": "Every printing of a story counts",
    "cluster_once": "Of each story only the first printing counts",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Parameters of a notebook by their names there; None: the notebook has no such parameter.

    selected: the sentences on the eras compared (`Selection.caption`). whom: the sentence on whom is counted about
    (`describe_about`); whom_of: the same by what a figure divides by (`describe_each`). unit: the unit in use, not the
    empty parameter. outlets: what the outlet axis shows, in order.
    """

    store: Any = None
    selected: str = ""
    whom: str = ""
    whom_of: Mapping[str, str] | None = None
    outlets: Sequence[str] | None = None
    collection: str | None = None
    frames: Sequence[str] | None = None
    frame: str | None = None
    outlet_ids: Sequence[str] | None = None
    era_ids: Sequence[str] | None = None
    counting: str | None = None
    unit: str | None = None
    replicates: int | None = None
    min_units: int | None = None
    drop_stopwords: bool | None = None
    min_count: int | None = None
    seed: int | None = None

    def names(self) -> dict[str, str]:
        """How ids are printed, those of the study's groups and samples of outlets too."""
        if self.store is None:
            return {}
        study = getattr(self.store, "study", None)  # an older kind of store may carry none
        more = study.labels("groups") | study.labels("samples") if study else {}
        return self.store.names() | more

    def name(self, key: str) -> str:
        return self.names().get(key, key)


@dataclass(frozen=True)
class Said:
    """What one figure says. `axis` is for the drawing function, the rest for `publish` (see `facts`)."""

    title: str
    caption: str
    alt: str
    axis: str = ""
    unit: str | None = None
    test: str | None = None
    limits: str | None = None

    def facts(self) -> dict[str, str | None]:
        """The keywords of `publish` in which this stands."""
        return {name: value for name, value in vars(self).items() if name != "axis"}


def read(given: Mapping[str, Any], function: str) -> Asked:
    """The record of what was asked; an unknown name raises `DiscourseError` that lists all."""
    return read_options(Asked, given, function)


def sentences(*parts: str) -> str:
    """The parts that say something, each as a sentence."""
    return " ".join(part.strip().rstrip(".") + "." for part in parts if part.strip())


def collection(a: Asked) -> str:
    """Of which collection, as the end of a clause."""
    return f", {a.collection} collection" if a.collection else ""


def frames(a: Asked) -> str:
    """The frames drawn: all of the codebook, or which of them."""
    there = list(dict.fromkeys(a.store.labels("entries")["frame"]))
    drawn = list(a.frames or [])
    if set(drawn) == set(there):
        return f"all {len(there)} frames of the codebook" if len(there) > 1 else f"the frame {a.name(there[0])}"
    named = listed([a.name(frame) for frame in drawn])
    return f"the frame{'s' if len(drawn) > 1 else ''} {named} ({len(drawn)} of {len(there)} of the codebook)"


def some(names: Sequence[str], what: str) -> str:
    """Names as a caption lists them; where they are many, the first of them and how many there are."""
    if len(names) <= MOST_NAMES:
        return listed(names)
    return f"{listed([*names[:MOST_NAMES], f'{len(names) - MOST_NAMES} other {what}'])}"


def outlets(a: Asked) -> str:
    """Which outlets: those asked for by name, else all, and whether the small ones are drawn as one."""
    if a.outlet_ids:
        study = getattr(a.store, "study", None)
        samples = study.labels("samples") if study is not None else {}
        names = {**a.names(), **{key: f"those of the sample {name}" for key, name in samples.items()}}
        chosen = f"Outlets chosen: {some([names.get(outlet, outlet) for outlet in a.outlet_ids], 'outlets')}"
    else:
        chosen = "All outlets of the collection" if a.collection else "All outlets"
    if a.outlets is not None and OTHERS in a.outlets:
        largest = sum(outlet not in (OTHERS,) for outlet in a.outlets)
        chosen += (
            f"; the {largest} with most documents are drawn one by one, the others as one"
            if largest
            else ("; drawn as one")
        )
    return chosen


def counting(a: Asked) -> str:
    """What counts where a story is printed more than once."""
    if a.counting is None:
        return ""
    if a.counting not in COUNTINGS:
        raise DiscourseError(not_allowed("counting", a.counting, COUNTINGS))
    return COUNTINGS[a.counting]


def whom(a: Asked, form: str = "tokens") -> str:
    """About whom is counted, over what a figure of this form divides by."""
    return a.whom_of[form] if a.whom_of else a.whom


def stopwords(a: Asked) -> str:
    return {None: "", True: "Stop words are left out", False: "Stop words are kept"}[a.drop_stopwords]


def too_few(a: Asked) -> str:
    """Where nothing is drawn."""
    return f"Fewer than {a.min_units} units: too few" if a.min_units is not None else ""


def scored(a: Asked, of: str = "hits") -> str:
    """The interval of most rates and shares. of: what is counted."""
    few = "; below ten hits at least that of a Poisson count, hits of one unit taken together" if of == "hits" else ""
    return f"95 % score interval with the effective number of {of} over units{lasting_moods(a.unit)}{few}"


def lasting_moods(unit: str | None) -> str:
    """That an interval knows that neighbours in time are alike; "" for units that are no blocks of time."""
    return ", wider where moods last" if unit in ("week", "month", "year") else ""


def rotation(count: int) -> str:
    """That labels were rotated along so many units, with the smallest p there can be; "" for units that are not of time."""
    return f", and rotation along {count:.0f} units (smallest p 1/{count:.0f} = {1 / count:.2g})" if count else ""


def eras_named(store: Store, era_ids: Sequence[str]) -> str:
    """The eras named, in order of time, with their days; "" where the study declares none of them."""
    known = [era for era in store.study.eras if era.era_id in set(era_ids)]
    return sequence(store.study, [era.era_id for era in known]) if known else ""


def group_name(store: Store, values: Sequence[str], *, rest: str = "all others") -> str:
    """One side of a comparison: its values by name, eras with their days; none: the rest."""
    eras = {era.era_id: era for era in store.study.eras}
    names = store.names()
    return listed([period(eras[v]) if v in eras else str(names.get(v, v)) for v in values]) if len(values) else rest
