"""Words that are no markup."""

from __future__ import annotations

import pytest

from analysis.publish.markup import code, latex, markdown_text


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a_b & 5 %", r"a\_b \& 5 \%"),
        ("$x^2$ #1 {y}~", r"\$x\textasciicircum{}2\$ \#1 \{y\}\textasciitilde{}"),
        ("C:\\n", r"C:\textbackslash{}n"),
    ],
)
def test_latex_reads_no_command(words, shown):
    assert latex(words) == shown


def test_markdown_reads_no_emphasis_link_or_html():
    assert markdown_text("*a* [b](c)\n<b> $d$ @e") == r"\*a\* \[b\](c) \<b\> \$d\$ \@e"


@pytest.mark.parametrize(("words", "shown"), [("a", "`a`"), ("a`b", "`` a`b ``"), ("a\n b", "`a b`")])
def test_code_has_a_fence_longer_than_its_own(words, shown):
    assert code(words) == shown
