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
from analysis.run.parameters import labelled, read_manifest, texts_in
from analysis.run.plan import Plan, Run, checked


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
            changed, words = _adapted(plan, changed, store, manifest, tuple(extra))
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
        written = [json.dumps(value, sort_keys=True) for value in values]
        twice = [text for n, text in enumerate(written) if text in written[:n]]
        if twice:
            raise DiscourseError(f"--sweep {name}: {twice[0]} stands twice; name each value once.")


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
    words = own.split("_")
    figure_id = "_".join([new if word == old else word for word in words] if old in words else [*words, new])
    return f"{figure_id}_{variant[-8:]}" if _owner(plan, run, figure_id) else figure_id


def _owner(plan: Plan, run: Run, figure_id: str) -> str:
    """The id of another run that publishes figures of this name; "" if none does."""
    for other in plan.runs:
        if other.id != run.id and any(f == figure_id or f.startswith(figure_id + "_") for f in other.figures):
            return other.id
    return ""


def _adapted(
    plan: Plan, run: Run, store: str, manifest: Mapping[str, Any], given: tuple[str, ...]
) -> tuple[Run, list[str]]:
    """The run with what the store does not have replaced by what it has; and each replacement in words."""
    values = plan.values(replace(run, refused="?"))
    changed, told = {}, []
    for name, value in values.items():
        label = labelled(name, values)
        if name in given or label is None:
            continue
        there = _there(plan, store, manifest, label, values.get("collection"))
        missing = list(dict.fromkeys(text for text in _ids(value) if text not in there))
        if not missing:
            continue
        changed[name] = _replacement(name, value, label, there)
        told.append(
            f"{name} is {changed[name]!r}, since store {store} has no document or entry of {', '.join(missing)}"
        )
    return replace(run, parameters={**run.parameters, **changed}), told


def _ids(value: Any) -> list[str]:
    """The ids in a parameter's value; the names that a dict gives to lists of ids are no ids. "" stands for none."""
    return [text for text in texts_in(list(value.values()) if isinstance(value, Mapping) else value) if text]


def _replacement(name: str, value: Any, label: str, there: list[str]) -> Any:
    """What a parameter becomes on a store that has only `there`: the part it has, else all, as the kind of id asks."""
    if isinstance(value, Mapping):
        kept = {group: [text for text in ids if text in there] for group, ids in value.items()}
        return {group: ids for group, ids in kept.items() if ids}
    if label == "era_id":
        pair = there[-2:]
        picked = {"baseline": pair[:1], "reference": pair[:-1], "compared": pair[-1:], "target": pair[-1:]}.get(
            name, pair
        )
        return picked if isinstance(value, list) else "".join(picked[:1])
    if not isinstance(value, list):
        return value  # one outlet or frame: no other can stand for it, and the check says so
    kept = [text for text in value if text in there]
    return kept or (list(there) if label == "frame" else [])


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
