"""A table's bytes against everything that its description says, and all that is wrong in one message."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from citizen_security.rows_named import together
from citizen_security.tables import accepted, rules, tidying
from citizen_security.tables.errors import Descriptor, InvalidTable, refuse
from citizen_security.tables.files import bytes_of, file_of, package, resource_of
from citizen_security.tables.inspection import Found
from citizen_security.tables.sheet import FIRST_LINE, Problem, Sheet, convert, scan

if TYPE_CHECKING:
    import pandas


class Reader:
    """Reads other tables, each once; what is wrong with their files is kept for whoever checks these.

    Parameters
    ----------
    root : pathlib.Path or None
        Folder of the checkout.

    Attributes
    ----------
    broken : dict
        Table → refusal of its file. Its cells are compared all the same where it can be read as a table.
    asked : set
        Tables that somebody read; whoever wants to know what for empties it before.
    """

    def __init__(self, root: Path | None) -> None:
        self.broken: dict[str, InvalidTable] = {}
        self.asked: set[str] = set()
        self._root = root
        self._sheets: dict[str, Sheet | None] = {}

    def __call__(self, name: str) -> Sheet:
        """Sheet of a table.

        Raises
        ------
        InvalidTable
            If its file cannot be read as a table.
        """
        self.asked.add(name)
        if name not in self._sheets:
            self._sheets[name] = self._read(name)
        sheet = self._sheets[name]
        if sheet is None:
            raise self.broken[name]
        return sheet

    def _read(self, name: str) -> Sheet | None:
        resource, sheet = resource_of(package(self._root), name), None
        try:
            reading = scan(resource, bytes_of(resource, file_of(resource, self._root)))
            sheet = reading.sheet
            if reading.problems:
                refuse(resource, reading.problems)
        except InvalidTable as error:
            self.broken[name] = error
        return sheet

    def refuse_broken(self) -> None:
        """Refuse tables that were read and whose files are at fault.

        Raises
        ------
        InvalidTable
        """
        if self.broken:
            raise InvalidTable("\n".join(map(str, self.broken.values())))


def checked(
    resource: Descriptor,
    raw: bytes,
    root: Path | None,
    read: Reader,
    *,
    across_tables: bool,
    rows: Sequence[Found] = (),
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
    read : Reader
        Reads other tables.
    across_tables : bool
        Compare the values with those of other tables, too.
    rows : sequence of Found
        What an inspection found wrong with rows, to be said in the same message, and in place of what the description
        says of the same cells.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    InvalidTable
        With all that is wrong with this table; what is wrong with others is kept by `read`.
    """
    reading = scan(resource, raw)
    said = list(reading.problems)
    if reading.sheet is not None:
        sheet = reading.sheet
        table = convert(sheet)
        broken = rules.check(sheet, table, read, across_tables=across_tables)
        rows = [it for it in rows if not _follows(it, broken)]
        found = [*table.problems, *filter(None, (_said_once(problem, rows) for problem in broken))]
        said += [*map(sheet.say, found), *together(rows)]
        if not said:
            return table.frame
    refuse(resource, said, tidy=tidying.what_it_mends(resource, raw, accepted.content(resource, root)))


def _follows(it: Found, broken: Sequence[Problem]) -> bool:
    """Whether something is said of several cells of which one is none that could be: that is said of the one."""
    if it.place is None or len(it.columns) == 1:
        return False
    row = it.place.line - FIRST_LINE
    return any(
        problem.rule.startswith(rules.FORMS)
        and row in problem.positions
        and not problem.involved.isdisjoint(it.columns)
        for problem in broken
    )


def _said_once(problem: Problem, rows: Sequence[Found]) -> Problem | None:
    """A problem without the rows of which a check of rows says the same in better words; None if nothing is left."""
    if not problem.is_judgement or not problem.positions:
        return problem
    of_cells = (it for it in rows if not it.compares and problem.involved.issuperset(it.columns))
    told = {it.place.line - FIRST_LINE for it in of_cells if it.place}
    kept = problem.without(told)
    return kept if kept.positions else None
