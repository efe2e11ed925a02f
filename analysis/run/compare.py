"""Comparing a figure as committed with the same figure drawn again."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.run.provenance import read_sidecar

PICTURES = ("svg", "png", "pdf")
PROCESSOR = "processor"
DRAWING = ("matplotlib", "freetype", "pillow", "seaborn", PROCESSOR)
NUMERIC = ("numpy", "scipy", "pandas", "pyarrow", "statsmodels", "scikit-learn", "gensim", "python", PROCESSOR)
TOLERANCE = 1e-6
# What another version of a library of numbers may change: sums in another order, iterations that stop a step earlier.
OTHER_VERSIONS_TOLERANCE = 1e-4
# What another kind of processor changed: shares of topics and their intervals between 1e-6 and 1e-3 (fits in 32 bits),
# other numbers under 1e-6, the shade of single pixels.
OTHER_PROCESSOR_TOLERANCE = 1e-3

IDENTICAL = "identical"
OTHER_LIBRARIES = "data identical, images differ"
CLOSE = "data equal within tolerance"
IMAGES_DIFFER = "images differ"
DATA_DIFFER = "data differ"
MISSING = "missing"
NOT_RUN = "not run"
PASSES = (IDENTICAL, OTHER_LIBRARIES, CLOSE)


@dataclass(frozen=True)
class Comparison:
    """One figure's verdict. `status` is one of the constants of this module; the first three pass."""

    figure_id: str
    status: str
    detail: str = ""
    inputs: str = ""

    @property
    def passes(self) -> bool:
        return self.status in PASSES


def compare(figure_id: str, committed: Path, fresh: Path, inputs: str = "") -> Comparison:
    """Compare the five files of a figure in two folders.

    The data must be equal byte for byte; numbers that differ by less than a millionth (a ten-thousandth where a library of
    numbers has another version than the sidecar's, a thousandth where the processor is of another kind) are told apart
    from those that differ, and what changed is named. Images must be equal where drawing libraries and processor are those
    of the sidecar; otherwise the share of differing pixels is reported.
    """
    if not (committed / f"{figure_id}.json").is_file():
        return Comparison(figure_id, MISSING, "not in figures/", inputs)
    if not (fresh / f"{figure_id}.json").is_file():
        return Comparison(figure_id, NOT_RUN, "its notebook did not publish it", inputs)
    if missing := [k for k in ("csv", *PICTURES) if not (committed / f"{figure_id}.{k}").is_file()]:
        return Comparison(figure_id, MISSING, f"not in figures/: {', '.join(missing)}", inputs)
    old, new = committed / f"{figure_id}.csv", fresh / f"{figure_id}.csv"
    if old.read_bytes() != new.read_bytes():
        changed = other_libraries(*_sidecars(figure_id, committed, fresh), NUMERIC)
        tolerance = _tolerance(changed)
        cause = f"; {'; '.join(changed)}" if changed else ""
        difference = data_difference(old, new, tolerance)
        if difference is None:
            return Comparison(figure_id, CLOSE, f"no number differs by more than {tolerance:g}{cause}", inputs)
        return Comparison(figure_id, DATA_DIFFER, f"{difference}{cause}", inputs)
    different = [
        k
        for k in PICTURES
        if (committed / f"{figure_id}.{k}").read_bytes() != (fresh / f"{figure_id}.{k}").read_bytes()
    ]
    if not different:
        return Comparison(figure_id, IDENTICAL, "", inputs)
    libraries = other_libraries(*_sidecars(figure_id, committed, fresh))
    pixels = pixel_difference(committed / f"{figure_id}.png", fresh / f"{figure_id}.png")
    detail = f"{', '.join(different)} differ; {pixels}"
    if libraries:
        return Comparison(figure_id, OTHER_LIBRARIES, f"{detail}; {'; '.join(libraries)}", inputs)
    return Comparison(figure_id, IMAGES_DIFFER, f"{detail}; same drawing libraries", inputs)


def _tolerance(changed: list[str]) -> float:
    if any(line.startswith(PROCESSOR) for line in changed):
        return OTHER_PROCESSOR_TOLERANCE
    return OTHER_VERSIONS_TOLERANCE if changed else TOLERANCE


def _sidecars(figure_id: str, old: Path, new: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    return read_sidecar(old / f"{figure_id}.json"), read_sidecar(new / f"{figure_id}.json")


def other_libraries(old: dict[str, Any], new: dict[str, Any], names: Sequence[str] = DRAWING) -> list[str]:
    """Which of the libraries differ between two sidecars, with both versions; one that a sidecar does not name is left
    out where neither does."""
    pairs = [(name, old["versions"].get(name), new["versions"].get(name)) for name in names]
    return [
        f"{name} {before or 'not named'}, here {after or 'not named'}"
        for name, before, after in pairs
        if before != after
    ]


def data_difference(old: Path, new: Path, tolerance: float = TOLERANCE) -> str | None:
    """The first difference that is more than `tolerance` (relative), in words; None if there is none."""
    before, after = (_rows(path) for path in (old, new))
    if before[0] != after[0]:
        return f"columns {before[0]} are now {after[0]}"
    if len(before) != len(after):
        return f"{len(before) - 1} rows are now {len(after) - 1}"
    count, first = 0, ""
    for number, (row, other) in enumerate(zip(before[1:], after[1:], strict=True), start=1):
        for column, a, b in zip(before[0], row, other, strict=True):
            if a != b and not _close(a, b, tolerance):
                count += 1
                first = first or f"row {number}, {column}: {a or 'empty'} is now {b or 'empty'}"
    return f"{count} values, the first in {first}" if count else None


def _close(a: str, b: str, tolerance: float) -> bool:
    try:
        return math.isclose(float(a), float(b), rel_tol=tolerance, abs_tol=tolerance * 1e-3)
    except ValueError:
        return False


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def pixel_difference(old: Path, new: Path) -> str:
    """How much two PNG files differ: the share of pixels whose colour differs visibly (by more than 8 of 255)."""
    import numpy as np
    from PIL import Image

    with Image.open(old) as first, Image.open(new) as second:
        if first.size != second.size:
            return f"size {first.size} is now {second.size}"
        a, b = (np.asarray(image.convert("RGB"), dtype=np.int16) for image in (first, second))
    share = float((np.abs(a - b).max(axis=2) > 8).mean())
    return f"{100 * share:.2f} % of pixels differ"
