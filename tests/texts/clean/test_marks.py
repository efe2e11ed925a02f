"""Quotation marks of two kinds in one quotation."""

from __future__ import annotations

import pytest

from analysis.texts.clean.marks import pair_marks


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('“We go," he said.', "“We go,” he said."),
        ('"We go,” he said.', "“We go,” he said."),
        ('„We go," he said.', "„We go,” he said."),
        ('“We are "friends" here,” he said.', '“We are "friends" here,” he said.'),
        ('"We go," he said. “Now.”', '"We go," he said. “Now.”'),
        ('"We go," he said.', '"We go," he said.'),
        ("“We go,” he said.", "“We go,” he said."),
        ('“We go.\n\n"They go,” she said.', "“We go.\n\n“They go,” she said."),
        ('a 6" pipe and “so”', 'a 6" pipe and “so”'),
    ],
)
def test_pairs(raw, expected):
    assert pair_marks(raw) == expected
    assert pair_marks(expected) == expected
