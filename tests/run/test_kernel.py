from __future__ import annotations

import os
import signal
import sys

import pytest

from analysis.run.kernel import PreparedKernel

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kernels are forked on Linux alone")


def waiting() -> PreparedKernel:
    kernel = PreparedKernel.fork()
    if kernel.is_here:
        try:
            kernel.become()
        finally:
            os._exit(0)
    return kernel


def test_a_kernel_that_is_never_told_ends_with_its_worker():
    kernel = waiting()
    assert kernel.poll() is None
    os.close(kernel.pipe)
    assert kernel.wait() == 0
    assert kernel.poll() == 0


def test_signals_reach_the_kernel_alone_and_none_after_its_end():
    kernel = waiting()
    kernel.terminate()
    assert kernel.wait() == -signal.SIGTERM
    kernel.kill()
    assert kernel.returncode == -signal.SIGTERM
    os.close(kernel.pipe)
