"""A study folder of invented files, put through `discourse init`, `check`, `kwic` and `build` in this process."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from analysis.cli.main import main

FILLER = (
    "The two governments met in the capital on Tuesday and spoke about roads, rice and the price of fuel. Officials who "
    "were present described the talks as long and said that they would meet again in the spring."
)
STOCK = """
road rice river bridge harbour school teacher market price trader border truck rain field village temple doctor
clinic paper letter court judge lawyer student farmer boat net fish salt silk cloth weaver singer drum bell tower
"""


def sentences(number: int, seed: int) -> list[str]:
    """Invented sentences that no other seed makes."""
    pick, stock = random.Random(seed), STOCK.split()
    return [
        f"The {' '.join(pick.choice(stock) for _ in range(12))} was in the {pick.choice(stock)} on the "
        f"{pick.choice(stock)}."
        for _ in range(number)
    ]


class StudyFolder:
    """A study of invented files. `seen` is everything that stood on the screen."""

    def __init__(self, base: Path, files: dict[str, str | bytes]) -> None:
        self.base, self.root, self.seen = base, base / "study", ""
        for name, data in files.items():
            self.put(name, data)

    def put(self, name: str, data: str | bytes) -> None:
        """Write one file below the study's folder."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))

    def run(self, *words: Any) -> Any:
        """One `discourse` command; what it shows is kept in `seen`."""
        done = CliRunner().invoke(main, [str(word) for word in words])
        self.seen += done.output
        return done

    def init(self) -> StudyFolder:
        """`discourse init`, which must succeed."""
        assert self.run("init", self.root).exit_code == 0, self.seen
        return self

    @property
    def sources(self) -> str:
        """The sources.toml of the study."""
        return (self.root / "corpus" / "sources.toml").read_text(encoding="utf-8")

    def edit(self, old: str, new: str) -> None:
        """Change the sources.toml as a user would."""
        assert old in self.sources, self.sources
        path = self.root / "corpus" / "sources.toml"
        path.write_text(self.sources.replace(old, new), encoding="utf-8")

    def records(self) -> list[dict[str, Any]]:
        """Every record as `discourse check --records` gives it."""
        out = self.base / "records.jsonl"
        done = self.run("check", self.root, "--records", out)
        assert done.exit_code == 0, done.output + repr(done.exception)
        return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]

    def kept(self) -> list[dict[str, Any]]:
        """The records that `build` would keep."""
        return [row for row in self.records() if row["kept"]]

    def kwic(self, pattern: str, *more: Any) -> list[dict[str, str]]:
        """The lines of a concordance."""
        out = self.base / "kwic.csv"
        out.unlink(missing_ok=True)
        self.run("kwic", pattern, "--study", self.root, "-o", out, *more)
        return list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))) if out.exists() else []

    def build(self) -> Any:
        """(store, report) of the study, built in this process."""
        from analysis.texts.build.build import Options, build

        options = Options("mine", self.root / "corpus", self.root, self.base / "store", self.base / "work", 2)
        return build(options)
