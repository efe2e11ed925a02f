"""Parts of pages."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from analysis.publish.pages import markdown, notebook_html, page, table


def test_a_page_escapes_everything_but_markup():
    made = page("document.html", "<t>", site="<s>", content="<c>")
    assert "&lt;t&gt;" in made
    assert "&lt;s&gt;" in made
    assert "&lt;c&gt;" in made
    assert "<c>" in page("document.html", "t", site="s", content=Markup("<c>"))


def test_links_lead_up_from_where_the_page_lies():
    assert 'href="../../assets/style.css"' in page("document.html", "t", site="s", depth=2, content="")
    assert 'href="assets/style.css"' in page("document.html", "t", site="s", content="")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("1,200.5", '<td class="number">1,200.5</td>'),
        ("-3e-05", '<td class="number">-3e-05</td>'),
        ("2020 and after", "<td>2020 and after</td>"),
        ("", "<td></td>"),
        ("x" * 41, f'<td class="long">{"x" * 41}</td>'),
        ('"><script>', "<td>&#34;&gt;&lt;script&gt;</td>"),
    ],
)
def test_cells_of_a_table(value, cell):
    assert cell in table(("a",), [(value,)], name="t", caption="c")


def test_relative_links_lead_where_the_site_says_and_others_stay():
    assert 'href="other.html"' in markdown("[x](other.md#part)", lambda target: "other.html")
    assert "href" not in markdown("[x](gone.md)", lambda target: None)
    assert 'href="#part"' in markdown("[x](#part)", lambda target: None)
    assert 'href="https://example.org/a.md"' in markdown("[x](https://example.org/a.md)")


def test_a_notebook_shows_no_path_of_this_machine(tmp_path):
    from sample_project import write_notebook

    write_notebook(tmp_path / "n.ipynb", f"open({str(tmp_path / 'x')!r})", parameters="a = 1")
    made = notebook_html(tmp_path / "n.ipynb", tmp_path)
    assert str(tmp_path) not in made
    assert "A question" in made
