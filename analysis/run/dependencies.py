"""What a run depends on, as named hashes that say which of them changed."""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.run.code_hashes import RULES, closure, code_of, notebook_hash
from analysis.run.known_code import known_code
from analysis.run.parameters import manifest_in
from analysis.run.plan import Plan, Run
from analysis.run.project import Project
from analysis.store.contracts import CONTRACTS

DISTRIBUTIONS = {"sklearn": "scikit-learn", "PIL": "pillow"}
ALWAYS = ("numpy", "pandas", "pyarrow")
DRAWING = ("matplotlib", "seaborn", "pillow")
MISSING = "missing"


@dataclass(frozen=True)
class Inputs:
    """Everything a run's results follow from. Equal inputs give equal bytes."""

    notebook: str
    parameters: dict[str, Any]
    code: dict[str, str]
    tables: dict[str, str]
    libraries: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        return {
            "notebook": self.notebook,
            "parameters": self.parameters,
            "code": self.code,
            "tables": self.tables,
            "libraries": self.libraries,
        }


def inputs_of(plan: Plan, run: Run, tables: Iterable[str]) -> Inputs:
    """The inputs of a run as they are now; `tables` are the keys that its last execution read (`read_trace`)."""
    path = plan.notebook_path(run)
    code, libraries = closure(code_of(path), plan.project.code, known_code(plan.project.cache, RULES))
    return Inputs(
        notebook_hash(path), plan.values(run), code, table_hashes(plan.project, tables), library_versions(libraries)
    )


def library_versions(names: Iterable[str]) -> dict[str, str]:
    """Installed versions of the libraries imported, and of those that every table and figure passes through."""
    outside = {n for n in names if n not in sys.stdlib_module_names}
    wanted = sorted({*(DISTRIBUTIONS.get(n, n) for n in outside), *ALWAYS, *DRAWING})
    return {name: found for name in wanted if (found := _installed(name))}


@functools.lru_cache(maxsize=128)
def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def read_trace(project: Project, trace: Path) -> list[str]:
    """The keys of all inputs noted while a notebook ran: `default/hits[news]`, `default/labels/eras`, files."""
    keys = set()
    lines = trace.read_text(encoding="utf-8").splitlines() if trace.is_file() else []
    for line in lines:
        row = json.loads(line)
        if "file" in row:
            keys.add("file:" + _file_name(project, Path(row["file"]).resolve()))
            continue
        store = _store_name(project, Path(row["store"]))
        if "labels" in row:
            keys.add(f"{store}/labels/{row['labels']}")
        else:
            keys.add(f"{store}/{row['table']}" + (f"[{row['collection']}]" if row["collection"] else ""))
    return sorted(keys)


def _file_name(project: Project, path: Path) -> str:
    """A file as seen from the study's own folder, so that it has this name in the study's archive too; else the root."""
    home = project.home.resolve()
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else project.relative(path)


def _store_name(project: Project, path: Path) -> str:
    stores = (project.corpus / "store").resolve()
    return path.name if path.parent == stores else project.relative(path)


def store_folder(project: Project, name: str) -> Path:
    """The folder of a store by the name that `read_trace` gives it."""
    inside = project.corpus / "store" / name
    return inside if inside.is_dir() else project.root / name


def table_hashes(project: Project, keys: Iterable[str]) -> dict[str, str]:
    """Each key with the sha256 of what it stands for now; files are hashed, not believed."""
    manifests: dict[str, dict[str, Any] | None] = {}
    found = {}
    for key in sorted(keys):
        if key.startswith("file:"):
            name = key.removeprefix("file:")
            own = project.home / name
            found[key] = _file_hash(own if own.is_file() else project.root / name)
            continue
        store, table, collection = split_key(key)
        folder = store_folder(project, store)
        if store not in manifests:
            manifests[store] = _manifest(folder)
        manifest = manifests[store]
        found[key] = MISSING if manifest is None else _part_hash(folder, manifest, table, collection)
    return found


def _manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest in a folder; None where there is none, or none that can be believed: its tables count as missing."""
    try:
        return manifest_in(folder)
    except DiscourseError:
        return None


def split_key(key: str) -> tuple[str, str, str | None]:
    """`default/hits[news]` as (store, table, collection)."""
    body, _, collection = key.partition("[")
    if "/labels/" in body:
        store, label = body.rsplit("/labels/", 1)
        return store, f"labels/{label}", None
    store, table = body.rsplit("/", 1)
    return store, table, collection.rstrip("]") or None


def _part_hash(folder: Path, manifest: Mapping[str, Any], table: str, collection: str | None) -> str:
    if table.startswith("labels/"):
        name = table.removeprefix("labels/")
        rows = manifest.get(name, {}) if name in ("study", "info") else manifest["labels"].get(name, [])
        return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
    whole = collection is None or table not in CONTRACTS or not CONTRACTS[table].partitioned
    lines = [
        f"{part['collection']} {_file_hash(folder / part['file'])}"
        for part in manifest["tables"]
        if part["table"] == table and (whole or part["collection"] == collection)
    ]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _file_hash(path: Path) -> str:
    if not path.is_file():
        return MISSING
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def differences(old: Mapping[str, Any], new: Mapping[str, Any], *, libraries: bool = True) -> list[str]:
    """What differs between two sets of inputs, in words; empty when they are equal."""
    found = []
    if old["notebook"] != new["notebook"]:
        found.append("the notebook's code changed")
    for name in sorted({*old["parameters"], *new["parameters"]}):
        before, after = old["parameters"].get(name, "absent"), new["parameters"].get(name, "absent")
        if before != after:
            found.append(f"parameter {name}: {before!r} is now {after!r}")
    kinds = [("code", ""), ("tables", "input "), *([("libraries", "library ")] if libraries else [])]
    for kind, word in kinds:
        for name in sorted({*old[kind], *new[kind]}):
            before, after = old[kind].get(name), new[kind].get(name)
            if before != after:
                found.append(f"{word}{name} {_change(before, after)}")
    return found


def _change(before: str | None, after: str | None) -> str:
    if before is None:
        return "is new"
    if after in (None, MISSING):
        return "is gone"
    return "changed" if len(after) == 64 else f"{before} is now {after}"
