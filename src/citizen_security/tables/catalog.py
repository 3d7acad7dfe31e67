"""The compendium's tables: found, checked against their description, and loaded.

`data/datapackage.json` is the only schema. Everything here — types, ranges, keys, references and the rules between
columns and tables — is read from it each time, so a table cannot drift from what is published about it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from citizen_security.project import root as project_root
from citizen_security.tables import rules
from citizen_security.tables.errors import ChecksumError, Descriptor, TableError, UnknownTable, refuse
from citizen_security.tables.sheet import Sheet, read_sheet, typed

if TYPE_CHECKING:
    import pandas

# Tables that this process asked for by their names, however: a notebook must declare them, or it is not run again when
# they change. Tables that others refer to are checked, and reach no result.
ASKED_FOR: set[str] = set()


@dataclass(frozen=True, slots=True)
class Verification:
    """Outcome of checking one table.

    Attributes
    ----------
    name : str
        Name of the table.
    rows : int or None
        Number of rows; None if the table could not be used.
    problem : str or None
        What is wrong and what to do; None if nothing is.
    """

    name: str
    rows: int | None
    problem: str | None


# --- what there is ----------------------------------------------------------------------------------------------------


def package(root: Path | None = None) -> Descriptor:
    """Read the description of all tables.

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
    TableError
        If the description is not JSON.
    """
    file = _package_file(root)
    try:
        description: Descriptor = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TableError(f"{file} is not valid JSON ({error}). Restore it: git restore data/datapackage.json") from None
    return description


def tables(root: Path | None = None) -> tuple[str, ...]:
    """Names of all tables, in the order of their description.

    Parameters
    ----------
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    tuple of str
        Names that `load` and `describe` accept.
    """
    return tuple(resource["name"] for resource in package(root)["resources"])


def describe(name: str, root: Path | None = None) -> Descriptor:
    """Fields, units, keys, sources, licences, notes and rules of a table.

    Parameters
    ----------
    name : str
        Name of the table.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    dict
        A Frictionless tabular data resource.

    Raises
    ------
    UnknownTable
        If there is no such table.
    """
    resource = _resource(package(root), name)
    ASKED_FOR.add(name)
    return resource


def path(name: str, root: Path | None = None) -> Path:
    """File that holds a table.

    Parameters
    ----------
    name : str
        Name of the table.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    pathlib.Path
        An absolute path, whether or not the file is there.

    Raises
    ------
    UnknownTable
        If there is no such table.
    """
    return _file(describe(name, root), root)


def checksum(name: str, root: Path | None = None) -> str:
    """SHA-256 of a table's file as it is now.

    Parameters
    ----------
    name : str
        Name of the table.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    str
        Hexadecimal digest.

    Raises
    ------
    UnknownTable
        If there is no such table.
    InvalidTable
        If the file is missing.
    """
    resource = describe(name, root)
    return _digest(_bytes(resource, _file(resource, root)))


# --- load, validate, verify, update -----------------------------------------------------------------------------------


def load(name: str, root: Path | None = None) -> pandas.DataFrame:
    """Load a table, verified against its checksum and its description.

    Rules that compare it with other tables' values are left to `verify`; references to other tables' keys are checked.

    Parameters
    ----------
    name : str
        Name of the table.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    pandas.DataFrame
        Columns in the order of the description: int64 (Int64 where values are missing), float64, str, bool and
        datetime64. Units are in `describe(name)`.

    Raises
    ------
    UnknownTable
        If there is no such table.
    ChecksumError
        If the file changed since its description was written.
    InvalidTable
        If the file breaks its description.
    """
    resource = describe(name, root)
    raw = _bytes(resource, _file(resource, root))
    _check_digest(resource, raw)
    return _validated(resource, raw, root, across_tables=False)


def validate(name: str, path: Path | None = None, root: Path | None = None) -> pandas.DataFrame:
    """Check a table against its description and the other tables, whatever its checksum.

    Parameters
    ----------
    name : str
        Name of the table whose description applies.
    path : pathlib.Path, optional
        Another file to check in its place, such as an edited copy.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    pandas.DataFrame
        As `load` returns it.

    Raises
    ------
    UnknownTable
        If there is no such table.
    InvalidTable
        If the file breaks its description.
    """
    resource = describe(name, root)
    return _validated(resource, _bytes(resource, path or _file(resource, root)), root, across_tables=True)


def verify(names: Iterable[str] | None = None, root: Path | None = None) -> list[Verification]:
    """Check tables completely: checksum, description, references, rules within and between tables.

    Parameters
    ----------
    names : iterable of str, optional
        Names of tables; all by default.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    list of Verification
        One for each table, in the order asked for.

    Raises
    ------
    UnknownTable
        If there is no such table.
    """
    chosen = tables(root) if names is None else tuple(names)
    for name in chosen:
        describe(name, root)
    return [_verification(name, root) for name in chosen]


def update(name: str, root: Path | None = None) -> None:
    """Accept a deliberate edit: check the table and those that refer to it, then record its new checksum.

    Parameters
    ----------
    name : str
        Name of the table that was edited.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Raises
    ------
    UnknownTable
        If there is no such table.
    InvalidTable
        If the edited table, or one that refers to it, breaks its description. Nothing is written then.
    """
    description = package(root)
    resource = _resource(description, name)
    raw = _bytes(resource, _file(resource, root))
    _validated(resource, raw, root, across_tables=True)
    for dependent in _dependents(description, name):
        validate(dependent, root=root)
    resource.update(bytes=len(raw), hash=f"sha256:{_digest(raw)}")
    _write(_package_file(root), json.dumps(description, ensure_ascii=False, indent=2) + "\n")


def _verification(name: str, root: Path | None) -> Verification:
    try:
        resource = describe(name, root)
        raw = _bytes(resource, _file(resource, root))
        _check_digest(resource, raw)
        return Verification(name, len(_validated(resource, raw, root, across_tables=True)), None)
    except TableError as error:
        return Verification(name, None, str(error))


def _validated(resource: Descriptor, raw: bytes, root: Path | None, *, across_tables: bool) -> pandas.DataFrame:
    sheet = read_sheet(resource, raw)
    frame = typed(sheet)
    rules.check(sheet, frame, partial(_other, root=root), across_tables=across_tables)
    return frame


def _other(name: str, root: Path | None) -> Sheet:
    resource = _resource(package(root), name)
    return read_sheet(resource, _bytes(resource, _file(resource, root)))


# --- files and descriptions -------------------------------------------------------------------------------------------


def _package_file(root: Path | None) -> Path:
    return (root or project_root()) / "data" / "datapackage.json"


def _file(resource: Descriptor, root: Path | None) -> Path:
    return (root or project_root()) / "data" / str(resource["path"])


def _resource(description: Descriptor, name: str) -> Descriptor:
    resources: dict[str, Descriptor] = {resource["name"]: resource for resource in description["resources"]}
    if name not in resources:
        raise UnknownTable(_unknown(name, list(resources)))
    return resources[name]


def _unknown(name: str, allowed: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, allowed, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else "."
    return f"unknown table '{name}'{hint} Allowed: {', '.join(allowed)}"


def _bytes(resource: Descriptor, file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        refuse(resource, f"{file} cannot be read ({error.strerror})")


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _check_digest(resource: Descriptor, raw: bytes) -> None:
    expected, found = resource["hash"].removeprefix("sha256:"), _digest(raw)
    if found != expected:
        raise ChecksumError(
            f"table '{resource['name']}' has the checksum {found}, but {expected} is expected: the file changed after "
            f"it was described. If the edit is meant, run `citizen-security data update {resource['name']}`; "
            f"otherwise `git restore data/{resource['path']}`."
        )


def _dependents(description: Descriptor, name: str) -> list[str]:
    return [other["name"] for other in description["resources"] if other["name"] != name and name in _references(other)]


def _references(resource: Descriptor) -> set[str]:
    links = [*resource["schema"].get("foreignKeys", []), *resource["rules"]]
    return {link["reference"]["resource"] for link in links if "reference" in link}


def _write(file: Path, text: str) -> None:
    # a reader sees the old description or the new one, never half of it
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8", newline="")
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
