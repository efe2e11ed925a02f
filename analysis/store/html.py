"""HTML from Jinja2 templates that stand beside the module that fills them; everything is escaped unless it is markup."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

_NUMERAL = re.compile(r"-?\d[\d.,]*(e[-+]?\d+)?")


@functools.cache
def templates(folder: Path) -> Environment:
    """The templates (*.html) of a folder. A name that a template uses and nobody gave raises `jinja2.UndefinedError`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    made.tests["numeral"] = lambda value: _NUMERAL.fullmatch(str(value)) is not None
    return made


def render(folder: Path, name: str, **values: Any) -> str:
    """The template `name` of `folder`, filled with `values`."""
    return templates(folder).get_template(name).render(**values)
