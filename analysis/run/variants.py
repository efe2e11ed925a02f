"""Runs of the plan with other parameters or on another store: drafts, each with a folder and a key of its own."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from analysis.errors import DiscourseError
from analysis.run.parameters import declared, labelled, read_manifest, samples_of, texts_in
from analysis.run.plan import Plan, Run, checked

_DAYS = ("break_date", "window_start")


def vary(plan: Plan, runs: Iterable[Run], given: Mapping[str, Any], sweep: Mapping[str, list[Any]]) -> list[Run]:
    """Runs with other parameters: `given` for all, and one run for each combination of the values in `sweep`.

    A run that cannot be executed with them says why in `refused`. Raises `DiscourseError` for a value given twice and for a
    figure_id that another run publishes.
    """
    _check_twice(given, sweep)
    varied = []
    for run in runs:
        for values in itertools.product(*sweep.values()):
            extra = {**given, **dict(zip(sweep, values, strict=True))}
            varied.append(checked(plan, _with(plan, run, extra)))
    return varied


def on_store(
    plan: Plan,
    runs: Iterable[Run],
    store: str,
    given: Mapping[str, Any] | None = None,
    sweep: Mapping[str, list[Any]] | None = None,
) -> tuple[list[Run], list[str]]:
    """The runs on another store, with figures in figures/drafts/<store>/; and, in words, what was changed or left out.

    Parameters given are applied first. What the plan names and the store does not have (eras, outlets, frames) is replaced
    by what the store has; a run that cannot be executed even so is left out, alone, with its reason.
    """
    given, sweep = given or {}, sweep or {}
    _check_twice(given, sweep)
    manifest = read_manifest(store, plan.project.corpus / "store", "--store")
    found, told = [], []
    for run in runs:
        for values in itertools.product(*sweep.values()):
            extra = {**given, **dict(zip(sweep, values, strict=True))}
            changed = _with(plan, run, extra, store)
            if "store_name" not in plan.values(replace(run, refused=run.refused or "?")):
                told.append(
                    f"{changed.id}: left out, its notebook opens no store that could be another one (store_name)"
                )
                continue
            collection = plan.values(replace(changed, refused="?")).get("collection")
            held = sorted({part["collection"] for part in manifest["tables"] if part["collection"]})
            if collection and collection not in held:
                told.append(f"{changed.id}: left out, store {store} holds no collection {collection}")
                continue
            changed, words = adapted(plan, changed, store, manifest, tuple(extra))
            changed = checked(plan, changed)
            told += [
                f"{changed.id}: {line}" for line in ([f"left out, {changed.refused}"] if changed.refused else words)
            ]
            if not changed.refused:
                found.append(changed)
    return found, told


def _check_twice(given: Mapping[str, Any], sweep: Mapping[str, list[Any]]) -> None:
    """Refuse a sweep that would give one parameter two values at once, or one value twice."""
    for name, values in sweep.items():
        if name in given:
            raise DiscourseError(f"parameter {name}: given with -p and with --sweep; leave one of the two out.")
        written = [json.dumps(_number_as_one(value), sort_keys=True) for value in values]
        twice = [json.dumps(values[n]) for n, text in enumerate(written) if text in written[:n]]
        if twice:
            raise DiscourseError(f"--sweep {name}: {twice[0]} stands twice; name each value once.")


def _number_as_one(value: Any) -> Any:
    """A JSON value in which 2.0 is 2, since a parameter that takes both is given one value by them."""
    if isinstance(value, list):
        return [_number_as_one(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _with(plan: Plan, run: Run, extra: Mapping[str, Any], store: str = "") -> Run:
    """The run as a variant of its own, its figures under an id that fits and that no other run publishes."""
    parameters = {**run.parameters, **({"store_name": store} if store else {}), **extra}
    variant = variant_name({**({"store_name": store} if store else {}), **extra})
    drafts = (f"{store}/{run.id}-{variant_name(extra)}" if extra else store) if store else ""
    figure_id = _figure_id(plan, run, extra, variant)
    if figure_id is not None:
        parameters["figure_id"] = figure_id
    return replace(run, parameters=parameters, variant=variant, after=(), drafts=drafts)


def _figure_id(plan: Plan, run: Run, extra: Mapping[str, Any], variant: str) -> str | None:
    """The id of the variant's figures where it is not the run's own: `frames_un` asked for another collection says so.

    Ids that other runs publish are reserved: one that was asked for is refused, one derived here gets the variant's hash.
    """
    values = plan.values(replace(run, refused=run.refused or "?"))
    own = values.get("figure_id")
    if "figure_id" in extra:
        wanted, owner = str(extra["figure_id"]), _owner(plan, run, str(extra["figure_id"]))
        if owner and wanted != own:
            raise DiscourseError(
                f"parameter figure_id: {wanted!r} is not allowed, since run {owner} publishes figures of that name; "
                f"allowed: any other name, as in {wanted}_{variant[-4:]}."
            )
        return None
    old, new = values.get("collection"), extra.get("collection")
    if not isinstance(own, str) or not isinstance(new, str) or new == old or not re.fullmatch(r"[a-z0-9_]+", new):
        return None
    figure_id = renamed(own, old, new)
    return f"{figure_id}_{variant[-8:]}" if _owner(plan, run, figure_id) else figure_id


def renamed(name: str, old: str | None, new: str) -> str:
    """An id that names the collection `new` in the place of `old`, or at its end where it names none.

    >>> [renamed(name, "un", "news") for name in ("frames_un_rates", "terms")]
    ['frames_news_rates', 'terms_news']
    """
    words = name.split("_")
    return "_".join([new if word == old else word for word in words] if old in words else [*words, new])


def _owner(plan: Plan, run: Run, figure_id: str) -> str:
    """The id of another run that publishes figures of this name; "" if none does."""
    for other in plan.runs:
        if other.id != run.id and any(f == figure_id or f.startswith(figure_id + "_") for f in other.figures):
            return other.id
    return ""


def adapted(
    plan: Plan, run: Run, store: str, manifest: Mapping[str, Any], given: tuple[str, ...]
) -> tuple[Run, list[str]]:
    """The run with what is not of this store's study replaced by what is; and each replacement in words.

    A parameter that is empty in the notebook's cell takes there what the store's study declares; so it does here. Of other
    lists that part stays which the store has.
    """
    values = plan.values(replace(run, refused="?"))
    cells = _cells(plan, run)
    changed, told = {}, []
    if values.get("about") == "focal" and "about" not in given and _names_no_state(manifest):
        changed["about"] = "all"
        told.append(f"about is 'all', since the study of store {store} names no focal_state")
    for name, value in values.items():
        missing = _missing(plan, store, manifest, name, values)
        if name in given or not missing:
            continue
        is_free = isinstance(cells.get(name), str | list | dict) and not cells[name]
        changed[name] = cells[name] if is_free else _kept(value, missing)
        if changed[name] != value:
            now = "as the store's study declares" if is_free else repr(changed[name])
            # Of a plan written for another study the ids say nothing to who reads this; of one's own plan they do.
            ids = ", ".join(missing) if plan.fit_to_store else _number(missing)
            told.append(f"{name} is {now}, since store {store} has no document or entry of {ids}")
    return replace(run, parameters={**run.parameters, **changed}), told


def _number(missing: list[str]) -> str:
    return "an id of the plan" if len(missing) == 1 else f"{len(missing)} ids of the plan"


def _names_no_state(manifest: Mapping[str, Any]) -> bool:
    """Whether the store's study declares no state that it asks about; of a store that carries no study nothing is known."""
    return "study" in manifest and not manifest["study"].get("focal_state")


def _cells(plan: Plan, run: Run) -> dict[str, Any]:
    try:
        return {name: parameter.default for name, parameter in declared(plan.notebook_path(run)).items()}
    except DiscourseError:
        return {}


def _missing(plan: Plan, store: str, manifest: Mapping[str, Any], name: str, values: Mapping[str, Any]) -> list[str]:
    """What a parameter names and the store does not have: ids, or the day of an event that its study does not declare."""
    value = values[name]
    if name in _DAYS:
        events = manifest.get("study", {}).get("events")
        days = {str(event.get(key)) for event in events or [] for key in ("date", "start", "end")}
        return [value] if events is not None and value and value not in days else []
    label = labelled(name, values)
    if label is None:
        return []
    there = _there(plan, store, manifest, label, values.get("collection"))
    there += samples_of(manifest, there) if name == "outlet_ids" else []
    named = texts_in(list(value.values()) if isinstance(value, Mapping) else value)
    return list(dict.fromkeys(text for text in named if text and text not in there))


def _kept(value: Any, missing: list[str]) -> Any:
    """The part of a list, or of a table of lists, that is not missing; a single id stays, and is refused by the check."""
    if isinstance(value, Mapping):
        kept = {name: [text for text in ids if text not in missing] for name, ids in value.items()}
        return {name: ids for name, ids in kept.items() if ids}
    return [text for text in value if text not in missing] if isinstance(value, list) else value


def _there(plan: Plan, store: str, manifest: Mapping[str, Any], label: str, collection: str | None) -> list[str]:
    """The ids of one kind that a store has: eras and outlets with documents in the collection (eras in order of time)."""
    from analysis.store import open_store

    tables = {"outlet_id": "outlets", "era_id": "eras", "frame": "entries", "actor_id": "actors"}
    rows = manifest["labels"].get(tables[label], [])
    if label == "era_id":
        rows = sorted(rows, key=lambda row: str(row.get("start") or ""))
    ids = list(dict.fromkeys(row[label] for row in rows))
    if label not in ("outlet_id", "era_id"):
        return ids
    documents = open_store(plan.project.corpus / "store" / store, collection).table("documents", columns=[label])
    used = set(documents[label].dropna())
    return [name for name in ids if name in used]


def variant_name(extra: Mapping[str, Any]) -> str:
    """A short file-safe name for changed parameters: readable when it can be, with a hash so that none collide."""
    text = json.dumps(extra, sort_keys=True)
    readable = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")[:40].strip("_").lower()
    return f"{readable}_{hashlib.sha256(text.encode()).hexdigest()[:8]}"
