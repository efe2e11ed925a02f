"""Single rules at their edge, each seen to fail when the rule was shifted by one."""

from __future__ import annotations

import re

import pytest

from analysis.texts.annotate.codebook import compile_pattern


@pytest.mark.parametrize(("between", "found"), [(9, False), (10, True), (12, True), (13, False)])
def test_the_number_of_words_between_may_have_two_figures(between, found):
    pattern = re.compile(compile_pattern("firm {10,12} port"))
    assert bool(pattern.search(f"firm {'x ' * between}port")) == found
