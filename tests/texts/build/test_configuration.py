from __future__ import annotations

import pytest

from analysis.texts.build import configuration
from analysis.texts.build.configuration import configuration_digest


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "codebook").mkdir()
    (tmp_path / "eras.toml").write_text("a = 1")
    (tmp_path / "codebook" / "ties.toml").write_text("b = 1")
    return tmp_path


def test_each_file_of_the_configuration_counts_and_nothing_else(corpus):
    first = configuration_digest(corpus)
    (corpus / "notes.txt").write_text("not read by a build")
    assert configuration_digest(corpus) == first
    (corpus / "codebook" / "ties.toml").write_text("b = 2")
    second = configuration_digest(corpus)
    (corpus / "outlets.toml").write_text("c = 1")
    assert len({first, second, configuration_digest(corpus)}) == 3


def test_another_version_of_a_library_makes_parts_again(corpus, monkeypatch):
    first = configuration_digest(corpus)
    monkeypatch.setattr(configuration, "_version", lambda name: "0.0.1")
    assert configuration_digest(corpus) != first


def test_a_library_that_is_not_there_is_no_error(corpus, monkeypatch):
    monkeypatch.setattr(configuration, "LIBRARIES", ("no-such-library",))
    assert len(configuration_digest(corpus)) == 16
