"""The parameters of a notebook that is open in JupyterLab, checked as the command line checks them.

The kinds come from the parameter cell's annotations, which Python keeps beside the values. Within `discourse run` the same
was checked before the kernel started; there is nothing left to refuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.errors import DiscourseError
from analysis.run.dead_ends import check_together
from analysis.run.parameters import Parameter, check_names, check_values, fits
from analysis.study.settings import corpus_folder

WHERE = "parameter cell"
_EXAMPLES = {"str": '"text"', "int": "10", "float": "0.5", "bool": "True or False", "list[str]": '["a", "b"]'}
_EXAMPLES |= {"list[int]": "[8, 12]", "list[float]": "[0.5, 0.9]"}


def check_parameters(namespace: Mapping[str, Any]) -> None:
    """Refuse parameters of another type than declared, and ids that the store does not have; None where all are right.

    namespace: `globals()` of the notebook, right after its parameter cell. Raises `DiscourseError` with one line that says
    which parameter, what it is and what is allowed.
    """
    kinds = {name: _kind(annotation) for name, annotation in namespace.get("__annotations__", {}).items()}
    values = {name: namespace[name] for name in kinds if name in namespace}
    for name, value in values.items():
        if not fits(value, kinds[name]):
            raise DiscourseError(_of_another_kind(name, value, kinds[name]))
    check_names(WHERE, values, {name: Parameter(name, value, kinds[name]) for name, value in values.items()})
    check_values(WHERE, values, corpus_folder() / "store")
    check_together(WHERE, values, corpus_folder() / "store")


def _kind(annotation: Any) -> str:
    """A declared type as the command line writes it: `list[str]`, `int`, `dict[str, list[str]]`."""
    if isinstance(annotation, str):
        return annotation
    return (
        annotation.__name__ if isinstance(annotation, type) and not hasattr(annotation, "__args__") else str(annotation)
    )


def _of_another_kind(name: str, value: Any, kind: str) -> str:
    """What to write instead: the value itself in the form that is asked for, where it has one."""
    example = _EXAMPLES.get(kind)
    if kind == "list[str]" and isinstance(value, str):
        example = f'["{value}"]'
    elif kind in ("int", "float") and isinstance(value, str) and _is_number(value):
        example = value
    written = f" Write {name} = {example}." if example else ""
    return f"{WHERE}, parameter {name}: {value!r} is not of type {kind}.{written}"


def _is_number(text: str) -> bool:
    try:
        return text.strip() == text and float(text) == float(text)
    except ValueError:
        return False
