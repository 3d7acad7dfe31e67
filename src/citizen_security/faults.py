"""Faults of the machine, in words: which file or folder, what is the matter, and what to do.

They are told apart from what a user gave wrongly: the same command succeeds once the machine is put right.
"""

import errno
import os
from typing import NamedTuple


class _Fault(NamedTuple):
    """What is the matter with a path, and the remedy."""

    matter: str
    remedy: str


_ELSEWHERE = "or set CITIZEN_SECURITY_RESULTS to a folder elsewhere"
_FULL = _Fault("there is no space left", f"Free space on its disk, {_ELSEWHERE}; then repeat the command")
_DENIED = _Fault(
    "permission is denied", f"Make it readable and writable for you (chmod -R u+rwX), {_ELSEWHERE}; then repeat"
)
_IN_THE_WAY = _Fault("a file stands where a folder is needed, or the reverse", "Move it away; then repeat the command")
_TOO_MANY_FILES = _Fault("too many files are open", "Close other programs or raise `ulimit -n`; then repeat")
_TOO_LONG = _Fault("the path is too long for the system", f"Move the checkout to a shorter path, {_ELSEWHERE}")

_FAULTS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _Fault("your share of the disk is used up", f"Remove files of yours, {_ELSEWHERE}; then repeat"),
    errno.EFBIG: _Fault("the file would be larger than is allowed", "Raise `ulimit -f`; then repeat the command"),
    errno.EROFS: _Fault("the disk may only be read", f"Make it writable (mount it with rw), {_ELSEWHERE}; then repeat"),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.ENOTDIR: _IN_THE_WAY,
    errno.EISDIR: _IN_THE_WAY,
    errno.EEXIST: _IN_THE_WAY,
    errno.ENOTEMPTY: _Fault("the folder is not empty", "Move what is in it away; then repeat the command"),
    errno.ENOENT: _Fault(
        "it is not there", "Restore it (git restore for a file of the checkout), or repeat what makes it"
    ),
    errno.ENAMETOOLONG: _TOO_LONG,
    errno.ELOOP: _Fault("its links lead in a circle", "Remove the link; then repeat the command"),
    errno.EMFILE: _TOO_MANY_FILES,
    errno.ENFILE: _TOO_MANY_FILES,
    errno.ENOMEM: _Fault("memory is used up", "Close other programs; then repeat the command"),
    errno.EAGAIN: _Fault(
        "the system has nothing left to give", "Close other programs or raise `ulimit -u`; then repeat"
    ),
    errno.EBUSY: _Fault("somebody else uses it", "Wait for them; then repeat the command"),
    errno.EIO: _Fault("the disk cannot be read or written", "Check the disk; then repeat the command"),
    errno.ESTALE: _Fault("the shared folder has gone away", "Mount it again; then repeat the command"),
    errno.ENOLCK: _Fault("the disk knows no locks", "Set CITIZEN_SECURITY_RESULTS to a folder on a local disk"),
}
_SOCKET = _Fault(
    "the path of a socket is too long for the system", "Set TMPDIR to a short path, such as /tmp; then repeat"
)
_OTHER_REMEDY = "Put this right; then repeat the command"


def fault_in_words(error: OSError | MemoryError) -> str:
    """A fault of the machine as a sentence.

    Parameters
    ----------
    error : OSError or MemoryError

    Returns
    -------
    str
        The path if the error knows it, what is the matter, and what to do.
    """
    if isinstance(error, MemoryError):
        fault = _FAULTS[errno.ENOMEM]
        return f"{fault.matter}. {fault.remedy}."
    fault = _fault(error)
    paths = " → ".join(os.fsdecode(path) for path in (error.filename, error.filename2) if isinstance(path, str | bytes))
    return f"{paths}: {fault.matter}. {fault.remedy}." if paths else f"{fault.matter}. {fault.remedy}."


def _fault(error: OSError) -> _Fault:
    if error.errno in _FAULTS:
        return _FAULTS[error.errno]
    # Python refuses such a path itself, without a number.
    if "AF_UNIX path too long" in str(error):
        return _SOCKET
    return _Fault(error.strerror or " ".join(str(error).split()) or type(error).__name__, _OTHER_REMEDY)
