"""Do the tests notice when the code is wrong? `python scripts/mutants.py measures -n 60` changes one point at a time.

Each mutant is one small change at one place of a room (a comparison flipped, + for -, a constant off by one, a condition
negated, a `not` dropped, `and` for `or`), chosen with a seed and written into a copy of the project in a temporary folder.
Every public test file of the room is run once, unchanged, and the lines it reaches are noted; a change is then shown to the
files that reach its statement, quick and strict ones first, in a process forked from one that has imported the libraries;
with --far also to files of the whole wing. With --quick no lines are noted, and only the file of the module's name and
those that hold the whole room (in its own folder of tests) are asked: more changes live than would, in a tenth of the time.
A mutant is killed when a test fails or takes over four times as long and 10 s. Tests of speed are not asked: a busy machine
would look like a change that was noticed. The project itself is never changed.
"""

from __future__ import annotations

import ast
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import click

ROOT = Path(__file__).resolve().parents[1]
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
# Public tests that hold a room from outside of its own folder of tests.
BESIDE = {"measures": ["tests/studies/test_captions_follow_parameters.py"]}
ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}


@dataclass(frozen=True)
class Mutant:
    """One change: the file (relative to the project), the 1-based line, what stood there and what stands there now."""

    path: str
    line: int
    statement: int  # the line on which its statement begins, and the last line of the expression
    last: int
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


def statement_lines(tree: ast.AST) -> dict[int, int]:
    """For each node the line on which the innermost statement around it begins (of a compound one, its head)."""
    lines: dict[int, int] = {}
    for node in ast.walk(tree):  # inner statements come later, and their word counts
        if isinstance(node, ast.stmt):
            lines |= dict.fromkeys(map(id, ast.walk(node)), node.lineno)
    return lines


def mutants_of(path: Path, root: Path) -> list[Mutant]:
    """Every change one file allows, in order of place; the empty list for a file without any."""
    source = path.read_bytes()
    starts = [0]
    for row in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(row))
    tree = ast.parse(source)
    left_alone, statements = skipped(tree), statement_lines(tree)
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
            lines = (old.lineno, statements.get(id(node), old.lineno), old.end_lineno)
            found.append(Mutant(relative, *lines, start, end, source[start:end].decode(), after))
    return sorted(found, key=lambda mutant: (mutant.start, mutant.end, mutant.after))


def test_files(room: str, root: Path, *, far: bool = False) -> list[str]:
    """Test files of a room, with those of its tests' folder and the doctests in its modules; far: of the whole wing."""
    mirror, base = root / "tests" / room, root / "analysis" / room
    if base.with_suffix(".py").is_file():
        return [f"analysis/{room}.py", mirror.with_name(f"test_{mirror.name}.py").relative_to(root).as_posix()]
    tests = sorted((root / "tests" / Path(room).parts[0] if far else mirror).rglob("test_*.py"))
    documented = [path for path in sorted(base.rglob("*.py")) if ">>> " in path.read_text(encoding="utf-8")]
    beside = [test for wing, files in BESIDE.items() if Path(room).parts[0] == wing for test in files]
    return [*(path.relative_to(root).as_posix() for path in [*tests, *documented]), *beside]


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


def own_files(mutant: Mutant, room: str, root: Path) -> list[str]:
    """The test file of the module's name, and then those of the room's folder that no module has the name of: they hold all
    of it."""
    module = Path(mutant.path)
    own = root / "tests" / module.relative_to("analysis").with_name(f"test_{module.stem}.py")
    there = {path.stem for path in (root / "analysis" / room).glob("*.py")}
    whole = [p for p in sorted((root / "tests" / room).glob("test_*.py")) if p.stem.removeprefix("test_") not in there]
    return list(dict.fromkeys(path.relative_to(root).as_posix() for path in (own, *whole) if path.is_file()))


class Asker:
    """A copy of the project and the process in it that asks tests (scripts/mutants_asked.py)."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_project(folder)
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
        environment["PYTHONPATH"] = str(folder)
        environment.pop("DISCOURSE_CORPUS", None)
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("mutants_asked.py"))],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, files: list[str], limit: float, **request: object) -> tuple[int | None, str]:
        """pytest's exit code over the test files (a signal's number, negative, or None if they took too long), and the
        test that failed."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps({"files": files, "limit": limit, **request}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["code"], answer["by"]

    def end(self) -> None:
        self.process.communicate()


@dataclass(frozen=True)
class Reached:
    """What a test file does: lines it reaches, by module and line the tests (or "" for all of them), and its seconds."""

    lines: dict[str, dict[str, list[str]]]
    seconds: dict[str, float]  # of each test
    left_out: list[str]  # tests that fail without any change

    @property
    def whole(self) -> float:
        return sum(self.seconds.values())

    def tests_of(self, mutant: Mutant) -> set[str] | None:
        """The tests that reach the statement with the change, perhaps none of them by name; None if nothing does."""
        of_module = self.lines.get(mutant.path, {})
        found = [of_module[str(n)] for n in range(mutant.statement, mutant.last + 1) if str(n) in of_module]
        return {name for names in found for name in names if name} if found else None


class Bench:
    """Copies of the project, one a worker, and the test files of a room with the lines each reaches.

    far: whether tests of the wing outside the room are asked as well. grace: seconds that a test may always take.
    """

    def __init__(self, folder: Path, room: str, jobs: int, *, far: bool = False, grace: float = 10) -> None:
        self.folder, self.room, self.grace = folder, room, grace
        self.askers: SimpleQueue[Asker] = SimpleQueue()
        for number in range(jobs):
            self.askers.put(Asker(folder / f"copy{number}"))
        self.tests = test_files(room, ROOT, far=far)
        self.reached: dict[str, Reached] = {}
        self.noticed: Counter[str] = Counter()  # by test file
        self.own: dict[str, list[str]] = {}  # with --quick: by module the files asked

    def draw_map(self, pool: ThreadPoolExecutor) -> None:
        """Run every test file once, with nothing changed, and note which lines it reaches."""
        for test, reached in zip(self.tests, pool.map(self._map_of, self.tests), strict=True):
            self.reached[test] = reached
            for name in reached.left_out:
                click.echo(f"not asked: {name} fails without any change")
        if not any(reached.lines for reached in self.reached.values()):
            raise click.ClickException(f"no test of {self.room} runs; see `pytest {' '.join(self.tests[:3])}`")

    def _map_of(self, test: str, *, traced: bool = True) -> Reached:
        asker = self.askers.get()
        try:
            file = asker.folder / "map.json"
            room = asker.folder / "analysis" / self.room
            lines = {"traced": str(room.with_suffix("") if room.is_dir() else room.parent)} if traced else {}
            asker.ask([test], 1800, map=str(file), **lines)
            if not file.is_file():
                click.echo(f"not asked: {test} did not end")
                return Reached({}, {}, [])
            content = json.loads(file.read_text(encoding="utf-8"))
            file.unlink()
            return Reached(content["lines"], content["seconds"], content["failed"])
        finally:
            self.askers.put(asker)

    def run_once(self, mutants: list[Mutant], pool: ThreadPoolExecutor) -> None:
        """Instead of the map: the files of the changes' own modules, run once with nothing changed."""
        for mutant in mutants:
            self.own[mutant.path] = own_files(mutant, self.room, ROOT)
        self.tests = sorted({test for files in self.own.values() for test in files})
        for test, reached in zip(
            self.tests, pool.map(lambda t: self._map_of(t, traced=False), self.tests), strict=True
        ):
            self.reached[test] = reached
            for name in reached.left_out:
                click.echo(f"not asked: {name} fails without any change")

    def asked(self, mutant: Mutant) -> tuple[list[str], list[str], float]:
        """Test files that reach the change, quick ones that notice much first; their tests that do; the processor time
        they may take."""
        if self.own:
            files = [test for test in self.own[mutant.path] if self.reached[test].seconds]
            return files, [], 2 * self.grace + 4 * sum(self.reached[test].whole for test in files)
        reaching = {test: r.tests_of(mutant) for test, r in self.reached.items()}
        asked = [test for test, names in reaching.items() if names is not None]
        files = sorted(asked, key=lambda t: (1 + self.reached[t].whole) / (0.2 + self.noticed[t]))
        first = sorted(name for test in files for name in reaching[test] or ())
        return files, first, 2 * self.grace + 4 * sum(self.reached[test].whole for test in files)

    def survives(self, mutant: Mutant) -> str:
        """Empty if a test notices the change, else why it lives: no test reaches it, or none minds."""
        files, first, limit = self.asked(mutant)
        if not files:
            return "no test reaches it"
        asker = self.askers.get()
        file = asker.folder / mutant.path
        source = file.read_bytes()
        left_out = [name for test in files for name in self.reached[test].left_out]
        try:
            file.write_bytes(source[: mutant.start] + mutant.after.encode() + source[mutant.end :])
            slow = {name: s for test in files for name, s in self.reached[test].seconds.items() if s > 0.2}
            code, by = asker.ask(files, limit, first=first, left_out=left_out, slow=slow, grace=self.grace)
            self.noticed[by.partition("::")[0]] += 1
            return "no test minds" if code in (0, 5) else ""  # 5: no test left
        finally:
            file.write_bytes(source)
            self.askers.put(asker)

    def close(self) -> None:
        while not self.askers.empty():
            self.askers.get().end()


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
@click.option("--far", is_flag=True, help="Ask the tests of the whole wing, not of the room alone (long).")
@click.option("--quick", is_flag=True, help="Ask the module's own test file and those of the whole room only.")
@click.option("--at-least", default=0, show_default=True, help="Fail if a smaller share is killed (per cent).")
def main(room: str, number: int, seed: int, jobs: int, at: tuple[str, ...], **more: int) -> None:
    """Change analysis/ROOM at NUMBER points, one at a time, and list the changes that no public test notices."""
    mutants = choose(room, number, seed, at)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(jobs) as pool:
        bench = Bench(Path(folder), room, jobs, far=bool(more["far"]))
        if more["quick"]:
            bench.run_once(mutants, pool)
        else:
            bench.draw_map(pool)
        survivors = 0
        for mutant, why in zip(mutants, pool.map(bench.survives, mutants), strict=True):
            survivors += bool(why)
            if why:
                click.echo(f"survived {mutant.place} ({why})\n  - {mutant.before}\n  + {mutant.after}")
        bench.close()
    killed = len(mutants) - survivors
    share = 100 * killed / max(len(mutants), 1)
    click.echo(f"{killed} of {len(mutants)} killed ({share:.0f} %) in analysis/{room}, seed {seed}")
    if share < more["at_least"]:
        raise click.ClickException(f"fewer than {more['at_least']} % were killed")


if __name__ == "__main__":
    main()
