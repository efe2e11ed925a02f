"""The release described for machines."""

from __future__ import annotations

import json
import re

import pytest
from sample_figures import write_figure

from analysis.errors import DiscourseError
from analysis.publish.crate import crate_metadata
from analysis.publish.release import release_files
from analysis.run.plan import load_plan
from analysis.run.project import Project

NAMES = (
    "notebooks/10_tokens.ipynb",
    "notebooks/20_terms.ipynb",
    "CITATION.cff",
    "figures/terms.csv",
    "figures/terms.svg",
)


@pytest.fixture
def parts(project):
    """A plan whose run `terms` has been published, and the files of a release of it."""
    plan = load_plan(Project(project))
    run = {"tables": {"default/counts[news]": "ab"}}
    write_figure(plan.project.figures, "terms", title="50 % & <more>", run=run)
    tables = [p.relative_to(project).as_posix() for p in (project / "corpus" / "store").rglob("*.parquet")]
    return plan, {name: project / name for name in (*NAMES, *tables)}


def test_a_run_links_its_notebook_inputs_and_figures(parts):
    graph = {entity["@id"]: entity for entity in json.loads(crate_metadata(*parts, ["default"]))["@graph"]}
    action = graph["#run-terms"]
    assert action["instrument"] == {"@id": "notebooks/20_terms.ipynb"}
    assert [e["@id"] for e in action["result"]] == ["figures/terms.csv", "figures/terms.svg"]
    inputs = [e["@id"] for e in action["object"] if e["@id"].endswith(".parquet")]
    assert inputs and all("/counts/" in i and "un" not in i.split("/")[-2] for i in inputs)
    assert json.loads(graph["#terms-figure_id"]["value"]) == "terms"
    assert graph["figures/terms.csv"]["name"] == "50 % & <more>"
    assert "result" not in graph["#run-tokens_un"] or graph["#run-tokens_un"]["result"] == []


def test_the_same_release_gives_the_same_bytes_in_whatever_order(parts):
    plan, files = parts
    text = crate_metadata(plan, files, ["default"])
    assert crate_metadata(plan, dict(reversed(files.items())), ["default"]) == text
    ids = [entity["@id"] for entity in json.loads(text)["@graph"]]
    assert ids == sorted(ids)
    assert str(plan.project.root) not in text


def test_a_release_needs_a_date(parts):
    path = parts[0].project.root / "CITATION.cff"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("date-released")))
    with pytest.raises(DiscourseError, match="needs date-released"):
        crate_metadata(*parts, ["default"])


def _links(value):
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            yield value["@id"]
        else:
            for inner in value.values():
                yield from _links(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _links(inner)


def test_names_of_files_and_words_of_people_stay_names_and_words(project):
    """Attack: words that would end a JSON text or name another entity, and file names that are no addresses."""
    (project / "CITATION.cff").write_text(
        'cff-version: 1.2.0\nmessage: m\ntitle: \'"}], "@id": "./x" <script>alert(1)</script>\'\nversion: "1.0"\n'
        'date-released: 2026-01-01\nauthors:\n  - name: \'{"@id": "http://evil.example"}\'\n'
        "  - family-names: 'B \"x\"'\n    given-names: A\n"
    )
    (project / "docs").mkdir(exist_ok=True)
    for name in ("a b.md", "é.md", "100%.md", "#x.md", "a?b.md", "[x].md", "a:b.md"):
        (project / "docs" / name).write_text("# x")
    here = Project(project)
    plan = load_plan(here)
    graph = json.loads(crate_metadata(plan, release_files(here, ["default"]), ["default"]))["@graph"]
    ids = [entity["@id"] for entity in graph]
    assert len(ids) == len(set(ids))
    plain = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/#-]|%[0-9A-F]{2})+")
    assert [one for one in ids if not plain.fullmatch(one) or one.startswith(("/", ".."))] == []
    told = [link for entity in graph for name, value in entity.items() if name != "@id" for link in _links(value)]
    assert {link for link in told if link not in ids and not link.startswith("https://")} == set()
    assert "http://evil.example" not in {*ids, *told}
    (root,) = (entity for entity in graph if entity["@id"] == "./")
    assert root["name"] == '"}], "@id": "./x" <script>alert(1)</script>'
