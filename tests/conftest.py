"""Fixtures shared by all tests: where the project is, and where the private example texts are, if anywhere."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from analysis.run.processor import common_processor

# Bytecode is kept, whatever the shell says: with it collecting these tests costs seven seconds of processor, else twelve.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Before anything imports NumPy: tests compute as the kernels of the plan do.
os.environ.update({"OPENBLAS_NUM_THREADS": "1"} | common_processor())

PROGRAMS = {"project", "finished", "copy", "browser"}  # fixtures of tests that start programs
BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The private example texts; tests that ask for them carry the mark `shared`."""
    if not (SHARED / "corpus").is_dir():
        pytest.skip("no ../shared beside the project")
    return SHARED


@pytest.fixture(scope="session")
def reference(shared: Path) -> Path:
    """The published worked examples."""
    return shared / "reference"


@pytest.fixture(scope="session")
def engine(root: Path):
    """The engine of this project's codebook; made once, since nothing that reads with it changes it."""
    from analysis.texts.annotate.engine import Engine

    return Engine.from_folder(root / "corpus")


@pytest.fixture(scope="module")
def browser():
    """A headless browser of this machine; tests that ask for it are skipped where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    path = next((p for p in BROWSERS if Path(p).exists()), None)
    if path is None:
        pytest.skip("no Chromium browser")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
    with api.sync_playwright() as play:
        made = play.chromium.launch(executable_path=path, args=flags, timeout=120_000)
        yield made
        made.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="write the exact snapshots in tests/golden anew instead of comparing; read the diff before you commit it",
    )


@pytest.hookimpl(trylast=True)  # once those are out that the command line leaves out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        uses = {"shared", "reference"} & set(getattr(item, "fixturenames", ()))
        if uses and item.get_closest_marker("shared") is None:
            raise pytest.UsageError(f"{item.nodeid} uses {sorted(uses)} and is not marked `shared`")
    items[:] = slow_files_first(items, getattr(config, "workerinput", {}).get("workercount", 1))


def slow_files_first(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """The tests in shares of equal number, one for each worker of `--dist worksteal`: files with a slow test or with tests
    that start programs first, dealt to all shares, so that what is left at the end and taken over from each other is
    quick. Files stay whole, since what a file's tests share is made once."""
    if workers == 1:
        return items
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    slow = [path for path, tests in files.items() if any(map(is_slow, tests))]
    quick = [path for path in files if path not in set(slow)]
    ordered: list[pytest.Item] = []
    for number in range(workers):
        ordered += [test for path in slow[number::workers] for test in files[path]]
        while quick and (len(ordered) < len(items) * (number + 1) / workers or number == workers - 1):
            ordered += files[quick.pop(0)]
    return ordered


def is_slow(test: pytest.Item) -> bool:
    return bool(test.get_closest_marker("slow") or PROGRAMS & set(getattr(test, "fixturenames", ())))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What collecting made stays till the end: with it out of sight a garbage collection takes milliseconds, else half
    a second, and some tests ask for dozens."""
    gc.collect()
    gc.freeze()


pytest_plugins = ["project_fixtures", "drawn"]


# The same examples every time, and none refused because the machine was slow to make it: a red test means a defect.
# `make test-long` searches with new random examples instead.
settings.register_profile(
    "repeatable", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("random", deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")
