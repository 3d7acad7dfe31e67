"""One at a time: a lock that whoever still works holds, and a process with all its children ended together."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

# Children that were asked to end have so long to clear away what they half made.
GRACE_SECONDS = 60.0
LOOK_SECONDS = 0.05


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
    with _locked(lock, work, fcntl.LOCK_EX) as descriptor:
        yield descriptor


@contextmanager
def one_of_several(lock: Path, work: str) -> Iterator[None]:
    """Hold a lock together with others that work for the same whole; `alone` waits for all of them.

    Parameters
    ----------
    lock : pathlib.Path
        The lock's file; its folder is there.
    work : str
        What is being done, for those who wait.
    """
    with _locked(lock, work, fcntl.LOCK_SH):
        yield


@contextmanager
def _locked(lock: Path, work: str, kind: int) -> Iterator[int]:
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 500, 0).decode("utf-8", errors="replace").strip() or "another process"
            print(f"waiting for {holder}, which holds {lock}", file=sys.stderr, flush=True)
            fcntl.flock(descriptor, kind)
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
        finally:
            # Interrupted, or killed by somebody: its children may be at work still.
            end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask every process of a group to end, wait for them, and end those that do not; an interrupt waits no longer."""
    try:
        _signal(process, signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        while _signal(process, 0) and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
    finally:
        while _signal(process, signal.SIGKILL):
            time.sleep(LOOK_SECONDS)


def _signal(process: subprocess.Popen[bytes], number: int) -> bool:
    """Send a signal to a group; whether anybody of it is left."""
    # Its leader is a process of the group until it has been waited for.
    process.poll()
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):  # macOS says the second of a group that has ended
        return False
    return True
