"""Templates are filled with everything escaped, and with nothing missing."""

from __future__ import annotations

import jinja2
import pytest

from analysis.store.html import render


def test_what_is_filled_in_is_escaped_and_what_is_missing_is_an_error(tmp_path):
    (tmp_path / "a.html").write_text("{% if n is numeral %}<b>{{ words }}</b>{% endif %}\n")
    assert render(tmp_path, "a.html", words="<i>&'\"", n="1,2") == "<b>&lt;i&gt;&amp;&#39;&#34;</b>\n"
    assert render(tmp_path, "a.html", words="x", n="1 x") == "\n"
    with pytest.raises(jinja2.UndefinedError):
        render(tmp_path, "a.html", n="1")
