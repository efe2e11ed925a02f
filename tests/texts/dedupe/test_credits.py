"""Whom a text credits: names as declared, in the places where a credit stands."""

from __future__ import annotations

import pytest

from analysis.study.settings import Outlet
from analysis.texts.dedupe.credits import Credits

WIRE = Outlet("wire", "The Wire", "FRA", "wire", credited_as=("Wire", "The Wire of Ports"))
AGENCY = Outlet("agency", "Example Agency", "FRA", "state", credited_as=("EXA", "Ex.Agency"))
PAPER = Outlet("paper", "A Paper", "FRA", "independent")
CREDITS = Credits.of({o.outlet_id: o for o in (WIRE, AGENCY, PAPER)})


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("EXAMPLE TOWN, May 27 (Wire) -- The harbour opened.", "wire"),
        ("EXAMPLE TOWN, May 27 (THE WIRE OF PORTS) - The harbour opened.", "wire"),
        ("A title\nBy a writer\nOTHER TOWN (EXA) -- The port", "agency"),
        ("OTHER TOWN, July 25 (Wire): The port.", "wire"),
        ("(Wire) The port.", "wire"),
        ("Wire - The port.", "wire"),
        ("The harbour opened. - Wire", "wire"),
        ("The harbour opened.\nEXA", "agency"),
        ("The harbour opened.\nSource: ex.agency", "agency"),
        ("The harbour opened. (Wire)", "wire"),
        ("The harbour opened (with reporting by EXA) today.", "agency"),
        ("The harbour opened, Wire reported on Tuesday. It is deep.", None),
        ("One\ntwo\nthree\nOTHER TOWN (EXA) -- " + 30 * "too late to be a dateline ", None),
        ("OTHER TOWN (A Paper) -- The port", None),
        ("OTHER TOWN (ExXAgency) -- The port", None),
        ("", None),
        ("A ship (Dara Example/Wire)", None),
    ],
)
def test_credits_are_found_where_they_stand(text, agency):
    assert CREDITS.find(text) == agency


def test_a_study_that_declares_no_names_finds_no_credit():
    assert Credits.of({"paper": PAPER}).find("EXAMPLE TOWN, May 27 () -- The harbour (Wire)") is None


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("PHNOM PENH, May 27 (Xinhua) -- The harbour opened.", "xinhua"),
        ("KUALA LUMPUR (Kyodo) -- The port", "kyodo"),
        ("YANGON, July 25 (Reuters): The port.", "reuters"),
        ("The harbour opened.\nAKP", "akp"),
        ("The harbour opened. (AFP)", "afp"),
        ("The harbour opened. – Agence France-Presse", "afp"),
    ],
)
def test_the_agencies_of_the_committed_study(root, text, agency):
    from analysis.study.settings import load_outlets

    assert Credits.of(load_outlets(root / "corpus" / "outlets.toml")).find(text) == agency
