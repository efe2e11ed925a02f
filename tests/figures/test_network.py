from __future__ import annotations

import pandas as pd

from analysis.figures import network
from analysis.figures.save import render


def test_a_network_leaves_out_loops_and_is_the_same_in_any_order():
    edges = pd.DataFrame({"s": ["a", "a", "b", "c"], "t": ["b", "a", "c", "a"], "n": [5, 9, 2, 1]})
    group = {"a": "state", "b": "wire", "c": "wire"}
    first = network(edges, source="s", target="t", weight="n", group=group)
    again = network(edges.iloc[::-1], source="s", target="t", weight="n", group=group)
    assert len(first.axes[0].patches) == 3
    assert render(first)["svg"] == render(again)["svg"]
