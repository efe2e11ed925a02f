"""What a function gave, as lines of text that can be held exactly: tables row by row, numbers to seven digits."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse


def lines_of(value: Any, indent: str = "  ") -> Iterator[str]:
    """The lines of a result: a table has one for its columns and one a row; what holds parts, one a part and its lines."""
    if isinstance(value, pd.DataFrame):
        yield indent + " | ".join(map(str, value.columns))
        for row in value.itertuples(index=False, name=None):
            yield indent + " | ".join(map(cell, row))
        if value.attrs:
            yield f"{indent}attrs: {cell(dict(sorted(value.attrs.items())))}"
    elif isinstance(value, pd.Series):
        yield indent + ", ".join(f"{k}: {cell(v)}" for k, v in value.items())
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield f"{indent}{field.name}:"
            yield from lines_of(getattr(value, field.name), indent + "  ")
    elif isinstance(value, np.ndarray) and value.ndim > 1:
        for row in value.reshape(-1, value.shape[-1]):
            yield indent + cell(row)
    elif sparse.issparse(value):
        yield from lines_of(value.toarray(), indent)
    elif isinstance(value, tuple | list) and any(map(is_nested, value)):
        for place, part in enumerate(value):
            yield f"{indent}{place}:"
            yield from lines_of(part, indent + "  ")
    else:
        yield indent + cell(value)


def is_nested(value: Any) -> bool:
    return isinstance(value, pd.DataFrame | np.ndarray | list) or dataclasses.is_dataclass(value)


def cell(value: Any) -> str:
    """A value as text: floats to seven digits, what is nearly 0 as 0."""
    if isinstance(value, np.ndarray | tuple | list):
        return f"[{', '.join(map(cell, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{k}: {cell(v)}' for k, v in value.items())}}}"
    if isinstance(value, float | np.floating):
        return "nan" if np.isnan(value) else f"{0.0 if abs(value) < 1e-9 else float(value):.7g}"
    return str(value)


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def unlike(found: list[str], held: list[str]) -> list[str]:
    """The first lines that differ, held and found: other words, or a number by more than three in a million (processors
    add the same numbers in another order)."""
    for one, other in zip_longest(held, found, fillvalue=""):
        numbers = [[float(n) for n in _NUMBER.findall(line)] for line in (one, other)]
        close = len(numbers[0]) == len(numbers[1]) and all(
            math.isclose(a, b, rel_tol=3e-6, abs_tol=1e-9) for a, b in zip(*numbers, strict=True)
        )
        if not close or _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
            return [one, other]
    return []


def held_of(path: Path) -> dict[str, list[str]]:
    """Name of each case -> its lines, from the file that holds them."""
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        if line.startswith("# "):
            lines = found.setdefault(line[2:], [])
        else:
            lines.append(line)
    return found


def write_held(path: Path, cases: Mapping[str, list[str]]) -> None:
    path.write_text("".join("\n".join([f"# {name}", *lines]) + "\n" for name, lines in cases.items()), encoding="utf-8")


def held_cases(file: str, cases: Mapping[str, Callable[[], Any]]) -> Any:
    """The fixture of a test module whose cases are held in tests/golden/`file`: name -> lines. With `--rewrite-golden` the
    file is written from the cases first."""

    @pytest.fixture(scope="module")
    def held(root: Path, request: pytest.FixtureRequest) -> dict[str, list[str]]:
        path = root / "tests" / "golden" / file
        if request.config.getoption("--rewrite-golden"):
            write_held(path, {name: list(lines_of(call())) for name, call in cases.items()})
        return held_of(path)

    return held
