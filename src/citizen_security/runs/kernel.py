"""The kernels that runs use."""

import os
import resource
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.paths import jupyter_runtime_dir

from citizen_security.project import WorkFailed
from citizen_security.runs.environment import LONGEST_TEMPORARY_PATH, SAME_IN_ALL, TEMPORARY_PREFIX
from citizen_security.runs.warm import ForkedKernel, fork_kernel
from citizen_security.values import KEPT


class TemporaryPathTooLong(WorkFailed):
    """Sockets do not fit into the temporary folder; the message says what to do."""


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by a fork of the warm process where there is one, and as usual where there is none."""

    # Largest resident memory of any forked kernel of this process, in kibibytes.
    peak_memory = 0
    # Forked kernels of this process that ended because the warm process did.
    orphans = 0

    async def launch_kernel(self, cmd: list[str], **settings: Any) -> KernelConnectionInfo:
        """Start the kernel."""
        forked = fork_kernel(cmd, settings["env"], str(settings.get("cwd") or Path.cwd()))
        if forked is None:
            return await super().launch_kernel(cmd, **settings)
        self.process = forked  # type: ignore[assignment]  # it has what is asked of a `Popen`
        # It leads a session of its own.
        self.pid = self.pgid = forked.pid
        self.cwd = settings.get("cwd")
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the kernel's end."""
        process = self.process
        code: int | None = await super().wait()
        if isinstance(process, ForkedKernel):
            WarmProvisioner.peak_memory = max(WarmProvisioner.peak_memory, process.peak_memory)
        return code

    async def poll(self) -> int | None:
        """Exit code, or none while it runs."""
        process = self.process
        running = isinstance(process, ForkedKernel) and process.returncode is None
        code = await super().poll()
        if running and isinstance(process, ForkedKernel) and process.orphaned:
            WarmProvisioner.orphans += 1
        return code


class SocketFileKernelManager(AsyncKernelManager):
    """Kernel spoken to through socket files: TCP ports collide when many kernels start at once."""

    def __init__(self, **settings: object) -> None:
        super().__init__(**settings)
        self.transport = "ipc"
        # The library's own choice is one name in the current folder, which two runs at once would share.
        self.ip = str(Path(jupyter_runtime_dir()) / uuid.uuid4().hex[:8])
        self.kernel_id = str(uuid.uuid4())
        self.provisioner = WarmProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)


def orphans() -> int:
    """How many kernels of this process ended because the process that forked them did."""
    return WarmProvisioner.orphans


def peak_memory() -> float:
    """Largest resident memory of any kernel this process has run, in mebibytes."""
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return round(max(started, WarmProvisioner.peak_memory / 2**10), 1)


def refuse_long_sockets() -> None:
    """Refuse to start where the temporary folder's path leaves no room for the name of a socket.

    Raises
    ------
    TemporaryPathTooLong
        With the path and what to do.
    """
    temporary = tempfile.gettempdir()
    if (length := len(os.fsencode(temporary))) > LONGEST_TEMPORARY_PATH:
        raise TemporaryPathTooLong(
            f"the temporary folder {temporary} has a path of {length} bytes; the socket files of a kernel allow "
            f"{LONGEST_TEMPORARY_PATH}. Set TMPDIR to a folder with a shorter path, such as /tmp."
        )


@contextmanager
def kernel_environment(root: Path, link: Path) -> Iterator[None]:
    """Environment that kernels started within inherit.

    One thread for linear algebra, a fixed hash seed, and a folder of their own for sockets and whatever they or a
    compiler put among temporary files: it goes with the run. Its path is short, since that of a socket file may have
    about a hundred characters only, so it is not in the run's folder; a link beside that leads to it, by which it is
    found if the run is killed.

    Parameters
    ----------
    root : pathlib.Path
        The checkout whose tables the notebook reads.
    link : pathlib.Path
        Where the link is made.
    """
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, ignore_cleanup_errors=True) as temporary:
        link.symlink_to(temporary)
        settings = {
            **SAME_IN_ALL,
            "JUPYTER_RUNTIME_DIR": temporary,
            "TMPDIR": temporary,
            "CITIZEN_SECURITY_ROOT": str(root),
            KEPT: "1",
        }
        before = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        try:
            yield
        finally:
            link.unlink(missing_ok=True)
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
