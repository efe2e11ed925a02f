"""Following a run: a progress bar in a terminal, one line for each finished run elsewhere."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from analysis.run.runner import Outcome


@contextlib.contextmanager
def progress_bar(total: int, what: str = "notebooks") -> Iterator[Callable[[Outcome], None]]:
    """Give a function to call with each outcome: it moves the bar in a terminal, writes a line elsewhere."""
    if not sys.stderr.isatty():
        yield _line
        return
    from tqdm import tqdm

    with tqdm(total=total, unit=" runs", desc=what, leave=False, file=sys.stderr) as bar:

        def tell(outcome: Outcome) -> None:
            bar.set_postfix_str(f"{outcome.run.key} {outcome.status}")
            bar.update()

        yield tell


@contextlib.contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function to call with (done, total): a bar in a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from tqdm import tqdm

    with tqdm(desc=what, leave=False, file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield tell


def _line(outcome: Outcome) -> None:
    from analysis.run.runner import FRESH

    if outcome.status != FRESH:
        click.echo(f"{outcome.run.key}: {outcome.status} ({outcome.seconds:.1f} s)", err=True)
