"""Tags, and what only looks like one."""

from __future__ import annotations

import pytest

from analysis.texts.clean.markup import without_tags


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<p>One</p><b class='x'>two</b>", "\n\nOne\n\ntwo"),
        ("<<We go,>> he said", "«We go,» he said"),
        ("<< We go, >> he said", "«We go,» he said"),
        ("<We go to the town,> he said", "‹We go to the town,› he said"),
        ("<table talk> and <sic>", "<table talk> and <sic>"),
        ("<a neutral word of ours>", "‹a neutral word of ours›"),
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("write to <a@b.example>", "write to <a@b.example>"),
        ("<o:p></o:p><custom-tag data-x='1'>kept", "kept"),
        ("<input disabled>kept<br/>", "kept\n\n"),
        ("he said <q>so</q>", "he said “so”"),
        ("a<!-- no -->b<script>x < y</script>c", "a b c"),
        ("a <!-- never closed", "a <!-- never closed"),
        ("<!DOCTYPE html><?xml version='1'?>kept", "kept"),
    ],
)
def test_tags(raw, expected):
    assert without_tags(raw) == expected
