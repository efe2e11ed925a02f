"""Key words on the page of their figure: the same rows as the table, by pointing, tapping and keyboard."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from quick import sample

from analysis.publish import words
from analysis.publish.pages import page as html_page
from analysis.publish.words import UNNAMED, word_sides

ASSETS = Path(words.__file__).parent / "assets"
COLUMNS = ["term", "per_million", "log_ratio", "log_ratio_low", "log_ratio_high", "p_adjusted", "side", "word", "rank"]
ROWS = [
    ["anchor", "120.5", "3.25", "2", "4.5", "0.0004", "After", "After", "1"],
    ["<b>sail", "40", "-2.5", "-3.5", "-1.5", "0.03", "Before", "Before", "2"],
    ["harbour", "900", "0.25", "", "", "0.7", "After", "not key", "3"],
    *([f"word{i}", str(20 + 7 * i), str((i % 9 - 4) / 4), "", "", "0.9", "", "not key", str(i + 4)] for i in range(60)),
]


def test_sides_are_named_by_their_column_or_by_key_words():
    assert word_sides(COLUMNS, ROWS, {"contrast": "era_id"}) == {"above": "After", "below": "Before", "is_eras": True}
    older = [row[:6] + row[7:] for row in ROWS]
    columns = [c for c in COLUMNS if c != "side"]
    assert word_sides(columns, older, {}) == {"above": "After", "below": "Before", "is_eras": False}
    assert word_sides(columns, older[2:], {}) == {**UNNAMED, "is_eras": False}


def test_other_figures_have_no_such_picture():
    assert word_sides(["outlet_id", "log_ratio"], [["a", "1"]], {}) is None


def figure_page(rows):
    sidecar = {"figure_id": "one", "title": "Words", "alt": "A", "full_caption": "C", "source": "S", "seed": None}
    sidecar |= {"stores": [], "files": {"csv": "0"}, "notes": None}
    content = {
        "doubts": [],
        "run_page": None,
        "run": {"parameters": {}},
        "parameters": [],
        "stores": [],
        "tables": [],
        "versions": "",
    }
    content |= {"columns": COLUMNS, "rows": rows, "caption": "The drawn values", "s": sidecar}
    content |= {"sides": word_sides(COLUMNS, rows, {"contrast": "era_id"})}
    content |= {"citation": {"text": "t", "bibtex": "b", "csl": "c"}}
    return html_page("figure.html", "Words", site="s", depth=1, **content)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    place = tmp_path_factory.mktemp("words")
    shutil.copytree(ASSETS, place / "assets")
    (place / "figures").mkdir()
    shutil.copyfile(next(ASSETS.parents[2].glob("figures/*.svg")), place / "figures" / "one.svg")
    (place / "figures" / "one.html").write_text(figure_page(ROWS), encoding="utf-8")
    return (place / "figures" / "one.html").as_uri()


def test_the_page_without_scripts_holds_all_rows_and_no_script_of_its_own():
    page = figure_page(ROWS)
    assert page.count("<tr>") == len(ROWS) + 1 and "&lt;b&gt;sail" in page
    assert 'id="words"' in page and "hidden>" in page
    assert re.findall(r"<script([^>]*)>(.*?)</script>", page) == [
        (' src="../assets/words.js"', ""),
        (' src="../assets/site.js"', ""),
    ]


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), sample([(390, "dark"), (1280, "light")], [(390, "dark")]))
def test_in_a_browser(address, browser, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(180_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address, timeout=180_000)
    page.wait_for_selector("#words-picture svg", timeout=180_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawn = page.locator("#words-picture .word")
    assert drawn.count() == len(ROWS) == page.locator("#words-list option").count()

    page.focus("#words-list")  # by keyboard
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("location.hash === '#word=%3Cb%3Esail'")
    told = "<b>sail: rank 2 of 63; 40 uses per million; more often in Before, log ratio −2.5 "
    told += "(−3.5 to −1.5), adjusted p 0.03; key."
    assert page.inner_text("#words-said") == told
    assert page.text_content("#words-picture .pointed text") == "<b>sail"

    page.locator("#words-picture").scroll_into_view_if_needed()
    box = page.locator("#words-picture circle.above").first.bounding_box()  # by pointing: named, the choice stays
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.wait_for_function("document.querySelector('#words-picture .pointed text').textContent === 'anchor'")
    assert page.inner_text("#words-said") == told
    page.mouse.click(box["x"] + 2, box["y"] + 2)
    assert "anchor: rank 1 of 63" in page.inner_text("#words-said") and "adjusted p below 0.001" in page.inner_text(
        "#words-said"
    )
    assert page.input_value("#words-list") == "anchor"

    again = context.new_page()  # the address keeps the word
    again.goto(page.url, timeout=180_000)
    again.wait_for_selector("#words-picture .pointed text", timeout=180_000)
    assert "anchor: rank 1" in again.inner_text("#words-said")

    page.select_option("#words-which", "key")
    assert drawn.count() == 3 and page.inner_text("#words-count") == "2 of 63 words"  # two and the one pointed at
    page.select_option("#words-which", "below")
    page.wait_for_function("document.getElementById('words-said').textContent === ''")  # what is not shown is not said
    page.fill("#words-find", "no such word")
    assert page.locator("#words-list option").count() == 0 and page.inner_text("#words-count") == "0 of 63 words"
    assert not wrong, wrong
    context.close()
