"""Quotation marks of two kinds in one quotation."""

from __future__ import annotations

import pytest

from analysis.texts.clean.marks import pair_marks, usual_marks


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


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("「We go,」 he said.", "“We go,” he said."),
        ("『We go,』 he said, 「and 『soon』.」", "“We go,” he said, “and “soon”.”"),
        ("〝We go,〞 he said.", "“We go,” he said."),
        ("″We go in ′90,″ he said.", "“We go in ′90,” he said."),
        ("″We go,″ he said of the 6″ pipe.", "“We go,” he said of the 6″ pipe."),
        ("a 6″ pipe and a 7″ one", "a 6″ pipe and a 7″ one"),
        ("″We go\nfar″", "″We go\nfar″"),
        ("‚We go,‘ he said.", "‘We go,’ he said."),
        ("‚The town’s bridge‘ is old.", "‘The town’s bridge’ is old."),
        ("‚We go,’ he said.", "‚We go,’ he said."),
        ("«We go,» he said.", "«We go,» he said."),
        ("1‚5 and ‘so’", "1‚5 and ‘so’"),
    ],
)
def test_rarer_marks(raw, expected):
    assert usual_marks(raw) == expected
    assert usual_marks(expected) == expected
    assert len(expected) == len(raw)
