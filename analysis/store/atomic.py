"""Writing files so that a reader, or a killed run, never sees half of one."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success it takes the place of `path`, on failure it is removed.

    The temporary file lies in the same folder, so that the last step is one rename on one file system. A file that was
    there keeps its rights; a new one has those that the user gives new files (umask). Raises `DiscourseError` for a device
    or a pipe: a file in its place would harm the whole machine.
    """
    target = Path(path)
    if target.exists() and not (target.is_file() or target.is_dir()):
        raise DiscourseError(f"{target}: is a device or a pipe, no file; choose the name of a file.")
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(6)}.tmp")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        rights = stat.S_IMODE((target if target.is_file() else temporary).stat().st_mode)
        yield temporary
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        temporary.chmod(rights | 0o600)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sweep(path: Path) -> None:
    """Remove what commands that are no longer at work left unfinished beside `path`."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*-*.tmp"):
        writer = left.name.removeprefix(f".{path.name}.").partition("-")[0]
        if writer.isdigit() and not is_alive(int(writer)):
            left.unlink(missing_ok=True)


def is_alive(pid: int) -> bool:
    """Whether a process is at work."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path` atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` to `path` atomically as UTF-8 with newline line ends."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: str | os.PathLike[str], value: object) -> None:
    """Write `value` atomically as JSON with sorted keys, so that equal values give equal bytes."""
    write_text(path, json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def read_json(path: str | os.PathLike[str], again: str) -> Any:
    """The value in a JSON file that we wrote. again: how to get it anew, for the message.

    Raises `DiscourseError` that names the file when it is missing, no file, no UTF-8 or no JSON.
    """
    path = Path(path)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DiscourseError(f"{path}: no such file; {again}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise DiscourseError(f"{path}: not valid JSON: {error}; {again}") from error


def read_utf8(path: str | os.PathLike[str]) -> str:
    """The text of a file that people keep. Raises `DiscourseError` that names it when it is no UTF-8."""
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DiscourseError(f"{path}: not UTF-8 ({error}); save it as plain text in UTF-8.") from error


def sha256_of(path: str | os.PathLike[str]) -> str:
    """The hexadecimal sha256 of a file's bytes."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep_old(path: Path) -> Path | None:
    """A copy of a file under a name of its own (.old, .old2, ...), so that no older copy is lost; None without a file."""
    if not path.is_file():
        return None
    names = (f"{path.name}.old{number}" for number in ("", *range(2, 1000)))
    place = next(other for name in names if not os.path.lexists(other := path.with_name(name)))
    write_bytes(place, path.read_bytes())
    return place
