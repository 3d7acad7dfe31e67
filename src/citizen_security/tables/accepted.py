"""The table that was accepted last, whose checksum the description has: from git, or from the copy kept when accepted.

An edit can be accepted and edited again before anybody commits it, so git alone does not know every accepted table.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from citizen_security.tables.errors import Descriptor
from citizen_security.tables.files import accepted_digest, checkout, digest, file_of, write

KEPT = ".accepted_tables"  # in the checkout, unknown to git

GIT_SECONDS = 20
# Accepted tables are committed soon: one that older commits alone have is rather asked of a person.
COMMITS = 50


def content(resource: Descriptor, root: Path | None) -> bytes | None:
    """Content of the table that was accepted last.

    Parameters
    ----------
    resource : dict
        Its description.
    root : pathlib.Path or None
        Folder of the checkout.

    Returns
    -------
    bytes or None
        None if neither the file itself, nor a kept copy, nor git has it.
    """
    expected = accepted_digest(resource)
    for file in (file_of(resource, root), _kept(resource, root, expected)):
        if file.is_file() and digest(raw := file.read_bytes()) == expected:
            return raw
    return next((raw for raw in _of_git(resource, checkout(root)) if digest(raw) == expected), None)


def keep(resource: Descriptor, root: Path | None, raw: bytes) -> None:
    """Keep a copy of a table that is being accepted, in place of an older one."""
    file = _kept(resource, root, digest(raw))
    file.parent.mkdir(exist_ok=True)
    write(file, raw)
    for old in file.parent.glob(f"{resource['name']}.????????????.csv"):
        if old != file:
            old.unlink(missing_ok=True)


def _kept(resource: Descriptor, root: Path | None, expected: str) -> Path:
    return checkout(root) / KEPT / f"{resource['name']}.{expected[:12]}.csv"


def _of_git(resource: Descriptor, folder: Path) -> list[bytes]:
    """Contents that git knows of a table, the newest first; none where there is no git."""
    path = f"data/{resource['path']}"
    commits = _git(folder, ["log", f"-{COMMITS}", "--format=%H", "--", path])
    if commits is None:
        return []
    names = [f"HEAD:./{path}", f":./{path}", *(f"{commit}:./{path}" for commit in commits.decode().split())]
    answer = _git(folder, ["cat-file", "--batch"], "\n".join([*names, ""]).encode())
    return list(dict.fromkeys(_blobs(answer or b"")))


def _git(folder: Path, words: list[str], given: bytes = b"") -> bytes | None:
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=GIT_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _blobs(answer: bytes) -> list[bytes]:
    """Contents in an answer of `git cat-file --batch`: a line with the size, the content, a line end."""
    found = []
    while answer:
        head, _, answer = answer.partition(b"\n")
        _, _, size = head.rpartition(b" ")
        if not head.endswith(b" missing") and size.isdigit():
            found.append(answer[: int(size)])
            answer = answer[int(size) + 1 :]
    return found
