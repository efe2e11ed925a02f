"""Pages of the site in a browser, by axe-core: nothing that keeps a reader out, light and dark, wide and narrow."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from barriers import barriers

from analysis.publish import site as site_module
from analysis.publish.pages import markdown
from analysis.publish.site import write_site
from analysis.run.plan import load_plan
from analysis.run.project import Project

WHOLE = bool(os.environ.get("DISCOURSE_LONG"))  # every page of the whole site; else one or two of each kind
FIGURES = ("keyness_news_eras", "overview_un")  # words to point at; a table of the usual kind
SCREENS = [
    pytest.param((1280, "light"), marks=pytest.mark.slow),
    (390, "dark"),
    *([(1280, "dark"), (390, "light")] if WHOLE else []),
]


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory):
    """This project's own site: its first pages, documents, codebook, explorer; two figures and a notebook stand for all."""
    plan = load_plan(Project(root))
    place = tmp_path_factory.mktemp("barriers") / "site"
    with pytest.MonkeyPatch.context() as patch:
        if not WHOLE:
            every = site_module.sidecars(root / "figures")
            patch.setattr(site_module, "sidecars", lambda figures: {name: every[name] for name in FIGURES})
            patch.setattr(site_module, "MAX_ROWS", 60)  # rows are alike
            plan = replace(plan, runs=tuple(run for run in plan.runs if FIGURES[1] in run.figures))
        write_site(plan, place)
    return place


@pytest.fixture(scope="module", params=SCREENS, ids=lambda screen: "-".join(map(str, screen)))
def screen(request, browser):
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(120_000)
    yield context.new_page(), width
    context.close()


@pytest.mark.browser
def test_no_page_keeps_a_reader_out_or_is_wider_than_the_screen(folder, screen):
    page, width = screen
    found = []
    pages = sorted(folder.rglob("*.html"))
    if not WHOLE:  # of documents one with code, links and tables
        pages = [path for path in pages if path.parent.name != "methods" or path.stem in ("index", "own-study")]
    for path in pages:
        page.goto(path.as_uri())
        if path.name == "explorer.html":
            page.wait_for_selector("#table tbody tr")
        if "words.js" in path.read_text(encoding="utf-8"):
            page.wait_for_selector("#words-picture svg")
        name = path.relative_to(folder).as_posix()
        found += [(name, *one) for one in barriers(page, impacts=("minor", "moderate", "serious", "critical"))]
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append((name, "wider than the screen", wide))
    assert len(pages) >= 9
    assert found == []


@pytest.mark.browser
def test_what_keeps_readers_out_is_found(browser):
    page = browser.new_page()
    page.set_content(
        "<!doctype html><html lang=en><title>t</title><main><h1>A</h1><button></button>"
        "<p style='color:#ccc;background:#fff'>faint</p></main></html>"
    )
    assert {rule for rule, *_ in barriers(page)} == {"button-name", "color-contrast"}
    assert {rule for rule, *_ in barriers(page, "p")} == {"color-contrast"}
    page.close()


def test_a_head_without_words_is_no_head():
    html = str(markdown("| | a |\n|---|---|\n| b | 1 |\n"))
    assert "<th></th>" not in html and html.count("<th>") == 1 and "<td></td>" in html
