"""Do the tests notice when the code is wrong? `python scripts/mutants.py measures -n 60` changes one point at a time.

Each mutant is one small change at one place of a room (a comparison flipped, + for -, a constant off by one, a condition
negated, a `not` dropped, `and` for `or`), chosen with a seed, written into a copy of the project in a temporary folder,
and run against the public tests that can reach its module: those of its own name first, then those of the room
that import it, the quickest first; with --far then the rest of the wing. A mutant is killed when a test fails or does
not end in time. The project itself is never changed.
"""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import click

ROOT = Path(__file__).resolve().parents[1]
PUBLIC = "not shared and not browser and not slow"
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}


@dataclass(frozen=True)
class Mutant:
    """One change: the file (relative to the project), the 1-based line, what stood there and what stands there now."""

    path: str
    line: int
    start: int  # offsets into the file's bytes
    end: int
    before: str
    after: str

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}"


def skipped(tree: ast.AST) -> set[int]:
    """Nodes whose change says nothing about behaviour: annotations, decorators, f-string parts, `raise` messages."""
    out: set[int] = set()
    for node in ast.walk(tree):
        roots: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            roots = [*node.decorator_list, node.returns]
        elif isinstance(node, ast.ClassDef):
            roots = list(node.decorator_list)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            roots = [node.annotation]
        elif isinstance(node, ast.JoinedStr | ast.Raise):
            roots = [node]
        out |= {id(inner) for root in roots if root is not None for inner in ast.walk(root)}
    return out


def variants(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """(expression to replace, replacement) for each change this node allows."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        swaps = COMPARISONS.get(type(node.ops[0]), ())
        return [(node, ast.Compare(node.left, [swap()], node.comparators)) for swap in swaps]
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        return [(node, ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right))]
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return [(node, ast.BoolOp(other, node.values))]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [(node, node.operand)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return [(node, node.operand)]
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return [(node, ast.Constant(node.value + 1))]
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return []
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare | ast.UnaryOp):
        return [(node.test, ast.UnaryOp(ast.Not(), node.test))]
    return []


def mutants_of(path: Path, root: Path) -> list[Mutant]:
    """Every change one file allows, in order of place; the empty list for a file without any."""
    source = path.read_bytes()
    starts = [0]
    for row in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(row))
    tree = ast.parse(source)
    left_alone = skipped(tree)
    found = []
    for node in ast.walk(tree):
        if id(node) in left_alone:
            continue
        for old, new in variants(node):
            start, end = starts[old.lineno - 1] + old.col_offset, starts[old.end_lineno - 1] + old.end_col_offset
            text = ast.unparse(ast.fix_missing_locations(new))
            # In brackets where a `not` or a minus would otherwise take more or less than what stood there.
            after = f"({text})" if isinstance(new, ast.UnaryOp | ast.BoolOp) or isinstance(old, ast.UnaryOp) else text
            relative = path.relative_to(root).as_posix()
            found.append(Mutant(relative, old.lineno, start, end, source[start:end].decode(), after))
    return sorted(found, key=lambda mutant: (mutant.start, mutant.end, mutant.after))


def imported(path: Path, root: Path) -> set[Path]:
    """Files of the project that a file imports anywhere in it, packages' `__init__` included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    files: set[Path] = set()
    for name in names:
        stem = root.joinpath(*name.split("."))
        files |= {f for f in (stem.with_suffix(".py"), stem / "__init__.py") if f.is_file()}
    return files


def reach(test: Path, root: Path) -> set[Path]:
    """All files of the project a test file imports, directly or through others."""
    seen: set[Path] = set()
    waiting = [test]
    while waiting:
        new = imported(waiting.pop(), root) - seen
        seen |= new
        waiting.extend(new)
    return seen


def test_stages(module: str, room: str, reached: dict[Path, set[Path]], root: Path) -> list[list[str]]:
    """Test files to try for a module, likeliest first: of its name; of the room that reach it; all others that do.

    A folder of tests beside the module counts as reaching it, since a test may go through the command line.
    """
    path = root / module
    mirror = root / "tests" / Path(module).relative_to("analysis").parent
    of_room = root / "tests" / room
    named = [t for t in reached if t == mirror / f"test_{path.stem}.py"]
    others = [t for t, files in reached.items() if t not in named and (path in files or t.parent == mirror)]
    near = [t for t in others if t.is_relative_to(of_room) or t.parent == mirror]
    far = [t for t in others if t not in near]
    return [[t.relative_to(root).as_posix() for t in stage] for stage in (named, near, far)]


def copy_project(target: Path) -> Path:
    """What git knows of the project, and new files it does not ignore, without published figures."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listing.stdout.decode().split("\0"):
        if name and not name.startswith("figures/") and (ROOT / name).is_file():
            place = target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, place)
    return target


def run_tests(folder: Path, tests: list[str], limit: float) -> bool:
    """True if all pass in time. Each run in a process group of its own, so that what it started ends with it."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
        "-m",
        PUBLIC,
        *tests,
    ]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(folder)}
    environment.pop("DISCOURSE_CORPUS", None)
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(limit) in (0, 5)  # 5: no test left after the marks
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            return False


class Bench:
    """Copies of the project, one a worker, and the test files of a room with what they reach.

    far: whether tests outside the room are asked about a change that those of the room let pass.
    """

    def __init__(self, folder: Path, room: str, jobs: int, *, far: bool = False) -> None:
        self.copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(jobs):
            self.copies.put(copy_project(folder / f"copy{number}"))
        self.room, self.far = room, far
        tests = sorted((ROOT / "tests" / Path(room).parts[0]).rglob("test_*.py"))
        self.reached = {test: reach(test, ROOT) for test in tests}
        self.seconds: dict[str, float] = {}

    def stages(self, module: str) -> list[list[str]]:
        """The tests to ask, in order: the quickest of a stage first, once they have been timed."""
        named, near, far = test_stages(module, self.room, self.reached, ROOT)
        wanted = [named, near, far] if self.far else [named, near]
        return [sorted(stage, key=lambda test: self.seconds.get(test, 0.0)) for stage in wanted if stage]

    def check_unchanged(self, modules: list[str]) -> None:
        """Each test file has to pass before anything is changed, or is not asked; how long it takes sets the time limit."""
        folder = self.copies.get()
        for test in sorted({test for module in modules for stage in self.stages(module) for test in stage}):
            begun = time.monotonic()
            if not run_tests(folder, [test], 900):
                click.echo(f"not asked: {test} fails, or takes over 15 min, without any change")
                self.reached.pop(ROOT / test)
            self.seconds[test] = time.monotonic() - begun
        self.copies.put(folder)

    def survives(self, mutant: Mutant) -> bool:
        """True if no test that is asked notices the change; the copy is put right again."""
        folder = self.copies.get()
        file = folder / mutant.path
        source = file.read_bytes()
        try:
            file.write_bytes(source[: mutant.start] + mutant.after.encode() + source[mutant.end :])
            return all(
                run_tests(folder, stage, 30 + 4 * sum(self.seconds[test] for test in stage))
                for stage in self.stages(mutant.path)
            )
        finally:
            file.write_bytes(source)
            self.copies.put(folder)


def choose(room: str, number: int, seed: int, at: tuple[str, ...]) -> list[Mutant]:
    """`number` changes of a room drawn with a seed, or all changes at the lines of `at` ("file.py:12")."""
    base = ROOT / "analysis" / room
    files = [base.with_suffix(".py")] if base.with_suffix(".py").is_file() else sorted(base.rglob("*.py"))
    if not files:
        raise click.ClickException(f"no Python file in analysis/{room}")
    everything = [mutant for file in files for mutant in mutants_of(file, ROOT)]
    if at:
        return [m for m in everything if any(m.place.endswith(f"/{place}") for place in at)]
    # No cryptography: the same seed has to give the same mutants again.
    return random.Random(seed).sample(everything, min(number, len(everything)))  # noqa: S311


@click.command()
@click.argument("room")
@click.option("-n", "number", default=60, show_default=True, help="How many changes.")
@click.option("--seed", default=1, show_default=True, help="Another seed draws other changes.")
@click.option("--jobs", default=2, show_default=True, help="How many at the same time.")
@click.option("--at", multiple=True, help="Instead of drawing: every change at a line, such as regression.py:40.")
@click.option(
    "--far", is_flag=True, help="Ask the tests of other rooms too where those of the room notice nothing (long)."
)
@click.option("--at-least", default=0, show_default=True, help="Fail if a smaller share is killed (per cent).")
def main(room: str, number: int, seed: int, jobs: int, at: tuple[str, ...], *, far: bool, at_least: int) -> None:
    """Change analysis/ROOM at NUMBER points, one at a time, and list the changes that no public test notices."""
    mutants = choose(room, number, seed, at)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(jobs) as pool:
        bench = Bench(Path(folder), room, jobs, far=far)
        bench.check_unchanged(sorted({mutant.path for mutant in mutants}))
        survivors = 0
        for mutant, survived in zip(mutants, pool.map(bench.survives, mutants), strict=True):
            survivors += survived
            if survived:
                click.echo(f"survived {mutant.place}\n  - {mutant.before}\n  + {mutant.after}")
    killed = len(mutants) - survivors
    share = 100 * killed / max(len(mutants), 1)
    click.echo(f"{killed} of {len(mutants)} killed ({share:.0f} %) in analysis/{room}, seed {seed}")
    if share < at_least:
        raise click.ClickException(f"fewer than {at_least} % were killed")


if __name__ == "__main__":
    main()
