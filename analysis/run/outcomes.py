"""What a run did, as a table in the terminal, one HTML page with thumbnails, and a GitHub job summary."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from analysis.run.project import Project
from analysis.run.runner import FAILED, NOTHING, NOTHING_FOUND, RAN, REFUSED, Outcome
from analysis.store.atomic import write_text
from analysis.store.html import render

REFUSALS = ("DiscourseError", "ContractError", "TextsMissing", NOTHING_FOUND)
COLUMNS = ("run", "notebook", "status", "seconds", "MB", "figures", "why")
TEMPLATES = Path(__file__).resolve().parent / "templates"


def place(error: dict[str, Any]) -> str:
    """Where and how a run failed, in one line."""
    cell = f"cell {error['cell']}: " if error.get("cell") else ""
    message = str(error["message"]).strip().splitlines()
    return f"{cell}{error['name']}: {message[0] if message else 'no message'}"


def rows(outcomes: Iterable[Outcome]) -> list[tuple[str, ...]]:
    """One row of text for each run, in the order of COLUMNS."""
    return [
        (
            o.run.key,
            o.run.notebook,
            o.status,
            f"{o.seconds:.1f}",
            str(o.peak_mb or ""),
            " ".join(o.figures),
            place(o.error)
            if o.error
            else "; ".join([*o.reasons[:3], *_warned(o)]) + (" …" if len(o.reasons) > 3 else ""),
        )
        for o in outcomes
    ]


def _warned(o: Outcome) -> list[str]:
    """How many warnings there were, those declared harmless left out."""
    count = sum(w["count"] for w in o.warnings if not w["harmless"])
    return [f"{count} warning{'s' if count > 1 else ''}"] if count else []


def warnings_text(outcomes: Iterable[Outcome]) -> str:
    """Every warning of the runs, each once with its count; of those the plan declares harmless only their number."""
    lines, harmless = [], 0
    for o in outcomes:
        for w in o.warnings:
            harmless += w["count"] if w["harmless"] else 0
            if not w["harmless"]:
                first = w["message"].strip().splitlines() or [""]
                lines.append(f"{o.run.notebook} (run {o.run.key}) warned {w['count']} times: {w['name']}: {first[0]}")
    if harmless:
        lines.append(f"{harmless} warnings that notebooks/plan.toml declares harmless (see the report).")
    return "\n".join(lines)


def text_table(columns: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """Columns of text side by side, the last one as long as it is."""
    widths = [max(len(str(r[i])) for r in [columns, *body]) for i in range(len(columns) - 1)]
    lines = []
    for row in [columns, *body]:
        cells = [str(c).ljust(w) for c, w in zip(row, widths, strict=False)] + [str(row[-1])]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def markdown_table(columns: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """The same as a Markdown table; bars within cells are escaped."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(str(c).replace("|", "\\|") for c in row) + " |" for row in body]
    return "\n".join(lines)


def failures_text(outcomes: Iterable[Outcome]) -> str:
    """Every failure with its notebook, cell and error: refused input in one message, defects with their traceback."""
    parts = []
    for o in outcomes:
        if o.status == REFUSED:
            parts.append(f"{o.run.notebook} (run {o.run.key}) refused: {o.run.refused}")
        if o.error:
            if o.error["name"] in REFUSALS:  # the message says it all
                parts.append(
                    f"{o.run.notebook} (run {o.run.key}) refused in cell {o.error['cell']}: {o.error['message']}"
                )
                continue
            trace = "\n".join("    " + line for line in "\n".join(o.error["traceback"]).splitlines()[-15:])
            parts.append(f"{o.run.notebook} (run {o.run.key}) failed in {place(o.error)}\n{trace}".rstrip())
    return "\n\n".join(parts)


def write_html(project: Project, outcomes: Sequence[Outcome]) -> Path:
    """Write .cache/report.html, with links to figures relative to it; returns its path."""
    path = project.cache / "report.html"
    counts = {status: sum(o.status == status for o in outcomes) for status in (RAN, NOTHING, FAILED, REFUSED)}
    runs = [_row(project, o) for o in outcomes]
    page = render(TEMPLATES, "report.html", runs=runs, **counts)
    write_text(path, page)
    return path


def _row(project: Project, o: Outcome) -> dict[str, Any]:
    """What the page shows of one run."""
    return {
        "key": o.run.key,
        "notebook": o.run.notebook,
        "status": o.status,
        "why": place(o.error) if o.error else "; ".join(o.reasons),
        "trace": "\n".join(o.error["traceback"]) if o.error else None,
        "parameters": [f"{k} = {v!r}" for k, v in o.parameters.items()],
        "seconds": f"{o.seconds:.1f}",
        "peak_mb": o.peak_mb or "",
        "warnings": o.warnings,
        "figures": o.figures,
        "base": quote(Path(os.path.relpath(o.folder, project.cache)).as_posix()) if o.figures else "",
    }


def write_job_summary(outcomes: Sequence[Outcome]) -> None:
    """Append the table to the summary page of a GitHub Actions job; elsewhere nothing happens."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    text = "## Run report\n\n" + markdown_table(COLUMNS, rows(outcomes)) + "\n"
    failed = failures_text(outcomes)
    if failed:
        text += f"\n```\n{failed}\n```\n"
    with Path(path).open("a", encoding="utf-8") as stream:
        stream.write(text)
