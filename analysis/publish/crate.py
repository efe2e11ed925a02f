"""The release described for machines: RO-Crate 1.2, one action for each run with its inputs and outputs."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError
from analysis.publish.cite import work
from analysis.run.plan import Plan
from analysis.run.provenance import sidecars
from analysis.store.atomic import sha256_of


def crate_metadata(plan: Plan, files: Mapping[str, Path], stores: list[str]) -> str:
    """The text of ro-crate-metadata.json, entities sorted by their id: the same release gives the same bytes."""
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    source = work(plan.project)
    if not source["date"] or not source["version"]:
        raise DiscourseError("CITATION.cff: a release needs date-released and version; add them.")
    crate = ROCrate(version="1.2")
    crate.name = source["title"]
    crate.description = "Public store of counts, notebooks, code and figures; the texts behind them are not included."
    crate.license = "https://spdx.org/licenses/MIT"
    crate.root_dataset["datePublished"] = source["date"]
    crate.root_dataset["version"] = source["version"]
    crate.root_dataset["author"] = [
        crate.add(
            ContextEntity(crate, f"#author-{i}", {"@type": "Person" if a.is_person else "Organization", "name": str(a)})
        )
        for i, a in enumerate(source["authors"], start=1)
    ]
    entities = {name: crate.add_file(dest_path=name, properties=_file(name, path)) for name, path in files.items()}
    described = sidecars(plan.project.figures)
    for run in plan.runs:
        _action(crate, plan, run, entities, described)
    text = crate.metadata.generate()
    text["@graph"] = sorted((_sorted_links(e) for e in text["@graph"]), key=lambda entity: entity["@id"])
    return json.dumps(text, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _file(name: str, path: Path) -> dict[str, Any]:
    kind = {
        ".ipynb": "application/x-ipynb+json",
        ".parquet": "application/vnd.apache.parquet",
        ".toml": "application/toml",
        ".cff": "application/yaml",
        ".lock": "text/plain",
    }.get(path.suffix)
    found = {
        "name": Path(name).name,
        "contentSize": str(path.stat().st_size),
        "sha256": sha256_of(path),
        "encodingFormat": kind or mimetypes.guess_type(name, strict=False)[0] or "text/plain",
    }
    return {**found, "@type": ["File", "SoftwareSourceCode"]} if path.suffix in (".ipynb", ".py") else found


def _action(crate, plan: Plan, run, entities, described) -> None:
    from rocrate.model.contextentity import ContextEntity

    values = [
        crate.add(
            ContextEntity(
                crate,
                f"#{run.id}-{name}",
                {"@type": "PropertyValue", "name": name, "value": json.dumps(value, ensure_ascii=False)},
            )
        )
        for name, value in plan.values(run).items()
    ]
    results = []
    tables: set[str] = set()
    for figure in run.figures:
        sidecar = described.get(figure)
        if sidecar is None:
            continue
        tables |= set(sidecar.get("run", {}).get("tables", {}))
        for kind in ("svg", "png", "pdf", "csv", "json"):
            entity = entities.get(f"figures/{figure}.{kind}")
            if entity is not None:
                entity["name"] = sidecar["title"]
                entity["description"] = sidecar["full_caption"]
                results.append(entity)
    crate.add_action(
        instrument=entities[f"notebooks/{run.notebook}.ipynb"],
        identifier=f"#run-{run.id}",
        object=[*values, *_inputs(entities, sorted(tables))],
        result=results,
        properties={"name": f"Run {run.id} of {run.notebook}", "@type": "CreateAction"},
    )


def _inputs(entities, tables: list[str]) -> list[Any]:
    found = []
    for key in tables:
        body, _, collection = key.partition("[")
        folder = f"corpus/store/{body}/"
        if collection:
            folder += f"collection={collection.rstrip(']')}/"
        found += [entity for name, entity in entities.items() if name.startswith(folder)]
    return found


def _sorted_links(entity: dict[str, Any]) -> dict[str, Any]:
    def order(value: Any) -> Any:
        if isinstance(value, list) and all(isinstance(v, dict) and "@id" in v for v in value):
            return sorted(value, key=lambda v: v["@id"])
        return value

    return {k: order(v) for k, v in entity.items()}
