"""Lines of any kind of file."""

from __future__ import annotations

from formats_samples import docx_of, pdf_of, rtf_of

from analysis.texts.read.formats.lines import html_lines, lines_of


def test_the_same_lines_from_every_kind():
    wanted = ["One", "", "Two"]
    html = b"<html><body><p>One</p><p></p><p>Two</p></body></html>"
    for data in (b"One\n\nTwo", docx_of(wanted), rtf_of(wanted), html):
        assert [line.strip() for line in lines_of(data)] == wanted
    assert [line for line in lines_of(pdf_of([["One", "Two"]])) if line] == ["One", "Two"]


def test_breaks_and_cells():
    assert html_lines("<div>a<br>b<br><br>c</div>") == ["a", "b", "", "c"]
    assert html_lines("<table><tr><td><b>HD</b></td><td>Rain</td></tr></table>") == ["HD\tRain\t"]
