"""Writing whole folders so that nothing of others is lost, and a killed command leaves no half of one.

A folder is written elsewhere and put in its place by rename. What it replaces must be ours: empty, or carrying the marker
that lists every file that we wrote there, and nothing else.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from analysis.errors import DiscourseError
from analysis.store.atomic import is_alive, write_json

MARKER = ".discourse.json"
_STAGING = re.compile(r"folder-(\d+)-\w+")
SHOWN = 3
LOOKED_AT = 1000  # files of others: a folder that holds so many is refused without a look at the rest


def check_ours(target: Path, kind: str) -> None:
    """Refuse a place where `kind` (site, paper, store) may not be written, naming what stands there.

    Allowed are a new folder, an empty one, and one that holds only what an earlier command of the same kind wrote.
    """
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir():
        raise DiscourseError(f"{target}: is a file, and nothing was changed; name a folder that is new or empty.")
    ours = _listed(target, kind)
    others = list(itertools.islice((name for name in _names_in(target) if name not in ours), LOOKED_AT))
    if others:
        more = (
            f" and {len(others) - SHOWN} more"
            if len(others) < LOOKED_AT
            else f" and more than {LOOKED_AT - SHOWN} more"
        )
        shown = ", ".join(sorted(others)[:SHOWN]) + (more if len(others) > SHOWN else "")
        raise DiscourseError(
            f"{target}: holds files that no `discourse` command wrote as a {kind} ({shown}), and nothing was changed. Name "
            "a folder that is new or empty, or take these files out of it."
        )


def files_in(folder: Path) -> set[str]:
    """Names, relative to `folder`, of all that is no folder, and of empty folders; symbolic links are not followed."""
    return set(_names_in(folder))


def _names_in(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders.sort()
        names = [*files, *(name for name in folders if (Path(place) / name).is_symlink())]
        if not names and not folders and Path(place) != folder:
            yield Path(place).relative_to(folder).as_posix() + "/"
        for name in names:
            yield (Path(place) / name).relative_to(folder).as_posix()


def _listed(target: Path, kind: str) -> set[str]:
    """What the marker of a folder lists, itself included; nothing where there is none of this kind."""
    try:
        marker = json.loads((target / MARKER).read_text(encoding="utf-8"))
        if marker["kind"] == kind and isinstance(marker["files"], list):
            return {MARKER, *map(str, marker["files"])}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        pass
    return set()


def mark(folder: Path, kind: str) -> None:
    """Write the marker that lists every file in `folder` as ours."""
    write_json(folder / MARKER, {"kind": kind, "files": sorted(files_in(folder) - {MARKER})})


@contextlib.contextmanager
def replacing_folder(target: Path, kind: str, cache: Path, *, marked: bool = True) -> Iterator[Path]:
    """Give an empty folder to write into; on success it takes the place of `target`, on failure nothing is changed.

    cache: a private folder for what is not finished; what killed commands left there is removed. marked: write the marker,
    without which the folder will not be replaced again. Raises `DiscourseError` as `check_ours` does.
    """
    check_ours(target, kind)
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    cache.mkdir(parents=True, exist_ok=True)
    _sweep(cache)
    staging = Path(tempfile.mkdtemp(prefix=f"folder-{os.getpid()}-", dir=cache))
    try:
        new = staging / "new"
        new.mkdir()
        yield new
        if marked:
            mark(new, kind)
        check_ours(target, kind)  # it may have been filled meanwhile
        _put(new, target, staging)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _put(new: Path, target: Path, staging: Path) -> None:
    """Exchange by rename; where `target` is on another disk, by a copy beside it and then by rename."""
    beside = None
    try:
        try:
            _exchange(new, target, staging / "old")
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            beside = _beside(target)
            shutil.copytree(new, beside / "new", symlinks=True)
            _exchange(beside / "new", target, beside / "old")
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)


def _beside(target: Path) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except FileNotFoundError as error:  # what looks like a folder and is none, such as /proc
        raise DiscourseError(f"{target.parent}: no folder can be made there; choose another place.") from error


def _exchange(new: Path, target: Path, old: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise


def _sweep(cache: Path) -> None:
    """Remove what commands that are no longer at work left unfinished."""
    for path in cache.glob("folder-*"):
        match = _STAGING.fullmatch(path.name)
        if match and not is_alive(int(match.group(1))):
            shutil.rmtree(path, ignore_errors=True)
