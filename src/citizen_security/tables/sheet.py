"""From the bytes of a table's file to typed columns; whatever cannot be read is refused where it stands."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from citizen_security.tables.characters import is_invisible, name_of
from citizen_security.tables.errors import Descriptor, refuse
from citizen_security.tables.rows import csv_rows

if TYPE_CHECKING:
    import pandas

SHOWN = 5  # offending rows in a message: enough to see a pattern, few enough to read
SHOWN_CHARACTERS = 120

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that rows of a table break.

    Attributes
    ----------
    columns : tuple of str
        Columns that the rule is about; a name that is no column is shown as it is.
    rule : str
        The rule in words.
    positions : tuple of int
        Rows that break it, counted from 0; none if it is about the table as a whole.
    """

    columns: tuple[str, ...]
    rule: str
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as text, so that a message can quote what the file says.

    Attributes
    ----------
    resource : dict
        Its description.
    cells : dict
        Column → its cells, from the first row down.
    """

    resource: Descriptor
    cells: dict[str, tuple[str, ...]]

    def say(self, problem: Problem, shown: int = SHOWN) -> str:
        """Name the column, the rule and the first offending rows."""
        columns = ", ".join(problem.columns)
        if not problem.positions:
            return f"{columns} breaks the rule '{problem.rule}'"
        rows = "; ".join(self._quote(problem.columns, position) for position in problem.positions[:shown])
        left = len(problem.positions) - shown
        return f"column {columns} breaks the rule '{problem.rule}' in {rows}" + (f"; and {left} more" * (left > 0))

    def key(self, position: int) -> str:
        """Key of a row, such as `iso3=BRA, year=2016`."""
        return ", ".join(f"{field}={self.cells[field][position]}" for field in primary_key(self.resource))

    def _quote(self, columns: Sequence[str], position: int) -> str:
        cells = [self.cells[name][position] for name in columns if name in self.cells]
        values = ", ".join(
            repr(cell if len(cell) <= SHOWN_CHARACTERS else cell[:SHOWN_CHARACTERS] + "…") for cell in cells
        )
        return f"row {position + 2} ({self.key(position)}): {values}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a file.

    Attributes
    ----------
    sheet : Sheet or None
        The table as text; None if the file has no rows and columns that could be looked at.
    problems : tuple of str
        What is wrong with the file, whatever its cells hold.
    """

    sheet: Sheet | None
    problems: tuple[str, ...]


def scan(resource: Descriptor, raw: bytes) -> Reading:
    """Read a table's file as text, and gather what is wrong with it.

    Parameters
    ----------
    resource : dict
        Description of the table.
    raw : bytes
        Content of its file.

    Returns
    -------
    Reading
    """
    problems: list[str] = []
    if not raw.strip():
        return Reading(None, ("the file is empty",))
    if raw.startswith(b"\xef\xbb\xbf"):
        problems.append("the file starts with a byte order mark; save it as UTF-8 without one")
        raw = raw[3:]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.append(f"row {line} is not UTF-8 (byte {raw[error.start]:#04x}); save the file as UTF-8")
        return Reading(None, tuple(problems))
    text, of_characters = _check_characters(text)
    sheet, of_cells = _sheet(resource, text)
    return Reading(sheet, (*problems, *of_characters, *of_cells))


def read_sheet(resource: Descriptor, raw: bytes) -> Sheet:
    """Read a table's file as text.

    Parameters
    ----------
    resource : dict
        Description of the table.
    raw : bytes
        Content of its file.

    Returns
    -------
    Sheet

    Raises
    ------
    InvalidTable
        If the file is not UTF-8 text, not CSV, or has other columns than the description.
    """
    reading = scan(resource, raw)
    if reading.sheet is None or reading.problems:
        refuse(resource, reading.problems)
    return reading.sheet


def convert(sheet: Sheet) -> tuple[pandas.DataFrame, list[Problem]]:
    """Columns of a sheet in the types of its description; a cell that is not of its column's type is missing.

    Returns
    -------
    frame : pandas.DataFrame
    problems : list of Problem
        A problem for each column with such cells.
    """
    import pandas as pd

    columns, problems = {}, []
    for field in sheet.resource["schema"]["fields"]:
        name, cells = field["name"], sheet.cells[field["name"]]
        matches, meaning, read = _KINDS[field["type"]]
        if wrong := {cell for cell in set(cells) if cell and not matches(cell)}:
            positions = tuple(row for row, cell in enumerate(cells) if cell in wrong)
            problems.append(Problem((name,), f"{field['type']}: {meaning}", positions))
            cells = tuple("" if cell in wrong else cell for cell in cells)
        columns[name] = read(cells)
    return pd.DataFrame(columns, copy=False), problems


def typed(sheet: Sheet) -> pandas.DataFrame:
    """Columns of a sheet in the types of its description.

    Raises
    ------
    InvalidTable
        If a cell is not of its column's type.
    """
    frame, problems = convert(sheet)
    if problems:
        refuse(sheet.resource, [sheet.say(problem) for problem in problems])
    return frame


def listed(value: str | list[str] | None) -> list[str]:
    """What a description gives as one name or as several."""
    return [value] if isinstance(value, str) else list(value or [])


def primary_key(resource: Descriptor) -> list[str]:
    """Columns of a table's primary key."""
    return listed(resource["schema"]["primaryKey"])


def _check_characters(text: str) -> tuple[str, list[str]]:
    """Text without what does not belong into it, and what that was."""
    problems = []
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        windows = text.count("\r\n")
        lines = f" ({windows:,} rows end as Windows has them)" if windows else ""
        problems.append(f"row {line} holds the control character {control[0]!r}; rows end with \\n alone{lines}")
        text = text.replace("\r\n", "\n")
    if invisible := {character for character in set(text) if is_invisible(character)}:
        first = min(text.index(character) for character in invisible)
        line = text.count("\n", 0, first) + 1
        problems.append(f"row {line} holds a character that does not show, {name_of(text[first])}; take it out")
    if not text.endswith("\n"):
        problems.append("the last row has no line end: the file may be cut off")
        text += "\n"
    if not unicodedata.is_normalized("NFC", text):
        problems.append("accents are written as separate characters; save the file in Unicode normal form NFC")
        text = unicodedata.normalize("NFC", text)
    return text, problems


def _sheet(resource: Descriptor, text: str) -> tuple[Sheet | None, list[str]]:
    lines = text[:-1].split("\n")
    try:
        header, *rows = csv_rows(lines)
    except csv.Error as error:
        return None, [f"the file is not CSV ({error})"]
    expected = [field["name"] for field in resource["schema"]["fields"]]
    if problem := _header_problem(header, expected):
        return None, [problem]
    if not rows:
        return None, ["the file has a header and no rows"]
    if problem := _length_problem(rows, len(expected)):
        return None, [problem]
    if len(rows) + 1 != len(lines):
        return None, ["a quoted cell holds a line break; write each row on one line"]
    return Sheet(resource, dict(zip(expected, zip(*rows, strict=True), strict=True))), []


def _header_problem(header: list[str], expected: list[str]) -> str | None:
    if header == expected:
        return None
    if len(header) == 1 and len(expected) > 1:
        return f"row 1 has no comma ({header[0][:60]!r}): columns are separated by commas"
    missing = [name for name in expected if name not in header]
    extra = [name for name in header if name not in expected]
    if missing or extra:
        return f"the header lacks the columns {missing} and has the unknown columns {extra}"
    return f"the columns are repeated or in another order: {header}, expected {expected}"


def _length_problem(rows: list[list[str]], expected: int) -> str | None:
    ragged = [(line, len(row)) for line, row in enumerate(rows, start=2) if len(row) != expected]
    if not ragged:
        return None
    shown = ", ".join(f"row {line} has {cells}" for line, cells in ragged[:SHOWN])
    return f"rows must have {expected} cells, but {shown}"


def _is_date(cell: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


def _integers(cells: tuple[str, ...]) -> Any:
    import pandas as pd

    numbers = [int(cell) if cell else None for cell in cells]
    return pd.array(numbers, dtype="Int64" if None in numbers else "int64")


def _numbers(cells: tuple[str, ...]) -> Any:
    import numpy as np

    return np.array([float(cell) if cell else np.nan for cell in cells])


def _strings(cells: tuple[str, ...]) -> Any:
    import pandas as pd

    return pd.array([cell or None for cell in cells], dtype="str")


def _booleans(cells: tuple[str, ...]) -> Any:
    import pandas as pd

    values = [cell == "true" if cell else None for cell in cells]
    return pd.array(values, dtype="boolean" if None in values else "bool")


def _dates(cells: tuple[str, ...]) -> Any:
    import pandas as pd

    return pd.to_datetime(pd.Series(cells, dtype="str"), format="%Y-%m-%d")


# what a cell of each type looks like, in words for messages, and how a column of them is read
_KINDS: dict[str, tuple[Callable[[str], object], str, Callable[[tuple[str, ...]], Any]]] = {
    "integer": (re.compile(r"-?(0|[1-9][0-9]{0,17})").fullmatch, "a whole number in plain digits", _integers),
    "number": (
        re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?").fullmatch,
        "a number in plain digits with a decimal point",
        _numbers,
    ),
    "string": (re.compile(r"\S(.*\S)?").fullmatch, "text without spaces around it", _strings),
    "boolean": (re.compile(r"true|false").fullmatch, "true or false", _booleans),
    "date": (_is_date, "a day such as 2016-12-31", _dates),
}

TYPES = tuple(_KINDS)
