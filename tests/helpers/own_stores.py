"""Stores of other studies within the sample project."""

from __future__ import annotations

import json
from pathlib import Path

from sample_project import build_store

from analysis.store.manifest import store_hash


def store_of(project: Path, name: str, *collections: str, study: dict | None = None):
    """A store `name` that holds only these collections; of "news" or "un", or a new name for what "news" holds."""
    store = build_store(project / "corpus" / "store" / name)
    path = store.path / "manifest.json"
    manifest = json.loads(path.read_text())
    parts = []
    for part in manifest["tables"]:
        if not part["collection"] or part["collection"] in collections:
            parts.append(part)
        elif part["collection"] == "news":
            parts += [{**part, "collection": other} for other in collections if other not in ("news", "un")]
    manifest |= {"tables": parts, **({"study": study} if study else {})}
    manifest["store_hash"] = store_hash(manifest)
    path.write_text(json.dumps(manifest))
    return store
