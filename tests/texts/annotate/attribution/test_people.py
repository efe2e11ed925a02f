"""Actors: names, offices with dates, faulty files."""

from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.texts.annotate.attribution import people as actors
from analysis.texts.annotate.attribution.people import printed_names


@pytest.fixture(scope="module")
def people(root):
    return actors.load(root / "corpus" / "actors.toml")


def test_longest_names_win_and_places_in_names_do_not_count(people):
    found = people.mentions(
        "U.S. envoys met Hun Sen in Phnom Penh, said the Phnom Penh Post; not Indiana. CHINA-US, Xi’s"
    )
    assert [m.actor.id for m in found] == ["USA", "hun_sen", "KHM", "CHN", "USA", "xi_jinping"]


def test_names_are_found_with_both_apostrophes(people):
    for name in ("Democratic People's Republic of Korea", "Democratic People’s Republic of Korea"):
        assert [m.actor.id for m in people.mentions(f"The {name} spoke.")] == ["PRK"]


def test_offices_follow_the_date(people):
    manet, sen = people.by_id["hun_manet"], people.by_id["hun_sen"]
    assert manet.role_on("2023-08-21") == "military"
    assert manet.role_on("2023-08-22") == manet.role_on("2024") == "head_of_government"
    assert sen.role_on("2020-05") == "head_of_government" and sen.role_on("2024-01-01") == "official"
    assert manet.role_on(None) == "head_of_government"


def test_sides(people):
    assert people.by_id["xi_jinping"].side == "china" and people.by_id["kin_phea"].side == "analyst"
    assert people.by_state["KHM"].side == "cambodia"


def test_printed_names_without_honorifics_roles_or_days():
    text = "On Monday Dr. Keo Sarin and Samdech Techo Lim Bora of the National Bank met."
    assert [name for _, _, name in printed_names(text, 0, len(text))] == ["Keo Sarin", "Lim Bora"]


def test_a_person_may_belong_to_no_state_or_to_one_that_is_declared(tmp_path):
    (tmp_path / "actors.toml").write_text(
        '[[state]]\nid = "A"\nside = "west"\nnames = ["Aland"]\n'
        '[[person]]\nid = "b"\nname = "Al Bo"\n[[person]]\nid = "c"\nname = "Cy Do"\nstate = "A"\n'
    )
    found = actors.load(tmp_path / "actors.toml")
    assert [(a.id, a.state, a.side) for a in found.actors[1:]] == [("b", "", "other"), ("c", "A", "west")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[state]]\nid = "A"\nside = "moon"\nnames = ["Aland"]\n', "cambodia, china, west"),
        ('[[person]]\nid = "a"\nname = "Al Bo"\nstate = "X"\noffices = [{ role = "boss" }]\n', "head_of_state"),
        (
            '[[state]]\nid = "A"\nside = "west"\nnames = ["Aland"]\n'
            '[[state]]\nid = "B"\nside = "west"\nnames = ["Aland"]\n',
            "names both",
        ),
        ('[[stat]]\nid = "A"\n', "Did you mean 'state'"),
        ('[[person]]\nid = "a"\nname = "Al Bo"\nstate = "X"\n', "state: 'X' is not allowed"),
    ],
)
def test_faulty_files_are_refused(tmp_path, text, message):
    (tmp_path / "actors.toml").write_text(text)
    with pytest.raises(DiscourseError, match=message):
        actors.load(tmp_path / "actors.toml")


def test_where_somebody_is_bound_is_no_part_of_the_name():
    text = "Spokeswoman Ann Lee En Route Kampot spoke"
    assert [name for _, _, name in printed_names(text, 0, len(text))] == ["Ann Lee"]
