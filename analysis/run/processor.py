"""The processor that all figures are computed for: x86-64 with AVX2, what every such machine since 2013 can do.

NumPy and OpenBLAS choose, when they are imported, among loops written for this or that processor. These add the same
numbers in another order, and a sum of 32-bit numbers that differs in its last digit grows to a difference in the sixth over
a hundred steps of EM. A kernel is therefore told which loops to take, before it imports anything.
"""

from __future__ import annotations

import os
import platform
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

# What NumPy calls its loops for AVX512: since 2.4 by level, before by feature. It says nothing of a name that this
# processor does not have, and refuses one that it cannot do without; the test asks the NumPy that is installed.
_BY_LEVEL = ("X86_V4", "AVX512_ICL", "AVX512_SPR")
_BY_FEATURE = ("AVX512F", "AVX512CD", "AVX512_SKX", "AVX512_CLX", "AVX512_CNL", "AVX512_ICL")


def common_processor() -> dict[str, str]:
    """Environment variables under which NumPy and OpenBLAS compute as on a processor with AVX2 and without AVX512.

    Empty where that cannot be asked for: on another system than Linux, another processor than x86-64, one without AVX2.
    There figures are close to the published ones (`discourse verify` says how close), not equal to the byte.
    """
    return _settings(sys.platform, platform.machine(), _flags(), _numpy())


def processor_name() -> str:
    """What sidecars call the processor that kernels of the plan compute for: "x86-64 with AVX2", else the machine's own."""
    return "x86-64 with AVX2" if common_processor() else f"{platform.machine()} as it is"


def is_common() -> bool:
    """Whether this process was started so that what it computes has the same bytes on every such machine."""
    return all(os.environ.get(name) == value for name, value in common_processor().items())


def _settings(system: str, machine: str, flags: frozenset[str], numpy: str) -> dict[str, str]:
    if not system.startswith("linux") or machine != "x86_64" or not {"avx2", "fma"} <= flags:
        return {}
    left_out = _BY_LEVEL if _release(numpy) >= (2, 4) else _BY_FEATURE
    return {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": ",".join(left_out)}


def _release(numpy: str) -> tuple[int, ...]:
    return tuple(int(part) for part in numpy.split(".")[:2])


@cache
def _flags() -> frozenset[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(next((line for line in lines if line.startswith("flags")), "").split())


@cache
def _numpy() -> str:
    try:
        return version("numpy")
    except PackageNotFoundError:  # a copy without its metadata
        return "2.4"
