"""A process with all its children, ended together."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence

# Children that were asked to end have so long to clear away what they half made.
GRACE_SECONDS = 60.0
LOOK_SECONDS = 0.05


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
