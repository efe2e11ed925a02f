from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from analysis.run import cell_progress as progress
from analysis.run.cell_progress import cell_progress, is_open_notebook


class Handle:
    def __init__(self, shown):
        self.shown = shown

    def update(self, data, raw):
        self.shown.append(data["text/plain"])


@pytest.fixture
def shown(monkeypatch):
    """What a cell shows, one entry for each change; a clock that goes on by a second with every look at it."""
    import IPython.display

    made: list[str] = []
    monkeypatch.delenv("DISCOURSE_FIGURES", raising=False)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=1)))
    monkeypatch.setattr(IPython.display, "display", lambda data, **_: made.append(data["text/plain"]) or Handle(made))
    ticks = iter(range(1000))
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: float(next(ticks))))
    return made


def test_a_long_cell_says_how_far_it_is_and_clears_up(shown):
    with cell_progress("fits") as tell:
        for done in (1, 2, 3):
            tell(done, 3)
    assert shown == ["1 of 3 fits, 1 s", "2 of 3 fits, 2 s", "3 of 3 fits, 3 s", ""]


def test_it_clears_up_after_an_error(shown):
    with pytest.raises(KeyError), cell_progress("fits") as tell:
        tell(1, 3)
        raise KeyError
    assert shown[-1] == ""


def test_quick_work_shows_nothing(shown, monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 100.0)
    with cell_progress("fits") as tell:
        tell(1, 1)
    assert shown == []


def test_nothing_is_shown_outside_of_an_open_notebook(shown, monkeypatch):
    assert is_open_notebook()
    monkeypatch.setenv("DISCOURSE_FIGURES", "somewhere")  # as within `discourse run`
    with cell_progress("fits") as tell:
        tell(1, 2)
    monkeypatch.delenv("DISCOURSE_FIGURES")
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert not is_open_notebook() and shown == []
