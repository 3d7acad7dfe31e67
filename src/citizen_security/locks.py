"""Locks that whoever still works holds: one at a time, or several for the same whole."""

import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path


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
