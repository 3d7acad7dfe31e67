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

from citizen_security.rows_named import AtPlace
from citizen_security.tables.files import bytes_of, file_of, package, resource_of
from citizen_security.tables.sheet import FIRST_LINE, convert, scan

if TYPE_CHECKING:
    import pandas


class Found(AtPlace, Protocol):
    """What an inspection says of a row."""

    @property
    def table(self) -> str:
        """Table of the row."""

    @property
    def is_error(self) -> bool:
        """Whether the table is refused."""

    @property
    def compares(self) -> bool:
        """Whether it is about rows beside each other, and not about what a cell may hold."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A check of the rows of tables that belong together.

    Attributes
    ----------
    reads : tuple of str
        Tables that it is handed; those that it finds fault with are among them.
    inspect : callable
        From the tables' frames to what it found. A cell may be missing that a description requires; `attrs["unread"]`
        of a frame has, by position of the row, the columns whose cells are missing though the file has something there.
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
        Nothing where a table cannot be read at all, and nothing about a cell that cannot be read, which is said where
        it is checked.
    """
    asked = set(names)
    found: list[Found] = []
    for inspection in inspections:
        if asked.isdisjoint(inspection.reads):
            continue
        frames = _frames(inspection.reads, root, edited or {})
        if frames is not None:
            found.extend(it for it in inspection.inspect(frames) if _is_read(it, frames))
    return found


def _is_read(it: Found, frames: Mapping[str, pandas.DataFrame]) -> bool:
    """Whether every cell was read that something is said of."""
    if it.place is None or it.table not in frames:
        return True
    unread: Mapping[int, frozenset[str]] = frames[it.table].attrs["unread"]
    return unread.get(it.place.line - FIRST_LINE, frozenset()).isdisjoint(it.columns)


def errors_of(table: str, found: Sequence[Found]) -> list[Found]:
    """Errors of one table."""
    return [it for it in found if it.is_error and it.table == table]


def _frames(names: Sequence[str], root: Path | None, edited: Mapping[str, bytes]) -> dict[str, pandas.DataFrame] | None:
    """Typed frames of tables; none of them if the text of one cannot be read as a table."""
    description, frames = package(root), {}
    for name in names:
        resource = resource_of(description, name)
        sheet = scan(resource, edited.get(name) or bytes_of(resource, file_of(resource, root))).sheet
        if sheet is None:
            return None
        table = convert(sheet)
        frames[name] = table.frame
        frames[name].attrs["unread"] = table.unread
    return frames
