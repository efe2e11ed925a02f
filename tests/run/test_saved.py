"""The copy that papermill can read: what is missing is there, what was said stays."""

from __future__ import annotations

import json

import pytest

from analysis.run.saved import readable

WORDS = {"cell_type": "markdown", "metadata": {}, "source": ["# a\n"]}
CODE = {"cell_type": "code", "metadata": {"tags": ["x"]}, "source": "1", "outputs": [], "execution_count": 3}
WHOLE = {"cells": [WORDS, CODE], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def written(tmp_path, content, before=""):
    path = tmp_path / "n.ipynb"
    path.write_text(before + json.dumps(content), encoding="utf-8")
    return readable(path, tmp_path / "copy.ipynb")


def test_a_whole_notebook_is_read_as_it_is(tmp_path):
    assert written(tmp_path, WHOLE) == tmp_path / "n.ipynb"
    assert not (tmp_path / "copy.ipynb").exists()


@pytest.mark.parametrize(
    ("cells", "mended"),
    [
        ([{**WORDS, "metadata": None}], [WORDS]),
        ([{**WORDS, "outputs": [], "execution_count": None}], [WORDS]),
        ([{**CODE, "outputs": None}], [CODE]),
        ([{**CODE, "execution_count": "3"}], [{**CODE, "execution_count": None}]),
        ([{"cell_type": "code", "source": "1"}], [{**CODE, "metadata": {}, "execution_count": None}]),
    ],
)
def test_what_is_missing_is_filled_and_sources_stay(tmp_path, cells, mended):
    copy = written(tmp_path, {"cells": cells})
    assert json.loads(copy.read_text()) == {"cells": mended, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


def test_a_byte_order_mark_is_left_out(tmp_path):
    assert json.loads(written(tmp_path, WHOLE, "\ufeff").read_text(encoding="utf-8")) == WHOLE
