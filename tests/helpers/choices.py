"""Every number and word that results rest on without anybody passing it: constants of modules and defaults of functions."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

PLAIN = (bool, int, float, str, type(None))
MOST = 24  # values a constant may hold; longer ones are lists of words


def choices_of(package: str) -> list[str]:
    """ "module.NAME = value" of each constant and "module.function(name=value)" of each default, in order of names.

    Constants are those that a module itself makes of numbers and words; lists of words, patterns, functions and what is
    empty are left out.
    """
    found = []
    for module in modules_of(package):
        place = module.__name__.removeprefix("analysis.")
        own = own_names(module)
        for name, value in sorted(vars(module).items()):
            if name in own and is_plain(value):
                found.append(f"{place}.{name} = {printed(value)}")
            elif getattr(value, "__module__", None) == module.__name__:
                found += [f"{place}.{line}" for line in defaults_of(name, value)]
    return found


def modules_of(package: str) -> Iterator[ModuleType]:
    """The modules of a package, packages within it too, in order of names."""
    top = importlib.import_module(package)
    names = sorted(info.name for info in pkgutil.walk_packages(top.__path__, f"{package}."))
    yield from map(importlib.import_module, names)


def own_names(module: ModuleType) -> set[str]:
    """What a module assigns outside of its functions and classes."""
    found = set()
    for node in ast.parse(inspect.getsource(module)).body:
        for target in (
            node.targets if isinstance(node, ast.Assign) else [node.target] if hasattr(node, "target") else []
        ):
            found |= {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
    return found


def defaults_of(name: str, value: Any) -> Iterator[str]:
    """Defaults of a function, or of the fields and methods of a class."""
    if inspect.isfunction(value):
        yield from _of_function(name, value)
    elif inspect.isclass(value):
        if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                if field.default is not dataclasses.MISSING and is_plain(field.default):
                    yield f"{name}.{field.name} = {printed(field.default)}"
        for method, function in sorted(vars(value).items()):
            if inspect.isfunction(function) and not (method == "__init__" and dataclasses.is_dataclass(value)):
                yield from _of_function(f"{name}.{method}", function)


def _of_function(name: str, function: Any) -> Iterator[str]:
    for parameter in inspect.signature(function).parameters.values():
        if parameter.default is not parameter.empty and is_plain(parameter.default):
            yield f"{name}({parameter.name}={printed(parameter.default)})"


def is_plain(value: Any) -> bool:
    """Whether a value is a number, a word, or made of a few such, and not empty."""
    return isinstance(value, bool | int | float) or (bool(value) and _is_simple(value))


def _is_simple(value: Any) -> bool:
    if isinstance(value, Mapping):
        return len(value) <= MOST and all(_is_simple(key) and _is_simple(part) for key, part in value.items())
    if isinstance(value, tuple | list):
        return len(value) <= MOST and all(map(_is_simple, value))
    return isinstance(value, PLAIN)


def printed(value: Any) -> str:
    """The value as one line, the same in every process."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(printed, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{printed(key)}: {printed(part)}' for key, part in value.items())}}}"
    return repr(value)
