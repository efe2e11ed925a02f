"""What a run did, as a table in the terminal, one HTML page with thumbnails, and a GitHub job summary."""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from analysis.run.project import Project
from analysis.run.runner import FAILED, RAN, REFUSED, Outcome
from analysis.store.atomic import write_text

REFUSALS = ("DiscourseError", "ContractError", "TextsMissing")
COLUMNS = ("run", "notebook", "status", "seconds", "MB", "figures", "why")
_CSS = """
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;
border-bottom:1px solid #ddd}td.number{text-align:right}img{height:7rem;border:1px solid #ddd;margin:.1rem}
.failed{color:#a11}.unchanged,.skipped{color:#666}pre{background:#f6f6f6;padding:.8rem;overflow:auto;font-size:12px}
code{font-size:13px}
"""


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
            place(o.error) if o.error else "; ".join(o.reasons[:3]) + (" …" if len(o.reasons) > 3 else ""),
        )
        for o in outcomes
    ]


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
    body = "\n".join(_html_row(project, o) for o in outcomes)
    failed = sum(o.status == FAILED for o in outcomes)
    ran = sum(o.status == RAN for o in outcomes)
    details = "\n".join(_html_failure(o) for o in outcomes if o.error)
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Run report</title><style>{_CSS}</style>'
        f"<h1>Run report</h1><p>{len(outcomes)} runs: {ran} executed, {failed} failed.</p>{details}"
        "<table><thead><tr><th>Run</th><th>Parameters</th><th>Status</th><th>Seconds</th><th>MB</th><th>Figures</th>"
        f"</tr></thead><tbody>{body}</tbody></table></html>\n"
    )
    write_text(path, page)
    return path


def _html_row(project: Project, o: Outcome) -> str:
    base = os.path.relpath(o.folder, project.cache) if o.figures else ""
    pictures = "".join(
        f'<a href="{html.escape(f"{base}/{f}.svg")}"><img src="{html.escape(f"{base}/{f}.png")}" '
        f'alt="{html.escape(f)}" title="{html.escape(f)}"></a>'
        for f in o.figures
    )
    values = "<br>".join(f"<code>{html.escape(f'{k} = {v!r}')}</code>" for k, v in o.parameters.items())
    why = html.escape(place(o.error) if o.error else "; ".join(o.reasons))
    return (
        f"<tr><td><strong>{html.escape(o.run.key)}</strong><br>{html.escape(o.run.notebook)}</td><td>{values}</td>"
        f'<td class="{o.status}">{o.status}<br><small>{why}</small></td><td class="number">{o.seconds:.1f}</td>'
        f'<td class="number">{o.peak_mb or ""}</td><td>{pictures}</td></tr>'
    )


def _html_failure(o: Outcome) -> str:
    trace = html.escape("\n".join(o.error["traceback"]))
    return (
        f'<h2 class="failed">{html.escape(o.run.notebook)} (run {html.escape(o.run.key)})</h2>'
        f"<p>{html.escape(place(o.error))}</p><pre>{trace}</pre>"
    )


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
