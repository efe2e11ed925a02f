"""Progress: lines where nobody watches, a bar in a terminal."""

from __future__ import annotations

import io
import sys

from analysis.run.plan import Run
from analysis.run.progress import counting, progress_bar
from analysis.run.runner import FRESH, RAN, Outcome


class Terminal(io.StringIO):
    def isatty(self):
        return True


def terminal(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def test_elsewhere_each_run_that_ran_is_a_line(capsys):
    with progress_bar(2) as tell:
        tell(Outcome(Run("terms", "20_terms"), RAN, seconds=1.26))
        tell(Outcome(Run("tokens", "10_tokens"), FRESH))
    assert capsys.readouterr().err == "terms: ran (1.3 s)\n"


def test_in_a_terminal_it_is_a_bar_that_names_the_last_run(monkeypatch):
    stream = terminal(monkeypatch)
    with progress_bar(2, "verify") as tell:
        tell(Outcome(Run("terms", "20_terms", variant="5"), RAN))
    assert "verify" in stream.getvalue()
    assert "terms-5 ran" in stream.getvalue()


def test_counting_is_silent_elsewhere(capsys):
    with counting("documents") as tell:
        tell(1, 2)
    assert capsys.readouterr().err == ""


def test_counting_follows_what_is_done(monkeypatch):
    stream = terminal(monkeypatch)
    with counting("documents") as tell:
        tell(3, 10)
        tell(10, 10)
    assert "documents" in stream.getvalue()
