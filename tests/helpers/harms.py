"""Ways to harm any file, one line each: name -> what is done to the file at a path."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def numbers(path: Path) -> None:
    """Every text in a JSON file a number, every list an empty one."""

    def change(value):
        if isinstance(value, dict):
            return {k: change(v) for k, v in value.items()}
        return [] if isinstance(value, list) else 3

    try:
        path.write_text(json.dumps(change(json.loads(path.read_text()))))
    except ValueError:
        path.write_text("3")


HARMS: dict[str, Callable[[Path], object]] = {
    "empty": lambda p: p.write_bytes(b""),
    "cut": lambda p: p.write_bytes(p.read_bytes()[: p.stat().st_size // 2]),
    "one bit": flip,
    "zeros": lambda p: p.write_bytes(b"\0" * p.stat().st_size),
    "another text": lambda p: p.write_text("[1, null]\n"),
    "null": lambda p: p.write_text("null"),
    "of other types": numbers,
    "deep": lambda p: p.write_text("[" * 100_000),
    "not UTF-8": lambda p: p.write_bytes(b"\xff\xfe" + p.read_bytes()),
    "gone": lambda p: p.unlink(),
    "a folder": folder,
    "a link to nowhere": lambda p: (p.unlink(), p.symlink_to(p.with_name("nowhere"))),
}
