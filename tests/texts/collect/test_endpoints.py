from __future__ import annotations

import pytest

from analysis.errors import DiscourseError
from analysis.texts.collect.endpoints import CC_DATA, CC_INDEX, INTERNET_ARCHIVE, endpoints


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in ("DISCOURSE_CC_INDEX", "DISCOURSE_CC_DATA", "DISCOURSE_IA", "DISCOURSE_COLLECT_INTERVAL"):
        monkeypatch.delenv(name, raising=False)


def test_the_archives_themselves_one_request_a_second():
    found = endpoints()
    assert (found.cc_index, found.cc_data, found.internet_archive) == (CC_INDEX, CC_DATA, INTERNET_ARCHIVE)
    assert found.interval == 1


def test_a_mirror_takes_their_place(monkeypatch):
    monkeypatch.setenv("DISCOURSE_CC_DATA", "http://127.0.0.1:8000/")
    monkeypatch.setenv("DISCOURSE_COLLECT_INTERVAL", "0.25")
    found = endpoints()
    assert (found.cc_data, found.cc_index, found.interval) == ("http://127.0.0.1:8000", CC_INDEX, 0.25)


@pytest.mark.parametrize("value", ["soon", "-1", "nan", "inf", "1e9"])
def test_a_pace_that_is_none_is_refused(monkeypatch, value):
    monkeypatch.setenv("DISCOURSE_COLLECT_INTERVAL", value)
    with pytest.raises(DiscourseError, match="number of seconds"):
        endpoints()


def test_an_address_without_scheme_is_refused(monkeypatch):
    monkeypatch.setenv("DISCOURSE_IA", "web.archive.example")
    with pytest.raises(DiscourseError, match=r"DISCOURSE_IA.*http://HOST"):
        endpoints()
