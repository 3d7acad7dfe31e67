"""One at a time: a lock that whoever still works holds, and a process with all its children ended together."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

# Children that were asked to end have so long to clear away what they half made.
GRACE_SECONDS = 60.0


@contextmanager
def alone(lock: Path, work: str) -> Iterator[int]:
    """Hold a lock while working; wait for whoever holds it, and say for what.

    The operating system gives the lock back when the last process ends that has its descriptor: a child that inherits
    it and outlives a killed parent keeps others out until it is done.

    Parameters
    ----------
    lock : pathlib.Path
        The lock's file; its folder is there.
    work : str
        What is being done, for those who wait.

    Yields
    ------
    int
        The descriptor, to be passed on to children.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 500, 0).decode("utf-8", errors="replace").strip() or "another process"
            print(f"waiting for {holder}, which holds {lock}", file=sys.stderr, flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.ftruncate(descriptor, 0)
        since = f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"
        os.pwrite(descriptor, f"{work} (process {os.getpid()} on {socket.gethostname()}, since {since})".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def run_with_children(command: Sequence[str], environment: Mapping[str, str], passed_on: Sequence[int] = ()) -> int:
    """Run a command in a process group of its own; an interrupt ends the whole group and is waited for.

    Parameters
    ----------
    command : sequence of str
    environment : mapping
    passed_on : sequence of int
        Descriptors that the command inherits.

    Returns
    -------
    int
        Its exit status.

    Raises
    ------
    KeyboardInterrupt
        If this process was interrupted; every process of the group has ended by then.
    """
    with subprocess.Popen(command, env=dict(environment), pass_fds=passed_on, process_group=0) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            end_group(process)
            raise


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask every process of a group to end, and end those that do not."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
