"""A kernel that was forked before it is needed, and the Jupyter manager that starts it instead of a new interpreter."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager


class PreparedKernel:
    """A process that waits for the name of a connection file and then is the kernel; looks like `subprocess.Popen`.

    It serves once: a manager that starts a second kernel (a restart, a second attempt) starts a new interpreter. It ends
    with the process that forked it, before it has begun as well as after.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid, self.pipe = pid, pipe
        self.returncode: int | None = None
        self.is_begun = False

    @classmethod
    def fork(cls) -> PreparedKernel:
        """Returns twice: in this process, and in the new one, where `is_here` is true."""
        read, write = os.pipe()
        pid = os.fork()
        if pid:
            os.close(read)
            return cls(pid, write)
        os.close(write)
        os.setpgid(0, 0)  # an interrupt meant for the kernel spares its worker
        return cls(0, read)

    @property
    def is_here(self) -> bool:
        """Whether this is the kernel's own process."""
        return self.pid == 0

    def begin(self, connection_file: str, cwd: str, environment: dict[str, str]) -> None:
        """Tell the waiting process to be the kernel of this connection file."""
        self.is_begun = True
        content = {"file": connection_file, "cwd": cwd, "environment": environment, "parent": os.getpid()}
        with os.fdopen(self.pipe, "w", encoding="utf-8") as pipe:
            json.dump(content, pipe)

    def become(self) -> None:
        """Wait to be told, then be the kernel until it is shut down. Nothing is done if the worker ends before."""
        with os.fdopen(self.pipe, encoding="utf-8") as pipe:
            told = pipe.read()
        if not told:
            return
        content = json.loads(told)
        os.environ.clear()
        os.environ.update(content["environment"], JPY_PARENT_PID=str(content["parent"]))
        os.chdir(content["cwd"])
        # Whom it must not outlive is read from the environment at import; here the import lies before.
        sys.argv = ["ipykernel_launcher", "-f", content["file"], f"--IPKernelApp.parent_handle={content['parent']}"]
        from ipykernel import kernelapp

        atexit._clear()  # what the preloaded process is to do at its own end
        kernelapp.launch_new_instance()
        # As an interpreter that ends: threads and pools finish, then what the notebook and `analysis.run.watch` registered
        # is called. Who called this takes down no module.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()

    def poll(self) -> int | None:
        """The exit status, None as long as it lives."""
        if self.returncode is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self) -> int:
        while self.poll() is None:
            time.sleep(0.01)
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def manager_of(kernel: PreparedKernel) -> type[AsyncKernelManager]:
    """A class of kernel managers whose first kernel is the prepared one."""
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_client.provisioning.local_provisioner import LocalProvisioner

    class Provisioner(LocalProvisioner):
        async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
            if kernel.is_begun:
                return await super().launch_kernel(cmd, **kwargs)
            environment = dict(kwargs.get("env") or os.environ)
            manager: Any = self.parent
            kernel.begin(manager.connection_file, str(kwargs.get("cwd") or Path.cwd()), environment)
            self.process: Any = kernel
            self.pid = self.pgid = kernel.pid
            return self.connection_info

    class Manager(AsyncKernelManager):
        async def _async_pre_start_kernel(self, **kw: Any) -> Any:
            if self.provisioner is None:
                import uuid

                self.kernel_id = self.kernel_id or kw.pop("kernel_id", "") or str(uuid.uuid4())
                self.provisioner = Provisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
            return await super()._async_pre_start_kernel(**kw)

    return Manager
