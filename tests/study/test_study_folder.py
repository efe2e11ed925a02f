"""The files around a study that is a repository of its own."""

from __future__ import annotations

import pytest
import yaml

from analysis import __version__
from analysis.study.study_folder import NO_AUTHOR, citation, study_folder


@pytest.mark.parametrize(
    ("author", "row"),
    [
        ("Lee, Ann", {"family-names": "Lee", "given-names": "Ann"}),
        ('The "Port" Group', {"name": 'The "Port" Group'}),
        ("", {"name": NO_AUTHOR}),
        ("Lee,", {"name": "Lee,"}),
    ],
)
def test_the_citation_is_valid_yaml_whatever_title_and_author_hold(author, row):
    found = yaml.safe_load(citation('A: "study" # of\nports', author))
    assert found["title"] == 'A: "study" # of ports'
    assert found["authors"] == [row]
    assert found["version"] == "0.1.0"


def test_the_package_is_a_dependency_at_this_version_and_private_files_are_ignored():
    files = study_folder("Ports", "Lee, Ann")
    assert f"cambodia-discourse=={__version__}" in files["requirements.txt"]
    ignored = set(files[".gitignore"].splitlines())
    assert {"/texts/", "/corpus/private/", "/corpus/corrections.toml", "/figures/drafts/"} <= ignored
    assert "/corpus/store/" not in ignored
    workflow = yaml.safe_load(files[".github/workflows/study.yml"])
    steps = [step["run"] for step in workflow["jobs"]["figures"]["steps"] if "run" in step]
    assert steps == ["make check", "make verify", "make site"]
    targets = {line.partition(":")[0] for line in files["Makefile"].splitlines() if line[:1].isalpha()}
    assert {"check", "verify", "site"} <= targets
    assert "# Ports\n" in files["README.md"]
