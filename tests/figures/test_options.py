from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import DiscourseError
from analysis.figures import forest
from analysis.figures.options import BarOptions, Common, ForestOptions, read_options


def test_an_unknown_option_is_refused_with_all_that_are_allowed():
    with pytest.raises(DiscourseError, match=r"option of forest: 'colour'.*reference.*share_axis"):
        read_options(ForestOptions, {"colour": "red"}, "forest")
    rows = pd.DataFrame({"a": ["x"], "estimate": [1.0], "low": [0.5], "high": [1.5]})
    with pytest.raises(DiscourseError, match="Did you mean 'too_few'"):
        forest(rows, label="a", to_few="b")


def test_options_not_given_keep_their_defaults():
    assert read_options(BarOptions, {"stacked": True}, "bars") == BarOptions(stacked=True)
    assert read_options(ForestOptions, {}, "forest").share_axis is True


def test_a_value_without_a_name_is_written_as_it_is():
    assert Common(names={"a": "Alpha"}).name("a") == "Alpha"
    assert Common(names={"a": "Alpha"}).name("b") == "b"
    assert Common().name(None) is None
