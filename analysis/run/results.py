"""What each run of a study on a store of its own came to: its figures, or in words that there was nothing to draw.

The plan of this project names the figures of every run; which figures a run draws on another store is known once it ran.
`results.json` beside the figures keeps it, so that a clone can check, verify and release them. No time or path is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.errors import DiscourseError
from analysis.run.project import Project
from analysis.store.atomic import read_json, write_json

FORMAT = 1
FILES = ("svg", "png", "pdf", "csv", "json")


def read_results(project: Project) -> dict[str, dict[str, Any]]:
    """Run id -> {"figures": ids, "finding": words or "", "inputs": hashes}; empty before the first run.

    Raises `DiscourseError` for a file that is damaged: figures would count as nobody's.
    """
    if not project.results.is_file():
        return {}
    content = read_json(project.results, f"take it from an earlier version, or run `{project.again} --force`.")
    runs = content.get("runs") if isinstance(content, dict) and content.get("format") == FORMAT else None
    if not isinstance(runs, dict) or not all(_is_sound(record) for record in runs.values()):
        raise DiscourseError(
            f"{project.results}: not as `{project.again}` writes it; take it from an earlier version, or remove it and run "
            "that with --force."
        )
    return runs


def _is_sound(record: Any) -> bool:
    return (
        isinstance(record, dict)
        and isinstance(record.get("figures"), list)
        and all(isinstance(name, str) for name in record["figures"])
        and isinstance(record.get("finding"), str)
        and isinstance(record.get("inputs"), dict)
    )


def record_result(
    project: Project, run_id: str, figures: Iterable[str], finding: str, inputs: Mapping[str, Any]
) -> None:
    """Write what a run came to; files of figures that it drew earlier and no longer draws are removed.

    Versions of libraries are left out of `inputs`, as `figures --check` leaves them out.
    """
    found = read_results(project)
    now = sorted(figures)
    gone = set(found.get(run_id, {}).get("figures", ())) - set(now)
    others = {name for other, record in found.items() if other != run_id for name in record["figures"]}
    kept = {name: value for name, value in inputs.items() if name != "libraries"}
    found[run_id] = {"figures": now, "finding": finding, "inputs": kept}
    _write(project, found)
    _remove(project, gone - others)


def drop_results(project: Project, keep: Iterable[str]) -> list[str]:
    """Forget runs that are no longer among `keep`, with their figures; returns their ids."""
    found = read_results(project)
    gone = sorted(set(found) - set(keep))
    if gone:
        figures = {name for run_id in gone for name in found[run_id]["figures"]}
        left = {run_id: record for run_id, record in found.items() if run_id not in gone}
        _write(project, left)
        _remove(project, figures - {name for record in left.values() for name in record["figures"]})
    return gone


def _write(project: Project, found: Mapping[str, Any]) -> None:
    project.results.parent.mkdir(parents=True, exist_ok=True)
    write_json(project.results, {"format": FORMAT, "runs": dict(sorted(found.items()))})


def _remove(project: Project, figures: Iterable[str]) -> None:
    for name in figures:
        for kind in FILES:
            (project.figures / f"{name}.{kind}").unlink(missing_ok=True)
