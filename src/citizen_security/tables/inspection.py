"""Checks of rows that know what the rows mean: they are handed to this room, which knows no analysis.

A description states what a table may hold; whether a row of evidence can be what a study published only the part that
analyses it knows. It says so in findings: an error refuses the table beside the rules of its description, a doubt is
told and refuses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from citizen_security.tables.files import bytes_of, file_of, package, resource_of
from citizen_security.tables.sheet import convert, scan

if TYPE_CHECKING:
    import pandas


class Found(Protocol):
    """What an inspection says of a row."""

    @property
    def table(self) -> str:
        """Table of the row."""

    @property
    def sentence(self) -> str:
        """The row by line and key, what it says, what it may say, what to do."""

    @property
    def is_error(self) -> bool:
        """Whether the table is refused."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A check of the rows of tables that belong together.

    Attributes
    ----------
    reads : tuple of str
        Tables that it is handed; those that it finds fault with are among them.
    inspect : callable
        From the tables' frames to what it found. A cell may be missing that a description requires.
    """

    reads: tuple[str, ...]
    inspect: Callable[[Mapping[str, pandas.DataFrame]], Iterable[Found]]


def inspected(
    inspections: Iterable[Inspection],
    names: Iterable[str],
    root: Path | None,
    edited: Mapping[str, bytes] | None = None,
) -> list[Found]:
    """What inspections find in tables of which one was edited.

    Parameters
    ----------
    inspections : iterable of Inspection
        The compendium's.
    names : iterable of str
        Tables that were edited; an inspection that reads none of them is left out.
    root : pathlib.Path or None
        Folder of the checkout.
    edited : mapping, optional
        Table → content to look at instead of its file.

    Returns
    -------
    list of Found
        Nothing where a table cannot be read at all, which is said where it is checked.
    """
    asked = set(names)
    found: list[Found] = []
    for inspection in inspections:
        if asked.isdisjoint(inspection.reads):
            continue
        frames = _frames(inspection.reads, root, edited or {})
        if frames is not None:
            found.extend(inspection.inspect(frames))
    return found


def errors_of(table: str, found: Sequence[Found]) -> list[str]:
    """Sentences of the errors of one table."""
    return [it.sentence for it in found if it.is_error and it.table == table]


def _frames(names: Sequence[str], root: Path | None, edited: Mapping[str, bytes]) -> dict[str, pandas.DataFrame] | None:
    """Typed frames of tables; none of them if the text of one cannot be read as a table."""
    description, frames = package(root), {}
    for name in names:
        resource = resource_of(description, name)
        sheet = scan(resource, edited.get(name) or bytes_of(resource, file_of(resource, root))).sheet
        if sheet is None:
            return None
        frames[name], _ = convert(sheet)
    return frames
