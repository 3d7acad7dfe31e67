"""A table's bytes against everything that its description says, and all that is wrong in one message."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from citizen_security.tables import accepted, rules, tidying
from citizen_security.tables.errors import Descriptor, refuse
from citizen_security.tables.files import bytes_of, file_of, package, resource_of
from citizen_security.tables.relations import ReadTable
from citizen_security.tables.sheet import SHOWN, Sheet, convert, read_sheet, scan

if TYPE_CHECKING:
    import pandas

# With more problems than these, each shows fewer rows: the message stays one that can be read.
FEW_PROBLEMS = 2
SHOWN_OF_MANY = 2


def reader(root: Path | None) -> ReadTable:
    """Reads other tables, each once."""

    @cache
    def read(name: str) -> Sheet:
        resource = resource_of(package(root), name)
        return read_sheet(resource, bytes_of(resource, file_of(resource, root)))

    return read


def checked(
    resource: Descriptor,
    raw: bytes,
    root: Path | None,
    read: ReadTable | None = None,
    *,
    across_tables: bool,
    rows: Sequence[str] = (),
) -> pandas.DataFrame:
    """A table with typed columns, or a refusal with everything that is wrong with it.

    Parameters
    ----------
    resource : dict
        Description of the table.
    raw : bytes
        Content of its file.
    root : pathlib.Path or None
        Folder of the checkout.
    read : callable, optional
        Reads other tables; made from `root` by default.
    across_tables : bool
        Compare the values with those of other tables, too.
    rows : sequence of str
        What an inspection found wrong with rows, to be said in the same message.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    InvalidTable
    """
    reading = scan(resource, raw)
    said = list(reading.problems)
    if reading.sheet is not None:
        sheet = reading.sheet
        frame, mistyped = convert(sheet)
        # a cell that cannot be read was said to be so; what follows from its absence is not a second mistake
        unread = {column for problem in mistyped for column in problem.columns}
        broken = rules.check(sheet, frame, read or reader(root), across_tables=across_tables)
        found = [*mistyped, *(problem for problem in broken if unread.isdisjoint(problem.columns))]
        shown = SHOWN if len(found) <= FEW_PROBLEMS else SHOWN_OF_MANY
        said += [sheet.say(problem, shown) for problem in found]
        if not said and not rows:
            return frame
    refuse(resource, said, rows=rows, tidy=tidying.what_it_mends(resource, raw, accepted.content(resource, root)))
