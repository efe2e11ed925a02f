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
from collections.abc import Iterable, Iterator
from pathlib import Path

from analysis.errors import DiscourseError
from analysis.run.parameters import SKIPPED, TAG, read_cells, tags_of

PACKAGE = "analysis"
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
            try:
                ast.parse(cell["source"])
            except SyntaxError as error:
                raise DiscourseError(f"{notebook.name}, cell {number}, {_why(cell['source'], error)}") from error
            sources.append(cell["source"])
    return "\n".join(sources)


def _why(source: str, error: SyntaxError) -> str:
    """The line and what is wrong with it; IPython's own syntax is named, since it runs in JupyterLab and not here."""
    for number, line in enumerate(source.splitlines(), start=1):
        if re.match(r"\s*([%!?]|[\w.]+\s*=\s*[%!]|[\w.]+\?+\s*$)", line):
            return (
                f"line {number}: `{line.strip()}` is an IPython magic or shell command; a published run is plain Python. "
                "Take the line out (figures need no `%matplotlib`), or tag the cell skip-execution."
            )
    return f"line {error.lineno}: {error.msg}. A cell in another language than Python is tagged skip-execution."


def closure(source: str, root: Path) -> tuple[dict[str, str], list[str]]:
    """(files of the package -> sha256, top-level names of other libraries) that `source` imports, transitively.

    Files are named as seen from `root`; data files that a module names by a plain string beside it are included.
    """
    files: dict[str, str] = {}
    libraries: set[str] = set()
    waiting = list(_imports(ast.parse(source), "", libraries, root))
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
        facts = _facts(path, module, root, (stat.st_mtime_ns, stat.st_size))
        files.update(facts[0])
        waiting += facts[1]
        libraries |= set(facts[2])
    return dict(sorted(files.items())), sorted(libraries)


@functools.lru_cache(maxsize=512)
def _facts(path: Path, module: str, root: Path, stamp: tuple[int, int]) -> tuple[dict[str, str], list[str], list[str]]:
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise DiscourseError(f"{path.relative_to(root)}, line {error.lineno}: {error.msg}.") from error
    files = {}
    is_package = path.name == "__init__.py"
    if not is_package or _does_something(tree):
        files[path.relative_to(root).as_posix()] = hashlib.sha256(normalised(text, tree).encode()).hexdigest()
    libraries: set[str] = set()
    # A package's own imports are followed by name only (see _targets), unless it does more than re-export.
    followed = [] if is_package and not _does_something(tree) else list(_imports(tree, module, libraries, root))
    for name in _data_files(tree, path):
        files[(path.parent / name).relative_to(root).as_posix()] = _hash(path.parent / name)
    return files, followed, sorted(libraries)


def _imports(tree: ast.AST, module: str, libraries: set[str], root: Path) -> Iterator[str]:
    for node in _nodes(tree):
        if isinstance(node, ast.Import):
            names: list[tuple[str, str | None]] = [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, module, root)
            names = [(base, alias.name) for alias in node.names]
        else:
            continue
        for base, name in names:
            if base.split(".")[0] != PACKAGE:
                libraries.add(base.split(".")[0])
            else:
                yield from _targets(base, name, root)


def _base(node: ast.ImportFrom, module: str, root: Path) -> str:
    if not node.level:
        return node.module or ""
    path = _path(module, root)
    parts = module.split(".")
    parts = parts[: len(parts) - node.level + (path is not None and path.name == "__init__.py")]
    return ".".join([*parts, node.module] if node.module else parts)


def _targets(base: str, name: str | None, root: Path) -> Iterator[str]:
    """The modules that `from base import name` needs: base itself, a submodule, or where base got the name from."""
    yield base
    path = _path(base, root)
    if path is None or path.name != "__init__.py":
        return
    if name is not None and _path(f"{base}.{name}", root):
        yield f"{base}.{name}"
        return
    for offered, source, original in _exports(base, path, root, path.stat().st_mtime_ns):
        if name in (None, "*", offered):
            yield from _targets(source, original, root)


@functools.lru_cache(maxsize=128)
def _exports(base: str, path: Path, root: Path, stamp: int) -> tuple[tuple[str, str, str], ...]:
    """(name offered, module it comes from, its name there) for each name that a package's __init__ re-exports."""
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            source = _base(node, base, root)
            if source.split(".")[0] == PACKAGE:
                found += [(alias.asname or alias.name, source, alias.name) for alias in node.names]
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


def _data_files(tree: ast.Module, path: Path) -> Iterable[str]:
    names = {n.value for n in _nodes(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    for name in sorted(n for n in names if n.endswith(_DATA) and len(n) < 80 and "\n" not in n):
        if not Path(name).is_absolute() and ".." not in name and (path.parent / name).is_file():
            yield name


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
