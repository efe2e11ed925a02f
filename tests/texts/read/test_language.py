"""The language of a document: script, stop words, model; and texts in two languages."""

from __future__ import annotations

import pytest

from analysis.texts.read.language import detect, english_part

ENGLISH = "The minister said that the bridge over the river would be opened in the dry season of the year. " * 6
KHMER = "មិត្តភាពដែកថែបរវាងកម្ពុជានិងចិនត្រូវបានលើកតម្កើងដោយរដ្ឋមន្ត្រី។ "
FRENCH = "Le ministre a dit que le pont sur la rivière serait ouvert pendant la saison sèche de cette année."


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        (None, ENGLISH, "en"),
        ("Ironclad friends meet", "", "en"),
        (None, FRENCH * 3, "fr"),
        (None, KHMER * 5, "km"),
        (None, "", "und"),
        (None, "12 34", "und"),
        ("日本の首相", "日本の首相が首都で会談した。" * 4, "ja"),
        ("两国总理", "两国总理在首都会谈。" * 4, "zh"),
    ],
)
def test_one_language(title, text, code):
    assert detect(title, text)[0] == code


def test_a_text_in_two_languages_is_english_if_enough_of_it_is():
    both = KHMER * 8 + "\n\n" + ENGLISH
    assert detect(None, both)[0] == "en"
    assert detect(None, KHMER * 48 + "\n\n" + ENGLISH * 8) == ("en", "part")
    assert detect(None, ENGLISH + KHMER * 8)[0] == "en"
    assert detect(None, KHMER * 100 + ENGLISH)[0] == "km"  # an article in Khmer with a note in English
    assert detect(None, KHMER * 8 + ENGLISH[:98])[0] == "km"
    assert english_part(None, KHMER * 8 + ENGLISH[:98]) == (20, False)
    assert english_part(None, KHMER * 8 + FRENCH * 6)[0] == 0
