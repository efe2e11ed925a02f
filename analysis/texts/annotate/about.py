"""Whether a hit is about the state the study asks for, whose stance it is, and whether that state says it itself."""

from __future__ import annotations

from typing import NamedTuple

from analysis.study.declaration import Study
from analysis.texts.annotate import dyads, relations
from analysis.texts.annotate.dyads import Scene
from analysis.texts.annotate.holders import Found, Holders


class Verdict(NamedTuple):
    """What is known of whom a hit is about. See the columns of the hits table in `analysis.store.contracts`."""

    holder: str | None
    dyad: str | None
    about: str
    basis: str


def judge(scene: Scene, holders: Holders, study: Study) -> Verdict:
    """Holder, pair and what a hit is about.

    A pair that leaves the holder out gives way to the holder and what the words are directed at. A hit is about the focal
    state only within a paragraph that concerns it (`Concern`), so that it is counted over the tokens it could stand in.
    """
    entry = scene.entry
    found = holders.find((scene.start, scene.end), entry, scene.sentence, scene.attribution, scene.speaker_state)
    dyad = dyads.dyad(_without_asides(scene), study)
    if study.is_kind("relational", entry.frame, entry.category):
        dyad = _reconciled(found, dyad, mutual=entry.mutual)
    focal = study.focal_state
    states = {*found.states, *(dyad.split("-") if dyad else ())}
    basis = found.basis if found.states or not dyad else "sentence"
    if focal in states and not holders.concern.covers(scene.start):
        states.discard(focal)
        found = Found(tuple(s for s in found.states if s != focal), found.basis, found.objects)
        dyad = None if dyad and focal in dyad.split("-") else dyad
    about = "focal" if focal and focal in states else "other" if states else "none"
    holder = found.states[0] if len(found.states) == 1 else None
    return Verdict(holder, dyad, about, basis if states else "none")


def _without_asides(scene: Scene) -> Scene:
    """The scene without the states of asides, unless these are all there are: "X, which borders Y, has fallen into ..."."""
    hidden = relations.asides(scene.page.low, scene.sentence[0], scene.start)
    left = [m for m in scene.mentions if not any(a <= m.start < b for a, b in hidden)]
    return scene._replace(mentions=left) if any(m.actor.kind == "state" for m in left) else scene


def _reconciled(found: Found, dyad: str | None, *, mutual: bool) -> str | None:
    """The pair that fits the holder: two joint holders, or the one holder and the one state it is directed at."""
    if len(found.states) == 2:
        return dyads.pair(*found.states) if mutual and not found.objects else None
    if len(found.states) == 1 and len(found.objects) == 1:
        return dyads.pair(found.states[0], found.objects[0])
    if found.states and dyad and found.basis == "clause" and found.states[0] not in dyad.split("-"):
        return None
    return dyad


def stance(verdict: Verdict, own_state: str, *, is_negated: bool) -> str:
    """The column `stance`: rejected when denied or negated; else claimed when `own_state` speaks of itself."""
    if is_negated:
        return "rejected"
    states = {verdict.holder or "", *(verdict.dyad or "").split("-")} - {""}
    return "claimed" if own_state in states else "ascribed"
