"""What a verb reports: clauses, not acts; and where the span ends."""

from __future__ import annotations

import pytest

from analysis.texts.annotate.attribution.complements import _is_pointer
from analysis.texts.annotate.engine import Engine
from analysis.texts.concordance.annotate_file import hit_rows
from analysis.texts.document import Document


def rows(engine: Engine, text: str, title: str | None = None) -> list[dict]:
    return hit_rows(engine.read(Document("d", "news", "o", text, title)))


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("Hun Sen stressed its neutrality.", "own"),
        ("Hun Sen stressed that neutrality was old.", "reported"),
        ("Hun Sen stressed how old neutrality was.", "reported"),
        ("Hun Sen noted neutrality was old.", "reported"),
        ("The two sides reiterated their ironclad friendship.", "own"),
        ("Cambodia maintains its neutrality.", "own"),
        ("Hun Sen maintained that neutrality was old.", "reported"),
        ("Hun Sen called for neutrality.", "own"),
        ("Hun Sen called it neutrality.", "reported"),
        ("Hun Sen warned of a debt trap in Cambodia.", "reported"),
        ("Its debt trap could not be denied.", "own"),
        ("Talk of a debt trap was rejected by Hun Sen.", "reported"),
        ("Proposals for neutrality were rejected.", "own"),
        ("He had to sit down and think about neutrality.", "own"),
        ("The States of the region and their neutrality were discussed.", "own"),
        ("Hun Sen left, a charge the clerk rejects, in spite of neutrality.", "own"),
        ("Neutrality, the Parties have agreed as follows:", "own"),
        ("Hun Sen clarified: neutrality is old.", "reported"),
        ("Hun Sen would like to say that neutrality is old.", "reported"),
        ("Critics call it a farce, and neutrality is old.", "own"),
        ("Ties are described in a white paper as firm and as proof of neutrality.", "reported"),
        ("Ties are seen as firm because they rest on neutrality.", "own"),
        ("Neutrality is old, he says in a book, and will stay.", "reported"),
        ("It was written in May, and neutrality is old.", "own"),
        # what points at something, shows it, knows it or insists on it reports nobody
        ("Neutrality may fade, as shown in the vote of May.", "own"),
        ("Neutrality may fade, as Hun Sen has shown.", "reported"),
        ("The flood reminds Cambodia that neutrality is old.", "own"),
        ("A study shows that neutrality is old.", "reported"),
        ("Hun Sen knows that neutrality is old.", "own"),
        ("Hun Sen insisted on neutrality.", "own"),
        ("Hun Sen insisted that neutrality was old.", "reported"),
        ("The charter clearly stipulated neutrality.", "own"),
        ("Let me tell you that neutrality is old.", "own"),
        ("Many of us remarked that neutrality is old.", "own"),
        ("The policy of maintaining good ties and neutrality will last.", "own"),
        ("The minister left for a state that would keep its neutrality.", "own"),
        ("In settling various disputes the ministers praised neutrality.", "own"),
        ("The order underscores the duty to keep neutrality.", "own"),
        ("Ties were praised by the chairman of neutrality, Chea Dara.", "own"),
        ("We are accused of being rude, of hating neutrality.", "reported"),
        ("Hun Sen suspects the king of hating neutrality.", "reported"),
        ("Hun Sen rejected threats to neutrality.", "own"),
        ("Hun Sen rejected claims of neutrality.", "reported"),
    ],
)
def test_acts_and_reports(engine, text, voice):
    assert rows(engine, text)[0]["voice"] == voice


@pytest.mark.parametrize(
    ("text", "speaker", "role"),
    [
        ("Cambodia was told by Hun Sen that it stays neutral.", "Hun Sen", "head_of_government"),
        ("It was said by Hun Sen that Cambodia stays neutral.", "Hun Sen", "head_of_government"),
        ("Cambodia was warned by Wang Yi that it would lose its neutrality.", "Wang Yi", "minister"),
        ("It is believed by Hun Sen that Cambodia stays neutral.", "Hun Sen", "head_of_government"),
        ("It is said that Cambodia stays neutral.", None, "other"),
    ],
)
def test_who_says_it_in_the_passive_stands_behind_by(engine, text, speaker, role):
    hit = next(row for row in rows(engine, text) if row["frame"] == "neutrality")
    assert (hit["voice"], hit["speaker"], hit["speaker_role"]) == ("reported", speaker, role)


@pytest.mark.parametrize(
    ("line", "previous", "word", "points"),
    [
        ("as", "as", "stated", True),
        ("as", "as", "seen", True),
        ("as", "as", "shown", True),
        ("as", "as", "says", False),
        ("and as clearly", "clearly", "stated", True),
        ("and clearly", "clearly", "stated", False),
        ("and as", "often", "stated", False),
    ],
)
def test_a_participle_behind_as_points_and_reports_nothing(line, previous, word, points):
    assert _is_pointer(line, previous, word) is points
