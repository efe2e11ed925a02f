"""Hashes of the code that a figure comes from: the notebook's cells and the modules they import, nothing more.

Imports are read, not executed. `from analysis.measures import rates_by` leads to the module that defines `rates_by`, so
an edit to another measure does not touch this notebook. Comments, docstrings and blank lines do not count.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.run.known_code import KnownCode
from analysis.run.parameters import SKIPPED, TAG, read_cells, tags_of

PACKAGE = "analysis"
RULES = Path(__file__)  # what was read by other rules than this file's is read again
_DATA = (".txt", ".toml", ".csv", ".tsv", ".json")


def notebook_hash(notebook: Path) -> str:
    """sha256 over the code cells (and the tags) of a notebook; words in markdown cells do not count.

    Neither does what stands in the parameter cell: the values of a run are the plan's, and are compared one by one.
    """
    digest = hashlib.sha256()
    for cell in read_cells(notebook):
        if cell["cell_type"] == "code":
            tags = sorted(tags_of(cell))
            source = "" if TAG in tags else cell["source"].rstrip()
            digest.update(f"{','.join(tags)}\0{source}\0\0".encode())
    return digest.hexdigest()


def code_of(notebook: Path) -> str:
    """The code cells of a notebook as one source text, without those that Jupyter skips (tagged skip-execution).

    A syntax error, an IPython magic or a shell command raises `DiscourseError` naming cell and line.
    """
    sources = []
    for number, cell in enumerate(read_cells(notebook), start=1):
        if cell["cell_type"] == "code" and SKIPPED not in tags_of(cell):
            if why := _wrong(cell["source"]):
                raise DiscourseError(f"{notebook.name}, cell {number}, {why}")
            sources.append(cell["source"])
    return "\n".join(sources)


@functools.lru_cache(maxsize=4096)
def _wrong(source: str) -> str:
    """What keeps a cell from being Python; "" if nothing does."""
    try:
        ast.parse(source)
    except SyntaxError as error:
        return _why(source, error)
    return ""


def _why(source: str, error: SyntaxError) -> str:
    """The line and what is wrong with it; IPython's own syntax is named, since it runs in JupyterLab and not here."""
    for number, line in enumerate(source.splitlines(), start=1):
        if re.match(r"\s*([%!?]|[\w.]+\s*=\s*[%!]|[\w.]+\?+\s*$)", line):
            return (
                f"line {number}: `{line.strip()}` is an IPython magic or shell command; a published run is plain Python. "
                "Take the line out (figures need no `%matplotlib`), or tag the cell skip-execution."
            )
    return f"line {error.lineno}: {error.msg}. A cell in another language than Python is tagged skip-execution."


def closure(source: str, root: Path, known: KnownCode | None = None) -> tuple[dict[str, str], list[str]]:
    """(files of the package -> sha256, top-level names of other libraries) that `source` imports, transitively.

    Files are named as seen from `root`; data files that a module names by a plain string beside it are included. known:
    what was read of the same code before.
    """
    known = known or KnownCode(None, RULES)
    files: dict[str, str] = {}
    libraries: set[str] = set()
    facts = known.of(source.encode(), _read)
    waiting = list(_imports(facts["imports"], "", libraries, root, known))
    seen: set[str] = set()
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        path = _path(module, root)
        if path is None:
            continue
        stat = path.stat()
        found = _facts(path, module, root, known, (stat.st_mtime_ns, stat.st_size))
        files.update(found[0])
        waiting += found[1]
        libraries |= set(found[2])
    return dict(sorted(files.items())), sorted(libraries)


@functools.lru_cache(maxsize=512)
def _facts(
    path: Path, module: str, root: Path, known: KnownCode, stamp: tuple[int, int]
) -> tuple[dict[str, str], list[str], list[str]]:
    facts = _code_in(path, root, known)
    files = {}
    does_something = path.name != "__init__.py" or facts["does_something"]
    if does_something:
        files[path.relative_to(root).as_posix()] = facts["hash"]
    libraries: set[str] = set()
    # A package's own imports are followed by name only (see _targets), unless it does more than re-export.
    followed = list(_imports(facts["imports"], module, libraries, root, known)) if does_something else []
    for name in facts["data"]:
        if (path.parent / name).is_file():
            files[(path.parent / name).relative_to(root).as_posix()] = _hash(path.parent / name)
    return files, followed, sorted(libraries)


def _code_in(path: Path, root: Path, known: KnownCode) -> dict[str, Any]:
    """What a file's code says (`_read`); raises `DiscourseError` that names file and line of a syntax error."""
    try:
        return known.of(path.read_bytes(), _read)
    except SyntaxError as error:
        raise DiscourseError(f"{path.relative_to(root)}, line {error.lineno}: {error.msg}.") from error


def _read(data: bytes) -> dict[str, Any]:
    """What follows from the text of a module alone.

    hash: of the code as `normalised`. does_something: whether it is more than re-exports. imports, exports: level (-1 of
    "import name"), module, name and the name it is given, of all imports and of those at the top. data: strings that may
    name a file beside the module.
    """
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8").read()  # line ends as `Path.read_text` gives them
    tree = ast.parse(text)
    names = {n.value for n in _nodes(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    data_files = [n for n in sorted(names) if n.endswith(_DATA) and len(n) < 80 and "\n" not in n]
    return {
        "hash": hashlib.sha256(normalised(text, tree).encode()).hexdigest(),
        "does_something": _does_something(tree),
        "imports": [one for node in _nodes(tree) for one in _imported(node)],
        "exports": [one for node in tree.body if isinstance(node, ast.ImportFrom) for one in _imported(node)],
        "data": [n for n in data_files if not Path(n).is_absolute() and ".." not in n],
    }


def _imported(node: ast.AST) -> list[list[Any]]:
    if isinstance(node, ast.Import):
        return [[-1, alias.name, None, alias.name] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [[node.level, node.module or "", alias.name, alias.asname or alias.name] for alias in node.names]
    return []


def _imports(rows: list[list[Any]], module: str, libraries: set[str], root: Path, known: KnownCode) -> Iterator[str]:
    for level, named, name, _ in rows:
        base = _base(level, named, module, root)
        if base.split(".")[0] != PACKAGE:
            libraries.add(base.split(".")[0])
        else:
            yield from _targets(base, name, root, known)


def _base(level: int, named: str, module: str, root: Path) -> str:
    if level < 1:
        return named
    path = _path(module, root)
    parts = module.split(".")
    parts = parts[: len(parts) - level + (path is not None and path.name == "__init__.py")]
    return ".".join([*parts, named] if named else parts)


def _targets(base: str, name: str | None, root: Path, known: KnownCode) -> Iterator[str]:
    """The modules that `from base import name` needs: base itself, a submodule, or where base got the name from."""
    yield base
    path = _path(base, root)
    if path is None or path.name != "__init__.py":
        return
    if name is not None and _path(f"{base}.{name}", root):
        yield f"{base}.{name}"
        return
    for offered, source, original in _exports(base, path, root, known, path.stat().st_mtime_ns):
        if name in (None, "*", offered):
            yield from _targets(source, original, root, known)


@functools.lru_cache(maxsize=128)
def _exports(base: str, path: Path, root: Path, known: KnownCode, stamp: int) -> tuple[tuple[str, str, str], ...]:
    """(name offered, module it comes from, its name there) for each name that a package's __init__ re-exports."""
    found = []
    for level, named, name, offered in _code_in(path, root, known)["exports"]:
        source = _base(level, named, base, root)
        if source.split(".")[0] == PACKAGE:
            found.append((offered, source, name))
    return tuple(found)


def _does_something(tree: ast.Module) -> bool:
    """Whether a package's __init__ does more than document, re-export and list its names."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Expr):
            continue
        if isinstance(node, ast.Assign) and all(getattr(t, "id", "").startswith("__") for t in node.targets):
            continue
        return True
    return False


def _path(module: str, root: Path) -> Path | None:
    place = root.joinpath(*module.split("."))
    for path in (place.with_suffix(".py"), place / "__init__.py"):
        if path.is_file():
            return path
    return None


def normalised(text: str, tree: ast.Module | None = None) -> str:
    """Source text without comments, docstrings, blank lines and trailing space: what the code does, as written."""
    lines = text.splitlines()
    tree = tree or ast.parse(text)
    for row, column in _comments(text, lines, tree):
        lines[row - 1] = lines[row - 1][:column]
    for node in _nodes(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and body:
            first = body[0]
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and first.value.value.__class__ is str
            ):
                for row in range(first.lineno, (first.end_lineno or first.lineno) + 1):
                    lines[row - 1] = ""
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _comments(text: str, lines: list[str], tree: ast.Module) -> list[tuple[int, int]]:
    """(row, column) of each comment. A sign that no string holds begins one; only a file in which a string may hold one is
    cut into tokens, which is most of what reading the code costs."""
    signs = {row: line.index("#") for row, line in enumerate(lines, start=1) if "#" in line}
    if not signs:
        return []
    doubtful = len(lines) != text.count("\n") + (not text.endswith("\n")) or not all(
        lines[r - 1].isascii() for r in signs
    )
    for node in _nodes(tree):
        if doubtful:
            break
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)):
            first, last = node.lineno, node.end_lineno or node.lineno
            held = [row for row in signs if first <= row <= last]
            doubtful = bool(held) and (first != last or signs[first] < (node.end_col_offset or 0))
    if not doubtful:
        return sorted(signs.items())
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.start for token in tokens if token.type == tokenize.COMMENT]


def _nodes(tree: ast.AST) -> list[ast.AST]:
    """All nodes of a tree, gone through once for all questions."""
    if "walked" not in tree.__dict__:
        tree.__dict__["walked"] = list(ast.walk(tree))
    return tree.__dict__["walked"]


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
