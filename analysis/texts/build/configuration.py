"""What a finished part depends on beside its texts: configuration, code and libraries, in one hash."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from analysis import __version__
from analysis.store.atomic import sha256_of

LIBRARIES = (
    "ahocorasick-rs",
    "charset-normalizer",
    "ftfy",
    "khmercut",
    "numpy",
    "pyarrow",
    "py3langid",
    "python-calamine",
    "simplemma",
    "trafilatura",
)


def configuration_digest(corpus: Path) -> str:
    """One hash over the corpus configuration, the code of the private side, and the libraries it rests on."""
    texts = Path(__file__).resolve().parents[1]
    files = [*corpus.glob("*.toml"), *corpus.glob("codebook/*.toml")]
    rooms = (texts, texts.with_name("study"))
    kinds = (".py", ".txt", ".toml")
    files += [p for room in rooms for p in room.rglob("*") if p.is_file() and p.suffix in kinds]
    lines = [f"{p.parent.name}/{p.name} {sha256_of(p)}" for p in files] + [
        f"{name} {_version(name)}" for name in LIBRARIES
    ]
    return hashlib.sha256("\n".join([__version__, *sorted(lines)]).encode()).hexdigest()[:16]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"  # an optional one
