"""Accepting edited tables: shown what changes, all of them together or none, one at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from citizen_security.locks import alone
from citizen_security.tables import accepted, tidying
from citizen_security.tables.checking import Reader, checked
from citizen_security.tables.difference import Difference, difference
from citizen_security.tables.errors import ChecksumError, Descriptor, TableError, refuse
from citizen_security.tables.files import (
    bytes_of,
    checkout,
    digest,
    file_of,
    package,
    package_file,
    resource_of,
    write,
)
from citizen_security.tables.inspection import Inspection, errors_of, inspected

LOCK = ".accepted_tables.lock"


def differences(
    names: Iterable[str], root: Path | None = None, inspections: Sequence[Inspection] = ()
) -> list[tuple[Difference, str]]:
    """Check edited tables and compare them with those that were accepted last.

    Parameters
    ----------
    names : iterable of str
        Names of the tables.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.
    inspections : sequence of Inspection
        Checks of what rows mean, whose errors refuse a table as its description does.

    Returns
    -------
    list of tuple
        The difference of each table, and the checksum of the file that was compared.

    Raises
    ------
    UnknownTable
        If there is no such table.
    InvalidTable
        If one of them, or one that refers to them, breaks its description.
    """
    description = package(root)
    contents = _checked(description, names, root, inspections)
    return [
        (difference(resource, accepted.content(resource, root), raw), digest(raw))
        for resource, raw in ((resource_of(description, name), raw) for name, raw in contents.items())
    ]


def update(
    names: str | Iterable[str],
    root: Path | None = None,
    shown: Mapping[str, str] | None = None,
    inspections: Sequence[Inspection] = (),
) -> dict[str, str]:
    """Accept deliberate edits: check the tables and those that refer to them, then record their new checksums.

    Parameters
    ----------
    names : str or iterable of str
        Tables that were edited. They are accepted together, or none of them is.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.
    shown : mapping, optional
        Table → checksum of the file whose difference was shown and agreed to.
    inspections : sequence of Inspection
        As for `differences`.

    Returns
    -------
    dict
        Table → its checksum from now on.

    Raises
    ------
    UnknownTable
        If there is no such table.
    InvalidTable
        If an edited table, or one that refers to it, breaks its description. Nothing is written then.
    ChecksumError
        If a file changed after it was shown. Nothing is written then.
    """
    chosen = [names] if isinstance(names, str) else list(dict.fromkeys(names))
    package(root)  # what is no description is said before anybody waits
    # Whoever comes second reads the description that the first has written.
    with alone(checkout(root) / LOCK, f"the acceptance of {', '.join(chosen)}"):
        description = package(root)
        contents = _checked(description, chosen, root, inspections)
        digests = {name: digest(raw) for name, raw in contents.items()}
        for name, agreed in (shown or {}).items():
            if digests.get(name) != agreed:
                raise ChecksumError(
                    f"table '{name}' changed after its difference was shown; nothing was accepted. Run "
                    f"`citizen-security data update {' '.join(chosen)}` again and look at it anew."
                )
        for name, raw in contents.items():
            accepted.keep(resource_of(description, name), root, raw)
        sizes = {name: len(raw) for name, raw in contents.items()}
        file = package_file(root)
        text = file.read_bytes().decode("utf-8")
        write(file, _recorded(text, description, digests, sizes).encode())
    return digests


def tidy(name: str, root: Path | None = None) -> list[str]:
    """Write a table as tables are written here, and put back what a spreadsheet rounded; it is not accepted.

    Parameters
    ----------
    name : str
        Name of the table.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    list of str
        What was done, in words; empty if there was nothing to do.

    Raises
    ------
    UnknownTable
        If there is no such table.
    InvalidTable
        If the file cannot be read as this table, whatever its spelling.
    """
    resource = resource_of(package(root), name)
    file = file_of(resource, root)
    raw = bytes_of(resource, file)
    try:
        tidied, done = tidying.tidy(resource, raw, accepted.content(resource, root))
    except ValueError as error:
        refuse(resource, f"it cannot be tidied ({error})")
    if tidied == raw:
        return []
    write(file, tidied)
    return done


def doubts(names: Iterable[str], root: Path | None = None, inspections: Sequence[Inspection] = ()) -> list[str]:
    """What inspections find doubtful in edited tables, and in those that belong to them: a sentence for each row.

    Parameters
    ----------
    names : iterable of str
        Names of the tables.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.
    inspections : sequence of Inspection
        Checks of what rows mean.

    Returns
    -------
    list of str
        The table and its row, what is doubtful, what to do.
    """
    found = inspected(inspections, names, root)
    return list(dict.fromkeys(f"{it.table}, {it.sentence}" for it in found if not it.is_error))


def _checked(
    description: Descriptor, names: Iterable[str], root: Path | None, inspections: Sequence[Inspection]
) -> dict[str, bytes]:
    """Contents of tables that keep their descriptions, and leave those that refer to them whole."""
    resources = {name: resource_of(description, name) for name in names}
    contents = {name: bytes_of(resource, file_of(resource, root)) for name, resource in resources.items()}
    dependents = [name for name in _dependents(description, resources) if name not in resources]
    found = inspected(inspections, resources, root, contents)
    faulty = {it.table for it in found if it.is_error}
    read = Reader(root)
    refusals: dict[str, TableError] = {}
    for name in dict.fromkeys([*resources, *dependents, *sorted(faulty)]):
        resource = resource_of(description, name)
        try:
            raw = contents.get(name) or bytes_of(resource, file_of(resource, root))
            checked(resource, raw, root, read, across_tables=True, rows=errors_of(name, found))
        except TableError as error:
            refusals[name] = error
    # of a table that was checked itself everything has been said
    refusals |= {name: error for name, error in read.broken.items() if name not in refusals}
    if refusals:
        # said together, so that one round of edits mends them
        raise type(next(iter(refusals.values())))("\n".join(dict.fromkeys(map(str, refusals.values()))))
    return contents


def _dependents(description: Descriptor, names: Iterable[str]) -> list[str]:
    edited = set(names)
    return [resource["name"] for resource in description["resources"] if edited & _references(resource)]


def _references(resource: Descriptor) -> set[str]:
    links: Sequence[Descriptor] = [*resource["schema"].get("foreignKeys", []), *resource["rules"]]
    return {link["reference"]["resource"] for link in links if "reference" in link}


# --- the description with new checksums, and everything else as it was written ----------------------------------------


def _recorded(text: str, description: Descriptor, digests: Mapping[str, str], sizes: Mapping[str, int]) -> str:
    for name, found in digests.items():
        resource_of(description, name).update(bytes=sizes[name], hash=f"sha256:{found}")
        text = _edited(text, name, sizes[name], found)
    if json.loads(text) == description:
        return text
    # somebody wrote the file in a way that the search did not find: written anew, it says the same
    return json.dumps(description, ensure_ascii=False, indent=2) + "\n"


def _edited(text: str, name: str, size: int, found: str) -> str:
    """The text with two values of a resource replaced."""
    decoder, place = json.JSONDecoder(), text.find('"resources"')
    while (place := text.find("{", place)) >= 0:
        candidate, end = decoder.raw_decode(text, place)
        if isinstance(candidate, dict) and candidate.get("name") == name and "schema" in candidate:
            part = re.sub(r'("bytes"\s*:\s*)\d+', rf"\g<1>{size}", text[place:end], count=1)
            part = re.sub(r'("hash"\s*:\s*)"[^"]*"', rf'\g<1>"sha256:{found}"', part, count=1)
            return text[:place] + part + text[end:]
        place = end
    return text
