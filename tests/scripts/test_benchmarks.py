"""Tables of `make bench`: what is counted and to which step, of both collections, without the corpora."""

from __future__ import annotations

import sys
import time

import pytest

from analysis.run.example_study import write_example
from analysis.texts.document import Document
from benchmarks import __main__ as bench
from benchmarks import samples, spent, steps

ORPHAN = (
    "import os, time\n"
    "if not os.fork():\n"
    "    os.setsid()\n"
    "    stop = time.process_time() + .6\n"
    "    while time.process_time() < stop: pass\n"
    "    os._exit(0)\n"
    "os._exit(0)\n"
)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="orphans are counted on Linux alone")
def test_processor_seconds_are_those_of_all_descendants_also_of_one_nobody_waited_for():
    clock, processor = spent.run([sys.executable, "-c", ORPHAN])
    assert processor > 0.55
    assert clock > 0.55


def test_a_command_that_fails_is_no_measurement():
    with pytest.raises(RuntimeError, match="ended with status 3"):
        spent.run([sys.executable, "-c", "raise SystemExit(3)"])


def busy(seconds: float) -> None:
    stop = time.process_time() + seconds
    while time.process_time() < stop:
        pass


def test_time_goes_to_the_innermost_step_and_all_of_it_is_counted():
    with steps.sampled(lambda frames: "busy" if frames[0].f_code.co_name == "busy" else None) as found:
        busy(0.2)
        sum(range(20_000_000))  # one call that no signal interrupts: weighed by its time, not by one sample
    assert found["busy"] == pytest.approx(0.2, abs=0.08)
    assert found[steps.OTHER] > 0.05


def test_every_step_is_found_in_the_build_of_a_study(tmp_path):
    study = write_example(tmp_path / "study")
    found = steps.of_build(study / "corpus", study, tmp_path / "out")
    assert set(found) <= {*steps.STEPS, steps.OTHER}
    assert found["voice"] > 0
    assert sum(found.values()) == pytest.approx(found.total, rel=0.1)


def test_a_collection_alone_has_its_sources_alone(tmp_path, root):
    steps.copy_corpus(root / "corpus", tmp_path / "corpus", "un")
    content = (tmp_path / "corpus" / "sources.toml").read_text()
    assert content.count("[[source]]") == content.count('collection = "un"') == 1
    assert not (tmp_path / "corpus" / "store").exists()


def test_cases_read_the_sample_that_is_in_use_and_it_is_removed(monkeypatch):
    documents = [Document(str(i), "news", "a", f"Text {i}.") for i in range(3)]
    with samples.in_use(documents) as file:
        assert samples.texts() == ["Text 0.", "Text 1.", "Text 2."]
        assert samples.documents() == documents
        assert file.stat().st_mode & 0o077 == 0  # texts that may not be shared: nobody else may read them
    assert not file.exists()


def test_the_plan_is_told_by_way_and_with_the_ratio(monkeypatch):
    seconds = {("fork", "cold"): (30.0, 50.0), ("spawn", "cold"): (60.0, 100.0)}
    monkeypatch.setattr(bench, "_plan_once", lambda copy, way, kind: seconds.get((way, kind), (0.5, 0.4)))
    monkeypatch.setattr(bench, "_fresh_clone", lambda folder: folder)
    told = bench.plan(2)
    assert "| cold | fork | 30.0 | 50.0 | 50.0-50.0 |" in told
    assert "| cold | spawn | 60.0 | 100.0 | 100.0-100.0 |" in told
    assert "0.50 of the processor time" in told


def test_ratios_are_named_and_said_not_to_be_machine_independent():
    told = bench.ratios_in_words(
        {
            "private_side_ratio": 0.2,
            "private_side_ratio_min": 0.1,
            "private_side_ratio_max": 0.3,
            "matching_ratio": 2.0,
        },
        0.15,
    )
    assert "fresh processes" in told
    assert "one process" in told
    assert "not machine-independent" in told
