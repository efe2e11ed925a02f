"""The parameters of a notebook that is open in JupyterLab, checked as the command line checks them.

The kinds come from the parameter cell's annotations, which Python keeps beside the values. Within `discourse run` the same
was checked before the kernel started; there is nothing left to refuse.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import json
import math
import os
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, not_allowed
from analysis.run.dead_ends import check_together
from analysis.run.parameters import DAYS, Parameter, check_names, check_values, declared, fits, infer
from analysis.run.project import find_project
from analysis.study.settings import corpus_folder

WHERE = "parameter cell"
_EXAMPLES = {"str": '"text"', "int": "10", "float": "0.5", "bool": "True or False", "list[str]": '["a", "b"]'}
_EXAMPLES |= {"list[int]": "[8, 12]", "list[float]": "[0.5, 0.9]"}


def check_parameters(namespace: Mapping[str, Any]) -> None:
    """Refuse parameters of another type than declared, misspelt or missing ones, and ids that the store does not have.

    namespace: `globals()` of the notebook, right after its parameter cell. A value without its type (`k = 8`) is held to
    the type that the plan's notebooks give it. Returns None where all are right; raises `DiscourseError` with one line that
    says which parameter, what it is and what is allowed.
    """
    kinds = {name: _kind(annotation) for name, annotation in namespace.get("__annotations__", {}).items()}
    planned = _planned(namespace)
    _check_written(namespace, kinds, planned)
    kinds = {name: parameter.kind for name, parameter in planned.items()} | kinds
    values = {name: namespace[name] for name in kinds if name in namespace}
    for name, value in values.items():
        if not fits(value, kinds[name]):
            raise DiscourseError(_of_another_kind(name, value, kinds[name]))
    check_names(WHERE, values, {name: Parameter(name, value, kinds[name]) for name, value in values.items()})
    check_values(WHERE, values, corpus_folder() / "store")
    check_together(WHERE, values, corpus_folder() / "store")


def _planned(namespace: Mapping[str, Any]) -> dict[str, Parameter]:
    """The parameters that the plan gives the open notebook; none where it is no notebook of the plan, or not known which.

    JupyterLab and VS Code tell the kernel the notebook's file; `discourse run` does not, and has checked already.
    """
    file = namespace.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME") or ""
    try:
        project = find_project()
        plan = tomllib.loads(project.plan.read_text(encoding="utf-8"))
    except (DiscourseError, OSError, ValueError):
        return {}
    defaults = plan.get("defaults", {}).get(Path(file).stem, {}) if file else {}
    kinds = _usual_kinds(project.notebooks) if defaults else {}
    return {name: Parameter(name, value, kinds.get(name, infer(value))) for name, value in defaults.items()}


def _usual_kinds(notebooks: Path) -> dict[str, str]:
    """Parameter -> the type that most notebooks declare for it; one that was saved with a mistake is one of many."""
    found: dict[str, Counter[str]] = {}
    for path in sorted(notebooks.glob("[0-9]*.ipynb")):
        with contextlib.suppress(DiscourseError):
            for name, parameter in declared(path).items():
                found.setdefault(name, Counter())[parameter.kind] += 1
    return {name: counts.most_common(1)[0][0] for name, counts in found.items()}


def _check_written(namespace: Mapping[str, Any], kinds: Mapping[str, str], planned: Mapping[str, Parameter]) -> None:
    """Refuse a name that is nearly one of the plan's, and say which of the plan's are not there."""
    written = _written(namespace) or [name for name in (*kinds, *planned) if name in namespace]
    if not planned or not {*planned} & {*written}:
        return
    missing = [name for name in planned if name not in written]
    for name in (name for name in written if name not in planned):
        if missing or difflib.get_close_matches(name, planned, n=1, cutoff=0.85):
            raise DiscourseError(f"{WHERE}: " + not_allowed("parameter", name, planned))
    if missing:
        one = planned[missing[0]]
        raise DiscourseError(
            f"{WHERE}, parameter {one.name}: is missing. Write {one.name}: {one.kind} = {json.dumps(one.default)}."
        )


def _written(namespace: Mapping[str, Any]) -> list[str]:
    """The names that the cell executed before this one gives values to; none where nobody kept it, or it does more."""
    executed = namespace.get("In") or []
    try:
        statements = ast.parse(executed[-2]).body if len(executed) > 2 else []  # In[0] is no cell
    except (SyntaxError, TypeError, ValueError):
        return []
    found = []
    for statement in statements:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if not names and not isinstance(statement, ast.Expr):
            return []
        found += names
    return found


def _kind(annotation: Any) -> str:
    """A declared type as the command line writes it: `list[str]`, `int`, `dict[str, list[str]]`."""
    if isinstance(annotation, str):
        return annotation
    return (
        annotation.__name__ if isinstance(annotation, type) and not hasattr(annotation, "__args__") else str(annotation)
    )


def _of_another_kind(name: str, value: Any, kind: str) -> str:
    """What to write instead: the value itself in the form that is asked for, where it has one."""
    example = '"2010-05-11"' if name in DAYS else _EXAMPLES.get(kind)
    if kind == "list[str]" and isinstance(value, str):
        example = json.dumps([part.strip() for part in value.split(",")], ensure_ascii=False)
    elif kind in ("int", "float") and isinstance(value, str) and _is_number(value):
        example = value
    elif kind == "int" and isinstance(value, float) and math.isfinite(value):
        example = str(round(value))
    written = f" Write {name} = {example}." if example else ""
    return f"{WHERE}, parameter {name}: {value!r} is not of type {kind}.{written}"


def _is_number(text: str) -> bool:
    try:
        return text.strip() == text and float(text) == float(text)
    except ValueError:
        return False
