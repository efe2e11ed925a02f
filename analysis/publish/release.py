"""The archive that goes with a paper: everything a reviewer needs to check a figure, and nothing that is private."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from analysis.errors import DiscourseError
from analysis.publish.attack import attack_store, public_words
from analysis.publish.citation_file import study_of
from analysis.publish.crate import crate_metadata
from analysis.publish.differencing import check_differences
from analysis.publish.file_names import (
    check_addresses,
    check_names,
    declared_paths,
    private_addresses,
    private_names,
    published_addresses,
)
from analysis.publish.own_study import is_private, own_files
from analysis.publish.privacy import check_files, check_store, private_texts, readable, shared_sequences
from analysis.publish.promise import Finding
from analysis.run.plan import Plan
from analysis.run.project import Project
from analysis.store import open_store
from analysis.store.atomic import replacing, sweep
from analysis.study.settings import read_toml

INCLUDED = (
    "README.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE",
    "Makefile",
    "pyproject.toml",
    "requirements.lock",
    "requirements.txt",
    "results.json",
    "scripts/*",
    *(f"analysis/**/*.{kind}" for kind in ("py", "txt", "toml", "css", "js", "html")),
    "notebooks/*.ipynb",
    "notebooks/plan.toml",
    "notebooks/choices.toml",
    "corpus/*.toml",
    "corpus/codebook/*.toml",
    "corpus/captures.csv",
    "corpus/published_counts.csv",
    "docs/**/*.md",
    "figures/*",
    "Dockerfile",
)
_TEXTS = (".csv", ".json", ".md", ".svg", ".py", ".ipynb", ".txt", ".bib", ".cff")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def release_files(project: Project, stores: Iterable[str]) -> dict[str, Path]:
    """Name in the archive -> file, sorted. Only what a manifest lists is taken from a store."""
    found: dict[str, Path] = {}
    for pattern in INCLUDED:
        for path in project.root.glob(pattern):
            if path.is_file() and not path.name.startswith(".") and "__pycache__" not in path.parts:
                found[path.relative_to(project.root).as_posix()] = path
    return dict(sorted({**found, **store_files(project, stores)}.items()))


def store_files(project: Project, stores: Iterable[str]) -> dict[str, Path]:
    """Name in the archive -> file, of what the manifests of these stores list."""
    found = {}
    for name in stores:
        store = open_store(project.corpus / "store" / name)
        for file in ["manifest.json", *(part["file"] for part in store.manifest["tables"])]:
            found[f"corpus/store/{name}/{file}"] = store.path / file
    return found


def release_content(plan: Plan, stores: Iterable[str]) -> dict[str, Path]:
    """Name in the archive -> file, sorted: the project's own study, or the study on a store of its own alone."""
    if plan.project.store:
        return dict(sorted({**own_files(plan), **store_files(plan.project, stores)}.items()))
    found = release_files(plan.project, stores)
    return {name: path for name, path in found.items() if not (plan.fitted and is_private(plan.project, name))}


def used_stores(plan: Plan) -> list[str]:
    """The stores that the plan's notebooks open, by their parameter store_name."""
    return sorted({str(plan.values(run).get("store_name", "default")) for run in plan.runs})


def gate(
    project: Project, files: dict[str, Path], stores: Iterable[str], texts: Path, canaries: Iterable[str] = ()
) -> list[Finding]:
    """All findings of the privacy checks; the archive may be written only when there are none."""
    _check_readable(files)
    found = [f for name in stores for f in gate_store(project.corpus / "store" / name)]
    found += check_files(files, texts, canaries)
    if texts.is_dir():
        found += shared_sequences(files, texts)
        found += check_private(files, texts, declared_paths(project.corpus))
    return found


def gate_store(folder: Path, previous: Path | None = None) -> list[Finding]:
    """All findings of one store: its tables, the attack on them, and what the previous release gives away beside it."""
    store = open_store(folder)
    found = check_store(store)
    attack = attack_store(folder, words=public_words())
    if attack.in_order:
        found.append(Finding(folder.name, f"{len(attack.in_order)} documents of which the attack put 8 words in order"))
    if attack.pooled:
        found.append(Finding(folder.name, f"{len(attack.pooled)} pooled words that the attack brought back"))
    if previous is not None:
        found += check_differences(store, previous)
    return found


def check_private(files: Mapping[str, Path], texts: Path, declared: str) -> list[Finding]:
    """Names of private files and folders, and private addresses that spell a headline, in public files."""
    read = {name: readable(path) for name, path in files.items()}
    addresses = private_addresses(private_texts(texts)) - published_addresses(files.get("corpus/captures.csv"))
    found = [*check_names(read, private_names(texts, declared))]
    pages = {name: path.read_text(encoding="utf-8") for name, path in files.items() if path.suffix == ".html"}
    return [*found, *check_addresses(read | pages, addresses)]


@contextlib.contextmanager
def previous_store(previous: Path | None, name: str) -> Iterator[Path | None]:
    """The folder of the store `name` in the previous release (an archive, its folder, or the store's own folder); None if
    there is no previous release or it has no such store."""
    if previous is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as unpacked:
        if previous.is_file():
            with zipfile.ZipFile(previous) as archive:
                archive.extractall(unpacked)
            previous = Path(unpacked)
        places = [previous, *sorted(p.parent for p in previous.glob(f"**/corpus/store/{name}/manifest.json"))]
        yield next((place for place in places if (place / "manifest.json").is_file()), None)


def published_files(project: Project) -> dict[str, Path]:
    """What a clone of the repository and the site hold, besides stores: files by name."""
    site = project.home / "site"
    pages = {f"site/{p.relative_to(site).as_posix()}": p for p in sorted(site.rglob("*")) if p.is_file()}
    tracked = {name: path for name, path in tracked_files(project).items() if path.suffix != ".parquet"}
    return tracked | pages


def tracked_files(project: Project) -> dict[str, Path]:
    """What a clone of the repository would hold; nothing where there is no git."""
    try:
        done = subprocess.run(["git", "-C", str(project.root), "ls-files", "-z"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return {}
    names = [name for name in done.stdout.decode().split("\0") if name]
    return {name: project.root / name for name in names if (project.root / name).is_file()}


def write_release(plan: Plan, target: Path, texts: Path, canaries: Iterable[str] = ()) -> list[str]:
    """Write the archive to `target` and return the names in it. The same project gives the same bytes.

    Raises `DiscourseError` with every finding when the privacy gate does not open; then nothing is written.
    """
    project = plan.project
    _check_target(target)
    stores = used_stores(plan)
    files = release_content(plan, stores)
    found = gate(project, files, stores, texts, canaries)
    if found:
        listed = "\n".join(f"  {f.place}: {f.reason}" for f in found)
        raise DiscourseError(f"the release was not written; the privacy gate found:\n{listed}")
    texts_of = {name: path.read_bytes() for name, path in files.items()}
    made = {"RELEASE.md": _readme(plan, stores).encode()}
    made["ro-crate-metadata.json"] = crate_metadata(plan, files, stores).encode()
    sums = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted({**texts_of, **made}.items())
    )
    made["SHA256SUMS"] = sums.encode()
    content = dict(sorted({**texts_of, **made}.items()))
    _zip(target, content, {name for name, path in files.items() if path.stat().st_mode & 0o100})
    return list(content)


def _check_readable(files: dict[str, Path]) -> None:
    """Refuse files whose text cannot be looked through, by name: the gate must not be passed unread."""
    for name, path in files.items():
        if path.suffix == ".toml":
            read_toml(path)
        elif path.suffix in _TEXTS:
            try:
                text = path.read_text(encoding="utf-8")
                if path.suffix == ".csv":
                    list(csv.reader(text.splitlines(), strict=True))
            except (OSError, UnicodeDecodeError, csv.Error) as error:
                raise DiscourseError(f"{name}: cannot be read as text, so it was not checked: {error}.") from error


def _check_target(target: Path) -> None:
    """Refuse to write over what is no release of ours."""
    if not target.exists():
        return
    try:
        with zipfile.ZipFile(target) as archive:
            names = {name.partition("/")[2] for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile):
        names = set()
    if not {"RELEASE.md", "SHA256SUMS", "ro-crate-metadata.json"} <= names:
        raise DiscourseError(
            f"{target}: is there and is no release that this command wrote, and nothing was changed; name another file."
        )


def _zip(target: Path, content: dict[str, bytes], executable: set[str]) -> None:
    sweep(target)
    with (
        replacing(target) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
    ):
        for name, data in content.items():
            entry = zipfile.ZipInfo(f"{target.stem}/{name}", _EPOCH)
            entry.external_attr = (0o100755 if name in executable else 0o100644) << 16
            entry.create_system = 3
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)


def _readme(plan: Plan, stores: list[str]) -> str:
    figures = "\n".join(f"- `{f}`: notebook `{run.notebook}`, run `{run.id}`" for run in plan.runs for f in run.figures)
    hashes = "\n".join(
        f"- `{name}`: `{open_store(plan.project.corpus / 'store' / name).store_hash}`" for name in stores
    )
    return (
        "# What this archive holds\n\nThe public store, the notebooks, the code, the environment lock and the figures of "
        f"{study_of(plan).name}. The texts are not in it: the store holds counts and "
        "annotations without order, of which the attack in analysis/publish/attack put no eight words together before "
        "this archive was written. Who holds a text can tell whether it is in; docs/decisions/0020 says what else is not "
        "promised, and that columns of older releases stay in the history.\n\n"
        "## Check it\n\n`sha256sum -c SHA256SUMS`, then `make run` (needs Python 3.11 or newer and make), then "
        "`make verify`: every figure is drawn again and compared.\n\n"
        f"## Stores\n\n{hashes}\n\n## Figures\n\n{figures}\n\n"
        "`ro-crate-metadata.json` describes the same in RO-Crate 1.2, for machines.\n"
    )
