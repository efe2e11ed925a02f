"""Published figures without drawing: small files and a sidecar as `publish` and the runner write them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from analysis.figures.save import write_sidecar

KINDS = ("svg", "png", "pdf", "csv")


def write_figure(folder: Path, figure_id: str, **changes: Any) -> dict[str, Any]:
    """The five files of one figure in `folder`; returns what its sidecar says, `changes` included."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        (folder / f"{figure_id}.{kind}").write_text(f"{figure_id} as {kind}")
    sidecar = {
        "figure_id": figure_id,
        "title": "Words by outlet",
        "full_caption": "Mean words of a document.",
        "alt": "A forest plot.",
        "source": "Source: invented.",
        "width_mm": 89.0,
        "row_count": 3,
        "stores": [],
        "files": {kind: hashlib.sha256((folder / f"{figure_id}.{kind}").read_bytes()).hexdigest() for kind in KINDS},
        **changes,
    }
    write_sidecar(folder / f"{figure_id}.json", sidecar)
    return sidecar
