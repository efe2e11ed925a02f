"""What earlier runs did, so that a run whose inputs and outputs are unchanged is not repeated."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.run.dependencies import differences, inputs_of
from analysis.run.plan import Plan, Run
from analysis.store.atomic import read_json, sha256_of, write_json

FORMAT = 1
FIGURE_FILES = ("svg", "png", "pdf", "csv", "json")


@dataclass
class Cache:
    """Records of finished runs by run key; each is written as soon as its run has finished."""

    path: Path
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Cache:
        """Read the records; an unreadable, damaged or older file or record counts as none, since it only saves work."""
        try:
            content = read_json(path, "")
        except DiscourseError:
            return cls(path)
        if (
            not isinstance(content, dict)
            or content.get("format") != FORMAT
            or not isinstance(content.get("runs"), dict)
        ):
            return cls(path)
        return cls(path, {key: record for key, record in content["runs"].items() if is_sound(record)})

    def put(self, key: str, record: dict[str, Any]) -> None:
        self.runs[key] = record
        write_json(self.path, {"format": FORMAT, "runs": self.runs})

    def reasons(self, plan: Plan, run: Run, folder: Path) -> list[str]:
        """Why a run must be executed, in words; empty when its last results still stand in `folder`."""
        record = self.runs.get(run.key)
        if record is None:
            return ["never run here"]
        now = inputs_of(plan, run, record["inputs"]["tables"]).as_dict()
        found = differences(record["inputs"], now)
        if not plan.fitted and sorted(record["figures"]) != sorted(run.figures) and not run.variant:
            found.append("the plan names other figures")
        return found + changed_files(record["outputs"], folder)


def is_sound(record: Any) -> bool:
    """Whether a record has all parts that a run leaves, each of its kind."""
    number = (int, float)
    kinds: dict[str, Any] = {"inputs": dict, "figures": list, "seconds": number, "peak_mb": number, "outputs": dict}
    if not isinstance(record, dict) or any(not isinstance(record.get(name), kind) for name, kind in kinds.items()):
        return False
    inputs = {"notebook": str, "parameters": dict, "code": dict, "tables": dict, "libraries": dict}
    return (
        all(isinstance(record["inputs"].get(name), kind) for name, kind in inputs.items())
        and all(isinstance(figure, str) for figure in record["figures"])
        and all(isinstance(digest, str) for digest in record["outputs"].values())
    )


def changed_files(outputs: dict[str, str], folder: Path) -> list[str]:
    """Which recorded files are no longer there with the same bytes."""
    found = []
    for name, digest in outputs.items():
        path = folder / name
        if not path.is_file():
            found.append(f"figure file {name} is missing")
        elif sha256_of(path) != digest:
            found.append(f"figure file {name} was changed")
    return found


def output_hashes(folder: Path, figures: list[str]) -> dict[str, str]:
    """sha256 of every file of these figures in `folder`."""
    return {f"{figure}.{kind}": sha256_of(folder / f"{figure}.{kind}") for figure in figures for kind in FIGURE_FILES}
