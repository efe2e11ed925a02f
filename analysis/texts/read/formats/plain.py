"""Plain text and Markdown, with optional YAML front matter between `---` lines: one document per file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analysis.texts.document import Refusal
from analysis.texts.read.formats.encoding import NotText, decode
from analysis.texts.read.formats.record import Part, Record

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"\A#{1,6}[ \t]+(.+?)[ \t]*#*\Z")


def read_bytes(data: bytes, part: Part) -> Iterator[Record | Refusal]:
    """One record: the front matter's keys, plus "text" and, where found, "title" from it."""
    try:
        text = decode(data, declared=part.source.encoding)
    except NotText as error:
        yield Refusal(part.name, str(error), "encoding")
        return
    fields, body, problem = split_front_matter(text)
    if problem:
        reason = f"the front matter between the --- lines cannot be read: {problem}; mend it there"
        yield Refusal(part.name, reason, "malformed")
        return
    yield Record({**fields, "text": without_title(body, fields.get("title"))}, part.name)


def split_front_matter(text: str) -> tuple[dict[str, Any], str, str]:
    """(front matter, rest, problem). Text that does not open with a `---` line has none; problem is "" if all is well.

    >>> split_front_matter("---\\ntitle: A\\n---\\nBody")
    ({'title': 'A'}, 'Body', '')
    """
    found = _FRONT.match(text.lstrip("\ufeff"))
    if not found:
        return {}, text, ""
    import yaml

    block = found.group(1)
    if "&" in block and "*" in block and re.search(r"(?m)(?:^|[\s\[,])\*\w+", block):
        return {}, text, "YAML aliases are not read (they can blow up)"
    try:
        fields = yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506 (BaseLoader makes only text, lists, tables)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 2}: " if mark else ""
        return {}, text, where + (getattr(error, "problem", None) or str(error).split("\n")[0])
    if fields is None or isinstance(fields, str):
        return {}, text, ""
    if not isinstance(fields, dict):
        return {}, text, "is no table of keys"
    return {str(k): v for k, v in fields.items()}, text.lstrip("\ufeff")[found.end() :], ""


def without_title(body: str, title: Any) -> str:
    """The body without a first Markdown heading that repeats the title, so that no word counts twice."""
    if not isinstance(title, str):
        return body
    lead, _, rest = body.lstrip().partition("\n")
    heading = _HEADING.match(lead.strip())
    if heading and heading.group(1).casefold().strip() == title.casefold().strip():
        return rest.lstrip("\n")
    return body
