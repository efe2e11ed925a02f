"""The rules of docs/architecture.md and CONTRIBUTING.md, read off the code itself."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

# Floors of the house, from the ground up; a room imports from floors below its own, and from itself.
ALLOWED = {
    "errors": set(),
    "study": {"errors"},
    "store": {"errors", "study"},
    "texts": {"errors", "study", "store"},
    "measures": {"errors", "study", "store"},
    "figures": {"errors", "study", "store"},
    "run": {"errors", "study", "store", "measures", "figures"},
    "publish": {"errors", "study", "store", "measures", "figures", "run"},
    "cli": {"errors", "study", "store", "texts", "measures", "figures", "run", "publish"},
}
# Within a room, the same: the order in which texts are read, and the numeric floor below all measures.
INSIDE = {
    "measures.inference": {"measures.inference"},
    "texts.read": {"texts.read", "texts.clean", "texts.document", "texts.annotate.tokens"},
    # The first pass over repeated paragraphs reads the texts.
    "texts.clean": {"texts.clean", "texts.read", "texts.annotate.tokens", "texts.document"},
}
OWNERS = {
    "nltk": ("texts/annotate/", "measures/validation/agreement", "measures/words/collocation"),
    "gensim": ("measures/topics/"),
    "seaborn": ("figures/",),
    "matplotlib": ("figures/",),
    "papermill": ("run/",),
    "warcio": ("texts/read/formats/", "texts/collect/"),
    "urllib3": ("texts/collect/",),
}
# What a measure may not touch: files, environment, processes, the network.
OUTSIDE = {"os", "pathlib", "shutil", "tempfile", "subprocess", "multiprocessing", "socket", "urllib", "urllib3", "io"}
MAX_LINES, MAX_FUNCTION, MAX_PARAMETERS = 450, 49, 7


def modules(root: Path) -> list[Path]:
    return sorted((root / "analysis").rglob("*.py"))


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def place_of(path: Path, root: Path) -> str:
    return path.relative_to(root / "analysis").as_posix()


def name_of(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path, *, typing_too: bool = True) -> set[str]:
    """Names imported anywhere in a module, inside functions too."""
    skipped = set()
    if not typing_too:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                skipped |= {id(inner) for inner in ast.walk(node)}
    found = set()
    for node in ast.walk(tree_of(path)):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def parameter_count(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    a = node.args
    listed = [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]
    return len([x for x in listed if x.arg not in ("self", "cls")])


def test_arrows_run_down_only(root):
    wrong = []
    for path in modules(root):
        room = path.relative_to(root / "analysis").with_suffix("").parts[0]
        for name in imports_of(path):
            parts = name.split(".")
            ours = parts[0] == "analysis" and len(parts) > 1
            if ours and room in ALLOWED and parts[1] in ALLOWED.keys() - ALLOWED[room] - {room}:
                wrong.append(f"{place_of(path, root)} imports {name}")
    assert not wrong


def test_inner_floors_keep_their_order(root):
    wrong = []
    for path in modules(root):
        module = name_of(path, root).removeprefix("analysis.")
        for floor, allowed in INSIDE.items():
            if module.startswith(floor + "."):
                for name in imports_of(path):
                    inner = name.removeprefix("analysis.")
                    same_room = name.startswith(f"analysis.{floor.split('.')[0]}.")
                    if same_room and not any(f"{inner}.".startswith(f"{a}.") for a in allowed):
                        wrong.append(f"{place_of(path, root)} imports {name}")
    assert not wrong


def test_no_module_imports_itself_in_a_circle(root):
    """Imports inside functions count: they hide a circle, they do not end it."""
    names = {name_of(path, root): path for path in modules(root)}
    arrows = {n: {i for i in imports_of(p, typing_too=False) if i in names and i != n} for n, p in names.items()}
    # A package that only re-exports is left out: `from analysis.store import x` means the module that has x.
    arrows = {n: {i for i in to if names[i].name != "__init__.py"} for n, to in arrows.items()}
    done: set[str] = set()
    for start in arrows:
        path, waiting = [], [(start, iter(sorted(arrows[start])))]
        path.append(start)
        while waiting:
            after = next(waiting[-1][1], None)
            if after is None:
                done.add(path.pop())
                waiting.pop()
            elif after in path:
                pytest.fail("circle of imports: " + " -> ".join([*path[path.index(after) :], after]))
            elif after not in done:
                path.append(after)
                waiting.append((after, iter(sorted(arrows[after]))))


def test_measures_touch_no_file_environment_or_process(root):
    wrong = []
    for path in modules(root):
        if not place_of(path, root).startswith("measures/"):
            continue
        wrong += [
            f"{place_of(path, root)} imports {n}" for n in imports_of(path) if n.split(".")[0] in OUTSIDE - {"io"}
        ]
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("open", "io.open", "np.load", "np.save"):
                wrong.append(f"{place_of(path, root)}, line {node.lineno} calls {ast.unparse(node.func)}")
    assert not wrong


def test_each_heavy_library_has_one_owner(root):
    wrong = []
    for path in modules(root):
        for name in imports_of(path):
            owners = OWNERS.get(name.split(".")[0])
            if owners and not place_of(path, root).startswith(owners):
                wrong.append(f"{place_of(path, root)} imports {name}")
    assert not wrong


def test_every_module_has_a_test_of_its_name(root):
    missing = []
    for path in modules(root):
        if path.name not in ("__init__.py", "__main__.py"):
            mirror = root / "tests" / path.relative_to(root / "analysis").with_name(f"test_{path.name}")
            if not (mirror.is_file() and "def test_" in mirror.read_text(encoding="utf-8")):
                missing.append(f"{place_of(path, root)} needs {mirror.relative_to(root).as_posix()}")
    assert not missing


def test_modules_and_functions_are_of_readable_size(root):
    long = [
        f"{place_of(p, root)}: {n} lines" for p in modules(root) if (n := len(p.read_text().splitlines())) > MAX_LINES
    ]
    for path in modules(root):
        for node in functions(path):
            lines, taken = (node.end_lineno or 0) - node.lineno + 1, parameter_count(node)
            if lines > MAX_FUNCTION:
                long.append(f"{place_of(path, root)}: {node.name} has {lines} lines")
            if taken > MAX_PARAMETERS:
                long.append(f"{place_of(path, root)}: {node.name} takes {taken} parameters")
    assert not long


def reached_measures(root: Path) -> set[str]:
    """Modules of measures that a notebook, a command, a run or a publication imports, directly or through others."""
    import json

    waiting = [p for room in ("cli", "run", "publish") for p in (root / "analysis" / room).rglob("*.py")]
    trees = [tree_of(p) for p in waiting]
    for path in (root / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        trees.append(ast.parse("\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")))
    seen: set[Path] = set()
    while trees:
        for module, names in imported_from(trees.pop()):
            stem = root.joinpath(*module.split("."))
            for file in (stem.with_suffix(".py"), *(stem / f"{name}.py" for name in names)):
                if file.is_file() and file not in seen:
                    seen.add(file)
                    trees.append(tree_of(file))
    return {place_of(path, root) for path in seen if "measures" in path.parts}


def imported_from(tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """(module, names taken from it) of every import of the package, lazy ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis"):
            yield str(node.module), [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names if alias.name.startswith("analysis"))


def test_every_public_measure_has_a_door(root):
    there = {place_of(p, root) for p in modules(root) if "measures" in p.parts and p.name != "__init__.py"}
    without = there - reached_measures(root)
    assert without == set(), "take it in a notebook or a command, or move it to where it is used"


def names_of(tree: ast.Module) -> dict[str, ast.stmt]:
    """Functions, classes and constants of a module, with the statement that makes each."""
    found: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            decorated = any(isinstance(part, ast.Call) for part in node.decorator_list)  # a command is registered so
            found |= {} if decorated and isinstance(node, ast.FunctionDef) else {node.name: node}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {n.id: node for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return {name: node for name, node in found.items() if not name.startswith("__")}


def names_without_use(code: dict[str, ast.Module], users: list[ast.Module], pages: str) -> list[str]:
    """ "module.name" of what a module makes and neither it, nor another of `code` and `users`, nor a page takes up."""
    imported, attributes = set(), set()
    for tree in [*code.values(), *users]:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported |= {f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Attribute):
                attributes.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):  # code that a kernel is given
                imported |= {".".join(pair) for pair in re.findall(r"from (analysis\.[\w.]+) import (\w+)", node.value)}
    found = []
    for module, tree in code.items():
        taken = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
        for name, statement in names_of(tree).items():
            used = taken[name] > sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(statement))
            if not (used or f"{module}.{name}" in imported or name in attributes or f"`{name}" in pages):
                found.append(f"{module}.{name}")
    return found


def test_what_nobody_takes_up_is_not_kept(root):
    """A name that only tests use is dead; a statistic for notebooks of one's own is named in docs/methods."""
    import json

    users = [tree_of(p) for room in ("scripts", "benchmarks") for p in (root / room).rglob("*.py")]
    for path in (root / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        users.append(ast.parse("\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")))
    listed = [*(root / "docs" / "methods").glob("*.md"), root / "docs" / "own-study.md"]
    pages = "\n".join(path.read_text(encoding="utf-8") for path in listed)
    code = {name_of(path, root): tree_of(path) for path in modules(root)}
    assert names_without_use(code, users, pages) == []
    planted = {"analysis.x": ast.parse("A = 1\ndef b(): return b()\ndef c(): return A\ndef d(): pass\ndef e(): pass")}
    assert names_without_use(planted, [ast.parse("from analysis.x import c")], "`d`") == [
        "analysis.x.b",
        "analysis.x.e",
    ]


def test_the_files_that_the_pages_name_are_there(root):
    """Paths in the pages for newcomers: those with a folder of the project in front."""
    named = re.compile(r"`((?:analysis|tests|scripts|corpus|notebooks|docs|benchmarks)/[\w./-]+\.\w+)`")
    for page in ("docs/architecture.md", "CONTRIBUTING.md"):
        found = named.findall((root / page).read_text(encoding="utf-8"))
        named_so = [path for path in found if not re.search(r"NAME|NN_", path)]  # a name to be chosen
        assert not [path for path in named_so if not (root / path).exists()], page
    walk = (root / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## A walk of ten files")[2]
    assert len(re.findall(r"(?m)^\d+\. `analysis/", walk.partition("\n## ")[0])) == 10


def test_the_formatter_is_never_switched_off(root):
    marks = ("# fmt: " + "skip", "# fmt: " + "off")
    assert not [place_of(p, root) for p in modules(root) if any(m in p.read_text(encoding="utf-8") for m in marks)]


@pytest.mark.parametrize("module", ["analysis", "analysis.cli.main", "analysis.store"])
def test_imports_stay_light(module):
    heavy = ("pandas", "pyarrow", "nltk", "gensim", "seaborn", "papermill", "scipy")
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
