"""What the runner adds to a figure's sidecar: from which notebook, parameters, code and tables it came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.run.dependencies import Inputs, store_folder
from analysis.run.parameters import manifest_in
from analysis.run.plan import Run
from analysis.run.project import Project
from analysis.store.atomic import read_json

AGAIN = "`discourse run` writes it anew."
FIELDS: dict[str, type] = dict.fromkeys(("figure_id", "title", "full_caption", "alt", "source", "digest"), str)
FIELDS |= {"width_mm": float, "row_count": int, "stores": list, "files": dict}
OPTIONAL: dict[str, type] = {"run": dict, "versions": dict, "role": str}
RUN: dict[str, type] = {"id": str, "notebook": str, "notebook_sha256": str, "parameters": dict, "code": dict}
RUN |= {"tables": dict}
_STORE = {"name", "collection", "store_hash"}


def read_sidecar(path: Path) -> dict[str, Any]:
    """A figure's sidecar as written; `DiscourseError` if it is no longer JSON or lacks a field."""
    try:
        sidecar = read_json(path, AGAIN)
    except DiscourseError as error:
        raise DiscourseError(str(error).replace(f"{path}: not valid", f"{path.name} is not valid")) from error
    missing = [name for name in FIELDS if name not in sidecar] if isinstance(sidecar, dict) else list(FIELDS)
    if missing:
        raise DiscourseError(f"{path.name} lacks {', '.join(missing)}; {AGAIN}")
    wrong = [name for name, kind in {**FIELDS, **OPTIONAL}.items() if not isinstance(sidecar.get(name, kind()), kind)]
    if not wrong and not all(isinstance(digest, str) for digest in sidecar["files"].values()):
        wrong = ["files"]
    if not wrong and not all(isinstance(store, dict) and set(store) >= _STORE for store in sidecar["stores"]):
        wrong = ["stores"]
    run = sidecar.get("run", {})
    if not wrong and any(not isinstance(run.get(name, kind()), kind) for name, kind in RUN.items()):
        wrong = ["run"]
    if wrong:
        raise DiscourseError(f"{path.name} is damaged at {', '.join(wrong)}; {AGAIN}")
    return sidecar


def sidecars(folder: Path) -> dict[str, dict[str, Any]]:
    """The sidecars of all figures in a folder by figure id, in alphabetical order."""
    return {path.stem: read_sidecar(path) for path in sorted(folder.glob("*.json"))}


def doubts(sidecar: dict[str, Any], folder: Path) -> list[str]:
    """Why a published figure's files are not what was published, in words; empty when they are."""
    from analysis.figures.save import digest_of
    from analysis.run.cache import changed_files

    name = sidecar["figure_id"]
    edited = digest_of(sidecar) != sidecar["digest"]
    found = [f"{name}.json was edited by hand (caption, title or another field)"] if edited else []
    return found + changed_files({f"{name}.{kind}": digest for kind, digest in sidecar["files"].items()}, folder)


def complete_sidecars(folder: Path, run: Run, inputs: Inputs, warnings: Sequence[dict[str, Any]] = ()) -> None:
    """Add the run, its warnings, and what the plan says of the figure's tests, to every sidecar in a staging folder."""
    from analysis.figures.save import write_sidecar

    for path in sorted(folder.glob("*.json")):
        sidecar = read_sidecar(path)
        sidecar["run"] = {
            "id": run.key,
            "notebook": f"notebooks/{run.notebook}.ipynb",
            "notebook_sha256": inputs.notebook,
            "parameters": inputs.parameters,
            "code": inputs.code,
            "tables": inputs.tables,
            # What our own code warns of is a cache or a file of this machine, and no matter of the figure.
            "warnings": [warning for warning in warnings if not warning["name"].startswith("analysis.")],
        }
        say_role(sidecar, run.roles.get(sidecar["figure_id"], ""))
        write_sidecar(path, sidecar)


def say_role(sidecar: dict[str, Any], sentence: str) -> bool:
    """Let the caption end with what the plan says of the figure's tests ("": nothing); True if that changed it."""
    former = sidecar.get("role", "")
    if former == sentence:
        return False
    caption = sidecar["full_caption"].removesuffix(f" {former}") if former else sidecar["full_caption"]
    sidecar["full_caption"] = f"{caption} {sentence}".strip()
    sidecar["role"] = sentence
    return True


def refresh_sidecars(
    project: Project, figures: Iterable[str], folder: Path, roles: Mapping[str, str] | None = None
) -> bool:
    """Bring store hash and role up to date in sidecars of figures that need no new run; True if any file changed.

    A table that a notebook does not read may change; then its figure stays as it is, and names the store of today.
    """
    changed = False
    for figure in figures:
        path = folder / f"{figure}.json"
        sidecar = read_sidecar(path)
        stale = say_role(sidecar, (roles or {}).get(figure, ""))
        for store in sidecar["stores"]:
            today = manifest_in(store_folder(project, store["name"]))["store_hash"]
            stale = stale or today != store["store_hash"]
            store["store_hash"] = today
        if stale:
            from analysis.figures.save import write_sidecar

            write_sidecar(path, sidecar)
            changed = True
    return changed
