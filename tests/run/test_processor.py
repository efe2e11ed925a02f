from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from analysis.run import processor
from analysis.run.execute import Job, environment
from analysis.run.plan import Run
from analysis.run.processor import _settings, common_processor, is_common, processor_name
from analysis.run.project import Project

MODERN = frozenset({"sse2", "avx2", "fma"})
HERE = pytest.mark.skipif(not common_processor(), reason="no x86-64 with AVX2 under Linux")
# What a kernel computes: a fit by EM and gensim's pass, a least-squares solution, elementwise functions, an order of ties.
COMPUTE = """
import hashlib, warnings
warnings.simplefilter("error")
import numpy as np
from scipy import sparse
from analysis.measures.topics.fit import TopicSettings, fit_topics
from analysis.measures.topics.matrix import TopicMatrix
rng = np.random.default_rng(7)
counts = sparse.csr_matrix(rng.poisson(0.08, (300, 1500)).astype(np.int64))
matrix = TopicMatrix(tuple(map(str, range(300))), tuple(f"w{i:04}" for i in range(1500)), counts)
model = fit_topics(matrix, TopicSettings(k=16, iterations=60))
x = rng.normal(size=(500, 40))
solution = np.linalg.lstsq(x, x @ rng.normal(size=40) + rng.normal(size=500), rcond=None)[0]
functions = [f(np.abs(x.astype(kind)) + 0.1) for f in (np.exp, np.log, np.sin, np.tanh, np.log1p) for kind in ("f4", "f8")]
ties = np.argsort(rng.integers(0, 9, 5000))
parts = [model.digest().encode(), solution.tobytes(), *(a.tobytes() for a in functions), ties.tobytes()]
print(hashlib.sha256(b"".join(parts)).hexdigest(), model.digest())
"""


def computed(variables):
    done = subprocess.run([sys.executable, "-c", COMPUTE], env=variables, capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout


def kernel_environment(tmp_path):
    return environment(tmp_path, Job(Run("one", ""), tmp_path), tmp_path / "runtime", Project(tmp_path))


@HERE
def test_a_kernel_computes_the_same_bytes_whatever_processor_the_machine_says_it_is(tmp_path, monkeypatch):
    found = set()
    for settings in (
        {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": ""},
        {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "X86_V4", "OPENBLAS_L2_SIZE": "256"},
        {"OPENBLAS_CORETYPE": None, "NPY_DISABLE_CPU_FEATURES": None, "OMP_NUM_THREADS": "4", "OPENBLAS_L2_SIZE": None},
    ):
        for name, value in settings.items():
            monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
        found.add(computed(kernel_environment(tmp_path)))
    assert len(found) == 1


@HERE
def test_without_it_another_processor_gives_other_bytes(tmp_path):
    given = kernel_environment(tmp_path)
    older = {**given, "OPENBLAS_CORETYPE": "Nehalem"}
    assert computed(given) != computed(older)


@HERE
def test_the_loops_that_are_left_out_are_those_of_the_numpy_that_is_installed():
    names = "from numpy._core._multiarray_umath import __cpu_dispatch__ as d, __cpu_features__ as f"
    show = f"{names}; print(*(name for name in d if f[name]))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", show],
        env=os.environ | common_processor(),
        capture_output=True,
        text=True,
        check=True,
    )
    taken = done.stdout.split()
    assert taken
    assert not [name for name in taken if name.startswith(("AVX512", "X86_V4"))]


def test_only_a_machine_that_can_is_asked_to():
    assert _settings("linux", "x86_64", MODERN, "2.4.6")["OPENBLAS_CORETYPE"] == "Haswell"
    assert "X86_V4" in _settings("linux", "x86_64", MODERN, "2.4.6")["NPY_DISABLE_CPU_FEATURES"]
    assert "AVX512_SKX" in _settings("linux", "x86_64", MODERN, "2.3.1rc1")["NPY_DISABLE_CPU_FEATURES"]
    assert _settings("linux", "x86_64", MODERN - {"fma"}, "2.4.6") == {}
    assert _settings("linux", "aarch64", MODERN, "2.4.6") == {}
    assert _settings("darwin", "x86_64", MODERN, "2.4.6") == {}


def test_a_process_knows_whether_it_was_started_so(monkeypatch):
    monkeypatch.setattr(processor, "common_processor", lambda: {"OPENBLAS_CORETYPE": "Haswell"})
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    assert is_common()
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Zen")
    assert not is_common()
    monkeypatch.setattr(processor, "common_processor", dict)
    assert is_common()


@pytest.mark.skipif(platform.system() != "Linux", reason="only Linux has the file")
def test_the_flags_of_this_processor_are_read():
    assert processor._flags() or platform.machine() != "x86_64"


def test_the_processor_has_a_name_for_sidecars(monkeypatch):
    monkeypatch.setattr(processor, "common_processor", lambda: {"OPENBLAS_CORETYPE": "Haswell"})
    assert processor_name() == "x86-64 with AVX2"
    monkeypatch.setattr(processor, "common_processor", dict)
    assert processor_name() == f"{platform.machine()} as it is"
