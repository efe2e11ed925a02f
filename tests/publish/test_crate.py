"""The release described for machines."""

from __future__ import annotations

import json

import pytest
from sample_figures import write_figure

from analysis.errors import DiscourseError
from analysis.publish.crate import crate_metadata
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
