"""Words as LaTeX and Markdown show them, whatever signs they hold."""

from __future__ import annotations

import re

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def latex(words: str) -> str:
    """`words` with the characters escaped that LaTeX reads as commands."""
    return "".join(_LATEX.get(letter, letter) for letter in words)


def markdown_text(words: str) -> str:
    """`words` on one line, with the characters escaped that Markdown, or the HTML and mathematics in it, would read."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~^&@])", r"\\\1", " ".join(words.split()))


def code(words: str) -> str:
    """`words` as code in Markdown, whatever backticks they hold."""
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    fence, space = "`" * (longest + 1), " " if "`" in words else ""
    return f"{fence}{space}{' '.join(words.split())}{space}{fence}"
