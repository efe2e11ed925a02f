# ruff: noqa: E501 (one case per line is easier to read)
"""What surrounds an article: found and named; and sentences that only look like it, kept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.texts.clean.boilerplate import Credits, strip
from analysis.texts.read.language import detect

STORY = "The invented harbour opened on Tuesday.\nIt is deep, the minister said."


CREDITS = Credits(agencies=("Wire",), photographers=("Desk Staff",))


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("navigation", "Skip to content"),
        ("navigation", "Share this article:"),
        ("navigation", "Next Article"),
        ("navigation", "Home > News > National"),
        ("navigation", "Latest"),
        ("read_also", "Read also: Port closes again"),
        ("read_also", "Related Posts"),
        ("feed_tail", "Continue reading..."),
        ("feed_tail", "<p>Continue reading…</p>"),
        ("feed_tail", "The post Harbour opens appeared first on The Example."),
        ("subscription", "Sign up for our morning newsletter"),
        ("copyright", "Copyright 2024 Example Ltd. All rights reserved."),
        ("consent", "We use cookies to give you the best experience. This site uses cookies."),
        ("media", "Advertisement"),
        ("caption", "Photo: Dara Example"),
        ("caption", "A ship enters the invented harbour in March 2024 (Dara Example/Wire)"),
        ("caption", "The minister cuts a ribbon at the harbour last month. Desk Staff"),
        ("editors_note", "Editor's note: This story was updated."),
        ("end_mark", "\\###"),
        ("author_note", "Dara Example is a researcher at the Institute of Invented Ports."),
        ("author_note", "The views expressed are his own."),
        ("author_note", "Edited by: Dara Example"),
        ("references", "sources:[1] Example, D. (2023). An ironclad harbour. [2] Another, A. (2024)."),
        ("caption", '{% include photo.html\n\nfile="a.jpg"\ncaption="A ship"\n\n%}'),
        ("caption", "<figure><img src='a.jpg'><figcaption>A ship</figcaption></figure>"),
    ],
)
def test_boilerplate_lines_are_named_and_removed(kind, line):
    found = strip(f"{STORY}\n{line}", credits=CREDITS)
    assert [span.kind for span in found.spans] == [kind]
    assert found.text.strip() == STORY
    assert found.share == pytest.approx(len(line) / len(f"{STORY}\n{line}"))


@pytest.mark.parametrize(
    "line",
    [
        "The government will share the cost of the harbour with the town.",
        "She said the photo by the harbour was old.",
        "They asked him to sign up for the course and subscribe to the plan.",
        "join our friends in the north to repair it",
        "Related industries have grown since the harbour opened in the spring.",
        "The post was empty when he came.",
        "He said the copyright of the song was hers.",
        "Hun Example is a man of the coast.",
        "Continue reading the law, he told them, and you will see that it says nothing of ports.",
    ],
)
def test_sentences_that_look_like_it_are_kept(line):
    text = f"{line}\n{STORY}\nMore.\nMore.\nMore."
    assert strip(text).text == text


def test_tails_inside_a_line_and_the_repeated_title():
    assert strip("The harbour opened. Continue reading...").text.strip() == "The harbour opened."
    page = "Please view the main text area here, since scripts are deactivated on your browser. The harbour opened."
    assert strip(page).text.strip() == "The harbour opened."
    found = strip(f"Harbour opens!\n{STORY}", "Harbour opens")
    assert [span.kind for span in found.spans] == ["repeated_title"]


def test_text_between_two_newsletter_boxes_and_tables_in_figures_are_kept():
    box = (
        "Get the latest in invented news delivered straight to your inbox. There was a problem. Please try again later."
    )
    assert strip(f"The harbour opened. {box} It is deep. {box}").text.split() == [
        "The",
        "harbour",
        "opened.",
        "It",
        "is",
        "deep.",
    ]
    table = "<figure><table><tr><td>Ships</td><td>12</td></tr></table></figure>"
    assert strip(f"{STORY}\n{table}").text == f"{STORY}\n{table}"


def test_a_summary_that_is_only_a_caption_is_kept():
    caption = "A ship enters the invented harbour in March 2024 (Dara Example/Wire)"
    assert strip(caption, credits=CREDITS).text == caption


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Read also: x", STORY, "", "Photo: A", "The end.", "Share:", "\t", "<b>Latest</b>"]),
        max_size=9,
    )
)
def test_what_is_kept_and_what_is_removed_make_up_the_text(lines):
    text = "\n".join(lines)
    found = strip(text)
    removed = sum(span.end - span.start for span in found.spans)
    assert len(found.text) + removed == len(text)
    assert 0.0 <= found.share <= 1.0
    assert strip(found.text).text == found.text


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        ("", "The harbour of the town was opened by the people and it is deep and it is good.", "en"),
        ("China, Cambodia vow to carry forward friendship", "", "en"),
        ("Hun Sen meets Wang Yi", "", "en"),
        ("Xi arrives", "", "en"),
        ("", "ព្រះរាជាណាចក្រកម្ពុជា បានបើកកំពង់ផែថ្មីមួយ", "km"),
        ("", "柬埔寨首相洪森周二会见了中国外交部长王毅。", "zh"),
        ("", "カンボジアの首相は火曜日に会談した。", "ja"),
        (
            "",
            "Le premier ministre a inauguré le port de la ville et il a dit que la coopération est bonne pour les deux pays.",
            "fr",
        ),
        ("", "", "und"),
    ],
)
def test_language(title, text, code):
    assert detect(title, text)[0] == code


def test_khmer_names_in_an_english_text_leave_it_english():
    text = "The minister opened the harbour (កំពង់ផែ) of the town on Tuesday and said that it is deep. " * 3
    assert detect(None, text) == ("en", "stop words")


@pytest.mark.parametrize(
    "line",
    [
        "A ship enters the invented harbour in March 2024 (Dara Example/Wire)",
        "The minister cuts a ribbon at the harbour last month. Desk Staff",
    ],
)
def test_a_credit_that_no_outlet_declares_makes_no_caption(line):
    assert strip(f"{STORY}\n{line}").spans == ()
    assert strip(f"{STORY}\n{line.upper()}", credits=CREDITS).text.strip() == (
        STORY if "/" in line else f"{STORY}\n{line.upper()}"
    )


def test_credits_that_are_no_outlets_own_need_no_declaration():
    for credit in ("Dara Example/Getty Images", "Dara Example/EPA-EFE", "Dara Example via Pool"):
        assert strip(f"{STORY}\nA ship enters the harbour ({credit})").text.strip() == STORY
    assert strip(f"{STORY}\nA ship enters the invented harbour last month. SUPPLIED").text.strip() == STORY
    told = f"{STORY}\nThe minister gave this to the people of the town, he told Supplied"
    assert strip(told).text == told
