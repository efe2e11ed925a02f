from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from sample_project import discourse

from analysis.publish.pages import clean, markdown, table


@pytest.fixture(scope="module")
def study(finished, tmp_path_factory):
    """A copy of the finished project, with a codebook and a page of methods."""
    study = shutil.copytree(finished, tmp_path_factory.mktemp("study") / "project", symlinks=True)
    (study / "corpus" / "codebook").mkdir(exist_ok=True)
    (study / "corpus" / "codebook" / "hedging.toml").write_text(
        'frame = "hedging"\nlabel = "Hedging"\nabout = "Words"\n[[entry]]\nid = "balance"\npattern = ["balanc*"]\n'
        'category = "c"\nsource = "A & B"\nexamples = ["A <b>balance</b>."]\n'
    )
    (study / "docs" / "methods").mkdir(parents=True, exist_ok=True)
    (study / "docs" / "methods" / "rates.md").write_text(
        "# Rates\n\n<script>bad()</script> [other](../guide.md#top) [code](../../corpus/x.toml) [away](https://example.org)\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    (study / "docs" / "guide.md").write_text("# A guide\n\n[rates](methods/rates.md), [none](methods/none.md)\n")
    return study


@pytest.fixture(scope="module")
def site(study, tmp_path_factory):
    target = tmp_path_factory.mktemp("site") / "out"
    done = discourse(study, "site", "--out", str(target))
    assert done.returncode == 0, done.stderr
    return target


def links_of(page: Path) -> list[str]:
    return re.findall(r'(?:href|src)="([^"#]+)', page.read_text())


def test_every_link_leads_somewhere(site):
    for page in site.rglob("*.html"):
        for link in links_of(page):
            if not link.startswith(("http", "data:", "mailto:")):
                assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_links_between_documents_lead_to_their_pages_and_others_are_words(site):
    rates = (site / "methods" / "rates.html").read_text()
    assert '<a href="guide.html#top">other</a>' in rates
    assert "code" in rates
    assert "x.toml" not in rates
    assert 'href="https://example.org"' in rates
    assert '<div class="scroll" tabindex="0"><table>' in rates
    guide = (site / "methods" / "guide.html").read_text()
    assert '<a href="rates.html">rates</a>, none' in guide


def test_the_first_page_asks_the_notebooks_questions_and_can_be_searched(site):
    page = (site / "index.html").read_text()
    headings = re.findall(r"<h2>(.*?)</h2>", page)
    assert headings[-1] == "Methods and documentation"
    assert len(headings) >= 3
    assert page.index("<h2>") < page.index('href="figures/terms.html"')
    assert 'data-find="main"' in page
    assert "A guide" in page


def test_a_figure_can_be_cited_from_beside_its_picture(site):
    page = (site / "figures" / "terms.html").read_text()
    assert page.index("<figure>") < page.index('href="#cite"') < page.index("<h2>")
    assert 'id="cite"' in page


def test_pages_show_picture_data_provenance_and_citation(site):
    page = (site / "figures" / "terms.html").read_text()
    for part in (
        'src="terms.svg"',
        "The drawn values",
        "default/counts[news]",
        "notebooks/20_terms",
        "@misc{terms,",
        "n: 12 documents",
        "data sha256",
    ):
        assert part in page, part
    assert "A &lt;b&gt;balance" in (site / "codebook.html").read_text()
    assert "<script>bad" not in (site / "methods" / "rates.html").read_text()
    notebook = (site / "notebooks" / "terms.html").read_text()
    assert "data:image/png;base64" in notebook
    assert "open_store" in notebook


def test_writing_again_gives_the_same_site_without_paths_of_this_machine(site, study, tmp_path):
    assert discourse(study, "site", "--out", str(tmp_path / "again")).returncode == 0
    for page in site.rglob("*.html"):
        text = page.read_text()
        assert text == (tmp_path / "again" / page.relative_to(site)).read_text()
        assert str(study) not in text


@pytest.mark.parametrize(
    ("dirty", "left"),
    [
        ("<p onclick='x()'>a</p>", "<p>a</p>"),
        ("<script>alert(1)</script>b", "b"),
        ('<a href="javascript:x()">c</a>', "<a>c</a>"),
        ('<a href="data:text/html,x">d</a>', "<a>d</a>"),
        ('<img src="http://tracker.example/x.png" alt="e">', '<img alt="e">'),
        ('<img src="data:image/svg+xml;base64,AA">', "<img>"),
        ("<iframe src='x'></iframe>f", "f"),
        ("<div style='position:fixed;width:3px'>g</div>", '<div style="width:3px;">g</div>'),
    ],
)
def test_html_is_cleaned(dirty, left):
    assert clean(dirty) == left


def test_markdown_and_tables_escape_html():
    assert "&lt;b&gt;" in markdown("<b>x</b>")
    assert '<td class="number">1,200.5</td><td>&lt;i&gt;</td>' in table(
        ("a", "b"), [("1,200.5", "<i>")], name="t", caption="c"
    )


@pytest.mark.browser
def test_a_reader_clicks_through_the_site(site, browser):
    problems: list[str] = []
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.set_default_timeout(120_000)  # every wait below is for a state, never for a time
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto((site / "index.html").as_uri())
    page.get_by_role("link", name="Tokens by term").click()
    page.wait_for_url("**/figures/terms.html")
    assert page.title() == "Tokens by term"
    page.wait_for_function("document.querySelector('figure img').naturalWidth > 100")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.locator("#data tbody tr").count() == 3
    page.get_by_role("searchbox").fill("no such row")
    page.wait_for_function("[...document.querySelectorAll('#data tbody tr')].every((row) => !row.offsetParent)")
    page.get_by_text("BibTeX").click()
    page.locator("#cite-bibtex").wait_for(state="visible")
    page.get_by_role("link", name="notebooks/20_terms.ipynb").click()
    page.wait_for_url("**/notebooks/terms.html")
    page.wait_for_function("document.querySelector('.notebook img').naturalWidth > 100")
    for name, address in {
        "Codebook": "codebook",
        "Methods": "methods/",
        "Notebooks": "notebooks/",
        "Figures": "index",
    }.items():
        page.get_by_label("Site").get_by_role("link", name=name).click()
        page.wait_for_url(f"**/{address}*")
        assert page.locator("h1").count() == 1
    page.wait_for_function("getComputedStyle(document.querySelector('.cards')).display == 'grid'")
    assert problems == []


def test_a_folder_of_others_is_never_replaced(study, tmp_path):
    """The kind: whatever stands in the folder that is named, it is there afterwards."""
    chapter = tmp_path / "thesis" / "chapter.tex"
    chapter.parent.mkdir()
    chapter.write_text("years of work")
    done = discourse(study, "site", "--out", str(chapter.parent))
    assert done.returncode == 2
    assert "chapter.tex" in done.stderr
    assert "nothing was changed" in done.stderr
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["chapter.tex"]


def test_a_site_is_written_over_a_site_and_leaves_nothing_beside_it(study, tmp_path):
    for _ in range(2):
        assert discourse(study, "site", "--out", str(tmp_path / "out")).returncode == 0
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert not list((study / ".cache").glob("folder-*"))


@pytest.mark.slow
def test_the_failed_execution_of_a_notebook_is_not_shown_beside_its_old_figure(study, tmp_path):
    work = shutil.copytree(study, tmp_path / "work", symlinks=True)
    path = work / "notebooks" / "20_terms.ipynb"
    content = json.loads(path.read_text())
    cell = {"cell_type": "code", "id": "z", "execution_count": None, "outputs": [], "metadata": {}}
    content["cells"].append({**cell, "source": "raise ValueError('BROKEN NOW')"})
    path.write_text(json.dumps(content))
    assert discourse(work, "run", "--only", "terms").returncode == 1
    done = discourse(work, "site", "--out", str(tmp_path / "out"))
    page = (tmp_path / "out" / "notebooks" / "terms.html").read_text()
    assert "BROKEN NOW" not in page
    assert "The notebook was changed since" in page
    assert "stale (terms)" in done.stderr
    assert (work / ".cache" / "executed" / "terms.failed.ipynb").is_file()


@pytest.mark.parametrize("source", ["//tracker.example/x.png", "/etc/x.png", "a//b.png", "\\\\host\\x.png", "x.png\n"])
def test_pictures_come_from_the_site_alone(source):
    assert clean(f'<img alt="e" src="{source}">') == '<img alt="e">'
    assert clean('<img src="figures/a_b.png">') == '<img src="figures/a_b.png">'


def test_names_of_a_study_are_text_on_every_page(study, tmp_path):
    work = shutil.copytree(study, tmp_path / "work", symlinks=True)
    path = work / "figures" / "terms.json"
    sidecar = json.loads(path.read_text())
    bad = "<img src=x onerror=alert(1)> & \"quoted\" '$x$'"
    sidecar |= {"title": bad, "full_caption": bad, "alt": bad, "source": bad}
    path.write_text(json.dumps(sidecar))
    (work / "corpus" / "study.toml").write_text(
        "[study]\nname = '<b>name</b>'\ntitle = '<script>title</script>'\nquestion = '<i>why</i>'\n"
    )
    assert discourse(work, "site", "--out", str(tmp_path / "out")).returncode == 0
    for page in (tmp_path / "out").rglob("*.html"):
        text = page.read_text()
        for tag in ("<img src=x", "<script>title", "<b>name", "<i>why"):
            assert tag not in text, page.name
