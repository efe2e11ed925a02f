"""Which documents a notebook compares, and the sentence that says so: eras in order of time, and what is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.errors import DiscourseError
from analysis.measures.frames.captured import captured_months, captured_note
from analysis.measures.frames.coverage import select_documents
from analysis.study.declaration import Event
from analysis.study.wording import sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from analysis.store.gateway import Store
    from analysis.study.declaration import Study


@dataclass(frozen=True)
class Selection:
    """Documents of some eras. era_ids: in order of time. caption: names the eras and counts the documents left out."""

    documents: pd.DataFrame
    era_ids: tuple[str, ...]
    caption: str

    @property
    def pair(self) -> tuple[str, str]:
        """(before, after), if there are two eras."""
        before, after = self.era_ids
        return before, after


def eras_there(study: Study, documents: pd.DataFrame) -> list[str]:
    """The study's eras that have a document, in order of time; all that have one where the study declares none."""
    there = set(documents["era_id"].dropna())
    return [era for era in study.ids("eras") or sorted(there) if era in there]


def chosen_eras(study: Study, documents: pd.DataFrame, era_ids: Sequence[str] = ()) -> list[str]:
    """The eras named, in order of time; all that have documents if none is. One that is not declared is refused."""
    if not era_ids:
        return eras_there(study, documents)
    return study.in_time(era_ids) if study.eras else sorted(set(era_ids))


def select_eras(
    documents: pd.DataFrame,
    study: Study,
    *,
    era_ids: Sequence[str] = (),
    outlet_ids: Sequence[str] = (),
    compare: bool = False,
    store: Store | None = None,
) -> Selection:
    """The documents of these outlets (or samples of the study) and eras; an empty list means all of them.
    Documents without an era are left out.

    documents: the documents table. compare: two eras are needed, the earlier one comes first whatever the order given;
    an empty list means the first two of the study that have documents. Raises `DiscourseError`, with what there is, for
    an outlet or era without a document, an era that is not declared, and a number of eras other than two. store: where
    the documents are from; then the caption says which share of the captures or articles of each era was seen, and if the
    eras were not seen alike (`captured.captured_note`; nothing for a corpus without a list of captures).
    """
    chosen = select_documents(documents, outlet_ids=outlet_ids, study=study)
    wanted = chosen_eras(study, chosen, era_ids)
    if compare and not era_ids:
        wanted = wanted[:2]
    if compare and len(wanted) != 2:
        there = ", ".join(eras_there(study, chosen)) or "none"
        few = "" if era_ids else " Choose more outlets, or another collection."
        raise DiscourseError(
            f"era_ids: {list(era_ids) or 'all'} leaves {len(wanted)} to compare; this comparison needs two of those that "
            f"have documents of this selection: {there}.{few}"
        )
    if not wanted:
        raise DiscourseError("era_ids: no document of this selection belongs to an era; choose other outlets.")
    kept = select_documents(chosen, era_ids=wanted)
    words = [sequence(study, wanted)] if study.eras else []
    if said := _left_out(chosen, wanted):
        words.append(said)
    caption = ". ".join(words) + "." if words else ""
    note = seen_note(store, "era_id", wanted, outlet_ids=kept["outlet_id"].unique()) if store else ""
    return Selection(kept, tuple(wanted), f"{caption} {note}".strip())


def seen_note(store: Store, contrast: str, values: Sequence[str], *, outlet_ids: Iterable[str] = ()) -> str:
    """What a caption says of the share seen of each era; "" unless `contrast` is era_id and the store lists captures.

    values: the eras. outlet_ids: count these outlets only; none: all. See `captured.captured_note` for the rule.
    """
    if contrast != "era_id" or not len(captures := store.table("captures")):
        return ""
    months = captured_months(captures, store.labels("published"))
    wanted = list(outlet_ids)
    months = months[months["outlet_id"].isin(wanted)] if wanted else months
    return captured_note(months, store.study, store.study.in_time(values))


def _left_out(documents: pd.DataFrame, era_ids: Sequence[str]) -> str:
    without = int(documents["era_id"].isna().sum())
    others = int((documents["era_id"].notna() & ~documents["era_id"].isin(era_ids)).sum())
    counts = ((others, "of other eras"), (without, "without an era"))
    parts = [f"{n:,} document{'s' if n > 1 else ''} {what}" for n, what in counts if n]
    return f"{' and '.join(parts)} left out" if parts else ""


def border_of(study: Study, documents: pd.DataFrame, era_id: str) -> str:
    """The day on which an era begins, as the study declares it; else the date of its first document ("": it has none)."""
    declared = {era.era_id: era.start for era in study.eras}
    if declared.get(era_id):
        return str(declared[era_id])
    dates = documents.loc[documents["era_id"] == era_id, "published"].dropna()
    return str(dates.min()) if len(dates) else ""


def chosen_sides(
    store: Store, documents: pd.DataFrame, contrast: str, target: Sequence[str] = (), reference: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """The values of `contrast` on either side of a comparison, as given; what is left open comes from the study.

    An empty target means the later of the first two eras that have documents, against the earlier one, if `contrast` is
    era_id; the outlets of the focal state, against all others, if it is outlet_id. Eras are put in order of time only
    where neither side is given. Raises `DiscourseError` if the study leaves it open as well.
    """
    if target:
        return list(target), list(reference)
    study = store.study
    if contrast == "era_id":
        before, after = select_eras(documents, study, compare=True).pair
        return [after], list(reference) or [before]
    if contrast == "outlet_id" and study.focal_state:
        labels = store.labels("outlets")
        own = labels.loc[labels["country"] == study.focal_state, "outlet_id"] if len(labels) else []
        if found := sorted(set(own) & set(documents["outlet_id"])):
            return found, list(reference)
    raise DiscourseError(
        f"target: the list is empty, and the study names no {contrast} for it; allowed: "
        f"{', '.join(sorted(documents[contrast].dropna().astype(str).unique()))}. Name one or more."
    )


def chosen_break(study: Study, documents: pd.DataFrame, break_date: str = "", window_start: str = "") -> Event:
    """The day a series is divided at, with the window whose documents are left out.

    break_date, window_start: ISO days that come before what the study declares; "" means its transition, else the first
    day of the second era that has documents. Raises `DiscourseError` if there is neither, and for a day that has no
    documents before it or none from it on.
    """
    event = study.transition
    if event and break_date in ("", event.date):
        start = window_start or event.start
        return Event(event.id, event.label, event.date, event.kind, start, event.end if start else "", event.source)
    if not break_date:
        starts = {era.era_id: era.start for era in study.eras}
        later = [starts[era] for era in eras_there(study, documents)[1:] if era in starts]
        if not later:
            raise DiscourseError(
                "break_date: the study declares no transition and its documents lie in one era; name a day, or declare an "
                '[[event]] with kind = "transition" in corpus/study.toml.'
            )
        break_date = later[0]
    else:
        days = documents["published"].dropna()
        if not ((days < break_date).any() and (days >= break_date).any()):
            seen = f"they are of {days.min()} to {days.max()}" if len(days) else "none of them has a date"
            raise DiscourseError(
                f"break_date: {break_date!r} does not divide the documents of this selection; {seen}. Name a day between."
            )
    return Event("break", "break", break_date, "transition", window_start, break_date if window_start else "")
