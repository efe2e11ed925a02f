"""How far a long cell is, shown below it in JupyterLab; elsewhere nothing is shown.

`discourse run` shows its own progress and keeps what notebooks display, so there this shows nothing either.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

EVERY = 0.3  # seconds between two changes of what is shown


def is_open_notebook() -> bool:
    """Whether this code runs in a cell that somebody looks at: in a Jupyter kernel, and not within `discourse run`."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel") and not os.environ.get("DISCOURSE_FIGURES")


@contextlib.contextmanager
def cell_progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function to call with (done, total). It shows "12 of 48 fits, 7 s" and a bar; at the end the bar is gone.

    what: the things that are done, in the plural.
    """
    if not is_open_notebook():
        yield lambda done, total: None
        return
    shown = _Shown(what)
    try:
        yield shown.tell
    finally:
        shown.end()


class _Shown:
    """One line of the output that changes; it is made with the first call, so that quick work shows nothing."""

    def __init__(self, what: str) -> None:
        self.what, self.begun, self.last = what, time.monotonic(), 0.0
        self.handle: Any = None

    def tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self.begun < EVERY or (now - self.last < EVERY and done < total):
            return
        self.last = now
        words = f"{done:,} of {total:,} {self.what}, {now - self.begun:.0f} s"
        self._show(f'<progress value="{done}" max="{max(total, 1)}" aria-label="{words}"></progress> {words}', words)

    def end(self) -> None:
        if self.handle is not None:
            self._show("", "")

    def _show(self, html: str, words: str) -> None:
        from IPython.display import display

        data = {"text/html": html, "text/plain": words}
        if self.handle is None:
            self.handle = display(data, raw=True, display_id=True)
        else:
            self.handle.update(data, raw=True)
