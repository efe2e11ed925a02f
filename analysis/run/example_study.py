"""The invented study of the tutorial, written into a folder to play with."""

from __future__ import annotations

from pathlib import Path

from analysis.store.atomic import write_bytes
from analysis.study.example.invented import example_files


def write_example(folder: Path) -> Path:
    """Write the study into `folder`: what it declares into corpus/, its texts into texts/; returns `folder`.

    The same files every time; a file that is there and says the same is not touched. A file that was changed is written
    anew, so copy the folder to keep changes.
    """
    for name, content in example_files().items():
        path = folder / name
        if not (path.is_file() and path.read_bytes() == content):
            write_bytes(path, content)
    return folder
