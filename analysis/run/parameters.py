"""What a notebook may be given, read off its parameter cell before any kernel starts.

papermill pastes parameter names into code as they are and only warns about unknown ones, so names and values are
checked here: declared names, declared types, values that the store knows, no paths and no templates.
"""

from __future__ import annotations

import ast
import functools
import json
import keyword
import math
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, listed, not_allowed
from analysis.store.atomic import read_json
from analysis.store.contracts import CONTRACTS
from analysis.store.manifest import MANIFEST
from analysis.store.manifest import read_manifest as load_manifest

TAG = "parameters"
SKIPPED = "skip-execution"
_SCALARS = {"str": str, "int": int, "float": float, "bool": bool}
_BAD_TEXT = re.compile(r"[{}\x00-\x1f\x7f]|^\s*[/\\~]|^[A-Za-z]:[\\/]|(^|[/\\])\.\.([/\\]|$)")
_LABELLED = {
    "outlet_id": ("outlets", "outlet_id"),
    "era_id": ("eras", "era_id"),
    "frame": ("entries", "frame"),
    "actor_id": ("actors", "actor_id"),
}
_ROLES = {"baseline": "era_id", "compared": "era_id", "outlet_pair": "outlet_id", "outlet_groups": "outlet_id"}
_SIDES = ("target", "reference")
# Parameters that name a way to count or test -> the module of analysis/ and the constant that lists what it allows.
_CHOICES = {
    "about": ("measures/frames/about.py", "CHOICES"),
    "counting": ("measures/frames/tally.py", "COUNTINGS"),
    "estimator": ("measures/topics/fit.py", "ESTIMATORS"),
    "period": ("measures/time/series.py", "PERIODS"),
    "step": ("measures/time/series.py", "PERIODS"),
    "test": ("measures/words/keyness/eras.py", "CHOICES"),
    "order": ("measures/words/collocation.py", "DEFAULT_MEASURES"),
    "frequency": ("measures/frames/coverage.py", "FREQUENCIES"),
    "rows": ("measures/frames/overview.py", "ROWS"),
    "unit": ("measures/frames/tally.py", "UNITS"),
}
_LEFT_OPEN = ("unit", "test")  # "" leaves it to the study
_COUNT = re.compile(r"(min|max|n)_\w+|replicates|seeds?|ks?|margin|season|too_few")
_LEAST = {"min_units": 2, "min_outlets": 2, "replicates": 1, "k": 2, "ks": 2, "max_outlets": 0}
_LEAST |= dict.fromkeys(("max_words", "max_entries", "n_words"), 1)  # none of them is no finding
# A model with more topics takes hours and gives a topic to every few documents; generators of random numbers take seeds of
# 32 bits; more draws fill the memory and add no digit.
_MOST = {"k": 200, "ks": 200, "seed": 2**32 - 1, "seeds": 2**32 - 1, "dates": 1000}
_MOST |= dict.fromkeys(("replicates", "permutations"), 100_000)
_SHARE = re.compile(r"(\w+_)?share|borderline")
DAYS = ("break_date", "window_start", "window_end")
_ABOVE_ZERO = ("min_ratio",)
_FIGURE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook: its default and its declared or inferred type, such as `list[str]`."""

    name: str
    default: Any
    kind: str


def read_cells(notebook: Path) -> list[dict[str, Any]]:
    """The cells of a notebook file, sources joined to text; `DiscourseError` if it is missing or not a notebook."""
    if not notebook.exists():
        there = sorted(p.stem for p in notebook.parent.glob("*.ipynb"))
        raise DiscourseError(not_allowed("notebook", notebook.stem, there))
    try:
        content = _content(notebook)
        cells = content["cells"]
        return [{**cell, "source": _source(cell["source"]), "cell_type": str(cell["cell_type"])} for cell in cells]
    except (KeyError, TypeError, ValueError) as error:
        why = str(error) if isinstance(error, DiscourseError) else f"{error!r} is missing or not of its kind"
        raise DiscourseError(f"{notebook.name}: not a Jupyter notebook (version 4): {why}.") from error


def _content(notebook: Path) -> Any:
    """What the file holds; some programs of Windows put a byte order mark before it."""
    if notebook.is_file() and notebook.read_bytes().startswith(b"\xef\xbb\xbf"):
        return json.loads(notebook.read_text(encoding="utf-8-sig"))
    return read_json(notebook, "take it from an earlier version.")


def _source(lines: str | list[str]) -> str:
    """The text of a cell, which notebooks hold as text or as a list of lines."""
    return lines if isinstance(lines, str) else "".join(lines)


def tags_of(cell: Mapping[str, Any]) -> list[str]:
    """The tags of a cell; none where a program saved it without metadata."""
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, Mapping) else None
    return [str(tag) for tag in tags] if isinstance(tags, list) else []


def declared(notebook: Path) -> dict[str, Parameter]:
    """The parameters a notebook declares: assignments of literals in its one cell tagged `parameters`.

    Raises `DiscourseError` when a statement there is anything else, when several cells carry the tag, the cell is no code,
    or a cell before it uses a parameter.
    """
    cells = read_cells(notebook)
    places = [number for number, cell in enumerate(cells) if TAG in tags_of(cell)]
    if len(places) > 1:
        raise DiscourseError(f"{notebook.name}: {len(places)} cells are tagged {TAG!r}; one is expected.")
    found: dict[str, Parameter] = {}
    for cell in (cells[place] for place in places):
        if cell["cell_type"] != "code":
            raise DiscourseError(
                f"{notebook.name}, cell {places[0] + 1}: is tagged {TAG!r} and is {cell['cell_type']}; make it a code cell."
            )
        for statement in _statements(notebook, cell["source"]):
            parameter = _parameter(notebook, statement)
            if parameter is not None:
                found[parameter.name] = parameter
    _check_place(notebook, cells[: places[0]] if places else [], found)
    return found


def _check_place(notebook: Path, before: Sequence[Mapping[str, Any]], found: Mapping[str, Parameter]) -> None:
    """Refuse a parameter cell that was moved behind a cell which needs it: new values are put in right after it."""
    for number, cell in enumerate(before, start=1):
        if cell["cell_type"] != "code" or SKIPPED in tags_of(cell):
            continue
        try:
            nodes = [node for node in ast.walk(ast.parse(cell["source"])) if isinstance(node, ast.Name)]
        except SyntaxError:
            continue  # said of the cell itself when its code is read
        if used := sorted({node.id for node in nodes if isinstance(node.ctx, ast.Load)} & {*found}):
            raise DiscourseError(
                f"{notebook.name}, cell {number}: uses {', '.join(used)} before the parameter cell, which is cell "
                f"{len(before) + 1}; move that cell up, as the first one of code."
            )


def _statements(notebook: Path, source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError as error:
        raise DiscourseError(f"{notebook.name}, parameter cell, line {error.lineno}: {error.msg}.") from error


def _parameter(notebook: Path, statement: ast.stmt) -> Parameter | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return None  # a docstring
    kind = ""
    target: ast.expr | None = None
    value: ast.expr | None = None
    if isinstance(statement, ast.AnnAssign):
        target, value, kind = statement.target, statement.value, ast.unparse(statement.annotation)
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], statement.value
    if not isinstance(target, ast.Name) or value is None:
        raise DiscourseError(
            f"{notebook.name}, parameter cell, line {statement.lineno}: only `name = literal` may stand there."
        )
    try:
        default = ast.literal_eval(value)
    except (ValueError, TypeError) as error:
        raise DiscourseError(
            f"{notebook.name}, parameter {target.id}: its default must be a literal, not `{ast.unparse(value)}`."
        ) from error
    return Parameter(target.id, default, kind or infer(default))


def infer(default: Any) -> str:
    """The type a default stands for: `list[str]` for ["a"], `list` for [], any `scalar` for None."""
    if default is None:
        return "scalar"
    name = type(default).__name__
    if name in ("list", "tuple"):
        kinds = list(dict.fromkeys(infer(v) for v in default))
        if set(kinds) == {"int", "float"}:
            kinds = ["float"]
        return f"list[{kinds[0]}]" if len(kinds) == 1 else "list"
    return name


def fits(value: Any, kind: str) -> bool:
    """Whether a JSON value is of a declared type: scalars, list[...], dict[...], and unions with `|`."""
    kind = kind.strip()
    parts = _split(kind, "|")
    if len(parts) > 1:
        return any(fits(value, part) for part in parts)
    if kind == "None":
        return value is None
    if kind == "scalar":
        return value is None or isinstance(value, str | int | float | bool)
    if kind == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind in _SCALARS:
        return type(value) is _SCALARS[kind]
    if kind.startswith(("list[", "tuple[")):
        inner = kind[kind.index("[") + 1 : -1].removesuffix(", ...")
        return isinstance(value, list | tuple) and all(fits(v, inner) for v in value)
    if kind.startswith("dict["):
        key, inner = _split(kind[5:-1], ",")
        return isinstance(value, dict) and all(fits(k, key) and fits(v, inner) for k, v in value.items())
    return {
        "list": isinstance(value, list | tuple),
        "tuple": isinstance(value, list | tuple),
        "dict": isinstance(value, dict),
    }.get(kind, False)


def _split(text: str, sign: str) -> list[str]:
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == sign and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def check_names(where: str, given: Mapping[str, Any], known: Mapping[str, Parameter]) -> None:
    """Refuse names that are no identifiers or not declared, values of another type, and unsafe text."""
    for name, value in given.items():
        if not name.isidentifier() or keyword.iskeyword(name) or not name.isascii():
            raise DiscourseError(f"{where}: {name!r} cannot be a parameter: it is not a Python identifier.")
        if name not in known:
            raise DiscourseError(f"{where}: " + not_allowed("parameter", name, known))
        if not fits(value, known[name].kind):
            hint = ""
            if known[name].kind.startswith("list") and not isinstance(value, list):
                hint = f""" Write a JSON list in single quotes: -p {name} '["a", "b"]'."""
            raise DiscourseError(
                f"{where}, parameter {name}: {value!r} is not of type {known[name].kind} "
                f"(the notebook's default is {known[name].default!r}).{hint}"
            )
        _check_form(where, name, value)
        for text in texts_in(value):
            if _BAD_TEXT.search(text):
                raise DiscourseError(
                    f"{where}, parameter {name}: {text!r} is refused; braces, control characters, absolute paths and "
                    "`..` may not be passed to a notebook."
                )


@functools.cache
def choices(name: str) -> tuple[str, ...]:
    """What a parameter such as `counting` may be, read off the source of the measure that uses it (none: anything).

    The module is not imported: a run in which nothing has changed loads no library of numbers.
    """
    if name not in _CHOICES:
        return ()
    module, constant = _CHOICES[name]
    tree = ast.parse((Path(__file__).parents[1] / module).read_text(encoding="utf-8"))
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == constant:
            return tuple(ast.literal_eval(statement.value))
    raise LookupError(f"{module} has no constant {constant}")


def _check_form(where: str, name: str, value: Any) -> None:
    """Refuse negative counts, shares above one, values given twice, days that are none, ids that cannot name a file."""
    values = value if isinstance(value, list | tuple) else [value]
    if name in ("ks", "seeds") and not values:
        raise DiscourseError(f"{where}, parameter {name}: the list is empty; give one number at least.")
    if name == "outlet_pair" and len(values) not in (0, 2):
        raise DiscourseError(f"{where}, parameter outlet_pair: {value!r} has {len(values)}; name two outlets, or none.")
    written = [json.dumps(item, sort_keys=True) for item in values]
    if twice := [text for number, text in enumerate(written) if text in written[:number]]:
        raise DiscourseError(f"{where}, parameter {name}: {twice[0]} stands twice; name each one once.")
    for item in values:
        if isinstance(item, float) and not math.isfinite(item):
            raise DiscourseError(f"{where}, parameter {name}: {item!r} is no number; give a finite one.")
        if _SHARE.fullmatch(name) and isinstance(item, int | float) and not 0 <= item <= 1:
            raise DiscourseError(f"{where}, parameter {name}: {item!r} is not allowed; allowed: a share, from 0 to 1.")
        if name in _ABOVE_ZERO and isinstance(item, int | float) and item <= 0:
            raise DiscourseError(f"{where}, parameter {name}: {item!r} is not allowed; allowed: a number above 0.")
        if isinstance(item, str) and choices(name) and item not in choices(name) and (item or name not in _LEFT_OPEN):
            raise DiscourseError(f"{where}: " + not_allowed(f"parameter {name}", item, choices(name)))
        if _COUNT.fullmatch(name) and isinstance(item, int | float) and item < 0:
            raise DiscourseError(
                f"{where}, parameter {name}: {item!r} is negative; it counts something: give {_LEAST.get(name, 0)} or more."
            )
        if isinstance(item, int) and item < _LEAST.get(name, item):
            raise DiscourseError(f"{where}, parameter {name}: {item!r} is too small; give {_LEAST[name]} or more.")
        if isinstance(item, int) and item > _MOST.get(name, item):
            raise DiscourseError(f"{where}, parameter {name}: {item!r} is too large; give {_MOST[name]} or less.")
        if name == "figure_id" and not (_FIGURE.fullmatch(str(item)) and len(str(item)) <= 100):
            raise DiscourseError(
                f"{where}, parameter figure_id: {item!r}: use lower-case words joined by underscores, as in frames_news."
            )
        if name in DAYS and item != "":  # "" leaves it to the study
            try:
                date.fromisoformat(str(item))
            except ValueError as error:
                raise DiscourseError(
                    f"{where}, parameter {name}: {item!r} is not a day; write year-month-day, as in 2010-05-11."
                ) from error


def texts_in(value: Any) -> list[str]:
    """All strings inside a JSON value, keys of mappings too."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [t for k, v in value.items() for t in (*texts_in(k), *texts_in(v))]
    if isinstance(value, list | tuple):
        return [t for v in value for t in texts_in(v)]
    return []


def check_values(where: str, values: Mapping[str, Any], stores: Path, filled: Container[str] = ()) -> None:
    """Check ids among a notebook's final parameters against the labels of the store it will open.

    Names say what they hold: store_name, collection(s), and names that end in outlet_id(s), era_id(s), frame(s) or
    actor_id(s). `stores` is the folder of stores. Empty lists and None mean "all" and pass, but for the parameters in
    `filled`: lists of which the notebook needs at least one item.
    """
    if values.get("window_start") and values["window_start"] >= (values.get("break_date") or "9"):
        raise DiscourseError(
            f"{where}, parameter window_start: {values['window_start']!r} is not before break_date "
            f"{values['break_date']!r}; give an earlier day."
        )
    name = values.get("store_name", "default")
    uses_store = "store_name" in values or any(_column(key) or key.startswith("collection") for key in values)
    if not uses_store:
        return
    manifest, by = read_manifest(name, stores, f"{where}: store_name"), f"discourse store show {name} --ids"
    collections = sorted({part["collection"] for part in manifest["tables"] if part["collection"]})
    for key, value in values.items():
        column = labelled(key, values)
        if key in ("collection", "collections"):
            allowed = collections
        elif column:
            table, field = _LABELLED[column]
            allowed = list(dict.fromkeys(row[field] for row in manifest["labels"].get(table, [])))
            allowed += samples_of(manifest, allowed) if key == "outlet_ids" else []
        elif key == "contrast":
            allowed = list(CONTRACTS["documents"].names)
        else:
            continue
        if key in filled and not value:
            raise DiscourseError(
                f"{where}: parameter {key} (store {name}): the list is empty; allowed: {listed(allowed, by)}. "
                f"""Name one or more, as in -p {key} '["{allowed[0] if allowed else ""}"]'."""
            )
        # The names that a table gives to lists of ids are free, and "" alone names none.
        for item in texts_in(list(value.values()) if isinstance(value, Mapping) else value):
            if item not in allowed and not (column and value == ""):
                raise DiscourseError(
                    f"{where}: " + not_allowed(f"parameter {key} (store {name})", item, allowed, listed_by=by)
                )


def names_allowed(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """What parameters of notebooks may name in a store, by their usual name, in the order of the study."""
    found = {"collection": sorted({part["collection"] for part in manifest["tables"] if part["collection"]})}
    for column, (table, field) in _LABELLED.items():
        found[column] = list(dict.fromkeys(row[field] for row in manifest["labels"].get(table, [])))
    samples = samples_of(manifest, found["outlet_id"])
    return {**found, "sample (in outlet_ids)": samples, "contrast": list(CONTRACTS["documents"].names)}


def samples_of(manifest: Mapping[str, Any], outlets: Container[str]) -> list[str]:
    """The samples of a store's study that have one of these outlets: outlet_ids may name them in place of theirs."""
    samples = manifest.get("study", {}).get("samples", [])
    return [sample["id"] for sample in samples if any(outlet in outlets for outlet in sample["outlets"])]


def labelled(key: str, values: Mapping[str, Any]) -> str | None:
    """The kind of id that a parameter holds (outlet_id, era_id, frame, actor_id), read off its name; None: no id."""
    if key in _SIDES and values.get("contrast") in ("era_id", "outlet_id"):
        return values["contrast"]
    return _column(key) or _ROLES.get(key)


def read_manifest(name: str, stores: Path, thing: str) -> dict[str, Any]:
    """The manifest of the store `name`; `DiscourseError` lists the stores there are, or says that it is damaged."""
    there = sorted(p.parent.name for p in stores.glob("*/manifest.json"))
    if name not in there:
        raise DiscourseError(not_allowed(thing, name, there, "Build one with `discourse build STUDY`."))
    return manifest_in(stores / name)


def manifest_in(folder: Path) -> dict[str, Any]:
    """`store.manifest.read_manifest`, with a manifest of the same bytes checked once, since each run of a plan asks for it.
    What it returns is not to be changed."""
    try:
        data = (folder / MANIFEST).read_bytes()
    except OSError:
        return load_manifest(folder)  # says what is wrong
    return _checked(folder, data)


@functools.lru_cache(maxsize=8)
def _checked(folder: Path, data: bytes) -> dict[str, Any]:
    return load_manifest(folder)


def _column(key: str) -> str | None:
    for column in _LABELLED:
        if re.fullmatch(rf"(\w+_)?{column}s?", key):
            return column
    return None


def parse_value(text: str) -> Any:
    """A value typed on the command line: JSON if it is JSON (NaN and Infinity too, refused later), else the text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
