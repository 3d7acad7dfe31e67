"""Where the description and the tables' files are, and their bytes."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

from citizen_security.project import root as project_root
from citizen_security.tables import description
from citizen_security.tables.errors import DescriptionError, Descriptor, UnknownTable, refuse

NO_FILE = "it is no regular file but a folder, a pipe or a device; put the file itself in its place"


def checkout(root: Path | None) -> Path:
    """Folder of the checkout; found from the current folder by default."""
    return root or project_root()


def package_file(root: Path | None) -> Path:
    """File of the description."""
    return checkout(root) / "data" / "datapackage.json"


def package(root: Path | None = None) -> Descriptor:
    """Read the description of all tables, and check that everything it says is enforced.

    Parameters
    ----------
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    dict
        A Frictionless Data Package.

    Raises
    ------
    DescriptionError
        If the description is not JSON or says what the code does not know.
    """
    file = package_file(root)
    try:
        raw = read(file)
    except OSError as error:
        raise DescriptionError(f"{file} cannot be read ({error.strerror}). {description.REMEDY}") from None
    return description.parse(raw, file)


def resource_of(package: Descriptor, name: str) -> Descriptor:
    """Description of one table, or a refusal with the nearest name."""
    resources: dict[str, Descriptor] = {resource["name"]: resource for resource in package["resources"]}
    if name not in resources:
        raise UnknownTable(_unknown(name, list(resources)))
    return resources[name]


def file_of(resource: Descriptor, root: Path | None) -> Path:
    """File of a table."""
    return checkout(root) / "data" / str(resource["path"])


def read(file: Path) -> bytes:
    """Content of a file; what is no regular file is not waited for.

    Raises
    ------
    OSError
        If there is no such file, or if it is a folder, a pipe or a device.
    """
    # a pipe without a writer would keep whoever opens it waiting
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, NO_FILE, str(file))
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def bytes_of(resource: Descriptor, file: Path) -> bytes:
    """Content of a file in a table's place, or a refusal of the table."""
    try:
        return read(file)
    except OSError as error:
        refuse(resource, f"{file} cannot be read ({error.strerror})")


def digest(raw: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest()


def accepted_digest(resource: Descriptor) -> str:
    """SHA-256 of the table that was accepted last."""
    return str(resource["hash"]).removeprefix("sha256:")


def write(file: Path, raw: bytes) -> None:
    """Write a file so that a reader sees the old content or the new one, never half of it."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with aside.open("wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def _unknown(name: str, allowed: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, allowed, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else "."
    return f"unknown table '{name}'{hint} Allowed: {', '.join(allowed)}"
