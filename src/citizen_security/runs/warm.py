"""Kernels forked from a process that has imported the libraries, since importing them takes longer than most notebooks.

Linux alone forks safely what has loaded such libraries; elsewhere, where nothing is warm, and where anything about the
warm process does not fit, kernels start as usual.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from citizen_security.runs import warm_server
from citizen_security.runs.environment import SAME_IN_ALL

# Where runs find the process to fork from; they are started by Snakemake, which hands the environment on.
VARIABLE = "CITIZEN_SECURITY_WARM_KERNELS"

# Importing the libraries takes seconds, on a busy machine many.
PATIENCE_SECONDS = 300
END_SECONDS = 10


class ForkedKernel:
    """A kernel that another process forked, with what its provisioner asks of a `subprocess.Popen`.

    Attributes
    ----------
    pid : int
    peak_memory : int
        Largest resident memory in kibibytes, once it has ended.
    orphaned : bool
        Whether the process that forked it ended first, which ends the kernel too.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self._connection = connection
        self.pid = pid
        self.returncode: int | None = None
        self.peak_memory = 0
        self.orphaned = False
        # A number may be another process's by the time a signal is sent; this descriptor stays the kernel's.
        self._descriptor: int | None = None
        with suppress(OSError):
            self._descriptor = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Exit code, or none while it runs."""
        if self.returncode is None:
            try:
                self._read(self._connection.recv(4096, socket.MSG_DONTWAIT))
            except BlockingIOError:
                return None
            except OSError:
                self._read(b"")
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; return the exit code."""
        if self.returncode is None:
            self._connection.settimeout(timeout)
            try:
                self._read(self._connection.recv(4096))
            except ConnectionError:
                self._read(b"")
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def _read(self, message: bytes) -> None:
        # An empty message: the process that forked it is gone. The kernel would notice within a second, or when a long
        # calculation lets it; nothing of it may run beside the one that is started instead.
        self.orphaned = not message
        if self.orphaned and self._descriptor is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)
        facts = json.loads(message) if message else {"exit": -signal.SIGKILL, "peak": 0}
        self.returncode, self.peak_memory = facts["exit"], facts["peak"]
        self._connection.close()
        if self._descriptor is not None:
            os.close(self._descriptor)


@contextmanager
def warm_kernels(environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """Kernels started within, by this process or its children, are forked from one that has imported the libraries.

    Nothing is imported before the first kernel is asked for.

    Parameters
    ----------
    environment : mapping, optional
        What the runs will have; kernels of those that have another are started as usual. This process's own by default.
    """
    if sys.platform != "linux" or VARIABLE in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="warm-", ignore_cleanup_errors=True) as folder:
        address = str(Path(folder) / "socket")
        process = start_server(address, os.environ if environment is None else environment)
        os.environ[VARIABLE] = address
        try:
            yield
        finally:
            os.environ.pop(VARIABLE, None)
            assert process.stdin
            process.stdin.close()
            # It stays for a kernel that still runs, and ends with it.
            with suppress(subprocess.TimeoutExpired):
                process.wait(END_SECONDS)


@contextmanager
def plain_kernels() -> Iterator[None]:
    """Kernels started within by this process are started as usual."""
    address = os.environ.pop(VARIABLE, None)
    try:
        yield
    finally:
        if address is not None:
            os.environ[VARIABLE] = address


def start_server(address: str, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start the process that forks kernels; it ends when its standard input is closed, or whoever holds that dies."""
    # What may differ comes with each kernel; the path of one run must not lead others to its modules.
    environment = {name: it for name, it in {**environment, **SAME_IN_ALL}.items() if name != "PYTHONPATH"}
    process = subprocess.Popen(
        [sys.executable, warm_server.__file__, address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        # An interrupt from the terminal is for the runs.
        start_new_session=True,
    )
    assert process.stdout
    # It closes its standard output as soon as it listens.
    process.stdout.read()
    return process


def fork_kernel(
    command: Sequence[str], environment: Mapping[str, str], folder: str, streams: tuple[int, int] = (1, 2)
) -> ForkedKernel | None:
    """Fork a kernel from the warm process.

    Parameters
    ----------
    command : sequence of str
        As it stands in the kernel's specification: Python, `-m`, `ipykernel_launcher` and arguments.
    environment : mapping
        The kernel's whole environment.
    folder : str
        Where it works.
    streams : tuple of int
        Descriptors of its standard output and error.

    Returns
    -------
    ForkedKernel or None
        None where nothing is warm, or the warm process is not what this kernel would be: start it as usual.
    """
    address = os.environ.get(VARIABLE)
    if not address or list(command[:3]) != [sys.executable, "-m", "ipykernel_launcher"]:
        return None
    request = warm_server.Request(
        arguments=list(command[2:]),
        environment=dict(environment),
        folder=folder,
        interpreter=warm_server.interpreter(),
    )
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.settimeout(PATIENCE_SECONDS)
        connection.connect(address)
        socket.send_fds(connection, [json.dumps(request).encode()], list(streams))
        answer = connection.recv(4096)
    except OSError:
        answer = b""
    if not answer:
        connection.close()
        return None
    connection.settimeout(None)
    return ForkedKernel(connection, json.loads(answer)["pid"])
