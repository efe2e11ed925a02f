"""What the runner adds to a figure's sidecar: from which notebook, parameters, code and tables it came."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.run.inputs import Inputs, store_folder
from analysis.run.plan import Run
from analysis.run.project import Project
from analysis.store.errors import DiscourseError


def read_sidecar(path: Path) -> dict[str, Any]:
    """A figure's sidecar as written; `DiscourseError` if it is no longer JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DiscourseError(f"{path.name} is not valid JSON: {error}; `discourse run` writes it anew.") from error


def complete_sidecars(folder: Path, run: Run, inputs: Inputs) -> None:
    """Add the run to every sidecar in a staging folder."""
    from analysis.figures.publish import write_sidecar

    for path in sorted(folder.glob("*.json")):
        sidecar = read_sidecar(path)
        sidecar["run"] = {
            "id": run.key,
            "notebook": f"notebooks/{run.notebook}.ipynb",
            "notebook_sha256": inputs.notebook,
            "parameters": inputs.parameters,
            "code": inputs.code,
            "tables": inputs.tables,
        }
        write_sidecar(path, sidecar)


def refresh_sidecars(project: Project, figures: Iterable[str], folder: Path) -> bool:
    """Bring the store hash up to date in sidecars of figures that need no new run; True if any file changed.

    A table that a notebook does not read may change; then its figure stays as it is, and names the store of today.
    """
    changed = False
    for figure in figures:
        path = folder / f"{figure}.json"
        sidecar = read_sidecar(path)
        stale = False
        for store in sidecar["stores"]:
            manifest = store_folder(project, store["name"]) / "manifest.json"
            today = json.loads(manifest.read_text(encoding="utf-8"))["store_hash"]
            stale = stale or today != store["store_hash"]
            store["store_hash"] = today
        if stale:
            from analysis.figures.publish import write_sidecar

            write_sidecar(path, sidecar)
            changed = True
    return changed
