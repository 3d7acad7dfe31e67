"""The compendium's tables: found, checked against their description, and loaded.

`data/datapackage.json` is the only schema. Everything here — types, ranges, keys, references and the rules between
columns and tables — is read from it each time, so a table cannot drift from what is published about it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from citizen_security.tables import accepting, files
from citizen_security.tables.checking import Reader, checked
from citizen_security.tables.errors import ChecksumError, Descriptor, TableError
from citizen_security.tables.files import accepted_digest, bytes_of, digest, file_of, resource_of
from citizen_security.tables.inspection import Found, Inspection, errors_of, inspected

if TYPE_CHECKING:
    import pandas

# the names under which other rooms know them
package = files.package
differences = accepting.differences
update = accepting.update
tidy = accepting.tidy
doubts = accepting.doubts

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
    resource = resource_of(package(root), name)
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
    return file_of(describe(name, root), root)


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
    return digest(bytes_of(resource, file_of(resource, root)))


# --- load, validate, verify -----------------------------------------------------------------------------------


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
    raw = bytes_of(resource, file_of(resource, root))
    if changed := _changed(resource, raw):
        raise ChecksumError(changed)
    return _checked(resource, raw, root, across_tables=False)


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
    return _checked(resource, bytes_of(resource, path or file_of(resource, root)), root, across_tables=True)


def _checked(resource: Descriptor, raw: bytes, root: Path | None, *, across_tables: bool) -> pandas.DataFrame:
    """One table by itself, and the files of those that it is compared with."""
    read = Reader(root)
    frame = checked(resource, raw, root, read, across_tables=across_tables)
    read.refuse_broken()
    return frame


def verify(
    names: Iterable[str] | None = None, root: Path | None = None, inspections: Sequence[Inspection] = ()
) -> list[Verification]:
    """Check tables completely: checksum, description, references, rules within and between tables.

    Parameters
    ----------
    names : iterable of str, optional
        Names of tables; all by default.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.
    inspections : sequence of Inspection
        Checks of what rows mean, whose errors are problems of a table as those of its description are.

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
    read = Reader(root)
    found = _inspected(inspections, chosen, root)
    return [_verification(name, root, read, errors_of(name, found), chosen) for name in chosen]


def _inspected(inspections: Sequence[Inspection], names: Sequence[str], root: Path | None) -> list[Found]:
    """What inspections find; nothing where a file is missing, which is said of its table."""
    try:
        return inspected(inspections, names, root)
    except TableError:
        return []


def _verification(
    name: str, root: Path | None, read: Reader, rows: Sequence[Found], chosen: Collection[str]
) -> Verification:
    resource = describe(name, root)
    try:
        raw = bytes_of(resource, file_of(resource, root))
    except TableError as error:
        return Verification(name, None, str(error))
    read.asked.clear()
    # all at once: whoever meant the edit learns what is wrong with it, without another round
    problems = [] if (changed := _changed(resource, raw)) is None else [changed]
    try:
        count = len(checked(resource, raw, root, read, across_tables=True, rows=rows))
    except TableError as error:
        count = 0
        problems.append(str(error))
    # what is wrong with a table that is verified too is said of that one
    problems += [str(error) for other, error in read.broken.items() if other in read.asked and other not in chosen]
    return Verification(name, None if problems else count, "\n".join(problems) or None)


def _changed(resource: Descriptor, raw: bytes) -> str | None:
    """What tells that a file is not the one that was described."""
    name, expected, found = resource["name"], accepted_digest(resource), digest(raw)
    if found != expected:
        return (
            f"table '{name}' has the checksum {found}, but {expected} is expected: the file changed after it was "
            f"described. If the edit is meant, run `citizen-security data update {name}`; "
            f"otherwise `git restore data/{resource['path']}`."
        )
    if len(raw) != resource["bytes"]:
        return (
            f"table '{name}' has {len(raw)} bytes, but data/datapackage.json says {resource['bytes']}. Run "
            f"`citizen-security data update {name}`, which writes the size, or git restore data/datapackage.json."
        )
    return None
